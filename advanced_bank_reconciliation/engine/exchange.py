"""Exchange rates: what one unit of a currency is worth in the company's currency, and where that comes from.

These are the rates that a Payment Entry carries (`source_exchange_rate`, `target_exchange_rate`): between two
foreign currencies there is no rate of its own, both go through the company's currency.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum

from advanced_bank_reconciliation.engine.books import OpenItem
from advanced_bank_reconciliation.engine.errors import Problem
from advanced_bank_reconciliation.engine.messages import Message, _, message
from advanced_bank_reconciliation.engine.money import NotAnAmount, exact_amount, rounded

RATE_PRECISION = 9
"""Decimal places of an exchange rate of a Payment Entry."""

GivenRates = tuple[tuple[str, Decimal], ...]


class RateSource(str, Enum):
	"""Where a rate comes from. The values are what users see, in English."""

	COMPANY_CURRENCY = "Company Currency"
	GIVEN = "Entered"
	DATED = "Exchange Rate of the Date"
	INVOICE = "Invoice"


@dataclass(frozen=True)
class Rate:
	"""What one unit of a currency is worth in the company's currency, and where that comes from."""

	value: Decimal
	source: RateSource

	@property
	def posted(self) -> Decimal:
		"""The rate as a Payment Entry carries it."""
		return rounded(self.value, RATE_PRECISION)


@dataclass(frozen=True, kw_only=True)
class ExchangeRates:
	"""The rates of one run.

	given: by currency, what somebody entered; dated: by currency, what the books have for the date of the
	Bank Transaction, if they have any
	"""

	company_currency: str
	given: Mapping[str, Decimal] = field(default_factory=dict)
	dated: Mapping[str, Decimal] = field(default_factory=dict)

	def rate_of(self, currency: str, item: OpenItem) -> Rate | None:
		"""The rate of `currency` for a payment of `item`; None if there is none.

		Without a rate of the date it is the one of the invoice, if that is in the currency (ERPNext:
		PaymentEntry.set_exchange_rate as get_payment_entry calls it).
		"""
		if currency == self.company_currency:
			return Rate(Decimal(1), RateSource.COMPANY_CURRENCY)
		if currency in self.given:
			return Rate(self.given[currency], RateSource.GIVEN)
		if currency in self.dated:
			return Rate(self.dated[currency], RateSource.DATED)
		if currency == item.invoice_currency and item.invoice_rate:
			return Rate(item.invoice_rate, RateSource.INVOICE)
		return None


def read_exchange_rates(rates: object) -> tuple[GivenRates, list[Problem]]:
	"""Read exchange rates as they came in, and say what is wrong with their form.

	rates: `{currency: rate}`, its JSON, or None; a rate is a number or its text in plain digits with a point,
	in company currency for one unit
	Returns pairs ordered by currency.
	"""
	if isinstance(rates, str):
		try:
			rates = json.loads(rates, parse_float=Decimal) if rates.strip() else None
		except (ValueError, ArithmeticError, RecursionError) as error:
			return (), [_problem(message(_("The exchange rates are not valid JSON: {0}."), error))]
	if rates is None:
		return (), []
	if not isinstance(rates, Mapping):
		return (), [_problem(message(_("The exchange rates must name a rate for each currency.")))]
	pairs = [(str(currency), _read_rate(value)) for currency, value in rates.items()]
	sentence = _("{0}: {1} is not an exchange rate. Enter what one {0} is worth in the company's currency.")
	problems = [
		Problem("Currency", currency, message(sentence, currency, str(rates.get(currency))[:40]))
		for currency, value in pairs
		if value is None
	]
	return tuple(sorted((currency, value) for currency, value in pairs if value)), problems


def _read_rate(value: object) -> Decimal | None:
	"""A rate that a Payment Entry can carry, or None."""
	try:
		rate = exact_amount(value)
	except NotAnAmount:
		return None
	return rate if rounded(rate, RATE_PRECISION) > 0 else None


def _problem(reason: Message) -> Problem:
	return Problem("", "", reason)
