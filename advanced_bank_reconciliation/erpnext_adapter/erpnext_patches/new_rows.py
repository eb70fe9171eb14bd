"""Save a document that has many new rows with one INSERT for all of them.

Frappe inserts the rows of a document one by one, and asks twice for each what it links to: measured on
15.101, three statements for each voucher that is matched to a Bank Transaction. The rows of `insert_together`
are inserted with the first of them, at the same place in the save (Document.update_child_table), so that what
comes after it finds all of them. The caller has checked what they link to.

Wraps, on the rows alone and for one save, `db_update` and `get_invalid_links` of
frappe.model.base_document.BaseDocument. Checked on Frappe 15.101 and 16.10.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import frappe
from frappe.model.document import Document
from frappe.model.naming import set_new_name
from frappe.utils import now

from advanced_bank_reconciliation.erpnext_adapter.new_table_rows import insert_rows

WRAPPED = ("db_update", "get_invalid_links")


def insert_together(rows: Sequence[Document], checked_links: frozenset[str]) -> None:
	"""Let `rows`, all new and of one table of a document that is saved next, be inserted with one statement.

	checked_links: the fields of the rows whose documents the caller knows to exist and not to be cancelled;
	rows that link to anything else, or fetch values of what they link to, are checked by Frappe
	"""
	waiting = list(rows)
	for row in rows:
		row.db_update = partial(_insert, waiting, row)
		if _links_to_nothing_else(row, checked_links):
			row.get_invalid_links = _no_invalid_links


def _links_to_nothing_else(row: Document, checked_links: frozenset[str]) -> bool:
	links = row.meta.get("fields", {"fieldtype": ("in", ("Link", "Dynamic Link"))})
	return all(
		not row.meta.get_fields_to_fetch(field.fieldname)
		and (field.fieldname in checked_links or not row.get(field.fieldname))
		for field in links
	)


def _no_invalid_links(is_submittable: bool = False) -> tuple[list, list]:
	"""What BaseDocument.get_invalid_links returns if nothing is wrong: missing and cancelled documents."""
	return [], []


def _insert(waiting: list[Document], row: Document) -> None:
	"""Instead of `row.db_update`, once: the first row inserts all that are waiting."""
	for name in WRAPPED:
		vars(row).pop(name, None)
	if waiting:
		_insert_all(waiting)
		waiting.clear()


def _insert_all(rows: Sequence[Document]) -> None:
	"""As BaseDocument.db_insert does it for one row."""
	for row in rows:
		if not row.name:
			set_new_name(row)
		if not row.creation:
			row.creation = row.modified = now()
			row.owner = row.modified_by = frappe.session.user
	values = [row.get_valid_dict(convert_dates_to_str=True, ignore_virtual=True) for row in rows]
	columns = list(values[0])
	insert_rows(rows[0].doctype, columns, [[one[column] for column in columns] for one in values])
	for row in rows:
		row.set("__islocal", False)
