"""Amounts as files write them. Whether a comma separates decimals is decided for a file as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from advanced_bank_reconciliation.engine.messages import _, message
from advanced_bank_reconciliation.engine.money import LARGEST_AMOUNT, NotAnAmount, exact_amount, rounded
from advanced_bank_reconciliation.remittance.errors import AmbiguousAdvice, AmbiguousDecimal

POINT, COMMA = ".", ","
# As most files write them; there is nothing to be taken off.
PLAIN = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
# Signs of currencies and their codes, before or after the number.
CURRENCY = re.compile(r"^(?:[A-Za-z]{3}\b|[$€£¥₹])\s*|\s*(?:\b[A-Za-z]{3}|[$€£¥₹])$")
NEGATIVE = re.compile(r"^\((?P<brackets>.*)\)$|^[-−–]\s*(?P<before>.*)$|^(?P<after>.*\d)\s*[-−–]$")
# What separates thousands and can be nothing else: blanks, apostrophes.
SPACED = re.compile(r"^[0-9]{1,3}(?:(?P<gap>[ \u00a0\u202f'’])[0-9]{3})(?:(?P=gap)[0-9]{3})*(?=[.,]|$)")
FORMS = {
	POINT: re.compile(r"^(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+|(?=\.[0-9]))(?:\.[0-9]*)?$"),
	COMMA: re.compile(r"^(?:[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+|(?=,[0-9]))(?:,[0-9]*)?$"),
}
MOST_DECIMALS = 4
LONGEST = 40
FLOAT_NOISE = Decimal("0.000001")
DOUBTFUL = _("{0} may be more than a thousand or have three decimals. Say which sign separates the decimals.")


def decimal_sign(texts: Iterable[str], asked: str | None = None) -> str:
	"""Which sign separates the decimals of a file: "." or ",".

	texts: all amounts of the file; asked: what the accountant said, if asked
	Raises `AmbiguousAdvice` if the amounts contradict each other, or if all of them can be read both ways.
	"""
	if asked in (POINT, COMMA):
		return asked
	certain: dict[str, str] = {}
	doubtful: dict[str, str] = {}
	with_three: set[str] = set()
	for digits, text in ((_digits(text)[0], text) for text in texts):
		signs = _readings(digits)
		if len(signs) == 1:
			certain.setdefault(signs[0], text)
			with_three |= set(signs) if re.search(r"[.,][0-9]{3}$", digits) else set()
		elif signs:
			doubtful.setdefault(COMMA if COMMA in digits else POINT, text)
	return _decide(certain, doubtful, with_three)


def _decide(certain: dict[str, str], doubtful: dict[str, str], with_three: set[str]) -> str:
	"""certain: an amount for each sign that separates decimals for sure; doubtful: one for each sign that
	separates either; with_three: the signs that separate three decimals for sure.
	"""
	if len(certain) > 1:
		sentence = _("{0} has a decimal point, {1} has a decimal comma. Write all amounts alike.")
		raise AmbiguousAdvice(message(sentence, certain[POINT], certain[COMMA]))
	sign = next(iter(certain), None)
	# Beside 12.50, an amount like 1.234 is rather meant as a thousand.
	for separator, example in doubtful.items():
		if sign is None or (separator == sign and sign not in with_three):
			raise AmbiguousDecimal(message(DOUBTFUL, example))
	return sign or POINT


def _readings(digits: str) -> tuple[str, ...]:
	"""By which decimal signs a number can be read; none if it says nothing."""
	if digits.isdigit():
		return ()
	return tuple(sign for sign, form in FORMS.items() if form.match(digits) and _is_usual(digits, sign))


def _is_usual(digits: str, sign: str) -> bool:
	"""Nobody separates the thousands of 0.500."""
	other = COMMA if sign == POINT else POINT
	return not (other in digits and digits.startswith("0"))


def read_amount(value: object, sign: str) -> Decimal:
	"""Read one amount of a file.

	value: a number, as from a spreadsheet, or a text with or without a currency; sign: from `decimal_sign`
	Raises `NotAnAmount`.
	"""
	if isinstance(value, float):
		return _without_noise(exact_amount(value))
	if not isinstance(value, str):
		return exact_amount(value)
	digits, is_negative = _digits(value)
	if not FORMS[sign].match(digits):
		raise NotAnAmount
	plain = digits.replace(COMMA, "") if sign == POINT else digits.replace(POINT, "").replace(COMMA, POINT)
	amount = Decimal(plain)
	if amount >= LARGEST_AMOUNT or -int(amount.as_tuple().exponent) > MOST_DECIMALS:
		raise NotAnAmount
	return -amount if is_negative else amount


def _without_noise(amount: Decimal) -> Decimal:
	nearest = rounded(amount, MOST_DECIMALS)
	if abs(nearest - amount) > FLOAT_NOISE:
		raise NotAnAmount
	return amount if nearest == amount else Decimal(format(nearest.normalize(), "f"))


def _digits(text: str) -> tuple[str, bool]:
	"""The number of a text without currency, sign and blanks, and whether it is negative."""
	if len(text) > LONGEST:
		return "", False
	if PLAIN.fullmatch(text):
		return text, False
	digits = CURRENCY.sub("", text.strip())
	found = NEGATIVE.match(digits)
	if found:
		digits = CURRENCY.sub("", next(part for part in found.groups() if part is not None))
	spaced = SPACED.match(digits)
	if spaced:
		digits = digits.replace(spaced["gap"], "")
	return digits.strip().removeprefix("+"), bool(found)
