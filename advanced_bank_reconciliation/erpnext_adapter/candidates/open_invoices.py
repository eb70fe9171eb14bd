"""Unpaid invoices that a Bank Transaction could settle, with a constant number of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import escape_html

from advanced_bank_reconciliation.engine.allocation import CASH_SIGN
from advanced_bank_reconciliation.engine.deductions import total_of
from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.erpnext_adapter.books.advance_dimensions import offered_dimensions
from advanced_bank_reconciliation.erpnext_adapter.books.early_discounts import read_discounts
from advanced_bank_reconciliation.erpnext_adapter.books.open_items import PARTY_FIELD
from advanced_bank_reconciliation.erpnext_adapter.books.statement_lines import (
	LedgerStatementLine,
	read_statement_line,
)
from advanced_bank_reconciliation.erpnext_adapter.candidates.invoice_filters import (
	GROUP_FIELD,
	REFERENCE_FIELD,
	InvoiceFilters,
	Part,
	from_json,
	read_invoice_filters,
)
from advanced_bank_reconciliation.erpnext_adapter.candidates.offered_deduction import offered_deduction
from advanced_bank_reconciliation.erpnext_adapter.candidates.ranking import MatchHints, read_match_hints
from advanced_bank_reconciliation.erpnext_adapter.decimals import bank_precision, to_decimal
from advanced_bank_reconciliation.erpnext_adapter.permissions import check_may_use_bank_transaction
from advanced_bank_reconciliation.erpnext_adapter.settings import get_settings

LIMIT = 10_000
COLUMNS = (
	"doctype",
	"name",
	"party",
	"party_name",
	"party_group",
	"posting_date",
	"due_date",
	"outstanding",
	"currency",
	"reference",
	"rank",
	"discount_until",
	"discount",
)


def open_invoices(
	bank_transaction: str, doctypes: str | Sequence, filters: str | Mapping | None = None, limit: int = LIMIT
) -> dict:
	"""Find what the current user could settle with a Bank Transaction.

	doctypes: Sales Invoice, Purchase Invoice, or both; filters: fields of `InvoiceFilters`; or JSON
	Returns `{"statement_line", "columns", "rows", "total", "background_threshold", "grouping", "deduction"}`:
	the likeliest rows first, then the oldest; `total` counts also those beyond `limit`; threshold and
	grouping are the settings'; for `deduction` see `offered_deduction`, for the line's `dimensions`
	`offered_dimensions`. A row's `discount` is what payment
	terms let off if it is paid in full with this Bank Transaction, positive, or None; `discount_until` the
	last day for it. Raises `frappe.PermissionError`.
	"""
	check_may_use_bank_transaction(bank_transaction, "read")
	statement_line = read_statement_line(bank_transaction)
	hints = read_match_hints(statement_line)
	wanted = read_invoice_filters(filters)
	rows: list[frappe._dict] = []
	total = 0
	for part in parts_of(statement_line, from_json(doctypes, list | tuple) or []):
		found, count = _find(part, statement_line, wanted, hints, min(limit, LIMIT))
		rows += found
		total += count
	rows.sort(key=lambda row: (-row.rank, str(row.due_date or row.posting_date), row.name))
	return {
		"statement_line": _describe(statement_line),
		"columns": COLUMNS,
		"rows": [[_plain(row[column]) for column in COLUMNS] for row in rows[:limit]],
		"total": total,
		"background_threshold": get_settings().background_threshold,
		"grouping": get_settings().grouping.value,
		"deduction": offered_deduction(statement_line),
	}


def parts_of(statement_line: LedgerStatementLine, doctypes: Sequence[str]) -> list[Part]:
	"""Everything of the type that brings cash in the direction of the statement line, and what of the other
	type runs backwards, which is the same direction again. Own credit notes are netted with their party's
	invoices.
	"""
	direction = 1 if statement_line.is_deposit else -1
	parts = []
	for doctype in sorted({str(doctype).removeprefix("Unpaid ") for doctype in doctypes}):
		if doctype not in CASH_SIGN:
			frappe.throw(_("{0} is not a type of invoice.").format(escape_html(doctype)))
		if not frappe.has_permission(doctype, "read"):
			continue
		parts += [Part(doctype, 1)] if CASH_SIGN[doctype] == direction else []
		parts.append(Part(doctype, -1))
	return parts


def _find(
	part: Part, statement_line: LedgerStatementLine, filters: InvoiceFilters, hints: MatchHints, limit: int
) -> tuple[list[frappe._dict], int]:
	"""The rows of one part, and how many there are altogether."""
	conditions = part.conditions(statement_line, filters)
	rows = _list(part, conditions, part.alternatives(filters), limit)
	total = len(rows)
	if len(rows) == limit:
		counted = frappe.get_list(
			part.doctype,
			filters=conditions,
			or_filters=part.alternatives(filters),
			fields=["count(name) as total"],
			order_by=None,
		)
		total = counted[0].total
		# The likeliest ones must be among those that are shown, however young they are.
		rows += [] if part.alternatives(filters) else _list(part, conditions, hints.alternatives(part), limit)
	known = {row.name: row for row in rows}
	discounts = _discounts(part, list(known), statement_line)
	precision = bank_precision(statement_line.currency)
	for row in known.values():
		row.outstanding = to_decimal(row.outstanding_amount, precision)
		row.doctype = part.doctype
		row.rank = hints.rank(row)
		row.discount, row.discount_until = discounts.get(row.name, (None, None))
	return [row for row in known.values() if row.outstanding], total


def _discounts(
	part: Part, names: Sequence[str], statement_line: LedgerStatementLine
) -> dict[str, tuple[Decimal, date | None]]:
	"""What those are let off that are paid in full, and until when, for invoices that have a discount; notes
	have none.
	"""
	documents = [DocumentKey(part.doctype, name) for name in names] if part.sign > 0 else []
	found = read_discounts(documents, statement_line)
	return {
		document.name: (abs(total_of(discounts[-1].deductions)), discounts[-1].until)
		for document, discounts in found.items()
		if all(one.account for one in discounts[-1].deductions)
	}


def _list(part: Part, conditions: list[list], alternatives: list[list], limit: int) -> list[frappe._dict]:
	"""`frappe.get_list` applies the user's permissions, user permissions included."""
	party = PARTY_FIELD[part.doctype]
	fields = [
		"name",
		f"{party} as party",
		f"{party}_name as party_name",
		f"{GROUP_FIELD[part.doctype]} as party_group",
		f"{REFERENCE_FIELD[part.doctype]} as reference",
		"posting_date",
		"due_date",
		"outstanding_amount",
		"party_account_currency as currency",
	]
	return frappe.get_list(
		part.doctype,
		filters=conditions,
		or_filters=alternatives,
		fields=fields,
		order_by="due_date, posting_date, name",
		limit=limit,
	)


def _describe(statement_line: LedgerStatementLine) -> dict:
	line = statement_line
	return {
		"name": line.name,
		"company": line.company,
		"company_currency": frappe.get_cached_value("Company", line.company, "default_currency"),
		"currency": line.currency,
		"precision": bank_precision(line.currency),
		"converted_precision": line.precision,
		"has_other_currencies": _has_other_currencies(line),
		"is_deposit": statement_line.is_deposit,
		"unallocated": str(line.unallocated),
		"dimensions": offered_dimensions(line),
	}


def _has_other_currencies(statement_line: LedgerStatementLine) -> bool:
	"""Whether parties have accounts in another currency than the bank account's: then invoices may be owed in
	it.
	"""
	filters = {
		"company": statement_line.company,
		"account_type": ("in", ("Receivable", "Payable")),
		"account_currency": ("!=", statement_line.currency),
		"is_group": 0,
	}
	return bool(frappe.db.exists("Account", filters))


def _plain(value: object) -> object:
	return value if value is None or isinstance(value, int) else str(value)
