"""What people see of a run: for the endpoints, the forms and the command line."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import escape_html, flt

from advanced_bank_reconciliation.engine.progress import failure_fact, progress_of
from advanced_bank_reconciliation.engine.reasons import read_reason
from advanced_bank_reconciliation.engine.requests import was_asked_for
from advanced_bank_reconciliation.engine.states import ACTIVE_STATES, FORWARD_STATES, RunState
from advanced_bank_reconciliation.erpnext_adapter.runs import run_items
from advanced_bank_reconciliation.erpnext_adapter.runs.lease_owners import is_gone
from advanced_bank_reconciliation.erpnext_adapter.runs.posting_ways import tell_ways
from advanced_bank_reconciliation.erpnext_adapter.runs.run_advances import requested_advance
from advanced_bank_reconciliation.erpnext_adapter.runs.run_deductions import requested, requested_discounts
from advanced_bank_reconciliation.erpnext_adapter.runs.run_leases import database_time
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import RUN_COLUMNS, RUN_DOCTYPE, run_from_row
from advanced_bank_reconciliation.erpnext_adapter.runs.taken_away import find_taken_away, tell_taken_away

ACTIVE = tuple(state.value for state in ACTIVE_STATES)
SHOWN_COLUMNS = (
	*("bank_account", "company", "currency", "grouping", "total_amount"),
	*("started_at", "ended_at", "creation"),
)


def describe_run(name: str, *, newest: bool = False) -> dict:
	"""The state of one run as plain data.

	newest: read past this transaction's snapshot, waiting for who writes the run

	The keys of the event `bulk_reconciliation_progress`, and `success` (None while it is not over),
	`processed`, `failed`, `failures`, `user`, `reason`, `last_error`, `is_active`, `can_cancel`,
	`has_worker`, `was_asked_for` (the undo), `rollback_action`, `exchange_rates`, `deductions` as they were
	asked for, `advance` likewise (None if there is none), `discount_amount` (early payment discounts,
	positive), `taken_away` (what of a completed run does not stand any more, see `find_taken_away`; `message`
	says so then), `posting_ways` (a sentence, see `tell_ways`; "" as long as the run is active), and the
	columns of `SHOWN_COLUMNS`. Raises `frappe.DoesNotExistError`.
	"""
	row = _read(name, newest)
	run = run_from_row(row)
	failures = run_items.failed(name)
	is_over = run.state not in ACTIVE_STATES
	progress = progress_of(run).event(_)
	is_completed = run.state is RunState.COMPLETED
	taken_away = find_taken_away([name] if is_completed else []).get(name, [])
	if taken_away:
		progress["message"] = tell_taken_away(taken_away)
	return {
		**progress,
		**{column: row[column] for column in SHOWN_COLUMNS},
		"total_amount": flt(row["total_amount"]),
		"success": is_completed if is_over else None,
		"exchange_rates": run_items.rates(name),
		"processed": run.posted_invoices,
		"failed": len(failures),
		"failures": [failure_fact(item) for item in failures],
		"taken_away": taken_away,
		"deductions": requested(name),
		"advance": requested_advance(name),
		"discount_amount": flt(sum(requested_discounts(name).values())),
		"posting_ways": tell_ways(name) if is_over else "",
		"user": run.user,
		"reason": read_reason(run.reason).text(_),
		"last_error": run.last_error,
		"was_asked_for": was_asked_for(run),
		"rollback_action": run.rollback_action.value,
		"is_active": run.state in ACTIVE_STATES,
		"can_cancel": run.state in FORWARD_STATES and not run.cancel_requested_by,
		"has_worker": bool(row["has_worker"]) and not is_gone(row["lease_owner"]),
	}


def list_runs(filters: dict, limit: int = 20) -> list[dict]:
	"""Runs that the current user may see, newest first; `total`, `posted` and `undone` count invoices.

	filters: by column of Bulk Reconciliation Run
	"""
	fields = ["name as run", "bank_transaction", "bank_account", "state as status", "user", "creation"]
	fields += ["total_items as total", "posted_items as posted", "undone_items as undone", "total_amount"]
	rows = frappe.get_list(
		RUN_DOCTYPE,
		filters=filters,
		fields=[*fields, "currency", "reason", "advance_party"],
		limit=limit,
		order_by="creation desc",
	)
	return [_counting_invoices(row) for row in rows]


def _counting_invoices(row: dict) -> dict:
	"""An advance is an item, but no invoice. It is posted last and undone first."""
	total = row["total"] - (1 if row.pop("advance_party") else 0)
	posted, stands = (min(items, total) for items in (row["posted"], row["posted"] - row["undone"]))
	return {**row, "total": total, "posted": posted, "undone": posted - stands}


def active_runs(bank_account: str) -> list[dict]:
	"""Every active run on a bank account, as `describe_run` gives it, for who may see it."""
	rows = list_runs({"bank_account": bank_account, "state": ("in", ACTIVE)}, limit=0)
	return [describe_run(row["run"]) for row in rows]


def _read(name: str, newest: bool) -> frappe._dict:
	run = frappe.qb.DocType(RUN_DOCTYPE)
	columns = [run[column] for column in (*RUN_COLUMNS, *SHOWN_COLUMNS)]
	has_worker = (run.lease_expires_at > database_time()).as_("has_worker")
	query = frappe.qb.from_(run).select(*columns, run.lease_owner, has_worker).where(run.name == name)
	rows = (query.for_update() if newest else query).run(as_dict=True)
	if not rows:
		sentence = _("There is no Bulk Reconciliation Run {0}.").format(escape_html(name))
		frappe.throw(sentence, frappe.DoesNotExistError)
	return rows[0]
