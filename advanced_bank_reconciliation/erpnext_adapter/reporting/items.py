"""Items and their totals. What completed runs have is in their own rows: far fewer than there are items."""

from __future__ import annotations

from collections.abc import Sequence

import frappe
from frappe.desk.reportview import build_match_conditions
from frappe.permissions import get_role_permissions

from advanced_bank_reconciliation.engine.states import ItemState, RunState
from advanced_bank_reconciliation.erpnext_adapter.reporting import Reported
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import ITEM_DOCTYPE, RUN_DOCTYPE

# What the items have from their run.
SHARED = ("company", "bank_account", "bank_transaction")
OWN = ("party", "reference_name", "voucher")
ITEMS = Reported(doctype=ITEM_DOCTYPE, filters=("run", "state", *SHARED, *OWN), amount="cash_amount")
RUNS = Reported(
	doctype=RUN_DOCTYPE, filters=("name", "state", *SHARED), amount="cash_amount", count="item_count"
)


def rows_of_items(wanted: frappe._dict, columns: Sequence[str]) -> list[frappe._dict]:
	"""See `Reported.rows`: of items, with the filters of `ITEMS`.

	They are looked for in their runs alone: what nearly nobody has would be looked for among all items.
	"""
	if not ITEMS.count_of_rows(wanted) or not _is_told_by_runs(wanted):
		return ITEMS.rows(wanted, columns)
	runs = _runs_of_newest(wanted)
	return ITEMS.rows(frappe._dict(wanted, run=("in", runs)), columns) if runs else []


def totals_of_items(wanted: frappe._dict) -> list[frappe._dict]:
	"""See `Reported.totals`: of items, with the filters of `ITEMS`."""
	if not _is_told_by_runs(wanted):
		return ITEMS.totals(wanted)
	others = _not_completed(wanted)
	rest = ITEMS.totals(frappe._dict(wanted, run=("in", others))) if others else []
	return [*_totals_of_completed(wanted), *rest]


def _is_told_by_runs(wanted: frappe._dict) -> bool:
	return not any(wanted.get(column) for column in OWN) and _is_seen_with_its_run()


def _not_completed(wanted: frappe._dict) -> list[str]:
	"""The runs that may have items which are not posted."""
	return RUNS.names({**_of_runs(wanted), "state": ("!=", RunState.COMPLETED.value)})


def _runs_of_newest(wanted: frappe._dict) -> list[str]:
	"""The runs that have the newest items, as many as are wanted. Items are as old as their run."""
	if not _may_be_posted(wanted):
		return _not_completed(wanted)
	count, completed, since = ITEMS.count_of_rows(wanted), [], None
	for run in _newest_of_runs(wanted, "=", count):
		completed.append(run.name)
		count -= run.item_count
		if count <= 0:
			since = run.creation
			break
	others = _newest_of_runs(wanted, "!=", 0)
	return [*completed, *(run.name for run in others if since is None or run.creation >= since)]


def _newest_of_runs(wanted: frappe._dict, operator: str, rows: int) -> list[frappe._dict]:
	"""operator: which runs, compared with Completed; rows: how many of them at most, 0 for all"""
	state = (operator, RunState.COMPLETED.value)
	filters = frappe._dict(_of_runs(wanted), state=state, rows=rows)
	return RUNS.rows(filters, ["name", "creation", "item_count"])


def _totals_of_completed(wanted: frappe._dict) -> Sequence[frappe._dict]:
	"""All of their items are posted."""
	if not _may_be_posted(wanted):
		return []
	totals = RUNS.totals({**_of_runs(wanted), "state": RunState.COMPLETED.value})
	return [frappe._dict(row, state=ItemState.POSTED.value) for row in totals]


def _may_be_posted(wanted: frappe._dict) -> bool:
	return wanted.get("state") in (None, "", ItemState.POSTED.value)


def _of_runs(wanted: frappe._dict) -> frappe._dict:
	return frappe._dict(wanted, name=wanted.get("run"))


def _is_seen_with_its_run() -> bool:
	"""Whether the same restricts the user, if anything does, to some items and to the runs that have them."""
	if not get_role_permissions(RUN_DOCTYPE).get("read"):
		return False
	of_items, of_runs = (build_match_conditions(doctype) for doctype in (ITEM_DOCTYPE, RUN_DOCTYPE))
	return of_items.replace(f"`tab{ITEM_DOCTYPE}`", f"`tab{RUN_DOCTYPE}`") == of_runs
