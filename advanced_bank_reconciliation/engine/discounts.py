"""Early payment discounts: what payment terms let off belongs to the invoice, and to no other.

An invoice of 100.00 that may be paid by 98.00 until some day is reduced by 100.00: 98.00 at the bank, and a
deduction of 2.00 in the invoice's own payment.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from advanced_bank_reconciliation.engine.books import EarlyDiscount, OpenItem
from advanced_bank_reconciliation.engine.deductions import total_of
from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.messages import Message, _, message
from advanced_bank_reconciliation.engine.records import Deduction


def discount_of(discounts: Sequence[EarlyDiscount], amount: Decimal) -> tuple[Deduction, ...]:
	"""What is let off if `amount` of an open item is paid: the largest of its discounts that it reaches."""
	reached = [one for one in discounts if one.from_amount <= amount]
	return max(reached, key=lambda one: one.from_amount).deductions if reached else ()


def discount_problem(
	label: DocumentKey, item: OpenItem, amount: Decimal, discount: Decimal
) -> Message | None:
	"""Why `discount` cannot be taken when `amount` of an open item is paid, or None. Zero always can."""
	possible = abs(total_of(discount_of(item.discounts, amount)))
	if discount in (Decimal(0), possible):
		return None
	if not item.discounts:
		sentence = _(
			"{0} {1} has no early payment discount on the date of the Bank Transaction. Leave the discount"
			" out."
		)
		return message(sentence, *label)
	if not possible:
		sentence = _(
			"{0} {1}: an early payment discount is for who pays at least {2} of it. Pay so much, or leave the"
			" discount out."
		)
		return message(sentence, *label, min(one.from_amount for one in item.discounts))
	sentence = _("{0} {1}: the early payment discount of {2} is {3}, not {4}.")
	return message(sentence, *label, amount, possible, discount)
