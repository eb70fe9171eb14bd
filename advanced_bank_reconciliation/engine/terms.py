"""Payment terms: an allocation pays the terms of an invoice in the order in which they fall due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Term:
	"""One payment term of an invoice, with what is still outstanding of it."""

	name: str
	outstanding: Decimal


def spread_over_terms(amount: Decimal, terms: Sequence[Term]) -> list[Term]:
	"""Split `amount` over `terms`, in the order given, none more than its outstanding amount.

	Amounts carry the sign of the invoice's outstanding amount. Returns the parts that are not zero; their
	sum is `amount`. What no term takes (a difference of rounding between terms and invoice) goes to the last,
	and a term that was paid more than its amount takes nothing. Without terms there are no parts.
	"""
	parts: list[Term] = []
	rest = amount
	for term in terms:
		if rest * term.outstanding > 0:
			part = min(rest, term.outstanding, key=abs)
			parts.append(Term(term.name, part))
			rest -= part
	if rest and terms:
		last = parts.pop() if parts else Term(terms[-1].name, Decimal(0))
		parts.append(Term(last.name, last.outstanding + rest))
	return parts
