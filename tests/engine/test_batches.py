"""A batch has whole payments, about as many invoices as it may, and there is always a next one."""

from __future__ import annotations

from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from advanced_bank_reconciliation.engine.batches import last_group


def batches_of(groups: list[int], size: int) -> list[list[int]]:
	"""All batches of a run, as a run store takes them one after the other."""
	found = []
	while groups:
		last = last_group(groups[: size + 1], size)
		count = len(groups) - groups[::-1].index(last)
		found.append(groups[:count])
		groups = groups[count:]
	return found


@given(st.lists(st.integers(1, 6), max_size=12), st.integers(1, 8), st.booleans())
def test_batches_are_whole_groups_and_all_of_them(sizes: list[int], size: int, backwards: bool):
	"""Forward as in posting, and backwards as in an undo."""
	groups = [number for number, count in enumerate(sizes) for _item in range(count)]
	groups = groups[::-1] if backwards else groups
	batches = batches_of(groups, size)
	assert [group for batch in batches for group in batch] == groups
	assert len({(number, group) for number, batch in enumerate(batches) for group in batch}) == len(sizes)
	for batch, following in zip(batches, [*batches[1:], []], strict=False):
		assert len(batch) <= size or len(set(batch)) == 1
		first_of_next = next((list(members) for _group, members in groupby(following)), [])
		assert not following or len(batch) + len(first_of_next) > size


def test_batches_of_single_invoices():
	"""As many as the size says."""
	assert batches_of([0, 1, 2, 3, 4], 2) == [[0, 1], [2, 3], [4]]


def test_a_group_that_is_larger_than_a_batch():
	"""Three of a note and its invoices, two a batch: by itself, between the others."""
	assert batches_of([0, 1, 1, 1, 2], 2) == [[0], [1, 1, 1], [2]]
