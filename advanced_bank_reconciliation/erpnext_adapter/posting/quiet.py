"""What ERPNext says at a form is not said by a run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import frappe


@contextmanager
def dropping_messages() -> Iterator[None]:
	"""Forget what is printed for the user in the scope, unless it fails: ERPNext announces each exchange
	journal and each split over payment terms, and a run would pile up hundreds.
	"""
	said = list(frappe.local.message_log)
	yield
	frappe.local.message_log = said
