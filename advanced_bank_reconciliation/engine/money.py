"""Exact amounts: decimal numbers, rounded once, to the precision of their currency."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

LARGEST_AMOUNT = Decimal(10) ** 12
"""ERPNext stores amounts with at most twelve digits before the point, as decimal(21,9)."""


def rounded(amount: Decimal, precision: int) -> Decimal:
	"""Round `amount` half up to `precision` decimal places."""
	return amount.quantize(Decimal(1).scaleb(-precision), rounding=ROUND_HALF_UP)


def parse_amount(value: object, precision: int) -> Decimal | None:
	"""Read an amount from a browser, a file or a database.

	value: a number or its text; floats are read by their shortest text, so 110.28999999999996 with
	precision 2 gives 110.29
	precision: decimal places of the currency
	Returns None for what is no finite number (also for booleans, and beyond what ERPNext can store).
	"""
	if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
		return None
	try:
		amount = Decimal(str(value).strip())
	except (InvalidOperation, ValueError):
		return None
	# copy_abs() does not calculate: abs() overflows with an exponent of a million.
	if not amount.is_finite() or amount.copy_abs() >= LARGEST_AMOUNT:
		return None
	return rounded(amount, precision)
