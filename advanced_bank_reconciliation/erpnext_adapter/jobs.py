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
from advanced_bank_reconciliation.engine.runner import Runner
from advanced_bank_reconciliation.engine.states import FORWARD_STATES, RunState
from advanced_bank_reconciliation.erpnext_adapter.job_queue import LongQueue
from advanced_bank_reconciliation.erpnext_adapter.ledger import ErpnextLedger
from advanced_bank_reconciliation.erpnext_adapter.publisher import RealtimePublisher
from advanced_bank_reconciliation.erpnext_adapter.run_leases import abandoned_runs
from advanced_bank_reconciliation.erpnext_adapter.run_store import FrappeRunStore
from advanced_bank_reconciliation.erpnext_adapter.settings import get_settings
from advanced_bank_reconciliation.erpnext_adapter.tables import RUN_DOCTYPE


def process_bulk_reconciliation(run_name: str) -> None:
	"""The job on the queue `long`: drive one run as far as this job may.

	Works as the user who started the run, also when somebody else resumed it. Does nothing where the run is
	over or another worker has it.
	"""
	user, rollback_action = frappe.db.get_value(RUN_DOCTYPE, run_name, ["user", "rollback_action"]) or (
		None,
		"",
	)
	if not user:
		frappe.logger().warning(f"Bulk reconciliation: there is no run {run_name} any more")
		return
	if not frappe.db.get_value("User", user, "enabled"):
		_stop_run_of_disabled_user(run_name, user)
	if frappe.session.user != user:
		frappe.set_user(user)
	try:
		log_trouble(runner(rollback_action).work_on(run_name, worker_name()))
	except (LeaseHeld, LeaseLost, RunNotFound) as error:
		frappe.logger().info(f"Bulk reconciliation: {error}")


def recover_abandoned_runs() -> list[str]:
	"""The scheduler's job: queue every run that needs work and that no worker has.

	A run whose job waits in the queue is left alone. Returns the names of the runs that were looked after.
	"""
	settings = get_settings()
	store, queue = FrappeRunStore(settings.lease_seconds), LongQueue(settings.time_limit)
	names = abandoned_runs()
	for name in names:
		# A run may end between being found and being looked after, and a worker that is slow but alive may
		# hold its row. The others still want their turn.
		with suppress(IllegalTransition, RunNotFound, frappe.QueryTimeoutError, frappe.QueryDeadlockError):
			request_resume(name, store, queue)
	return names


def _stop_run_of_disabled_user(run_name: str, user: str) -> None:
	"""Nothing is posted in the name of somebody who may not log in any more. An undo may go on."""
	store = FrappeRunStore(get_settings().lease_seconds)
	with store.transaction():
		run = store.lock_for_request(run_name)
		if run.state in FORWARD_STATES:
			store.request_cancel(run, _("the system, for {0} is disabled").format(user))


def runner(rollback_action: str) -> Runner:
	"""The engine's runner on Frappe and ERPNext, with the site's settings.

	rollback_action: of the run, "Cancel and Delete" or "Cancel Only"
	"""
	settings = get_settings()
	return Runner(
		ledger=ErpnextLedger(rollback_action),
		store=FrappeRunStore(settings.lease_seconds),
		publisher=RealtimePublisher(),
		queue=LongQueue(settings.time_limit),
		limits=settings.limits(),
	)


def log_trouble(run: Run) -> None:
	"""Leave a note in the Error Log for the administrator when a run did not go through."""
	if run.state in (RunState.ROLLED_BACK, RunState.ATTENTION):
		title = f"Bulk reconciliation {run.name}: {run.state.value}"
		text = "\n".join(text for text in (run.reason, run.trouble) if text)
		frappe.log_error(title, text, reference_doctype=RUN_DOCTYPE, reference_name=run.name)


def worker_name() -> str:
	"""A name for the lease that a person can find the process by."""
	return f"{socket.gethostname()} {os.getpid()}"
