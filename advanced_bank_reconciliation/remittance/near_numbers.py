"""Numbers that differ from an open item's by one slip of who typed them. They are suggested, never taken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from rapidfuzz.distance import OSA

from advanced_bank_reconciliation.engine.messages import Message, _, message
from advanced_bank_reconciliation.remittance.numbers import DATE, LEAST_DIGITS, MOST_RUNS, RUN

SPACE = re.compile(r"[\s,;]+")
YEAR = re.compile(r"(?:19|20)\d\d")
LOOK_ALIKE = re.compile(r"(?<=\d)[oil]+|[oil]+(?=\d)")
LETTERS = "oil"
DIGITS_FOR = str.maketrans(LETTERS, "011")
DIGITS = "0123456789"
LONGEST_END = 20
# More than two runs without a separator, see `numbers.places_in_identifiers`.
IDENTIFIER = re.compile(r"\d[^\W\d_]+\d|[^\W\d_]\d+[^\W\d_]")


class TypedNumber(NamedTuple):
	"""A number as it was typed.

	whole: without separators; end: its last digits without leading zeros; in both, letters that look like
	digits are digits; has_letters: whether there were such letters
	"""

	whole: str
	end: str
	has_letters: bool


def typed_numbers(text: str) -> Iterator[TypedNumber]:
	"""What in a text may be numbers of documents, the first twelve; no dates, years or identifiers."""
	for word in SPACE.split(DATE.sub(" ", text.casefold()).strip())[:MOST_RUNS]:
		corrected = LOOK_ALIKE.sub(lambda letters: letters[0].translate(DIGITS_FOR), word)
		runs = RUN.findall(corrected)
		end = next((run.lstrip("0") for run in reversed(runs) if run.isdigit()), "")
		if LEAST_DIGITS <= len(end) <= LONGEST_END and not _is_no_number(corrected):
			yield TypedNumber("".join(runs), end, corrected != word)


def _is_no_number(word: str) -> bool:
	return bool(YEAR.fullmatch(word) or IDENTIFIER.search(word))


def ends_of(number: str) -> Iterator[str]:
	"""The ends by which the number of a document is found, among them all that `typed_numbers` has of it.

	Most numbers are a word with digits at its end: that is told quicker.
	"""
	before = number.rstrip(DIGITS)
	end, last = number[len(before) :].lstrip("0"), before[-1:].casefold()
	may_be_digit = last.isdigit() or (last and last in LETTERS)
	if len(end) >= LEAST_DIGITS and not may_be_digit and not SPACE.search(number):
		yield end
	else:
		yield from (one.end for one in typed_numbers(number))


def near_ends(end: str) -> Iterable[str]:
	"""An end, and all that one slip makes of it.

	Looking a hundred of them up is quicker than to compare it with thousands.
	"""
	parts = [(end[:place], end[place:]) for place in range(len(end) + 1)]
	shorter = [before + after[1:] for before, after in parts]
	swapped = [before + after[1:2] + after[:1] + after[2:] for before, after in parts]
	longer = [before + digit + after for before, after in parts for digit in DIGITS]
	others = [before + digit + after[1:] for before, after in parts for digit in DIGITS]
	return dict.fromkeys([end, *shorter, *swapped, *longer, *others])


def slip_between(typed: TypedNumber, right: TypedNumber) -> Message | None:
	"""Which slip makes the typed number of the right one, as a phrase; None if it takes more than one."""
	for one, other in ((typed.whole, right.whole), (typed.end, right.end)):
		if one == other:
			return message(_("letters in place of digits")) if typed.has_letters else None
		if OSA.distance(one, other, score_cutoff=1) == 1:
			return message(_slip(one, other))
	return None


def _slip(typed: str, right: str) -> str:
	if len(typed) < len(right):
		return _("one character is missing")
	if len(typed) > len(right):
		return _("one character too many")
	if sorted(typed) == sorted(right):
		return _("two characters are swapped")
	return _("one character is another")
