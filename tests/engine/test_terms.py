"""Payment terms: what an allocation pays of each."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advanced_bank_reconciliation.engine.terms import Term, spread_over_terms
from tests.engine.strategies import directions, in_cents, sizes_in_cents


def spread(amount: str, *outstanding: str) -> list[tuple[str, str]]:
	terms = [Term(f"T{number}", Decimal(one)) for number, one in enumerate(outstanding, start=1)]
	return [(part.name, str(part.outstanding)) for part in spread_over_terms(Decimal(amount), terms)]


@pytest.mark.parametrize(
	("amount", "outstanding", "expected"),
	[
		("30.00", ("50.00", "50.00"), [("T1", "30.00")]),
		("70.00", ("50.00", "50.00"), [("T1", "50.00"), ("T2", "20.00")]),
		("100.00", ("50.00", "50.00"), [("T1", "50.00"), ("T2", "50.00")]),
		("20.00", ("0.00", "50.00"), [("T2", "20.00")]),
		("-70.00", ("-50.00", "-50.00"), [("T1", "-50.00"), ("T2", "-20.00")]),
		("100.01", ("50.00", "50.00"), [("T1", "50.00"), ("T2", "50.01")]),
		("40.00", ("-10.00", "50.00"), [("T2", "40.00")]),
		("5.00", ("0.00",), [("T1", "5.00")]),
		("5.00", (), []),
	],
)
def test_terms_are_paid_in_their_order(amount: str, outstanding: tuple, expected: list):
	"""Two terms of 50: 30 and 70 paid, a term paid already, a credit note, a cent of rounding left over, a
	term paid too much, nothing open in any term, no terms."""
	assert spread(amount, *outstanding) == expected


@given(st.lists(st.integers(-(10**4), 10**7), min_size=1, max_size=8), sizes_in_cents, directions)
def test_no_cent_is_lost_between_terms(outstanding: list[int], size: int, sign: int):
	"""Parts add up to the amount, run along it, and only the last may take more than its term."""
	amount = in_cents(sign * size)
	terms = [Term(str(number), in_cents(sign * one)) for number, one in enumerate(outstanding)]
	parts = spread_over_terms(amount, terms)
	assert sum(part.outstanding for part in parts) == amount
	assert all(part.outstanding * sign > 0 for part in parts)
	open_by_name = {term.name: abs(term.outstanding) for term in terms}
	assert all(abs(part.outstanding) <= open_by_name[part.name] for part in parts[:-1])
	assert [int(part.name) for part in parts] == sorted({int(part.name) for part in parts})
