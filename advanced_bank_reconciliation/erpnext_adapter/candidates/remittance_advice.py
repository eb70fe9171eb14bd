"""What a remittance advice says about a Bank Transaction: what it pays, and what was kept back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils import escape_html

from advanced_bank_reconciliation.engine.allocation import CASH_SIGN
from advanced_bank_reconciliation.erpnext_adapter.books.open_items import PARTY_FIELD
from advanced_bank_reconciliation.erpnext_adapter.books.statement_lines import (
	LedgerStatementLine,
	read_statement_line,
)
from advanced_bank_reconciliation.erpnext_adapter.candidates.advice_answers import describe
from advanced_bank_reconciliation.erpnext_adapter.candidates.advice_sources import (
	AdviceSource,
	RemittanceAdviceError,
	read_source,
)
from advanced_bank_reconciliation.erpnext_adapter.candidates.invoice_filters import (
	REFERENCE_FIELD,
	InvoiceFilters,
	Part,
)
from advanced_bank_reconciliation.erpnext_adapter.candidates.open_invoices import parts_of
from advanced_bank_reconciliation.erpnext_adapter.decimals import bank_precision, to_decimal
from advanced_bank_reconciliation.erpnext_adapter.permissions import check_may_use_bank_transaction
from advanced_bank_reconciliation.remittance.errors import RemittanceError
from advanced_bank_reconciliation.remittance.matching import MatchedAdvice, match_advice
from advanced_bank_reconciliation.remittance.payable_items import PayableItem
from advanced_bank_reconciliation.remittance.reading import read_advice
from advanced_bank_reconciliation.remittance.tables import Options

# A proposal that names more of them is no help.
MOST_ITEMS = 100_000


@dataclass(frozen=True, kw_only=True)
class UnderstoodAdvice:
	"""An advice with what it means for a Bank Transaction; format: as which it was read."""

	statement_line: LedgerStatementLine
	format: str
	matched: MatchedAdvice

	def description(self) -> dict:
		"""What `describe` says of it."""
		return describe(self.format, self.matched, self.statement_line)


def read_remittance_advice(
	bank_transaction: str,
	file: str | None = None,
	text: str | None = None,
	decimal: str | None = None,
	columns: str | Mapping | None = None,
) -> dict:
	"""Read an advice and match it to what a Bank Transaction could settle. Writes nothing.

	bank_transaction: name; the others: see `read_source`
	Returns what `describe` does. Raises `frappe.PermissionError`, `RemittanceAdviceError`.
	"""
	source = read_source({"file": file, "text": text, "decimal": decimal, "columns": columns})
	return understand(bank_transaction, source).description()


def understand(bank_transaction: str, source: AdviceSource) -> UnderstoodAdvice:
	"""Match an advice to all that the current user could settle with a Bank Transaction.

	Raises `frappe.PermissionError`, `RemittanceAdviceError`.
	"""
	check_may_use_bank_transaction(bank_transaction, "read")
	line = read_statement_line(bank_transaction)
	content = source.read()
	options = Options(decimal=source.decimal, columns=source.columns, incoming=line.is_deposit)
	try:
		advice = read_advice(content, options).for_payment(line.unallocated)
	except RemittanceError as error:
		frappe.throw(escape_html(error.text(_)).replace("\n", "<br>"), RemittanceAdviceError)
		raise
	matched = match_advice(advice, list(_items(line)), currency=line.currency, amount=line.unallocated)
	return UnderstoodAdvice(statement_line=line, format=advice.format, matched=matched)


def _items(line: LedgerStatementLine) -> Iterator[PayableItem]:
	"""All that the current user could settle with a Bank Transaction."""
	direction = 1 if line.is_deposit else -1
	precision = bank_precision(line.currency)
	for part in parts_of(line, tuple(CASH_SIGN)):
		for row in _rows(part, line):
			open_amount = to_decimal(row.outstanding_amount, precision)
			if open_amount:
				yield PayableItem(
					doctype=part.doctype,
					name=row.name,
					amount=open_amount * CASH_SIGN[part.doctype] * direction,
					other_numbers=tuple(filter(None, (row.reference, row.return_against))),
					date=row.posting_date,
					party=row.party,
				)


def _rows(part: Part, line: LedgerStatementLine) -> Sequence[frappe._dict]:
	"""`frappe.get_list` applies the user's permissions, user permissions included."""
	return frappe.get_list(
		part.doctype,
		filters=part.conditions(line, InvoiceFilters()),
		fields=[
			"name",
			"posting_date",
			"outstanding_amount",
			"return_against",
			f"{PARTY_FIELD[part.doctype]} as party",
			f"{REFERENCE_FIELD[part.doctype]} as reference",
		],
		order_by="due_date, posting_date, name",
		limit=MOST_ITEMS,
	)
