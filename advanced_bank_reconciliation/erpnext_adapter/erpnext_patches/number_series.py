"""Keep the number of a deleted document from being given out again.

Frappe sets a series back when the document with its last number is deleted (`update_naming_series` in
delete_doc.py of 15.101), and has no flag against it. The next payment would get the number of one that a run
had posted: what names that number, the run's record or a bank's file, would point at somebody else's money. A
colleague who began before the undo would even be refused, since for them that number is still the run's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from importlib import import_module

from frappe.model.document import Document

# The package `frappe.model` hands out the function of the same name in the module's place.
delete_doc = import_module("frappe.model.delete_doc")

_is_kept: ContextVar[bool] = ContextVar("is_series_kept", default=False)


@contextmanager
def keeping_numbers() -> Iterator[None]:
	"""Leave every series where it is, for the calling thread, whatever is deleted in the scope."""
	token = _is_kept.set(True)
	try:
		yield
	finally:
		_is_kept.reset(token)


set_back = delete_doc.update_naming_series


@wraps(set_back)
def _set_back_unless_kept(document: Document) -> None:
	"""`update_naming_series`, which outside of the scope does what it always did."""
	if not _is_kept.get():
		set_back(document)


vars(delete_doc)["update_naming_series"] = _set_back_unless_kept
