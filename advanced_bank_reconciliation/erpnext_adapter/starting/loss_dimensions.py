"""What a payment books beside the bank and the party needs the dimensions that profit and loss demands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import frappe

from advanced_bank_reconciliation.engine.books import Allocation, OpenItem
from advanced_bank_reconciliation.engine.deductions import total_of
from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.errors import Problem
from advanced_bank_reconciliation.engine.exchange import ExchangeRates
from advanced_bank_reconciliation.engine.money import rounded
from advanced_bank_reconciliation.erpnext_adapter.books.dimensions import find_losses_without_dimension
from advanced_bank_reconciliation.erpnext_adapter.books.statement_lines import LedgerStatementLine
from advanced_bank_reconciliation.erpnext_adapter.decimals import company_precision


def dimension_problems(
	line: LedgerStatementLine, allocations: Sequence[Allocation], rates: ExchangeRates
) -> list[Problem]:
	"""Deductions, early payment discounts and differences of exchange that ERPNext would not book.

	They have the dimensions of the payment, and so those of the first invoice of their group. What there is
	against an advance is an obstacle of its party.
	"""
	exchange = frappe.get_cached_value("Company", line.company, "exchange_gain_loss_account")
	precision = company_precision(line.company)
	owners: dict[int, OpenItem] = {}
	booked: dict[DocumentKey, set[str]] = defaultdict(set)
	for one in (one for one in allocations if not one.is_advance):
		owner = owners.setdefault(one.group, one.open_item).document
		booked[owner] |= {part.account for part in one.deductions}
		# Without that account the exchange is a problem of its own: `exchange_problems`.
		if exchange and _differs(one, rates, precision):
			booked[owner].add(exchange)
	return find_losses_without_dimension(line.company, booked)


def _differs(one: Allocation, rates: ExchangeRates, precision: int) -> bool:
	"""Whether the payment gains or loses by exchange: its rate is another than the invoice's, or what it
	takes off the invoice is not what it comes to at the bank, each rounded to the company's currency.
	"""
	item = one.open_item
	if item.currency != rates.company_currency and one.exchange_rate != item.invoice_rate:
		return True
	owed = abs(one.allocated_amount) * one.exchange_rate
	gross = abs(one.cash_amount + total_of(one.deductions)) * one.bank_exchange_rate
	return rounded(owed, precision) != rounded(gross, precision)
