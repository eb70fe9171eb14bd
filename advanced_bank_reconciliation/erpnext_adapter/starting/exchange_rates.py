"""The exchange rates of a run, and what ERPNext could not book with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

import frappe
from erpnext.setup.utils import get_exchange_rate

from advanced_bank_reconciliation.engine.books import Allocation
from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.errors import Problem
from advanced_bank_reconciliation.engine.exchange import RATE_PRECISION, ExchangeRates
from advanced_bank_reconciliation.engine.messages import _, message
from advanced_bank_reconciliation.engine.money import rounded
from advanced_bank_reconciliation.engine.selection import Selection
from advanced_bank_reconciliation.erpnext_adapter.books.open_items import currencies_of
from advanced_bank_reconciliation.erpnext_adapter.books.party_accounts import read_party_account
from advanced_bank_reconciliation.erpnext_adapter.books.statement_lines import LedgerStatementLine
from advanced_bank_reconciliation.erpnext_adapter.decimals import (
	bank_precision,
	company_precision,
	to_decimal,
)


def read_rates(statement_line: LedgerStatementLine, selection: Selection) -> ExchangeRates:
	"""The rates to the company's currency for the date of a Bank Transaction, and those that were entered.

	ERPNext is asked once for each currency that nobody entered (get_exchange_rate): it reads Currency
	Exchange, and asks the exchange rate service of the site if that has none. So no lock may be held here.
	"""
	company_currency = frappe.get_cached_value("Company", statement_line.company, "default_currency")
	entered = dict(selection.rates)
	owed = currencies_of(invoice.document for invoice in selection.invoices)
	account = read_party_account(selection.advance, statement_line)
	owed |= {account.currency} if account else set()
	wanted = {statement_line.currency, *owed} - {company_currency, *entered}
	dated = rates_of_date(statement_line, wanted)
	return ExchangeRates(company_currency=company_currency, given=entered, dated=dated)


def rates_of_date(statement_line: LedgerStatementLine, currencies: Iterable[str]) -> dict[str, Decimal]:
	"""What one unit of each currency is worth in the company's, on the date of a Bank Transaction; those
	without a rate left out.
	"""
	company_currency = frappe.get_cached_value("Company", statement_line.company, "default_currency")
	dated = {code: _rate_of_date(code, company_currency, statement_line) for code in sorted(set(currencies))}
	return {code: rate for code, rate in dated.items() if rate > 0}


def exchange_problems(
	statement_line: LedgerStatementLine, allocations: Sequence[Allocation], rates: ExchangeRates
) -> list[Problem]:
	"""What the company lacks to book exchange gain or loss, and terms that ERPNext would pay wrongly."""
	return [
		*_missing_account(statement_line, allocations, rates),
		*_terms_in_a_third_currency(statement_line, allocations),
		*_inexact_advances(statement_line, allocations),
	]


def _rate_of_date(currency: str, company_currency: str, statement_line: LedgerStatementLine) -> Decimal:
	"""Zero if ERPNext has none. What it prints then is dropped: the selection's own problem says it."""
	said = list(frappe.local.message_log)
	rate = get_exchange_rate(currency, company_currency, statement_line.date)
	frappe.local.message_log = said
	return to_decimal(rate, RATE_PRECISION)


def _missing_account(
	statement_line: LedgerStatementLine, allocations: Sequence[Allocation], rates: ExchangeRates
) -> list[Problem]:
	"""ERPNext books the difference there (PaymentEntry.set_exchange_gain_loss, create_gain_loss_journal)."""
	has_difference = any(
		one.open_item.currency != statement_line.currency
		or (one.deductions and statement_line.currency != rates.company_currency)
		or (
			one.open_item.currency != rates.company_currency
			and one.exchange_rate != one.open_item.invoice_rate
		)
		for one in allocations
	)
	fields = ["exchange_gain_loss_account", "cost_center"]
	if not has_difference or all(frappe.get_cached_value("Company", statement_line.company, fields)):
		return []
	sentence = _(
		"Company {0} has no Exchange Gain / Loss Account, or no default Cost Center. Set both in the Company,"
		" or pay in one currency at the rate of the invoices."
	)
	return [Problem("Company", statement_line.company, message(sentence, statement_line.company))]


def _terms_in_a_third_currency(
	statement_line: LedgerStatementLine, allocations: Sequence[Allocation]
) -> list[Problem]:
	"""ERPNext takes an amount of the party's account off terms in the invoice's currency as it is, if the
	bank account has another one (PaymentEntry.get_allocated_amount_in_transaction_currency).
	"""
	doubtful = [
		item
		for item in (one.open_item for one in allocations if not one.is_advance)
		if item.invoice_currency != item.currency != statement_line.currency
	]
	by_terms = _allocated_by_terms([item.document for item in doubtful])
	sentence = _(
		"{0} {1} is written in {2}, owed in {3}, and has payment terms: ERPNext cannot pay its terms from a"
		" bank account in {4}. Pay it from a bank account in {3}."
	)
	return [
		Problem(
			*item.document,
			message(sentence, *item.document, item.invoice_currency, item.currency, statement_line.currency),
		)
		for item in doubtful
		if item.document in by_terms
	]


def _inexact_advances(
	statement_line: LedgerStatementLine, allocations: Sequence[Allocation]
) -> Iterator[Problem]:
	"""ERPNext leaves what the amount in company currency, rounded, comes to in the currency of the party's
	account (PaymentEntry.set_unallocated_amount): the amount itself but for parts of a cent, or not.
	"""
	sentence = _(
		"Advance {0}: {1} {2} were to be left, but by its rounding ERPNext would leave {3}. Leave the"
		" advance out, and enter it by hand."
	)
	for one in (one for one in allocations if one.is_advance):
		item, rate = one.open_item, one.exchange_rate
		base = rounded(one.allocated_amount * rate, company_precision(statement_line.company))
		left = rounded(base / rate, bank_precision(item.currency))
		if left != one.allocated_amount:
			reason = message(sentence, item.party, one.allocated_amount, item.currency, left)
			yield Problem(*item.document, reason)


def _allocated_by_terms(documents: Sequence[DocumentKey]) -> set[DocumentKey]:
	"""Those of `documents` whose template allocates payments to their terms."""
	found: set[DocumentKey] = set()
	template = frappe.qb.DocType("Payment Terms Template")
	for doctype in {document.doctype for document in documents}:
		invoice = frappe.qb.DocType(doctype)
		query = frappe.qb.from_(invoice).inner_join(template)
		query = query.on(invoice.payment_terms_template == template.name).select(invoice.name)
		names = [document.name for document in documents if document.doctype == doctype]
		is_by_terms = template.allocate_payment_based_on_payment_terms == 1
		rows = query.where(invoice.name.isin(names) & is_by_terms).run(pluck=True)
		found |= {DocumentKey(doctype, name) for name in rows}
	return found
