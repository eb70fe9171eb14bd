"""How long a worker waits after failures that pass."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from advanced_bank_reconciliation.engine.limits import Limits

limits = st.builds(Limits, first_wait_seconds=st.floats(0.01, 100), max_wait_seconds=st.floats(0.01, 1000))


def test_waits_double_up_to_the_longest():
	"""A short outage is over soon, a long one does not keep the database busy."""
	waits = [Limits().wait_after(attempt) for attempt in range(1, 9)]
	assert waits == [0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 15.0, 15.0]


@given(limits, st.integers(1, 10**6))
def test_waits_grow_and_are_capped(limit: Limits, attempt: int):
	"""However late the attempt, the wait is positive, not shorter than before, and never above the cap."""
	wait, next_wait = limit.wait_after(attempt), limit.wait_after(attempt + 1)
	assert 0 < wait <= next_wait <= limit.max_wait_seconds
