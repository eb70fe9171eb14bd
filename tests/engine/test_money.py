"""Amounts: what is read as a number, and what it is rounded to."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advanced_bank_reconciliation.engine.money import (
	LARGEST_AMOUNT,
	NotAnAmount,
	TooManyDecimals,
	is_changed_by,
	parse_amount,
	rounded,
)

precisions = st.integers(0, 9)
cents = st.integers(-(10**13), 10**13)


@pytest.mark.parametrize(
	("value", "expected"),
	[
		(110.28999999999996, "110.29"),
		(760 - 649.71, "110.29"),
		(0.1 + 0.2, "0.30"),
		(" 12.5 ", "12.50"),
		("12.500000", "12.50"),
		("5.", "5.00"),
		(".5", "0.50"),
		("+1", "1.00"),
		("-0", "-0.00"),
		(Decimal("1e3"), "1000.00"),
		(1e3, "1000.00"),
		(10_000_000.1 - 10_000_000, "0.10"),
		(1.0000099, "1.00"),
		(Decimal("-7.00999999"), "-7.01"),
		(7, "7.00"),
		(Decimal("1e-2000000"), "0.00"),
	],
)
def test_what_browsers_and_files_send_is_read_exactly(value: object, expected: str):
	"""Sums that a browser made of floats carry noise far behind the cents, and nothing else is lost."""
	assert str(parse_amount(value, 2)) == expected


@pytest.mark.parametrize(
	"value",
	[
		*(0.005, 1.005, 2.675, 12.3456, 0.00002, -7.005),
		*(Decimal("0.005"), Decimal("0.0049999"), Decimal("1.00002"), 100_000_000.005),
		*("0.005", "-7.005", "110.28999999999996", "0.000000000000000000000000000000000001"),
	],
)
def test_more_decimals_than_the_currency_has_are_refused(value: object):
	"""Half a cent is neither a cent nor none: whoever wrote it meant something else."""
	with pytest.raises(TooManyDecimals):
		parse_amount(value, 2)


@pytest.mark.parametrize(
	"value",
	[
		*(True, False, None, [], {}, b"1", object(), 1j),
		*("1_00", "1e3", "1E+2", "1e-2000000", "1e1000000", "١٢", "１２", "1²", ".", "+", "- 5", "5 5"),
		*("", " ", "abc", "1,000.00", "1.000,00", "12 €", "--1", "0x10"),
		*("NaN", "sNaN", "Infinity", "-inf", float("nan"), float("inf"), float("-inf"), Decimal("sNaN")),
		*(1e13, 1e300, 10**12, -(10**12), Decimal("1e1000000"), Decimal("-1e999999"), 10**5000),
		"9" * 10_000,
	],
	ids=lambda value: f"{type(value).__name__} {str(value)[:12] if not isinstance(value, int) else ''}",
)
def test_what_is_no_amount_is_called_that(value: object):
	"""Booleans, words, infinities, and numbers beyond what the database can store are no amounts; nor is what
	only Python reads: underscores, exponents, digits of other scripts.
	"""
	with pytest.raises(NotAnAmount):
		parse_amount(value, 2)


@pytest.mark.parametrize("precision", [0, 2, 3, 9])
def test_the_largest_amount_that_can_be_stored_is_read(precision: int):
	"""Twelve digits before the point fit; one more unit does not."""
	assert parse_amount(LARGEST_AMOUNT - 1, precision) == LARGEST_AMOUNT - 1
	with pytest.raises(NotAnAmount):
		parse_amount(LARGEST_AMOUNT, precision)


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
def test_whatever_comes_in_gives_an_amount_of_the_currency_or_is_refused(value: object, precision: int):
	"""Nothing else is raised, and no result has more places than its currency."""
	try:
		amount = parse_amount(value, precision)
	except (NotAnAmount, TooManyDecimals):
		return
	assert amount.is_finite()
	assert amount == amount.quantize(Decimal(1).scaleb(-precision), rounding=ROUND_HALF_UP)


@given(st.decimals(-(10**11), 10**11, allow_nan=False, places=6), precisions)
def test_a_text_is_its_exact_amount_or_is_refused(exact: Decimal, precision: int):
	"""Not a digit that somebody wrote is rounded away; zeros behind the last one change nothing."""
	fits = exact == rounded(exact, precision)
	for text in (f"{exact:f}", f" {exact:f}000 "):
		if fits:
			assert parse_amount(text, precision) == exact
		else:
			with pytest.raises(TooManyDecimals):
				parse_amount(text, precision)


@given(st.floats(-1e8, 1e8), st.sampled_from([0, 2, 3]))
def test_a_float_is_never_taken_for_an_amount_that_somebody_could_tell_from_it(value: float, precision: int):
	"""It is either within a thousandth of the smallest unit, or refused."""
	unit = Fraction(1, 10**precision)
	distance = abs(Fraction(repr(value)) - round(Fraction(repr(value)) / unit) * unit)
	try:
		amount = parse_amount(value, precision)
	except TooManyDecimals:
		assert distance > unit / 1000
	else:
		assert abs(Fraction(amount) - Fraction(repr(value))) == distance <= unit / 1000


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=1000))
def test_what_a_browser_adds_up_in_floats_comes_back_as_the_exact_sum(amounts_in_cents: list[int]):
	"""A thousand amounts of up to ten million, added and subtracted as JavaScript does it."""
	total = 0.0
	for amount in amounts_in_cents:
		total += amount / 100
	assert parse_amount(total, 2) == Decimal(sum(amounts_in_cents)).scaleb(-2)


@pytest.mark.parametrize(
	("before", "change", "after", "expected"),
	[
		("54.37", "-50", "4.37", True),
		("54.37", "-50.00", "4.370000000", True),
		("54.37", "-50", "4", True),
		("54.37", "-50", "4.00", False),
		("54.37", "-50", "4.371000000", False),
		("54.37", "-50.004", "4.37", False),
		("54.375", "-50", "4.38", True),
		("54.375", "-50", "4.37", True),
		("54.375", "-50", "4.375000000", True),
		("54.375", "-50", "4.39", False),
		("54.375", "-50", "4.36", False),
		("5437", "-5000", "437", True),
		("5437", "-5000", "438", False),
	],
)
def test_amounts_of_the_books_change_exactly(before: str, change: str, after: str, expected: bool):
	"""Only what was there with more decimals than the books round to may be rounded away, up or down."""
	assert is_changed_by(Decimal(before), Decimal(change), Decimal(after)) is expected
