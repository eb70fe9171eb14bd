"""One job for what names the documents that a batch deletes, instead of one for each.

After each document that is deleted Frappe queues a job that deletes its comments, versions, shares and so on
(`delete_dynamic_links`, from `delete_doc` in delete_doc.py of 15.101 and 16.10). A thousand payments would be
a thousand jobs: each starts a process of its own, and version 16, which lets 550 wait, would refuse to delete
the others. Within `deleting_links_together` the names are gathered, and one job does it for all, with two
statements if nothing but versions names them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import reduce, wraps
from importlib import import_module
from typing import Any

import frappe

# The package `frappe.model` hands out the function of the same name in the module's place.
delete_doc = import_module("frappe.model.delete_doc")
METHOD = "frappe.model.delete_doc.delete_dynamic_links"
# Where it looks for what names a document, beside versions: table, column of the document type, of the name.
PLACES = (
	("ToDo", "reference_type", "reference_name"),
	("Email Unsubscribe", "reference_doctype", "reference_name"),
	("DocShare", "share_doctype", "share_name"),
	("Comment", "reference_doctype", "reference_name"),
	("View Log", "reference_doctype", "reference_name"),
	("Document Follow", "ref_doctype", "ref_docname"),
	("Notification Log", "document_type", "document_name"),
	("Communication Link", "link_doctype", "link_name"),
	("Communication", "reference_doctype", "reference_name"),
	("Activity Log", "reference_doctype", "reference_name"),
	("Activity Log", "timeline_doctype", "timeline_name"),
)

# By doctype, and whether Frappe would do it at once, as in its tests: the names.
Deleted = dict[tuple[str, bool], list[str]]

_deleted: ContextVar[Deleted | None] = ContextVar("deleted_documents", default=None)
enqueue = frappe.enqueue


@contextmanager
def deleting_links_together() -> Iterator[None]:
	"""Queue one job for all documents of a doctype that were deleted in the scope, to begin after the commit.

	Those that are there again, since their deletion was rolled back, keep what names them. Nothing is queued
	if the scope is left by an error.
	"""
	deleted: Deleted = defaultdict(list)
	token = _deleted.set(deleted)
	try:
		yield
	finally:
		_deleted.reset(token)
	for (doctype, at_once), names in deleted.items():
		kept = frappe.get_all(doctype, {"name": ("in", names)}, pluck="name")
		_delete_later(doctype, sorted(set(names) - set(kept)), at_once)


def delete_links_later(doctype: str, name: str) -> None:
	"""Queue the job that Frappe queues for a document that it has deleted (`delete_doc`); in the scope, with
	those of the others.
	"""
	in_test = getattr(frappe, "in_test", frappe.flags.in_test)
	frappe.enqueue(METHOD, doctype=doctype, name=name, now=in_test, enqueue_after_commit=True)


def _delete_later(doctype: str, names: Sequence[str], at_once: bool) -> None:
	if not names:
		return
	values = {"doctype": doctype, "names": names}
	try:
		frappe.enqueue(f"{__name__}.delete_links_of", enqueue_after_commit=True, now=at_once, **values)
	except frappe.QueueOverloaded:
		delete_links_of(doctype, names)


def delete_links_of(doctype: str, names: Sequence[str]) -> None:
	"""The job: what Frappe's own does, for each of `names` that is named anywhere. Most have versions and
	nothing else: these are deleted for all of them at once.
	"""
	frappe.db.delete("Version", {"ref_doctype": doctype, "docname": ("in", names)})
	for name in _named(doctype, names):
		delete_doc.delete_dynamic_links(doctype, name)


def _named(doctype: str, names: Sequence[str]) -> Sequence[str]:
	"""Those of `names` that a row of one of PLACES names. One statement."""
	queries = []
	for table_name, type_column, column in PLACES:
		table = frappe.qb.DocType(table_name)
		query = frappe.qb.from_(table).select(table[column]).where(table[type_column] == doctype)
		queries.append(query.where(table[column].isin(list(names))))
	union = reduce(lambda one, other: one.union_all(other), queries)
	return sorted({name for (name,) in frappe.db.sql(union.get_sql())})


@wraps(enqueue)
def _enqueue(*args: Any, **kwargs: Any) -> Any:
	"""`frappe.enqueue`, which outside of the scope and for all other jobs does what it always did."""
	deleted = _deleted.get()
	if deleted is None or args != (METHOD,):
		return enqueue(*args, **kwargs)
	deleted[kwargs["doctype"], bool(kwargs.get("now"))].append(kwargs["name"])
	return None


frappe.enqueue = _enqueue
