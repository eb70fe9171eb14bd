"""*Connections* of ERPNext's documents: their runs, for parties the items of runs.

Frappe counts what is connected without asking whether the user may read it. So what is this app's is counted
here, and all else is left to Frappe.
"""

from __future__ import annotations

import json
from typing import Any

import frappe
from frappe import _
from frappe.desk import notifications

from advanced_bank_reconciliation.erpnext_adapter.runs.tables import ITEM_DOCTYPE, RUN_DOCTYPE
from advanced_bank_reconciliation.erpnext_adapter.traces.runs_of import MOST, runs_of

OURS = (RUN_DOCTYPE, ITEM_DOCTYPE)
# By which column the list that opens is filtered. A document that is not here lists its runs by their names.
LISTED_BY = {
	"Bank Transaction": (RUN_DOCTYPE, "bank_transaction"),
	"Bank Account": (RUN_DOCTYPE, "bank_account"),
	"Customer": (ITEM_DOCTYPE, "party"),
	"Supplier": (ITEM_DOCTYPE, "party"),
}
BY_NAMES = ("Sales Invoice", "Purchase Invoice", "Payment Entry")


def of_bank_transaction(data: dict) -> dict:
	"""What Frappe's hook `override_doctype_dashboards` wants: the connections of a document type and ours."""
	return _listed_by("Bank Transaction", data)


def of_bank_account(data: dict) -> dict:
	"""See `of_bank_transaction`."""
	return _listed_by("Bank Account", data)


def of_customer(data: dict) -> dict:
	"""See `of_bank_transaction`. A supplier may have the name of a customer."""
	data.setdefault("dynamic_links", {})["party"] = ["Customer", "party_type"]
	return _listed_by("Customer", data)


def of_supplier(data: dict) -> dict:
	"""See `of_bank_transaction`."""
	data.setdefault("dynamic_links", {})["party"] = ["Supplier", "party_type"]
	return _listed_by("Supplier", data)


def of_voucher(data: dict) -> dict:
	"""See `of_bank_transaction`; for invoices and payments, which are in few runs."""
	data["fieldname"] = data.get("fieldname") or "name"
	return _with_group(data, RUN_DOCTYPE)


@frappe.whitelist()
@frappe.read_only()
def get_open_count(doctype: str, name: str, items: str | list | None = None) -> dict:
	"""Stands in for Frappe's endpoint of the same name, takes what that takes, and answers like it.

	items: document types, or their JSON; None for all that is connected. Raises `frappe.PermissionError`.
	"""
	frappe.has_permission(doctype, "read", doc=name, throw=True)
	wanted = json.loads(items) if isinstance(items, str) else items or _connected(doctype)
	answer = notifications.get_open_count(doctype, name, [one for one in wanted if one not in OURS])
	for ours in OURS:
		if ours in wanted and answer["count"]:
			_count(answer["count"], doctype, name, ours)
	return answer


def _listed_by(doctype: str, data: dict) -> dict:
	ours, column = LISTED_BY[doctype]
	data["fieldname"] = data.get("fieldname") or column
	data.setdefault("non_standard_fieldnames", {})[ours] = column
	return _with_group(data, ours)


def _with_group(data: dict, ours: str) -> dict:
	data.setdefault("transactions", []).append({"label": _("Bulk Reconciliation"), "items": [ours]})
	return data


def _connected(doctype: str) -> list[str]:
	groups = frappe.get_meta(doctype).get_dashboard_data().transactions
	return [one for group in groups for one in group["items"]]


def _count(counts: dict[str, list[dict]], doctype: str, name: str, ours: str) -> None:
	"""Add the count of one of our document types, if it belongs to this document."""
	if doctype in BY_NAMES and ours == RUN_DOCTYPE:
		names = [run.name for run in runs_of(doctype, name, ["name"])]
		found = {"doctype": ours, "open_count": 0, "count": len(names), "names": names}
		counts["internal_links_found"].append(found)
	elif LISTED_BY.get(doctype, ("",))[0] == ours:
		count = {"doctype": ours, "open_count": 0, "count": _number(doctype, name)}
		counts["external_links_found"].append(count)


def _number(doctype: str, name: str) -> int:
	"""How many the user may read, at most 100."""
	ours, column = LISTED_BY[doctype]
	filters: dict[str, Any] = {column: name} | ({"party_type": doctype} if column == "party" else {})
	if not frappe.has_permission(ours, "read"):
		return 0
	return len(frappe.get_list(ours, filters, pluck="name", order_by=None, limit=MOST))
