"""The only set that comes to a total, against a search of all sets."""

from __future__ import annotations

import time
from itertools import combinations
from random import Random
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advanced_bank_reconciliation.engine import unique_sums
from advanced_bank_reconciliation.engine.unique_sums import NotUnique, only_set

AMOUNTS = st.lists(st.integers(-60, 200).filter(bool), max_size=9)


def all_sets(amounts: list[int], total: int) -> list[tuple[int, ...]]:
	places = range(len(amounts))
	sets = (chosen for size in range(1, len(amounts) + 1) for chosen in combinations(places, size))
	return [chosen for chosen in sets if sum(amounts[place] for place in chosen) == total]


@pytest.mark.parametrize("few", [0, 20], ids=["by bits", "by halves"])
@given(AMOUNTS, st.integers(1, 400), st.data())
def test_it_is_the_only_one_or_none(few: int, amounts: list[int], total: int, data: st.DataObject) -> None:
	"""Both ways of searching, with credit notes, and totals that there are."""
	chosen = data.draw(st.sets(st.sampled_from(range(len(amounts))))) if amounts else set()
	made = sum(amounts[place] for place in chosen)
	sought = made if made > 0 else total
	sets = all_sets(amounts, sought)
	with patch.object(unique_sums, "FEW", few):
		if len(sets) > 1:
			with pytest.raises(NotUnique):
				only_set(amounts, sought)
		else:
			assert only_set(amounts, sought) == (sets[0] if sets else None)


def test_all_but_two_of_thousands() -> None:
	"""What is left out is the smaller search."""
	amounts = [Random(4).randrange(20_000, 900_000) for _number in range(3_000)]
	amounts[7], amounts[2_000] = 3_011, 4_177
	found = only_set(amounts, sum(amounts) - 7_188)
	assert found is not None and set(range(3_000)) - set(found) == {7, 2_000}
	assert only_set(amounts, sum(amounts)) == tuple(range(3_000))


def test_the_search_is_bounded() -> None:
	"""Whatever is asked: sums that are many, and amounts that are huge."""
	random = Random(5)
	started = time.monotonic()
	for most in (10**4, 10**6, 10**9, 10**12):
		amounts = [random.randrange(1, most) for _number in range(2_000)]
		with pytest.raises(NotUnique):
			only_set(amounts, sum(amounts) // 2)
	assert time.monotonic() - started < 20
