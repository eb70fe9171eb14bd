"""What the bank kept or added: fees, chargebacks, bank charges, small differences.

gross = net + deductions, in cash with its sign (in positive, out negative): invoices of 100.00 less a fee of
2.50 arrive as 97.50, and bills of 100.00 with a charge of 2.50 on top take 102.50 out: -100 = -102.50 + 2.50.
So a deduction is positive if it costs and negative if it brings something in, on deposits and withdrawals
alike, as ERPNext has it (PaymentEntry.set_difference_amount, add_deductions_gl_entries: a debit).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from advanced_bank_reconciliation.engine.books import Allocation, StatementLine
from advanced_bank_reconciliation.engine.errors import Problem
from advanced_bank_reconciliation.engine.messages import _, message
from advanced_bank_reconciliation.engine.money import rounded
from advanced_bank_reconciliation.engine.records import Deduction, Item


class DeductionKey(NamedTuple):
	"""On which account and cost center a deduction is booked."""

	account: str
	cost_center: str


@dataclass
class _Payment:
	"""What one group will pay.

	index: of the allocation that carries the deductions: the largest of its group
	room: how much less than now it may pay, so that the smallest unit of the currency is left
	"""

	index: int
	gross: Decimal
	room: Decimal
	deductions: list[Deduction] = field(default_factory=list)


def total_of(deductions: Sequence[Deduction]) -> Decimal:
	"""What they come to."""
	return sum((one.amount for one in deductions), Decimal(0))


def in_company_currency(deduction: Deduction, item: Item, precision: int) -> Decimal:
	"""What a deduction of the payment of `item` is booked with (Payment Entry Deduction: company currency).

	precision: decimal places of the company's currency
	An item that was recorded by an earlier version has no rate: its bank account was in company currency.
	"""
	return rounded(deduction.amount * (item.bank_exchange_rate or 1), precision)


def spread(
	line: StatementLine, allocations: Sequence[Allocation], deductions: Sequence[Deduction]
) -> tuple[list[Allocation], list[Problem]]:
	"""Put the deductions on as few payments as can take them, the largest first.

	allocations: ordered by group, their cash in the currency of the bank account, less their discounts
	Returns them with their deductions and the cash that is left of each, and a problem if the payments cannot
	take them all: each has to move something at the bank. Which payment takes what depends on the amounts and
	the names of the invoices alone, not on the order of rows.
	"""
	if not deductions:
		return list(allocations), []
	direction = 1 if line.amount > 0 else -1
	unit = Decimal(1).scaleb(int(deductions[0].amount.as_tuple().exponent))
	payments = _payments(allocations, direction, unit)
	# What makes payments larger comes first, for it makes room.
	for one in sorted(deductions, key=lambda one: (one.amount * direction > 0, one.texts())):
		_place(one, payments, direction)
	if total_of(deductions) != total_of([part for payment in payments for part in payment.deductions]):
		return list(allocations), [_too_much(allocations, deductions)]
	carried = {payment.index: tuple(payment.deductions) for payment in payments}
	return [_less(one, carried.get(index, ())) for index, one in enumerate(allocations)], []


def _payments(allocations: Sequence[Allocation], direction: int, unit: Decimal) -> list[_Payment]:
	"""One for each group, the largest first."""
	payments = []
	for _group, members in groupby(enumerate(allocations), key=lambda numbered: numbered[1].group):
		group = list(members)
		gross = direction * sum((one.cash_amount for _index, one in group), Decimal(0))
		index, _largest = min(group, key=lambda numbered: _by_size(numbered[1], direction))
		payments.append(_Payment(index, gross, gross - unit))
	return sorted(
		payments, key=lambda payment: (-payment.gross, allocations[payment.index].open_item.document)
	)


def _by_size(allocation: Allocation, direction: int) -> tuple:
	return -allocation.cash_amount * direction, allocation.open_item.document


def _place(deduction: Deduction, payments: Sequence[_Payment], direction: int) -> None:
	"""Give the payments their parts of one deduction, each no more than it has room for."""
	less = deduction.amount * direction
	for payment in payments:
		part = min(less, payment.room)
		if part:
			payment.deductions.append(replace(deduction, amount=part * direction))
			payment.room -= part
			less -= part
		if not less:
			return


def _less(allocation: Allocation, deductions: tuple[Deduction, ...]) -> Allocation:
	cash = allocation.cash_amount - total_of(deductions)
	return replace(allocation, cash_amount=cash, deductions=(*allocation.deductions, *deductions))


def _too_much(allocations: Sequence[Allocation], deductions: Sequence[Deduction]) -> Problem:
	gross = abs(sum((one.cash_amount for one in allocations), Decimal(0)))
	sentence = _(
		"The deductions come to {0}: of the {1} that the invoices come to, something has to be left for each"
		" payment. Deduct less."
	)
	return Problem("", "", message(sentence, abs(total_of(deductions)), gross))
