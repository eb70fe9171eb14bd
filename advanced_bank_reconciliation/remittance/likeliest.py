"""What a line may mean that names no open item: near misses of the number, and the amount. Never taken."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from advanced_bank_reconciliation.remittance.advice import AdviceLine
from advanced_bank_reconciliation.remittance.numbers import LEAST_DIGITS, runs_of
from advanced_bank_reconciliation.remittance.payable_items import PayableItem

MOST = 3
# Of items that all have the same amount, any selection would be a guess.
MOST_EQUAL = 200


class Likeliest:
	"""Finds the three likeliest items. Two numbers are near if they are equal without one digit each."""

	def __init__(self, items: Sequence[PayableItem]):
		self._items = items
		self._by_amount: dict[Decimal, list[int]] = defaultdict(list)
		self._by_digits: dict[str, list[int]] = defaultdict(list)
		for place, item in enumerate(items):
			self._by_amount[item.amount].append(place)
			for digits in _last_digits(item.name):
				for key in _with_one_less(digits):
					self._by_digits[key].append(place)

	def places(self, line: AdviceLine) -> tuple[int, ...]:
		"""Places of the likeliest items: those that are near in number and equal in amount come first."""
		near = set()
		for digits in _last_digits(line.reference or line.text):
			for key in _with_one_less(digits):
				near |= set(self._by_digits.get(key, ())[:MOST_EQUAL])
		equal = set(self._by_amount.get(line.gross, ())[:MOST_EQUAL]) if line.gross else set()
		ranked = sorted(near | equal, key=lambda place: self._distance(place, line, near, equal))
		return tuple(ranked[:MOST])

	def _distance(self, place: int, line: AdviceLine, near: set[int], equal: set[int]) -> tuple:
		item = self._items[place]
		days = abs((item.date - line.date).days) if item.date and line.date else 10_000
		return -((place in near) + (place in equal)), place not in near, days, item.document


def _last_digits(text: str) -> Iterator[str]:
	"""The last run of digits, without its zeros."""
	digits = [run for run in runs_of(text) if run.isdigit()]
	if digits and len(digits[-1].lstrip("0")) >= LEAST_DIGITS:
		yield digits[-1].lstrip("0")


def _with_one_less(digits: str) -> set[str]:
	return {digits, *(digits[:index] + digits[index + 1 :] for index in range(min(len(digits), 20)))}
