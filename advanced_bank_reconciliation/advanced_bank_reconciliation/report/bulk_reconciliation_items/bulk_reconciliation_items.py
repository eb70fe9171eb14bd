"""Every invoice of a run that the user may see: party, amount, payment, state and reason."""

from __future__ import annotations

import frappe
from frappe import _

from advanced_bank_reconciliation.erpnext_adapter.reporting import chart, column, summary
from advanced_bank_reconciliation.erpnext_adapter.reporting.items import rows_of_items, totals_of_items
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import RUN_DOCTYPE

READ = (
	*("run", "bank_transaction", "reference_doctype", "reference_name", "party_type", "party", "cash_amount"),
	*("currency", "voucher_type", "voucher", "state", "reason", "creation"),
)


def execute(filters: dict | None = None) -> tuple:
	"""Columns, rows, no message, chart and summary. The summary is of all items, the rows are the newest."""
	wanted = frappe._dict(filters or {})
	totals = totals_of_items(wanted)
	return _columns(), rows_of_items(wanted, READ), None, chart(totals), summary(totals)


def _columns() -> list[dict]:
	return [
		column("run", _("Run"), "Link", RUN_DOCTYPE, 160),
		column("bank_transaction", _("Bank Transaction"), "Link", "Bank Transaction", 200),
		column("reference_doctype", _("Document Type"), "Link", "DocType", 140),
		column("reference_name", _("Document"), "Dynamic Link", "reference_doctype", 210),
		column("party", _("Party"), "Dynamic Link", "party_type", 180),
		column("cash_amount", _("Amount"), "Currency", "currency"),
		column("currency", _("Currency"), "Link", "Currency", 95),
		column("voucher_type", _("Voucher Type"), "Link", "DocType", 120),
		column("voucher", _("Voucher"), "Dynamic Link", "voucher_type", 190),
		column("state", _("State"), "Data", width=90),
		column("reason", _("Reason"), "Data", width=300),
		column("creation", _("Queued At"), "Datetime", width=180),
	]
