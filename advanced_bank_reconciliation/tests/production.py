"""What Frappe spares in tests, done as on a site: versions of documents above all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import frappe


@contextmanager
def as_in_production() -> Iterator[None]:
	"""Let Frappe believe that no test runs. Version 15 asks a flag, version 16 a variable as well.

	What it does at once in tests, as no worker is there, it does at once all the same: jobs with the argument
	`now`. All other jobs are left to the queue, above all the app's own: they commit.
	"""
	enqueue = frappe.enqueue

	def enqueue_as_in_tests(*args: Any, **kwargs: Any) -> Any:
		if "now" in kwargs:
			kwargs |= {"now": True, "enqueue_after_commit": False}
		return enqueue(*args, **kwargs)

	with (
		patch.dict(frappe.local.flags, in_test=False),
		patch.object(frappe, "in_test", False, create=True),
		patch.object(frappe, "enqueue", enqueue_as_in_tests),
	):
		yield
