"""The engine's Queue port: RQ's queue `long` on the sandbox's Redis."""

from __future__ import annotations

from rq import Queue

from advanced_bank_reconciliation.engine.records import Run
from sandbox.workplace import Workplace

QUEUE = "long"
TIME_LIMIT_SECONDS = 3600


class LongQueue:
	"""Enqueues the job of a run, unless it waits in the queue already."""

	def __init__(self, workplace: Workplace):
		self.connection = workplace.connect_redis()
		self.queue = Queue(QUEUE, connection=self.connection)

	def enqueue(self, run: Run) -> None:
		# Every claim has a job of its own: that of a dead worker counts as started for a long time.
		job_id = f"{run.job_id}-{run.fencing_token}"
		if self._is_waiting(job_id):
			return
		self.queue.enqueue(
			"sandbox.jobs.process_bulk_reconciliation",
			run.name,
			job_id=job_id,
			job_timeout=TIME_LIMIT_SECONDS,
		)

	def _is_waiting(self, job_id: str) -> bool:
		# The status of a job would not tell: if a worker dies right after it took it, it stays "queued".
		return job_id in self.queue.job_ids
