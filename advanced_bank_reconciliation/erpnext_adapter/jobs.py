"""What the workers run: one run's job, and the search for runs whose worker is gone."""

from __future__ import annotations

import frappe
from frappe import _

from advanced_bank_reconciliation.engine.errors import LeaseHeld, LeaseLost, RunNotFound
from advanced_bank_reconciliation.engine.records import Run
from advanced_bank_reconciliation.engine.states import FORWARD_STATES, RunState
from advanced_bank_reconciliation.erpnext_adapter import wiring
from advanced_bank_reconciliation.erpnext_adapter.job_heirs import leaving_an_heir
from advanced_bank_reconciliation.erpnext_adapter.recovery import look_after_runs
from advanced_bank_reconciliation.erpnext_adapter.runs.lease_owners import this_process
from advanced_bank_reconciliation.erpnext_adapter.runs.run_leases import end_lease_of_the_dead
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import RUN_DOCTYPE


def process_bulk_reconciliation(run_name: str, dead_owner: str | None = None) -> None:
	"""The job on the queue `long`: drive one run as far as this job may.

	dead_owner: the process that had the run before, if it is known to be gone
	Works as the user who started the run, also when somebody else resumed it. Does nothing if the run is
	over or another worker has it.
	"""
	found = frappe.db.get_value(RUN_DOCTYPE, run_name, ["user", "job_id"])
	if not found:
		frappe.logger().warning(f"Bulk reconciliation: there is no run {run_name} any more")
		return
	user, job_id = found
	with leaving_an_heir(run_name, job_id, this_process()):
		_free_from_the_dead(run_name, dead_owner)
		if not frappe.db.get_value("User", user, "enabled"):
			_stop_run_of_disabled_user(run_name, user)
		if frappe.session.user != user:
			frappe.set_user(user)
		_work_on(run_name)


def _work_on(run_name: str) -> None:
	try:
		log_failure(wiring.runner().work_on(run_name, this_process()))
	except (LeaseHeld, LeaseLost, RunNotFound) as error:
		frappe.logger().info(f"Bulk reconciliation: {error}")


def _free_from_the_dead(run_name: str, dead_owner: str | None) -> None:
	with wiring.store().transaction():
		end_lease_of_the_dead(run_name, dead_owner)


def recover_abandoned_runs() -> list[str]:
	"""The scheduler's job, see `look_after_runs`."""
	return look_after_runs()


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
