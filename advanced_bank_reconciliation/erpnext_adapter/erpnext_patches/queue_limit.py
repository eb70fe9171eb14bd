"""Frappe's own limit of waiting jobs, asked before anything is written.

`frappe.enqueue` asks it when a job is handed over, which here is after the run has been recorded. Checked on
Frappe 15.101 (no limit unless `max_queued_jobs` is configured) and 16.10 (500, or what is configured, and 50
more for each site).
"""

from __future__ import annotations

from frappe.utils import background_jobs
from rq import Queue


def refuse_if_full(queue: Queue) -> None:
	"""Raise `frappe.QueueOverloaded` if `frappe.enqueue` would refuse a job for `queue` now."""
	background_jobs._check_queue_size(queue)
