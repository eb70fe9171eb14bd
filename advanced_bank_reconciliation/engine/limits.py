"""How long, how often: the limits that a worker keeps to."""

from __future__ import annotations

from dataclasses import dataclass

# Far beyond any wait, and still a number that a float holds.
MAX_DOUBLINGS = 60


@dataclass(frozen=True, kw_only=True)
class Limits:
	"""Limits of one job.

	slice_seconds: after this long the worker hands the run back to the queue, so that others get their turn
	attempts: claims and transient failures without progress before the run is undone
	first_wait_seconds, max_wait_seconds: wait after the first transient failure, doubled each time
	"""

	slice_seconds: float = 300.0
	attempts: int = 8
	first_wait_seconds: float = 0.5
	max_wait_seconds: float = 15.0

	def wait_after(self, attempt: int) -> float:
		"""Seconds to wait after the transient failure number `attempt`, counted from 1."""
		doublings = min(attempt - 1, MAX_DOUBLINGS)
		return min(self.max_wait_seconds, self.first_wait_seconds * 2**doublings)
