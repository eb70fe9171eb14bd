"""Which worker owns a run. All times are the database's own, so that workers' clocks need not agree."""

from __future__ import annotations

import frappe
from pypika import CustomFunction, Interval
from pypika.terms import Function

from advanced_bank_reconciliation.engine.errors import LeaseHeld, LeaseLost, RunNotFound
from advanced_bank_reconciliation.engine.records import Run
from advanced_bank_reconciliation.engine.states import WORKING_STATES
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import (
	RUN_COLUMNS,
	RUN_DOCTYPE,
	affected_rows,
	run_from_row,
)

WORKING = tuple(state.value for state in WORKING_STATES)
MAX_OWNER_LENGTH = 140


def database_time() -> Function:
	"""The database's clock in UTC, to the microsecond."""
	return CustomFunction("UTC_TIMESTAMP", ["precision"])(6)


def claim(run_name: str, worker: str, lease_seconds: int) -> Run:
	"""Take the lease in one conditional UPDATE. See `RunStore.claim`."""
	run = frappe.qb.DocType(RUN_DOCTYPE)
	is_free = run.lease_expires_at.isnull() | (run.lease_expires_at < database_time())
	(
		frappe.qb.update(run)
		.set(run.fencing_token, run.fencing_token + 1)
		.set(run.attempts, run.attempts + 1)
		.set(run.lease_owner, worker[:MAX_OWNER_LENGTH])
		.set(run.lease_expires_at, database_time() + Interval(seconds=lease_seconds))
		.where((run.name == run_name) & run.state.isin(WORKING) & is_free)
	).run()
	claimed = affected_rows()
	current = read_for_update(run_name)
	if not claimed:
		raise LeaseHeld(f"Run {run_name} is {current.state.value}, or another worker is on it.")
	return current


def lock(run: Run, lease_seconds: int) -> Run:
	"""Lock the row, check the token, extend the lease. See `RunStore.lock`."""
	current = read_for_update(run.name)
	if current.fencing_token != run.fencing_token:
		raise LeaseLost(f"Run {run.name} was taken over by another worker.")
	if current.state in WORKING_STATES:
		table = frappe.qb.DocType(RUN_DOCTYPE)
		expiry = database_time() + Interval(seconds=lease_seconds)
		frappe.qb.update(table).set(table.lease_expires_at, expiry).where(table.name == run.name).run()
	return current


def release(run: Run) -> None:
	"""Give the lease back, if it is still ours."""
	table = frappe.qb.DocType(RUN_DOCTYPE)
	is_ours = (table.name == run.name) & (table.fencing_token == run.fencing_token)
	frappe.qb.update(table).set(table.lease_expires_at, None).where(is_ours).run()


def read_for_update(run_name: str) -> Run:
	"""Read the newest committed row and lock it until the end of the transaction. Raises `RunNotFound`."""
	table = frappe.qb.DocType(RUN_DOCTYPE)
	columns = [table[column] for column in RUN_COLUMNS]
	rows = (
		frappe.qb.from_(table).select(*columns).where(table.name == run_name).for_update().run(as_dict=True)
	)
	if not rows:
		raise RunNotFound(f"There is no Bulk Reconciliation Run {run_name}.")
	return run_from_row(rows[0])


def abandoned_runs() -> list[str]:
	"""Names of runs that need work and that no worker owns, oldest first."""
	run = frappe.qb.DocType(RUN_DOCTYPE)
	is_free = run.lease_expires_at.isnull() | (run.lease_expires_at < database_time())
	query = frappe.qb.from_(run).select(run.name).where(run.state.isin(WORKING) & is_free)
	return query.orderby(run.creation).run(pluck=True)
