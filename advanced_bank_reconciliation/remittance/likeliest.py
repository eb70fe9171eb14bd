"""What a line may mean that names no open item: near misses of its number, and its amount. Never taken."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import islice

from advanced_bank_reconciliation.engine.messages import Message
from advanced_bank_reconciliation.remittance.advice import AdviceLine
from advanced_bank_reconciliation.remittance.near_numbers import (
	TypedNumber,
	ends_of,
	near_ends,
	slip_between,
	typed_numbers,
)
from advanced_bank_reconciliation.remittance.payable_items import PayableItem

MOST = 3
# Of more items that are equal, or equally near, any selection would be a guess.
MOST_EQUAL, MOST_NEAR = 200, 50
# So many are compared one by one; finding the near ones takes longer.
FEW = 20

ByEnd = Mapping[str, Sequence[int]]
"""Places by the ends of the numbers of their items."""
Suggestions = Mapping[int, Message | None]
"""Places of items in the list of all, the likeliest first, each with the slip that was made then."""


class Likeliest:
	"""Finds the likeliest items among many; made once for all lines of an advice.

	Numbers are compared only if a few items have the amount, or if their ends are the same but for one slip:
	so a line costs about the same however many items there are, and however many of them are alike.
	"""

	def __init__(self, items: Sequence[PayableItem]):
		self._items = items
		self._numbers: dict[int, Sequence[TypedNumber]] = {}
		self._ends_near_to: dict[str, Sequence[str]] = {}
		self._by_end_of_equal: dict[Decimal, ByEnd] = {}
		self._equal_to: dict[tuple[Decimal, date | None], Sequence[int]] = {}
		self._by_amount: dict[Decimal, list[int]] = defaultdict(list)
		for place, item in enumerate(items):
			self._by_amount[item.amount].append(place)

	@cached_property
	def _by_end(self) -> ByEnd:
		return self._with_ends(range(len(self._items)))

	def _with_ends(self, places: Iterable[int]) -> ByEnd:
		"""These places by the ends of their numbers."""
		by_end: dict[str, list[int]] = defaultdict(list)
		for place in places:
			item = self._items[place]
			for number in (item.name, *item.other_numbers):
				for end in ends_of(number):
					by_end[end].append(place)
		return by_end

	def suggestions(self, line: AdviceLine) -> Suggestions:
		"""The three likeliest. What is near in number and equal in amount is suggested alone."""
		if both := self.near_and_equal(line):
			return both
		typed = [*_typed_in(line)]
		near = self._with_slips(typed, self._near(typed, self._by_end), line)
		ranked = [*near, *self._equal(line)]
		return {place: near.get(place) for place in ranked[:MOST]}

	def _equal(self, line: AdviceLine) -> Sequence[int]:
		"""The likeliest that have the line's amount: the same for all lines of this amount and date."""
		if not line.gross:
			return []
		asked = (line.gross, line.date)
		if asked not in self._equal_to:
			equal = self._by_amount.get(line.gross, [])[:MOST_EQUAL]
			self._equal_to[asked] = sorted(equal, key=lambda place: self._distance(place, line))[:MOST]
		return self._equal_to[asked]

	def near_and_equal(self, line: AdviceLine) -> Suggestions:
		"""Those whose amount is the line's, and whose number is the line's but for one slip."""
		equal = self._by_amount.get(line.gross, []) if line.gross else []
		if not line.gross or not equal:
			return {}
		typed = [*_typed_in(line)]
		if len(equal) <= FEW:
			return self._with_slips(typed, equal, line)
		if line.gross not in self._by_end_of_equal:
			self._by_end_of_equal[line.gross] = self._with_ends(equal)
		return self._with_slips(typed, self._near(typed, self._by_end_of_equal[line.gross]), line)

	def _near(self, typed: Sequence[TypedNumber], by_end: ByEnd) -> Iterable[int]:
		"""The first that have an end near a typed one, those with the very end before others."""
		ends = (end for one in typed for end in self._ends_near(one.end))
		return dict.fromkeys(islice((place for end in ends for place in by_end.get(end, ())), MOST_NEAR))

	def _ends_near(self, end: str) -> Sequence[str]:
		"""Those that any item has."""
		if end not in self._ends_near_to:
			self._ends_near_to[end] = [near for near in near_ends(end) if near in self._by_end]
		return self._ends_near_to[end]

	def _with_slips(
		self, typed: Sequence[TypedNumber], places: Iterable[int], line: AdviceLine
	) -> dict[int, Message]:
		"""The first three of the places whose number is a typed one but for one slip."""
		ranked = sorted(places, key=lambda place: self._distance(place, line)) if typed else ()
		slips = ((place, self._slip(typed, place)) for place in ranked)
		return dict(islice(((place, slip) for place, slip in slips if slip), MOST))

	def _slip(self, typed: Sequence[TypedNumber], place: int) -> Message | None:
		pairs = ((one, number) for one in typed for number in self._numbers_of(place))
		return next(filter(None, (slip_between(one, number) for one, number in pairs)), None)

	def _numbers_of(self, place: int) -> Sequence[TypedNumber]:
		if place not in self._numbers:
			item = self._items[place]
			self._numbers[place] = tuple(typed_numbers(" ".join((item.name, *item.other_numbers))))
		return self._numbers[place]

	def _distance(self, place: int, line: AdviceLine) -> tuple:
		item = self._items[place]
		days = abs((item.date - line.date).days) if item.date and line.date else 10_000
		return days, item.doctype, item.name


def _typed_in(line: AdviceLine) -> Iterator[TypedNumber]:
	return typed_numbers(f"{line.reference} {line.text}")
