"""The runs of a Bank Transaction, an invoice or a payment, as far as the current user may see them."""

from __future__ import annotations

from typing import Any

import frappe

from advanced_bank_reconciliation.custom_fields import RUN_MARK
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import (
	ITEM_DOCTYPE,
	PAYMENT_DOCTYPE,
	RUN_DOCTYPE,
)

# Frappe shows more than 99 as "99+".
MOST = 100


def runs_of(doctype: str, name: str, columns: list[str]) -> list[frappe._dict]:
	"""The newest 100 runs of a document, newest first; none for who may read no runs.

	columns: of Bulk Reconciliation Run
	"""
	if not frappe.has_permission(RUN_DOCTYPE, "read"):
		return []
	filters = _filters(doctype, name)
	return frappe.get_list(RUN_DOCTYPE, filters, columns, order_by="creation desc", limit=MOST)


def _filters(doctype: str, name: str) -> dict[str, Any]:
	if doctype == "Bank Transaction":
		return {"bank_transaction": name}
	as_item = {"reference_doctype": doctype, "reference_name": name}
	latest = {"order_by": "creation desc", "limit": MOST}
	runs = frappe.get_all(ITEM_DOCTYPE, as_item, pluck="run", **latest)
	if doctype == PAYMENT_DOCTYPE:
		# Not by its number in the items: that may be another payment's by now.
		runs += filter(None, [frappe.db.get_value(doctype, name, RUN_MARK)])
	return {"name": ("in", sorted(set(runs)))}
