"""A job that takes over at once if the process of another one dies.

RQ releases a job that depends on another one as soon as that one has ended, however it ended. The worker
survives the work horse that it forked for the job, and sees its death at once. So each job of a run leaves an
heir behind while it works, and takes it back when it ends by itself. Checked with RQ 1.15 (Frappe 15) and
2.6 (Frappe 16).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import frappe
from frappe.utils.background_jobs import create_job_id, get_queue
from redis.exceptions import RedisError
from rq import get_current_job
from rq.job import Dependency, Job

from advanced_bank_reconciliation.erpnext_adapter.job_queue import JOB, QUEUE

# An heir whose whole worker died with its job is never released: Redis forgets it after the job's time limit
# and this many seconds.
KEPT_SECONDS = 600


@contextmanager
def leaving_an_heir(run_name: str, run_job_id: str, owner: str) -> Iterator[None]:
	"""Let RQ queue the run again if this process dies in the scope.

	run_job_id: of the run's first job; owner: this process, as the lease names it
	Without Redis, or outside of a job of this app, there is no heir; others find the run (`recovery.py`).
	"""
	job, heir = get_current_job(), None
	if job and job.kwargs.get("method") == JOB:
		with suppress(RedisError):
			heir = _leave_heir(job, run_name, run_job_id, owner)
	try:
		yield
	finally:
		if heir:
			with suppress(RedisError):
				heir.delete()


def _leave_heir(job: Job, run_name: str, run_job_id: str, owner: str) -> Job:
	"""The same call as that of `job`, which knows besides whose lease it inherits."""
	arguments = {"run_name": run_name, "dead_owner": owner}
	return get_queue(QUEUE).enqueue_call(
		job.func_name,
		kwargs={**job.kwargs, "kwargs": arguments},
		timeout=job.timeout,
		result_ttl=job.result_ttl,
		failure_ttl=job.failure_ttl,
		ttl=job.timeout + KEPT_SECONDS,
		job_id=create_job_id(f"{run_job_id}-{frappe.generate_hash(length=10)}"),
		# It has documents half done: it goes first.
		depends_on=Dependency(jobs=[job], allow_failure=True, enqueue_at_front=True),
	)
