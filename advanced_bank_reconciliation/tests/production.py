"""What Frappe spares in tests, done as on a site: versions of documents above all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import frappe


@contextmanager
def as_in_production() -> Iterator[None]:
	"""Let Frappe believe that no test runs. What it queues for later is done at once, as no worker is there.

	Version 15 asks its flags, version 16 a variable of its module as well.
	"""
	enqueue = frappe.enqueue

	def do_at_once(*args: Any, **kwargs: Any) -> Any:
		return enqueue(*args, **{**kwargs, "now": True, "enqueue_after_commit": False})

	with (
		patch.dict(frappe.local.flags, in_test=False),
		patch.object(frappe, "in_test", False, create=True),
		patch.object(frappe, "enqueue", do_at_once),
	):
		yield
