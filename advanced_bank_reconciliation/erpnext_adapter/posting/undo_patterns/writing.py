"""Writing what a cancelling changes: one UPDATE and one INSERT for each table, for many payments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from pypika import Case

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
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import affected_rows


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
		_update(doctype, pattern, payments, outcomes)
		insert_all(doctype, [row for outcome in outcomes for row in outcome.added[doctype]])
	update_invoices([unpaid_invoice(one.candidate) for one in payments])
	for outcome in outcomes:
		tell(document_of(outcome.changed))


def _update(
	doctype: str, pattern: UndoPattern, payments: Sequence[Undoable], outcomes: Sequence[Outcome]
) -> None:
	"""Write the columns of a table that are not the same, if each of its rows is as it was."""
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
	for column in _states(doctype, columns):
		before = {row[column] for one in payments for row in one.before[doctype]}
		update = update.where(table[column].isin(list(before)))
	update.run()
	if affected_rows() != len(rows):
		raise OutdatedSnapshot(_("Somebody changed a payment meanwhile."))


def _states(doctype: str, columns: set[str]) -> list[str]:
	"""What of the columns that change says whether a row is in effect: the same in all of a kind."""
	return [column for column in sorted(columns) if CHANGED[doctype][column] == (Source.BECOMES,)]


def _value_of_each(table: Any, column: str, rows: Mapping[str, Row]) -> Any:
	values = {row[column] for row in rows.values()}
	if len(values) == 1:
		return values.pop()
	case = Case()
	for name, row in rows.items():
		case = case.when(table.name == name, row[column])
	return case
