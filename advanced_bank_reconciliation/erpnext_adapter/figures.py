"""The figures of the workspace and its dashboard: number cards and charts, for who looks.

Frappe keeps the data of its own charts for everybody once somebody has looked; these are read anew for each
user with `frappe.get_list`, by their roles and user permissions.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import frappe
from frappe import _
from frappe.utils import add_days, flt, format_date, getdate, time_diff_in_seconds, today

from advanced_bank_reconciliation.engine.reasons import UNDONE_BY
from advanced_bank_reconciliation.engine.states import ENDED_STATES, RunState
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import RUN_DOCTYPE

DAYS = 30
MOST_REASONS = 8
COLUMNS = (
	*("bank_transaction", "state", "reason", "creation", "total_items", "posted_items"),
	*("started_at", "ended_at", "cancel_requested_by"),
)
ENDED = tuple(state.value for state in ENDED_STATES)
NOTHING = "–"
Filters = str | dict | None


@frappe.whitelist(methods=["GET", "POST"])
def get_invoices_per_run(filters: Filters = None) -> dict | str:
	"""Of the runs completed in the last 30 days: a number card's answer, a dash if there are none.

	filters: `{"company"}` or its JSON. Raises `frappe.PermissionError`.
	"""
	runs = _in_state(_ended(filters), RunState.COMPLETED)
	return _card(sum(run.total_items for run in runs), len(runs), "Float")


@frappe.whitelist(methods=["GET", "POST"])
def get_share_at_first_try(filters: Filters = None) -> dict | str:
	"""Of the Bank Transactions with runs that ended, how many percent had their first one completed."""
	# The newest run comes first, so the oldest one of a Bank Transaction stays.
	first = {run.bank_transaction: run for run in _ended(filters)}
	completed = _in_state(first.values(), RunState.COMPLETED)
	return _card(100 * len(completed), len(first), "Percent")


@frappe.whitelist(methods=["GET", "POST"])
def get_seconds_per_hundred(filters: Filters = None) -> dict | str:
	"""From the start of posting to the end, for 100 invoices of the completed runs."""
	runs = [run for run in _in_state(_ended(filters), RunState.COMPLETED) if run.started_at]
	seconds = sum(time_diff_in_seconds(run.ended_at, run.started_at) for run in runs)
	return _card(100 * seconds, sum(run.posted_items for run in runs), "Float")


@frappe.whitelist(methods=["GET", "POST"])
def get_undone_runs(filters: Filters = None) -> int:
	"""How many runs that ended in the last 30 days are undone."""
	return len(_in_state(_ended(filters), RunState.ROLLED_BACK))


@frappe.whitelist(methods=["GET", "POST"])
def get_chart(chart_name: str, filters: Filters = None) -> dict:
	"""The data of a chart of this app, as Frappe wants it: `{"labels", "datasets"}`, `{}` without data.

	chart_name: one of `CHARTS`; filters: as above. Raises `frappe.PermissionError`.
	"""
	values = CHARTS[chart_name](filters)
	if not values:
		return {}
	datasets = [{"name": _(chart_name), "values": list(values.values())}]
	return {"labels": list(values), "datasets": datasets}


def _per_day(filters: Filters) -> dict[str, float]:
	"""Invoices of completed runs by the day on which the run ended, each of the last 30 days."""
	reconciled: Counter = Counter()
	for run in _in_state(_ended(filters), RunState.COMPLETED):
		reconciled[getdate(run.ended_at)] += run.total_items
	days = [getdate(add_days(today(), number - DAYS)) for number in range(1, DAYS + 1)]
	return {format_date(day): reconciled[day] for day in days}


def _reasons(filters: Filters) -> dict[str, float]:
	"""Why runs were undone, the commonest first, however the documents, users and amounts are called."""
	undone = _in_state(_ended(filters), RunState.ROLLED_BACK)
	return dict(Counter(_kind_of_reason(run) for run in undone).most_common(MOST_REASONS))


def _kind_of_reason(run: frappe._dict) -> str:
	reason = run.reason or ""
	if run.cancel_requested_by or reason.startswith(UNDONE_BY.format("")):
		return _("Asked for by a user")
	return re.sub(r"\S*[\d@]\S*", "…", reason.partition("\n")[0])


def _open_by_currency(filters: Filters) -> dict[str, float]:
	"""What submitted deposits have left to be reconciled, in each currency."""
	frappe.has_permission("Bank Transaction", "read", throw=True)
	open_ones = {"docstatus": 1, "deposit": (">", 0), "unallocated_amount": (">", 0), **_company(filters)}
	left: Counter[str] = Counter()
	for row in frappe.get_list("Bank Transaction", open_ones, ["currency", "unallocated_amount"], limit=0):
		left[row.currency] += row.unallocated_amount
	return {currency: flt(amount, 3) for currency, amount in left.most_common()}


CHARTS: dict[str, Callable[[Filters], dict[str, float]]] = {
	"Invoices Reconciled per Day": _per_day,
	"Reasons of Undone Runs": _reasons,
	"Open Deposits by Currency": _open_by_currency,
}


def _ended(filters: Filters) -> list[frappe._dict]:
	"""The runs that ended in the last 30 days, today among them, the newest first."""
	frappe.has_permission(RUN_DOCTYPE, "read", throw=True)
	since = add_days(today(), 1 - DAYS)
	ended: dict[str, Any] = {"ended_at": (">=", since), "state": ("in", ENDED), **_company(filters)}
	return frappe.get_list(RUN_DOCTYPE, ended, COLUMNS, order_by="creation desc, name desc", limit=0)


def _company(filters: Filters) -> dict[str, str]:
	"""The one that is asked for, if one is."""
	asked = frappe.parse_json(filters) or {}
	company = asked.get("company") if isinstance(asked, dict) else None
	return {"company": company} if company else {}


def _in_state(runs: Iterable[frappe._dict], state: RunState) -> list[frappe._dict]:
	return [run for run in runs if run.state == state.value]


def _card(total: float, number: int, fieldtype: str) -> dict | str:
	"""With three decimals, as sites have them for numbers, 28.250 would be thousands to many people.

	Rounded here: of a number of more than four digits, 26.1666…, Frappe's card shows no decimal at all.
	"""
	return {"value": flt(total / number, 1), "fieldtype": fieldtype, "precision": 1} if number else NOTHING
