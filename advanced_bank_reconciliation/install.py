"""What Frappe calls when a site is migrated, and when the app is removed from it."""

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields

from advanced_bank_reconciliation.custom_fields import CUSTOM_FIELDS
from advanced_bank_reconciliation.erpnext_adapter.completion_mail import TEMPLATE, create_template

RUN_SERIES = "BRR-"
TOOL = "Advance Bank Reconciliation Tool"
ERPNEXT_TOOL = "Bank Reconciliation Tool"


def after_migrate() -> None:
	"""Let payments carry the marks of their run, and accountants find the form.

	The index finds what a voucher is matched to without reading, and locking, every Bank Transaction.
	"""
	create_custom_fields(CUSTOM_FIELDS)
	create_template()
	frappe.db.add_index("Bank Transaction Payments", ["payment_entry"])
	link_from_erpnext()


def link_from_erpnext() -> None:
	"""Put the form behind ERPNext's own tool in ERPNext's workspaces, for accountants may not open that one.

	Row by row: a workspace that is saved would be written into ERPNext's own files on a developer's bench.
	"""
	filters = {"parenttype": "Workspace", "type": "Link", "link_to": ERPNEXT_TOOL}
	for place in frappe.get_all("Workspace Link", filters, ["parent", "idx"]):
		if frappe.db.exists("Workspace Link", {"parent": place.parent, "link_to": TOOL}):
			continue
		_move_links(place.parent, after=place.idx, by=1)
		_insert_link(place.parent, place.idx + 1)


def _unlink_from_erpnext() -> None:
	for place in frappe.get_all("Workspace Link", {"link_to": TOOL}, ["name", "parent", "idx"]):
		frappe.db.delete("Workspace Link", {"name": place.name})
		_move_links(place.parent, after=place.idx, by=-1)


def _move_links(workspace: str, *, after: int, by: int) -> None:
	"""Make room behind a place, or close a gap. The card above the place says how many links it has."""
	link = frappe.qb.DocType("Workspace Link")
	is_of_workspace = (link.parent == workspace) & (link.parenttype == "Workspace")
	later = is_of_workspace & (link.idx > after)
	frappe.qb.update(link).set(link.idx, link.idx + by).where(later).run()
	earlier = {"parent": workspace, "type": "Card Break", "idx": ("<", after)}
	card = frappe.db.get_value("Workspace Link", earlier, ["name", "link_count"], order_by="idx desc")
	if card and card[1]:
		frappe.db.set_value("Workspace Link", card[0], "link_count", card[1] + by, update_modified=False)
	frappe.clear_document_cache("Workspace", workspace)


def _insert_link(workspace: str, position: int) -> None:
	parent = {"parenttype": "Workspace", "parentfield": "links", "parent": workspace, "idx": position}
	link = {"type": "Link", "label": TOOL, "link_type": "DocType", "link_to": TOOL}
	frappe.get_doc({"doctype": "Workspace Link", **parent, **link}).db_insert()


def before_uninstall() -> None:
	"""Remove what does not go with the app's own doctypes: marks, number series, links, log settings."""
	for doctype, fields in CUSTOM_FIELDS.items():
		names = [field["fieldname"] for field in fields]
		for name in frappe.get_all("Custom Field", {"dt": doctype, "fieldname": ("in", names)}, pluck="name"):
			frappe.delete_doc("Custom Field", name)
	series = frappe.qb.DocType("Series")
	frappe.qb.from_(series).delete().where(series.name.like(f"{RUN_SERIES}%")).run()
	_unlink_from_erpnext()
	frappe.db.delete("Email Template", {"name": TEMPLATE})
	frappe.db.delete("Logs To Clear", {"ref_doctype": "Bulk Reconciliation Run"})
	frappe.db.delete("Scheduled Job Type", {"method": ("like", "advanced_bank_reconciliation.%")})
