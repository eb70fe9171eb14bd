"""The engine's Queue port on Frappe's RQ queue `long`."""

from __future__ import annotations

import frappe
from frappe.utils.background_jobs import create_job_id, get_queue, is_job_enqueued

from advanced_bank_reconciliation.engine.records import Run

QUEUE = "long"
JOB = "advanced_bank_reconciliation.erpnext_adapter.jobs.process_bulk_reconciliation"


class LongQueue:
	"""Enqueues the job of a run.

	time_limit: seconds after which RQ stops a job
	"""

	def __init__(self, time_limit: int):
		self.time_limit = time_limit

	def enqueue(self, run: Run) -> None:
		"""Enqueue after the commit of the current transaction, or at once if nothing is to be committed.

		Does nothing while a job of the run waits in the queue already.
		"""
		if _is_waiting(run):
			return
		is_taken = is_job_enqueued(job_id_of(run))
		frappe.enqueue(
			JOB,
			queue=QUEUE,
			timeout=self.time_limit,
			job_id=_another_job_id(run) if is_taken else job_id_of(run),
			deduplicate=True,
			enqueue_after_commit=bool(frappe.db.transaction_writes),
			run_name=run.name,
		)


def _is_waiting(run: Run) -> bool:
	"""Whether the queue itself has a job of `run`.

	The status of a job does not tell: if a worker dies right after it took the job, it stays "queued" for
	ever.
	"""
	first = create_job_id(run.job_id)
	return any(name == first or name.startswith(f"{first}-") for name in get_queue(QUEUE).job_ids)


def job_id_of(run: Run) -> str:
	"""The id of the job that goes on with `run`.

	Every claim has its own: the job of a dead worker counts as started for up to an hour, and would keep a
	job of the same id from being enqueued.
	"""
	return f"{run.job_id}-{run.fencing_token}" if run.fencing_token else run.job_id


def _another_job_id(run: Run) -> str:
	"""An id for the case that a worker took the job and died before it claimed the run. Where the worker
	lives, the lease sends one of the two away.
	"""
	return f"{job_id_of(run)}-{frappe.generate_hash(length=6)}"
