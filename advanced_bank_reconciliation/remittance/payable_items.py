"""Open items as a remittance advice can name them, found by their numbers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import IntEnum
from itertools import accumulate

from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.remittance.numbers import (
	MOST_RUNS,
	is_bare,
	is_number,
	is_telling,
	key_of,
	keys_of_beginnings,
	numbers_beside_dates,
	places_in_identifiers,
	runs_of,
	shortened,
	without_zeros,
)


class Evidence(IntEnum):
	"""What of an item an advice names; the stronger, the smaller."""

	NUMBER = 1
	"""Its own number, complete."""

	OTHER_NUMBER = 2
	"""The number that the other side has for it, or, of a credit note, that of its invoice."""

	SHORTENED = 3
	"""Its number without prefix, zeros or separators. The amount has to agree as well."""

	BARE = 4
	"""A few digits that its number ends with, or that stand in a text. No other item may have the amount."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PayableItem:
	"""An open item.

	amount: what is open, positive in the direction of the payment, what runs back (a refund) negative
	other_numbers: the customer's order number, the supplier's bill number, the invoice that it returns
	"""

	doctype: str
	name: str
	amount: Decimal
	other_numbers: tuple[str, ...] = ()
	date: date | None = None
	party: str = ""

	@property
	def document(self) -> DocumentKey:
		return DocumentKey(self.doctype, self.name)


Candidates = dict[int, Evidence]
"""What a number may mean: places in the list of items, each with its evidence."""


@dataclass(frozen=True)
class Meanings:
	"""What the numbers of a text may mean, in their order.

	has_unknown: whether there are more numbers, of which nothing is known, that could be part of it
	has_single: whether there is such a number that could be part of it only together with a known one
	"""

	spans: list[Candidates]
	has_unknown: bool = False
	has_single: bool = False


class ItemIndex:
	"""Finds items by whatever is written; made once for all lines of an advice."""

	def __init__(self, items: Sequence[PayableItem]):
		self.items = items
		self._exact: dict[str, Candidates] = defaultdict(dict)
		self._whole: dict[str, Candidates] = defaultdict(dict)
		self._shortened: dict[str, list[int]] = defaultdict(list)
		self._amounts = Counter(item.amount for item in items)
		self._may_cancel = any(-amount in self._amounts for amount in self._amounts)
		for place, item in enumerate(items):
			runs = runs_of(item.name)
			self._add(place, item.name, runs, Evidence.NUMBER)
			for number in filter(None, item.other_numbers):
				self._add(place, number, runs_of(number), Evidence.OTHER_NUMBER)
			for key in set(shortened(runs)):
				self._shortened[key].append(place)

	def _add(self, place: int, number: str, runs: Sequence[str], evidence: Evidence) -> None:
		self._exact[number.casefold().strip()].setdefault(place, evidence)
		self._whole[key_of(runs)].setdefault(place, evidence)

	def has_unique_amount(self, place: int) -> bool:
		"""Whether no other item has the amount of this one."""
		return self._amounts[self.items[place].amount] == 1

	def has_amount(self, amount: Decimal) -> bool:
		"""Whether any item has it."""
		return amount in self._amounts

	def of_reference(self, reference: str) -> Meanings:
		"""What the numbers in a field for numbers may mean."""
		exact = self._exact.get(reference.casefold().strip())
		if exact:
			return Meanings([{**self._by_shortened(runs_of(reference)), **exact}])
		spans, unknown = self._meanings(reference, in_text=False)
		return Meanings(spans, unknown > 0)

	def of_text(self, text: str) -> Meanings:
		"""What the numbers in a text may mean: a few digits may mean many things, or nothing."""
		spans, unknown = self._meanings(text, in_text=True)
		# Two of them may be an invoice and a credit note that come to nothing.
		return Meanings(spans, unknown > 1 and self._may_cancel, unknown == 1)

	def _meanings(self, text: str, in_text: bool) -> tuple[list[Candidates], int]:
		"""The longest number that is known counts; the second result counts those that are not known."""
		runs, identifiers = runs_of(text), places_in_identifiers(text)
		found = dict(self._whole_spans(runs, in_text))
		covered = {index for start, (end, _what) in found.items() for index in range(start, end)}
		found.update(self._shortened_spans(runs, covered | identifiers))
		known = {index for start, (end, _what) in found.items() for index in range(start, end)} | identifiers
		unknown = Counter(numbers_beside_dates(text))
		unknown.subtract(runs[index] for index in known)
		spans = [what for _start, (_end, what) in sorted(found.items())]
		return spans, sum(count for count in unknown.values() if count > 0)

	def _whole_spans(
		self, runs: Sequence[str], in_text: bool
	) -> Iterator[tuple[int, tuple[int, Candidates]]]:
		start = 0
		while start < len(runs):
			keys = keys_of_beginnings(runs[start : start + MOST_RUNS])
			key = next(filter(self._is_whole, reversed(keys)), None)
			if key is None:
				start += 1
				continue
			end = start + keys.index(key) + 1
			whole = (
				dict.fromkeys(self._whole[key], Evidence.BARE)
				if in_text and is_bare(key)
				else self._whole[key]
			)
			# A bare number may as well be the end of a longer one.
			yield start, (end, {**self._by_shortened(runs[start:end]), **whole})
			start = end

	def _is_whole(self, key: str) -> bool:
		return key in self._whole and is_number(key)

	def _shortened_spans(
		self, runs: Sequence[str], covered: set[int]
	) -> Iterator[tuple[int, tuple[int, Candidates]]]:
		start, bare = 0, without_zeros(runs)
		while start < len(runs):
			stop = next((index for index in range(start, len(runs)) if index in covered), len(runs))
			stop = min(stop, start + MOST_RUNS)
			# A run that is covered ends nothing and begins nothing.
			keys = [*zip(keys_of_beginnings(bare[start:stop]), accumulate(runs[start:stop]), strict=True)]
			hits = ((start + count, self._of_keys(keys[count - 1])) for count in range(len(keys), 0, -1))
			end, what = next(((end, what) for end, what in hits if what), (start + 1, {}))
			if what:
				yield start, (end, what)
			start = end

	def _by_shortened(self, runs: Sequence[str]) -> Candidates:
		return self._of_keys((key_of(without_zeros(runs)), "".join(runs)))

	def _of_keys(self, keys: Iterable[str]) -> Candidates:
		"""keys: of a number without zeros, and without separators"""
		found: Candidates = {}
		for key in keys:
			places = self._shortened.get(key)
			if places and is_telling(key):
				evidence = Evidence.BARE if is_bare(key) else Evidence.SHORTENED
				found.update(dict.fromkeys(places, evidence))
		return found
