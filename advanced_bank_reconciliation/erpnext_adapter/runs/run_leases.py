"""Which worker owns a run. All times are the database's own, so that workers' clocks need not agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import frappe
from pypika import CustomFunction, Interval
from pypika.terms import Function

from advanced_bank_reconciliation.engine.errors import LeaseHeld, LeaseLost, RunNotFound
from advanced_bank_reconciliation.engine.messages import _, message
from advanced_bank_reconciliation.engine.records import Run
from advanced_bank_reconciliation.engine.states import WORKING_STATES
from advanced_bank_reconciliation.erpnext_adapter.runs.lease_owners import is_gone
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import (
	RUN_COLUMNS,
	RUN_DOCTYPE,
	affected_rows,
	run_from_row,
)

WORKING = tuple(state.value for state in WORKING_STATES)
MAX_OWNER_LENGTH = 140


@dataclass(frozen=True, kw_only=True)
class AbandonedRun:
	"""A run that needs work and that no worker owns.

	dead_owner: the process that has the lease if it is certain that it is gone; None if the lease is over
	was_interrupted: its last worker did not hand it back, so that documents may be half done
	"""

	run: Run
	dead_owner: str | None
	was_interrupted: bool


def database_time() -> Function:
	"""The database's clock in UTC, to the microsecond."""
	return CustomFunction("UTC_TIMESTAMP", ["precision"])(6)


def claim(run_name: str, worker: str, lease_seconds: int) -> Run:
	"""Take the lease in one conditional UPDATE. See `RunStore.claim`."""
	_refuse_if_at_work(run_name)
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


def _refuse_if_at_work(run_name: str) -> None:
	"""A step that is longer than its lease holds the row: do not queue up behind it, for a person's request
	holds it for a moment only. Raises `LeaseHeld`.
	"""
	try:
		frappe.db.sql(
			"SELECT name FROM `tabBulk Reconciliation Run` WHERE name = %s FOR UPDATE WAIT 5", run_name
		)
	except frappe.QueryTimeoutError as error:
		raise LeaseHeld(f"Run {run_name}: its worker is in the middle of a step.") from error


def end_lease_of_the_dead(run_name: str, dead_owner: str | None) -> None:
	"""Free a run whose owner is gone, so that the next worker need not wait for the end of the lease.

	dead_owner: a process of another machine that is known to be gone; None if nothing is known
	"""
	run = frappe.qb.DocType(RUN_DOCTYPE)
	owners = frappe.qb.from_(run).select(run.lease_owner).where(run.name == run_name).run(pluck=True)
	if not owners or not owners[0] or not (owners[0] == dead_owner or is_gone(owners[0])):
		return
	# Somebody else may have claimed the run since.
	is_still_theirs = (run.name == run_name) & (run.lease_owner == owners[0])
	frappe.qb.update(run).set(run.lease_expires_at, None).where(is_still_theirs).run()


def lock(run: Run, lease_seconds: int) -> Run:
	"""Lock the row, check the token, extend the lease. See `RunStore.lock`.

	All that work on a run lock in one order: its Bank Transaction, its row, its items, then open items by
	type and name, then vouchers. A start, which has no run yet, begins with the Bank Transaction as well.
	"""
	frappe.db.get_value("Bank Transaction", run.bank_transaction, "name", for_update=True)
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
		raise RunNotFound(message(_("There is no Bulk Reconciliation Run {0}."), run_name))
	return run_from_row(rows[0])


def abandoned_runs(among: Sequence[str] | None = None) -> list[AbandonedRun]:
	"""Runs that need work and that no worker owns, oldest first. Locks nothing.

	among: names of runs; all runs of the site if None
	"""
	run = frappe.qb.DocType(RUN_DOCTYPE)
	has_lease = (run.lease_expires_at > database_time()).as_("has_lease")
	lease = [run.lease_owner, run.lease_expires_at, has_lease]
	query = frappe.qb.from_(run).select(*(run[column] for column in RUN_COLUMNS), *lease)
	query = query.where(run.state.isin(WORKING))
	if among is not None:
		query = query.where(run.name.isin(among))
	rows = query.orderby(run.creation).run(as_dict=True)
	return [
		AbandonedRun(
			run=run_from_row(row),
			dead_owner=row.lease_owner if row.has_lease else None,
			was_interrupted=row.lease_expires_at is not None,
		)
		for row in rows
		if not row.has_lease or is_gone(row.lease_owner)
	]
