"""All that a Bank Transaction could pay, for what reads its advice or its text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import frappe

from advanced_bank_reconciliation.engine.allocation import CASH_SIGN
from advanced_bank_reconciliation.erpnext_adapter.books.open_items import PARTY_FIELD
from advanced_bank_reconciliation.erpnext_adapter.books.statement_lines import LedgerStatementLine
from advanced_bank_reconciliation.erpnext_adapter.candidates.invoice_filters import (
	REFERENCE_FIELD,
	InvoiceFilters,
	Part,
)
from advanced_bank_reconciliation.erpnext_adapter.candidates.open_invoices import parts_of
from advanced_bank_reconciliation.erpnext_adapter.decimals import bank_precision, to_decimal
from advanced_bank_reconciliation.remittance.payable_items import PayableItem

# A proposal that names more of them is no help.
MOST_ITEMS = 100_000


def payable_items(line: LedgerStatementLine) -> Iterator[PayableItem]:
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
					party=row.party,
					amount=open_amount * CASH_SIGN[part.doctype] * direction,
					other_numbers=tuple(filter(None, (row.reference, row.return_against))),
					date=row.posting_date,
				)


def _rows(part: Part, line: LedgerStatementLine) -> Sequence[frappe._dict]:
	"""`frappe.get_list` applies the user's permissions, user permissions included."""
	return frappe.get_list(
		part.doctype,
		filters=part.conditions(line, InvoiceFilters()),
		fields=[
			"name",
			f"{PARTY_FIELD[part.doctype]} as party",
			"posting_date",
			"outstanding_amount",
			"return_against",
			f"{REFERENCE_FIELD[part.doctype]} as reference",
		],
		order_by="due_date, posting_date, name",
		limit=MOST_ITEMS,
	)
