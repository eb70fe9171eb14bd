"""What allocations in other currencies come to at the bank.

What is owed in one currency is converted as a whole, as a bank converts what it pays in, and the result is
rounded once. Each allocation is rounded as well; what that leaves over goes, one smallest unit each, to the
largest of them. So the allocations add up to the converted total, and none is off by more than one and a half
units. Against its own rate a payment is then off by as much, which ERPNext books as exchange gain or loss
(PaymentEntry.set_exchange_gain_loss).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from decimal import Decimal, localcontext

from advanced_bank_reconciliation.engine.books import Allocation, OpenItem, StatementLine
from advanced_bank_reconciliation.engine.errors import Problem
from advanced_bank_reconciliation.engine.exchange import ExchangeRates, Rate, RateSource
from advanced_bank_reconciliation.engine.messages import _, message
from advanced_bank_reconciliation.engine.money import rounded

# Enough for an amount and two rates, each of more digits than ERPNext stores.
DIGITS = 80


def convert(
	line: StatementLine,
	allocations: Sequence[Allocation],
	rates: ExchangeRates,
	also_needed: Collection[str] = (),
) -> tuple[list[Allocation], list[Problem]]:
	"""Give each allocation its rates, and its cash in the currency of the bank account.

	allocations: grouped; those of one group have one payment, and so the rates of its first member
	also_needed: currencies that something else than they is converted from or to
	Returns them in the order given, without those that have no rate, and the problems: one for each currency
	without a rate, for each entered rate that nothing needs, and for each payment that comes to nothing.
	"""
	owners: dict[int, OpenItem] = {}
	for one in allocations:
		owners.setdefault(one.group, one.open_item)
	rated: list[tuple[Allocation, Rate, Rate]] = []
	missing: set[str] = set()
	for one in allocations:
		own = rates.rate_of(one.open_item.currency, owners[one.group])
		bank = rates.rate_of(line.currency, owners[one.group])
		if own and bank:
			rated.append((one, own, bank))
		missing |= {one.open_item.currency} if own is None else set()
		missing |= {line.currency} if bank is None else set()
	problems = [missing_rate(currency, rates.company_currency) for currency in sorted(missing)]
	if allocations:
		problems += _needless_rates(line, allocations, rates, also_needed)
	converted = _convert_rated(line, rated)
	return converted, problems + _worthless(line, converted)


def in_bank_currency(
	amounts: Sequence[Decimal], rate: Decimal, bank_rate: Decimal, precision: int
) -> list[Decimal]:
	"""Convert amounts of one currency so that they add up to their converted total.

	rate, bank_rate: what a unit of either currency is worth in the company's; precision: of the result
	"""
	with localcontext() as context:
		context.prec = DIGITS
		total = rounded(sum(amounts, Decimal(0)) * rate / bank_rate, precision)
		parts = [rounded(amount * rate / bank_rate, precision) for amount in amounts]
		unit = Decimal(1).scaleb(-precision)
		left_over = int((total - sum(parts, Decimal(0))) / unit)
	largest_first = sorted(range(len(parts)), key=lambda index: (-abs(parts[index]), index))
	for index in largest_first[: abs(left_over)]:
		parts[index] += unit.copy_sign(Decimal(left_over))
	return parts


def _convert_rated(line: StatementLine, rated: Sequence[tuple[Allocation, Rate, Rate]]) -> list[Allocation]:
	"""Convert what has the same currency and rates together."""
	together: dict[tuple, list[int]] = defaultdict(list)
	for index, (one, own, bank) in enumerate(rated):
		together[(one.open_item.currency, own.value, bank.value)].append(index)
	converted: dict[int, Allocation] = {}
	for (currency, rate, bank_rate), indexes in together.items():
		cash = [rated[index][0].cash_amount for index in indexes]
		if currency != line.currency:
			cash = in_bank_currency(cash, rate, bank_rate, line.precision)
		for index, amount in zip(indexes, cash, strict=True):
			converted[index] = with_rates(*rated[index], amount)
	return [converted[index] for index in range(len(rated))]


def with_rates(one: Allocation, own: Rate, bank: Rate, cash: Decimal) -> Allocation:
	"""An allocation with its rates, and with its cash in the currency of the bank account.

	The source is told of the rate that is least certain: of the open item's, or else of the bank's."""
	decisive = bank if own.source is RateSource.COMPANY_CURRENCY else own
	source = "" if decisive.source is RateSource.COMPANY_CURRENCY else decisive.source.value
	return replace(
		one,
		cash_amount=cash,
		exchange_rate=own.posted,
		bank_exchange_rate=bank.posted,
		rate_source=source,
	)


def missing_rate(currency: str, company_currency: str) -> Problem:
	"""There is none for a currency that is needed."""
	sentence = _(
		"There is no exchange rate from {0} to {1} for the date of the Bank Transaction. Enter the rate, or"
		" create a Currency Exchange record."
	)
	return Problem("Currency", currency, message(sentence, currency, company_currency))


def _needless_rates(
	line: StatementLine,
	allocations: Sequence[Allocation],
	rates: ExchangeRates,
	also_needed: Collection[str],
) -> list[Problem]:
	"""A rate for a currency that does not take part is a slip: another one was meant."""
	owed = {one.open_item.currency for one in allocations}
	needed = {line.currency, *owed, *also_needed} - {rates.company_currency}
	sentence = _(
		"No exchange rate of {0} is needed: neither the bank account nor a selected invoice is in it."
	)
	company = _("{0} is the currency of the company: it has no exchange rate. Leave it out.")
	return [
		Problem(
			"Currency",
			currency,
			message(company if currency == rates.company_currency else sentence, currency),
		)
		for currency in sorted(rates.given)
		if currency not in needed
	]


def _worthless(line: StatementLine, converted: Sequence[Allocation]) -> list[Problem]:
	"""A payment moves something at the bank, or ERPNext does not take it."""
	net: dict[int, Decimal] = defaultdict(Decimal)
	for one in converted:
		net[one.group] += one.cash_amount
	sentence = _("{0} {1}: {2} {3} come to nothing in {4}. Leave it out, or select more of it.")
	return [
		Problem(
			*one.open_item.document,
			message(
				sentence, *one.open_item.document, one.allocated_amount, one.open_item.currency, line.currency
			),
		)
		for one in converted
		if one.open_item.currency != line.currency and not net[one.group]
	]
