"""How fast a run goes, and how long it will take."""

from __future__ import annotations

import math
from collections.abc import Callable

from advanced_bank_reconciliation.engine.records import Run
from advanced_bank_reconciliation.engine.states import RunState


class Pace:
	"""Measures one job. Posting and undoing are measured apart, for they have paces of their own."""

	def __init__(self, clock: Callable[[], float]):
		self.clock = clock
		self.state: RunState | None = None
		self.began = 0.0
		self.done_before = 0

	def seconds_left(self, run: Run) -> int | None:
		"""Estimate the seconds until the current state is left; None if nothing is known yet."""
		if run.state is RunState.POSTING:
			return self.estimate(run.state, run.posted, run.total - run.posted)
		return self.estimate(run.state, run.undone, run.posted - run.undone)

	def estimate(self, state: RunState, done: int, left: int) -> int | None:
		"""The same from numbers: done, counted from anywhere, and left to do in `state`."""
		if state is not self.state:
			self.state, self.began, self.done_before = state, self.clock(), done
		progressed = done - self.done_before
		if state not in (RunState.POSTING, RunState.ROLLING_BACK) or progressed <= 0:
			return None
		return math.ceil((self.clock() - self.began) / progressed * left)
