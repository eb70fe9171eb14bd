"""Amounts: what is read as a number, and what it is rounded to."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advanced_bank_reconciliation.engine.money import LARGEST_AMOUNT, parse_amount, rounded

precisions = st.integers(0, 9)
cents = st.integers(-(10**13), 10**13)


@pytest.mark.parametrize(
	("value", "expected"),
	[
		(110.28999999999996, "110.29"),
		(760 - 649.71, "110.29"),
		(0.1 + 0.2, "0.30"),
		("110.28999999999996", "110.29"),
		(" 12.5 ", "12.50"),
		("1e3", "1000.00"),
		("-7.005", "-7.01"),
		("7.005", "7.01"),
		(1.005, "1.01"),
		(2.675, "2.68"),
		(Decimal("0.005"), "0.01"),
		(Decimal("0.0049999"), "0.00"),
		(7, "7.00"),
		("1e-2000000", "0.00"),
	],
)
def test_what_browsers_and_files_send_is_read_exactly(value: object, expected: str):
	"""Sums that a browser made of floats carry noise far behind the cents: it is rounded away, half up."""
	assert str(parse_amount(value, 2)) == expected


@pytest.mark.parametrize(
	"value",
	[
		*(True, False, None, [], {}, b"1", object(), 1j),
		*("", " ", "abc", "1,000.00", "1.000,00", "12 €", "--1", "0x10"),
		*("NaN", "sNaN", "Infinity", "-inf", float("nan"), float("inf"), float("-inf"), Decimal("sNaN")),
		*("1e13", 1e300, 10**12, -(10**12), "1e1000000", "-1e999999", "1e99999999999999999999", 10**5000),
		"9" * 10_000,
	],
	ids=lambda value: f"{type(value).__name__} {str(value)[:12] if not isinstance(value, int) else ''}",
)
def test_what_is_no_amount_is_none_and_raises_nothing(value: object):
	"""Booleans, text, infinities, and numbers beyond what the database can store are no amounts."""
	assert parse_amount(value, 2) is None


@pytest.mark.parametrize("precision", [0, 2, 3, 9])
def test_the_largest_amount_that_can_be_stored_is_read(precision: int):
	"""Twelve digits before the point fit; one more unit does not."""
	assert parse_amount(LARGEST_AMOUNT - 1, precision) == LARGEST_AMOUNT - 1
	assert parse_amount(LARGEST_AMOUNT, precision) is None


@given(cents)
def test_cents_survive_the_way_through_a_browser(amount_in_cents: int):
	"""An amount of cents that became a float or a text on the way comes back as the same cents."""
	exact = Decimal(amount_in_cents).scaleb(-2)
	assert parse_amount(float(exact), 2) == exact
	assert parse_amount(str(exact), 2) == exact
	assert parse_amount(exact, 2) == exact


@given(st.decimals(-(10**11), 10**11, allow_nan=False, places=12), precisions)
def test_rounding_is_the_nearest_amount_of_the_precision(amount: Decimal, precision: int):
	"""The result has just so many places, is at most half a unit away, and the half goes away from zero."""
	unit = Fraction(1, 10**precision)
	result = rounded(amount, precision)
	assert result.as_tuple().exponent == -precision
	distance = abs(Fraction(result) - Fraction(amount))
	assert distance <= unit / 2
	if distance == unit / 2:
		assert abs(result) > abs(amount)
	assert rounded(result, precision) == result
	assert rounded(-amount, precision) == -result


@given(
	st.one_of(st.text(max_size=30), st.floats(), st.integers(), st.booleans(), st.none(), st.decimals()),
	precisions,
)
def test_whatever_comes_in_gives_a_rounded_amount_or_none(value: object, precision: int):
	"""No input raises, and no result has more places than its currency."""
	amount = parse_amount(value, precision)
	if amount is not None:
		assert amount.is_finite()
		assert amount == amount.quantize(Decimal(1).scaleb(-precision), rounding=ROUND_HALF_UP)
