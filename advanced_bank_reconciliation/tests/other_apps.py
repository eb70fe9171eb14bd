"""What other apps on a site do with their hooks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import frappe


@contextmanager
def hook_of_another_app(event: str, function: Callable, doctype: str = "Payment Entry") -> Iterator[None]:
	"""Let another app do `function` at an event of a document type.

	function: of a test's module
	"""
	hooks = frappe.get_doc_hooks().setdefault(doctype, {})
	before = list(hooks.get(event, []))
	hooks[event] = [*before, f"{function.__module__}.{function.__name__}"]
	try:
		yield
	finally:
		hooks[event] = before
