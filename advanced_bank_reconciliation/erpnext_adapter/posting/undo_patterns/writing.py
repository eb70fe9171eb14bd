"""Writing what an undo changes: for many payments one UPDATE and one INSERT a table, or one DELETE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from pypika import Case, Criterion

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
from advanced_bank_reconciliation.erpnext_adapter.posting.undo_patterns.columns import STATES, Source
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
		if doctype in pattern.gone:
			_delete(doctype, pattern, payments)
		else:
			_update(doctype, pattern, payments, outcomes)
			insert_all(doctype, [row for outcome in outcomes for row in outcome.added[doctype]])
	for doctype in pattern.traces:
		insert_all(doctype, [row for outcome in outcomes for row in outcome.traces[doctype]])
	update_invoices([unpaid_invoice(one.candidate) for one in payments])
	for outcome in outcomes:
		tell(document_of(outcome.changed))
	if pattern.gone:
		_take_out_of_search([one.name for one in payments])


def _delete(doctype: str, pattern: UndoPattern, payments: Sequence[Undoable]) -> None:
	"""Delete the rows of payments, if each is as it was and there are no others."""
	key, table = TABLES[doctype], frappe.qb.DocType(doctype)
	is_theirs = table[key.name].isin([one.name for one in payments])
	if key.doctype:
		is_theirs &= table[key.doctype] == PAYMENT_DOCTYPE
	columns = _changed_columns(pattern, doctype)
	frappe.qb.from_(table).delete().where(_as_they_were(is_theirs, doctype, columns, payments)).run()
	_require_written(sum(len(one.before[doctype]) for one in payments))


def _take_out_of_search(names: Sequence[str]) -> None:
	"""What Frappe does with each document that is deleted, beside its rows (delete_doc)."""
	frappe.db.delete("__global_search", {"doctype": PAYMENT_DOCTYPE, "name": ("in", names)})
	for name in names:
		delete_links_later(PAYMENT_DOCTYPE, name)


def _update(
	doctype: str, pattern: UndoPattern, payments: Sequence[Undoable], outcomes: Sequence[Outcome]
) -> None:
	"""Write the columns of a table that are not the same, if each of its rows is as it was."""
	columns = _changed_columns(pattern, doctype)
	if not columns:
		return
	rows = {row["name"]: row for outcome in outcomes for row in outcome.changed[doctype]}
	table = frappe.qb.DocType(doctype)
	update = frappe.qb.update(table)
	for column in columns:
		update = update.set(table[column], _value_of_each(table, column, rows))
	update.where(_as_they_were(table.name.isin(list(rows)), doctype, columns, payments)).run()
	_require_written(len(rows))


def _changed_columns(pattern: UndoPattern, doctype: str) -> Sequence[str]:
	return sorted(
		{
			column
			for row in pattern.changed[doctype]
			for column, source in row.sources.items()
			if source is not Source.SAME
		}
	)


def _as_they_were(
	rows: Criterion, doctype: str, columns: Sequence[str], payments: Sequence[Undoable]
) -> Criterion:
	"""Those of `rows` that are in effect as they were before: in all of a kind the same columns say so.

	columns: those that change
	"""
	table = frappe.qb.DocType(doctype)
	for column in columns:
		if column in STATES:
			before = {row[column] for one in payments for row in one.before[doctype]}
			rows &= table[column].isin(list(before))
	return rows


def _require_written(count: int) -> None:
	if affected_rows() != count:
		raise OutdatedSnapshot(_("Somebody changed a payment meanwhile."))


def _value_of_each(table: Any, column: str, rows: Mapping[str, Row]) -> Any:
	values = {row[column] for row in rows.values()}
	if len(values) == 1:
		return values.pop()
	case = Case()
	for name, row in rows.items():
		case = case.when(table.name == name, row[column])
	return case
