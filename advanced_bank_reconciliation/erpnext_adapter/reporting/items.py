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
	"""See `Reported.rows`: of items, with the filters of `ITEMS`."""
	if wanted.get("state") in (None, "", ItemState.POSTED.value) or not _is_told_by_runs(wanted):
		return ITEMS.rows(wanted, columns)
	others = _not_completed(wanted)
	return ITEMS.rows(frappe._dict(wanted, run=("in", others)), columns) if others else []


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


def _totals_of_completed(wanted: frappe._dict) -> Sequence[frappe._dict]:
	"""All of their items are posted."""
	if wanted.get("state") not in (None, "", ItemState.POSTED.value):
		return []
	totals = RUNS.totals({**_of_runs(wanted), "state": RunState.COMPLETED.value})
	return [frappe._dict(row, state=ItemState.POSTED.value) for row in totals]


def _of_runs(wanted: frappe._dict) -> frappe._dict:
	return frappe._dict(wanted, name=wanted.get("run"))


def _is_seen_with_its_run() -> bool:
	"""Whether the same restricts the user, if anything does, to some items and to the runs that have them."""
	if not get_role_permissions(RUN_DOCTYPE).get("read"):
		return False
	of_items, of_runs = (build_match_conditions(doctype) for doctype in (ITEM_DOCTYPE, RUN_DOCTYPE))
	return of_items.replace(f"`tab{ITEM_DOCTYPE}`", f"`tab{RUN_DOCTYPE}`") == of_runs
