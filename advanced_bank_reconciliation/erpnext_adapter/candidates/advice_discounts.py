"""Which discounts of a remittance advice are early payment discounts that payment terms allow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal

from advanced_bank_reconciliation.engine.books import EarlyDiscount
from advanced_bank_reconciliation.engine.deductions import total_of
from advanced_bank_reconciliation.engine.discounts import discount_of
from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.erpnext_adapter.books.early_discounts import read_discounts
from advanced_bank_reconciliation.erpnext_adapter.books.statement_lines import LedgerStatementLine
from advanced_bank_reconciliation.remittance.matching import MatchedAdvice, TakenItem

Offered = Mapping[DocumentKey, Sequence[EarlyDiscount]]


def allowed_discounts(matched: MatchedAdvice, line: LedgerStatementLine) -> dict[DocumentKey, Decimal]:
	"""The discounts that belong to their invoices, positive, by invoice; all others are deductions.

	A line's discount is one if it is to the cent what the terms of its invoices let off for what the line
	pays of them. An invoice that several lines pay has none: nobody knows which of them is early.
	"""
	discounted = [match for match in matched.lines if match.line.discount and match.taken]
	payers = Counter(one.item.document for match in matched.lines for one in match.taken)
	only_once = [one for match in discounted for one in match.taken if payers[one.item.document] == 1]
	offered = read_discounts([one.item.document for one in only_once], line)
	allowed: dict[DocumentKey, Decimal] = {}
	for match in discounted:
		possible = {one.item.document: _possible(one, offered) for one in match.taken}
		if sum(possible.values()) == match.line.discount:
			allowed |= {document: amount for document, amount in possible.items() if amount}
	return allowed


def _possible(taken: TakenItem, offered: Offered) -> Decimal:
	deductions = discount_of(offered.get(taken.item.document, ()), abs(taken.amount))
	# Without its account in the company the start would refuse it.
	return abs(total_of(deductions)) if all(one.account for one in deductions) else Decimal(0)
