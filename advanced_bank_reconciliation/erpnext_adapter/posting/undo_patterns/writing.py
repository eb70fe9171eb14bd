"""Writing what an undo changes: for many payments one UPDATE and one INSERT a table, or one DELETE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from pypika import Case

from advanced_bank_reconciliation.erpnext_adapter.erpnext_patches.links_of_deleted import delete_links_later
from advanced_bank_reconciliation.erpnext_adapter.posting.failures import OutdatedSnapshot
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.columns import TABLES
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.kinds import Candidate
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.writing import (
	document_of,
	insert_all,
	tell,
	update_invoices,
)
from advanced_bank_reconciliation.erpnext_adapter.posting.undo_patterns.columns import CHANGED, Source
from advanced_bank_reconciliation.erpnext_adapter.posting.undo_patterns.outcome import Outcome, Row
from advanced_bank_reconciliation.erpnext_adapter.posting.undo_patterns.pattern import Undoable, UndoPattern
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import PAYMENT_DOCTYPE, affected_rows


def unpaid_invoice(candidate: Candidate) -> Document:
	"""The invoice of a candidate as it is without its payment, in memory, its status by its own rules."""
	invoice = frappe.get_doc({**candidate.invoice, "doctype": candidate.item.doctype})
	invoice.set_status()
	return invoice


def write(pattern: UndoPattern, payments: Sequence[Undoable], outcomes: Sequence[Outcome]) -> None:
	"""Write the outcomes of `payments`, one each, and what they change in the invoices.

	Raises `OutdatedSnapshot` if a row is not any more what it was when it was read.
	"""
	for doctype in TABLES:
		if CHANGED[doctype]:
			_lock_unchanged(doctype, [row for one in payments for row in one.before[doctype]])
		if doctype in pattern.gone:
			_delete(doctype, payments)
		else:
			_update(doctype, pattern, outcomes)
			insert_all(doctype, [row for outcome in outcomes for row in outcome.added[doctype]])
	for doctype in pattern.traces:
		insert_all(doctype, [row for outcome in outcomes for row in outcome.traces[doctype]])
	update_invoices([unpaid_invoice(one.candidate) for one in payments])
	for outcome in outcomes:
		tell(document_of(outcome.changed))
	if pattern.gone:
		_take_out_of_search([one.name for one in payments])


def _lock_unchanged(doctype: str, before: Sequence[Row]) -> None:
	"""Lock rows of a table, as ERPNext does it with a ledger's before it reverses them
	(`make_reverse_gl_entries`), and see that they are as they were read.
	"""
	if not before:
		return
	table = frappe.qb.DocType(doctype)
	names = sorted(row["name"] for row in before)
	query = frappe.qb.from_(table).select("*").where(table.name.isin(names)).orderby(table.name)
	found = {row["name"]: row for row in query.for_update().run(as_dict=True)}
	for row in before:
		now = found.get(row["name"], {})
		if any(column not in now or now[column] != value for column, value in row.items()):
			raise OutdatedSnapshot(_("Somebody changed a payment meanwhile."))


def _delete(doctype: str, payments: Sequence[Undoable]) -> None:
	"""Delete the rows of payments, if there are no others than those that were read."""
	key, table = TABLES[doctype], frappe.qb.DocType(doctype)
	is_theirs = table[key.name].isin([one.name for one in payments])
	if key.doctype:
		is_theirs &= table[key.doctype] == PAYMENT_DOCTYPE
	frappe.qb.from_(table).delete().where(is_theirs).run()
	if affected_rows() != sum(len(one.before[doctype]) for one in payments):
		raise OutdatedSnapshot(_("Somebody changed a payment meanwhile."))


def _take_out_of_search(names: Sequence[str]) -> None:
	"""What Frappe does with each document that is deleted, beside its rows (delete_doc)."""
	frappe.db.delete("__global_search", {"doctype": PAYMENT_DOCTYPE, "name": ("in", names)})
	for name in names:
		delete_links_later(PAYMENT_DOCTYPE, name)


def _update(doctype: str, pattern: UndoPattern, outcomes: Sequence[Outcome]) -> None:
	"""Write the columns of a table that are not the same."""
	columns = {
		column
		for row in pattern.changed[doctype]
		for column, source in row.sources.items()
		if source is not Source.SAME
	}
	if not columns:
		return
	rows = {row["name"]: row for outcome in outcomes for row in outcome.changed[doctype]}
	table = frappe.qb.DocType(doctype)
	update = frappe.qb.update(table).where(table.name.isin(list(rows)))
	for column in sorted(columns):
		update = update.set(table[column], _value_of_each(table, column, rows))
	update.run()


def _value_of_each(table: Any, column: str, rows: Mapping[str, Row]) -> Any:
	values = {row[column] for row in rows.values()}
	if len(values) == 1:
		return values.pop()
	case = Case()
	for name, row in rows.items():
		case = case.when(table.name == name, row[column])
	return case
