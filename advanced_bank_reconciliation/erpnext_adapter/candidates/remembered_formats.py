"""What people said about the files of a payer: which columns hold what, and which sign separates decimals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import frappe
from frappe import _

from advanced_bank_reconciliation.erpnext_adapter.books.statement_lines import (
	LedgerStatementLine,
	read_statement_line,
)
from advanced_bank_reconciliation.erpnext_adapter.candidates.invoice_filters import from_json
from advanced_bank_reconciliation.erpnext_adapter.permissions import check_may_use_bank_transaction
from advanced_bank_reconciliation.remittance.errors import AmbiguousDecimal, MissingColumns
from advanced_bank_reconciliation.remittance.tables import RememberedFormat

FORMAT_DOCTYPE = "Remittance Format"
COLUMNS = ("reference", "text", "date", "gross", "discount", "deduction", "net", "currency", "part")


def remembered_formats(line: LedgerStatementLine) -> list[RememberedFormat]:
	"""The formats that may be meant with a Bank Transaction: of its customer first, then of its bank account,
	then of the company; the newest of each first.
	"""
	rows = frappe.get_all(
		FORMAT_DOCTYPE,
		{
			"company": line.company,
			"bank_account": ("in", ["", line.bank_account]),
			"customer": ("in", ["", _customer_of(line.name)]),
		},
		["titles", "decimal", "customer", "bank_account", *COLUMNS],
		order_by="modified desc",
	)
	rows.sort(key=lambda row: (not row.customer, not row.bank_account))
	return [
		RememberedFormat(
			titles=tuple(filter(None, map(str.strip, row.titles.splitlines()))),
			columns={column: row[column] for column in COLUMNS if row[column]},
			decimal=row.decimal or "",
		)
		for row in rows
	]


def remember_format(
	bank_transaction: str,
	titles: str | Sequence[str],
	columns: str | Mapping | None = None,
	decimal: str | None = None,
) -> str:
	"""Keep what a person said about a file with these titles, for a Bank Transaction's account and customer.

	titles, columns: lists and mappings or their JSON, see `RememberedFormat`
	What was said about the same titles before is replaced. Returns the name of the Remittance Format. Raises
	`frappe.PermissionError`.
	"""
	check_may_use_bank_transaction(bank_transaction, "read")
	line = read_statement_line(bank_transaction)
	place = {
		"company": line.company,
		"bank_account": line.bank_account,
		"customer": _customer_of(bank_transaction),
		"titles": "\n".join(map(str, from_json(titles, list) or [])),
	}
	said = from_json(columns, Mapping) or {}
	known = frappe.db.get_value(FORMAT_DOCTYPE, place)
	record = frappe.get_doc(FORMAT_DOCTYPE, known) if known else frappe.new_doc(FORMAT_DOCTYPE)
	record.update({**place, **{column: said.get(column) for column in COLUMNS}, "decimal": decimal or ""})
	record.save()
	return record.name


def question_of(error: MissingColumns | AmbiguousDecimal) -> dict:
	"""What has to be asked: `{"about", "message", "titles"}`; about is "columns" or "decimal"."""
	about = "columns" if isinstance(error, MissingColumns) else "decimal"
	return {"about": about, "message": error.text(_), "titles": list(error.titles)}


def _customer_of(bank_transaction: str) -> str:
	party_type, party = frappe.db.get_value("Bank Transaction", bank_transaction, ["party_type", "party"])
	return party if party_type == "Customer" and party else ""
