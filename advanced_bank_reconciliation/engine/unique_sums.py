"""The set of amounts that adds up to a total, if there is exactly one: equal sums are many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import gcd

MOST_BITS = 100_000_000
"""How much is searched: amounts times the largest sum, in the smallest unit that they share."""

FEW = 20
"""Up to so many amounts are searched by halves, whatever their size: twice 1,024 sums."""


class NotUnique(Exception):
	"""Several sets add up to the total, or there are too many to tell."""


def only_set(amounts: Sequence[int], total: int) -> tuple[int, ...] | None:
	"""Find the only set of amounts that adds up to a total, exactly.

	amounts: in minor units, of either sign; total: positive
	Returns the places of the set in ascending order, None if there is none. Raises `NotUnique`.
	"""
	# Not to choose a negative amount is to choose its size: then all are positive.
	sizes = [abs(amount) for amount in amounts]
	target = total - sum(amount for amount in amounts if amount < 0)
	rest = sum(sizes) - target
	if min(target, rest) < 0:
		return None
	# What is left out is a set as well, and often the smaller one.
	found = _only_subset(sizes, min(target, rest))
	if found is None:
		return None
	is_left_out = rest < target
	return tuple(
		place for place, amount in enumerate(amounts) if ((place in found) != is_left_out) == (amount >= 0)
	)


def _only_subset(sizes: Sequence[int], sought: int) -> set[int] | None:
	"""The same for amounts that are not negative; the places in any order."""
	places = sorted((place for place, size in enumerate(sizes) if size <= sought), key=sizes.__getitem__)
	usable = [sizes[place] for place in places]
	found = _by_halves(usable, sought) if len(usable) <= FEW else _by_bits(usable, sought)
	return None if found is None else {places[index] for index in found}


def _by_halves(sizes: Sequence[int], sought: int) -> list[int] | None:
	"""All sums of each half, and which of them come to what is sought together."""
	middle = len(sizes) // 2
	first, second = _sums(sizes[:middle]), _sums(sizes[middle:])
	pairs = [
		[*one, *(middle + index for index in other)]
		for total, ones in first.items()
		for one in ones
		for other in second.get(sought - total, ())
	]
	if len(pairs) > 1:
		raise NotUnique
	return pairs[0] if pairs else None


def _sums(sizes: Sequence[int]) -> Mapping[int, list[tuple[int, ...]]]:
	"""For each sum the sets that come to it; two of them say enough."""
	sums: dict[int, list[tuple[int, ...]]] = {0: [()]}
	for index, size in enumerate(sizes):
		more: dict[int, list[tuple[int, ...]]] = defaultdict(list)
		for total, ways in sums.items():
			more[total] += ways
			more[total + size] += [(*way, index) for way in ways]
		sums = {total: ways[:2] for total, ways in more.items()}
	return sums


def _by_bits(sizes: Sequence[int], sought: int) -> list[int] | None:
	"""Two long numbers whose bits are the sums that are reached, by one set at least and by two at least.

	sizes: ascending, so that the sums of many small amounts show early that there are several sets
	"""
	unit = gcd(*sizes)
	if sought % unit:
		return None
	target = sought // unit
	if target > MOST_BITS:
		raise NotUnique
	steps = [size // unit for size in sizes]
	mask = (1 << (target + 1)) - 1
	once, twice = 1, 0
	before: list[int] = []
	for step in steps:
		if (len(before) + 1) * (target + 1) > MOST_BITS:
			raise NotUnique
		before.append(once)
		twice = (twice | twice << step | once & once << step) & mask
		once = (once | once << step) & mask
		if twice.bit_length() > target:
			raise NotUnique
	return _way_back(before, steps, target) if once.bit_length() > target else None


def _way_back(before: Sequence[int], steps: Sequence[int], target: int) -> list[int]:
	"""Which amounts the only set has: those without which its sum was not reached before."""
	chosen = []
	for index in reversed(range(len(steps))):
		if not before[index] >> target & 1:
			chosen.append(index)
			target -= steps[index]
	return chosen
