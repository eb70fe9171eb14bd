"""Exact amounts: decimal numbers, rounded once, to the precision of their currency."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

LARGEST_AMOUNT = Decimal(10) ** 12
"""ERPNext stores amounts with at most twelve digits before the point, as decimal(21,9)."""

TEXT_FORM = re.compile(r"[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)")
"""What Python reads beyond that (1_00, 1e2, digits of other scripts) is rather a mistake than an amount."""

NOISE = Decimal("0.001")
"""How much of the currency's smallest unit a number may be off: arithmetic on floats leaves far less."""


class NotAnAmount(ValueError):
	"""What came in is no finite number, or larger than what ERPNext can store."""


class TooManyDecimals(ValueError):
	"""The amount has more decimal places than its currency."""


def rounded(amount: Decimal, precision: int) -> Decimal:
	"""Round `amount` half up to `precision` decimal places."""
	return amount.quantize(Decimal(1).scaleb(-precision), rounding=ROUND_HALF_UP)


def is_changed_by(before: Decimal, change: Decimal, after: Decimal) -> bool:
	"""Whether an amount of the books went from `before` by exactly `change` to `after`.

	after: with as many decimals as the books round to; of what `before` has more of them, they round away
	"""
	unit = Decimal(1).scaleb(int(after.as_tuple().exponent))
	missing = abs(before + change - after)
	return not missing or (before % unit != 0 and missing <= unit / 2)


def parse_amount(value: object, precision: int) -> Decimal:
	"""Read an amount from a browser, a file or a database, and round nothing away that somebody meant.

	value: a number, or its text in plain digits with a point
	precision: decimal places of the currency
	A number may be off by a thousandth of the currency's smallest unit, so that 760 - 649.71, in floats
	110.28999999999996, gives 110.29 with precision 2. A text is taken by its word: beyond the precision it
	may only have zeros. Raises `NotAnAmount` (also for booleans) and `TooManyDecimals`.
	"""
	amount = exact_amount(value)
	nearest = rounded(amount, precision)
	noise = Decimal(0) if isinstance(value, str) else NOISE.scaleb(-precision)
	if abs(nearest - amount) > noise:
		raise TooManyDecimals
	return nearest


def exact_amount(value: object) -> Decimal:
	"""Read a number or its text in plain digits, as it is.

	Floats are read by their shortest text, which is exact far beyond any currency's precision. Raises
	`NotAnAmount`.
	"""
	if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
		raise NotAnAmount
	if isinstance(value, str) and not TEXT_FORM.fullmatch(value.strip()):
		raise NotAnAmount
	# Python refuses to write an integer of thousands of digits.
	if isinstance(value, int) and abs(value) >= LARGEST_AMOUNT:
		raise NotAnAmount
	amount = Decimal(str(value).strip())
	# copy_abs() does not calculate: abs() overflows with an exponent of a million.
	if not amount.is_finite() or amount.copy_abs() >= LARGEST_AMOUNT:
		raise NotAnAmount
	return amount
