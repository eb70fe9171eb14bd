"""What the workers run: one run's job, and the search for runs whose worker is gone."""

from __future__ import annotations

import os
import socket
from contextlib import suppress

import frappe
from frappe import _

from advanced_bank_reconciliation.engine.errors import IllegalTransition, LeaseHeld, LeaseLost, RunNotFound
from advanced_bank_reconciliation.engine.records import Run
from advanced_bank_reconciliation.engine.requests import request_resume
from advanced_bank_reconciliation.engine.states import FORWARD_STATES, RunState
from advanced_bank_reconciliation.erpnext_adapter import wiring
from advanced_bank_reconciliation.erpnext_adapter.runs.run_leases import abandoned_runs
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import RUN_DOCTYPE


def process_bulk_reconciliation(run_name: str) -> None:
	"""The job on the queue `long`: drive one run as far as this job may.

	Works as the user who started the run, also when somebody else resumed it. Does nothing if the run is
	over or another worker has it.
	"""
	user = frappe.db.get_value(RUN_DOCTYPE, run_name, "user")
	if not user:
		frappe.logger().warning(f"Bulk reconciliation: there is no run {run_name} any more")
		return
	if not frappe.db.get_value("User", user, "enabled"):
		_stop_run_of_disabled_user(run_name, user)
	if frappe.session.user != user:
		frappe.set_user(user)
	try:
		log_failure(wiring.runner().work_on(run_name, worker_name()))
	except (LeaseHeld, LeaseLost, RunNotFound) as error:
		frappe.logger().info(f"Bulk reconciliation: {error}")


def recover_abandoned_runs() -> list[str]:
	"""The scheduler's job: queue every run that needs work and that no worker has.

	A run whose job waits in the queue is left alone. Returns the names of the runs that were looked after.
	"""
	store, queue = wiring.store(), wiring.queue()
	names = abandoned_runs()
	for name in names:
		# A run may end between being found and being looked after, and a worker that is slow but alive may
		# hold its row. The others still want their turn.
		with suppress(IllegalTransition, RunNotFound, frappe.QueryTimeoutError, frappe.QueryDeadlockError):
			request_resume(name, store, queue)
	return names


def _stop_run_of_disabled_user(run_name: str, user: str) -> None:
	"""Nothing is posted in the name of somebody who may not log in any more. An undo may go on."""
	store = wiring.store()
	with store.transaction():
		run = store.lock_for_request(run_name)
		if run.state in FORWARD_STATES:
			store.request_cancel(run, _("the system, for {0} is disabled").format(user))


def log_failure(run: Run) -> None:
	"""Leave a note in the Error Log for the administrator when a run did not go through."""
	if run.state in (RunState.ROLLED_BACK, RunState.ATTENTION):
		title = f"Bulk reconciliation {run.name}: {run.state.value}"
		text = "\n".join(text for text in (run.reason, run.last_error) if text)
		frappe.log_error(title, text, reference_doctype=RUN_DOCTYPE, reference_name=run.name)


def worker_name() -> str:
	"""A name for the lease that a person can find the process by."""
	return f"{socket.gethostname()} {os.getpid()}"
