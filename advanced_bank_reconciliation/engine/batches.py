"""How much of a run is posted, or undone, in one database transaction: whole payments, and no part of one."""

from __future__ import annotations

from collections.abc import Sequence


def last_group(groups: Sequence[int], size: int) -> int:
	"""The last group of a batch.

	groups: those of the first `size` + 1 items in the order of the batch, or of all if there are fewer; at
	least one
	size: how many items a batch has at most. Groups stay whole: one that is larger is a batch of its own.
	"""
	whole = [group for group in groups[:size] if group not in groups[size : size + 1]]
	return whole[-1] if whole else groups[0]
