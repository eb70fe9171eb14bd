"""The engine's Queue port on Frappe's RQ queue `long`."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils.background_jobs import create_job_id, get_queue, is_job_enqueued

from advanced_bank_reconciliation.engine.records import Run
from advanced_bank_reconciliation.erpnext_adapter.erpnext_patches.queue_limit import refuse_if_full
from advanced_bank_reconciliation.erpnext_adapter.runs.run_leases import AbandonedRun

QUEUE = "long"
JOB = "advanced_bank_reconciliation.erpnext_adapter.jobs.process_bulk_reconciliation"
# In Redis: somebody has just queued this run again.
QUEUED_AGAIN = "bulk_reconciliation_queued_again"


class QueueFull(frappe.ValidationError):
	"""Too many jobs wait already: Frappe takes no more."""


class LongQueue:
	"""Enqueues the job of a run.

	time_limit: seconds after which RQ stops a job
	"""

	def __init__(self, time_limit: int):
		self.time_limit = time_limit

	def refuse_start_if_full(self) -> None:
		"""Raise `QueueFull` if Frappe would not take the job of a new run now."""
		try:
			refuse_if_full(get_queue(QUEUE))
		except frappe.QueueOverloaded:
			frappe.clear_last_message()
			sentence = _("Too many background jobs are waiting already. Try again in a few minutes.")
			frappe.throw(sentence, QueueFull, title=_("Nothing Was Reconciled"))

	def enqueue(self, run: Run, dead_owner: str | None = None, *, at_front: bool = False) -> None:
		"""Enqueue after the commit of the current transaction, or at once if nothing is to be committed.

		dead_owner: the process that has the lease of the run, if it is known to be gone
		Does nothing while a job of the run waits in the queue already, nor if the queue is full: the run is
		recorded, and whoever looks next queues it (`recovery.py`).
		"""
		if _is_waiting(run):
			return
		is_taken = is_job_enqueued(job_id_of(run))
		try:
			frappe.enqueue(
				JOB,
				queue=QUEUE,
				timeout=self.time_limit,
				job_id=_another_job_id(run) if is_taken else job_id_of(run),
				deduplicate=True,
				at_front=at_front,
				enqueue_after_commit=bool(frappe.db.transaction_writes),
				run_name=run.name,
				dead_owner=dead_owner,
			)
		except frappe.QueueOverloaded:
			frappe.clear_last_message()
			frappe.logger().warning(f"Bulk reconciliation: the queue is full, run {run.name} has to wait")

	def enqueue_again(self, abandoned: AbandonedRun, seconds: int) -> None:
		"""Enqueue a run that no worker has, once in `seconds` for each claim, however many ask for it.

		It goes first if its last worker did not hand it back: it holds documents that are half done. One that
		was handed back takes its turn, also if its job was taken and has not claimed it yet.
		"""
		run = abandoned.run
		key = frappe.cache.make_key(f"{QUEUED_AGAIN}:{job_id_of(run)}")
		if not _is_waiting(run) and frappe.cache.set(key, 1, ex=seconds, nx=True):
			self.enqueue(run, abandoned.dead_owner, at_front=abandoned.was_interrupted)


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
	"""An id for the case that a worker took the job and died before it claimed the run. If that worker
	lives, the lease sends one of the two away.
	"""
	return f"{job_id_of(run)}-{frappe.generate_hash(length=6)}"
