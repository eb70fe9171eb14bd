"""Finding runs whose worker is gone: who looks first queues them again.

It is asked by the scheduler, by who follows a run, and by every start. It only reads the database and writes
to Redis, so that a GET request may ask too.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from redis.exceptions import RedisError

from advanced_bank_reconciliation.erpnext_adapter import wiring
from advanced_bank_reconciliation.erpnext_adapter.runs.run_leases import abandoned_runs
from advanced_bank_reconciliation.erpnext_adapter.settings import get_settings


def look_after_runs(among: Sequence[str] | None = None) -> list[str]:
	"""Queue every run that needs work and that no worker has; one whose job waits in the queue is left alone.

	among: names of runs; all runs of the site if None
	Returns the names of the runs that have no worker. Without Redis nothing is queued, and nothing raised.
	"""
	abandoned, queue = abandoned_runs(among), wiring.queue()
	seconds = get_settings().lease_seconds
	with suppress(RedisError):
		for one in abandoned:
			queue.enqueue_again(one, seconds)
	return [one.run.name for one in abandoned]
