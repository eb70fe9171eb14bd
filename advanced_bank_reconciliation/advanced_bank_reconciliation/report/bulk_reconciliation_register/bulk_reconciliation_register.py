"""Every run that the user may see: its deposit, who, when, how much, how it ended and how fast it was."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import time_diff_in_seconds

from advanced_bank_reconciliation.engine.reasons import read_reason
from advanced_bank_reconciliation.engine.states import RunState
from advanced_bank_reconciliation.erpnext_adapter.reporting import Reported, chart, column, summary
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import RUN_DOCTYPE
from advanced_bank_reconciliation.erpnext_adapter.runs.taken_away import find_taken_away, tell_taken_away

RUNS = Reported(
	doctype=RUN_DOCTYPE,
	filters=("company", "bank_account", "bank_transaction", "state", "user"),
	amount="total_amount",
	deducted="deducted_amount",
	count="total_items",
	# Of each that is shown every payment is looked at, see `find_taken_away`.
	first_rows=100,
)
READ = (
	*(
		"name as run",
		"bank_transaction",
		"bank_account",
		"company",
		"user",
		"state",
		"creation",
		"started_at",
	),
	*("ended_at", "total_items", "posted_items", "undone_items"),
	*("total_amount", "deducted_amount", "advance_amount", "currency", "reason"),
)


def execute(filters: dict | None = None) -> tuple:
	"""Columns, rows, no message, chart and summary. The summary is of all runs, the rows are the newest."""
	wanted = frappe._dict(filters or {})
	totals = RUNS.totals(wanted)
	rows = _with_taken_away([_with_times(row) for row in RUNS.rows(wanted, READ)])
	return _columns(), rows, None, chart(totals), summary(totals)


def _with_times(row: frappe._dict) -> frappe._dict:
	"""Add `in_effect`, the invoices that are posted and not undone, `seconds`, and invoices a minute."""
	row.in_effect = row.posted_items - row.undone_items
	if row.started_at and row.ended_at:
		row.seconds = time_diff_in_seconds(row.ended_at, row.started_at)
		row.rate = row.posted_items * 60 / row.seconds if row.seconds > 0 else None
	return row


def _with_taken_away(rows: list[frappe._dict]) -> list[frappe._dict]:
	"""Add `taken_away`, how many payments of a completed run do not stand any more, and name them."""
	found = find_taken_away([row.run for row in rows if row.state == RunState.COMPLETED.value])
	for row in rows:
		row.taken_away = len(found.get(row.run, ()))
		kept = read_reason(row.reason or "").text(_)
		row.reason = tell_taken_away(found[row.run]) if row.taken_away else kept
	return rows


def _columns() -> list[dict]:
	return [
		column("run", _("Run"), "Link", RUN_DOCTYPE, 160),
		column("bank_transaction", _("Bank Transaction"), "Link", "Bank Transaction", 200),
		column("bank_account", _("Bank Account"), "Link", "Bank Account", 180),
		column("company", _("Company"), "Link", "Company"),
		column("user", _("Started By"), "Link", "User", 180),
		column("creation", _("Queued At"), "Datetime", width=180),
		column("state", _("State"), "Data", width=110),
		column("total_items", _("Invoices"), "Int", width=90),
		column("in_effect", _("In Effect"), "Int", width=90),
		column("taken_away", _("Taken Away Since"), "Int", width=130),
		column("total_amount", _("Amount"), "Currency", "currency"),
		column("deducted_amount", _("Deductions"), "Currency", "currency"),
		column("advance_amount", _("Advance"), "Currency", "currency"),
		column("currency", _("Currency"), "Link", "Currency", 95),
		column("seconds", _("Seconds"), "Float", width=90),
		column("rate", _("Invoices per Minute"), "Float", width=150),
		column("reason", _("Reason"), "Data", width=300),
	]
