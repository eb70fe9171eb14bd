"""What invoices must agree in to share a payment: what its header takes from one and the ledgers show.

The rows of a payment at the bank and on the party's account, and its deductions, have its cost center,
project and accounting dimensions (PaymentEntry.build_gl_map); reports of cash go by its mode of payment. With
those of another invoice the balance of a cost center would be wrong, and without any, ERPNext may demand
them. So invoices that differ in one of these are paid by different payments. Contact and letter head are for
correspondence alone: they are those of the first invoice, as in get_payment_entry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import frappe
from erpnext.accounts.doctype.accounting_dimension.accounting_dimension import get_accounting_dimensions

from advanced_bank_reconciliation.engine.books import OpenItem
from advanced_bank_reconciliation.engine.documents import DocumentKey

FIELDS = ("cost_center", "project", "mode_of_payment")


def with_particulars(items: Mapping[DocumentKey, OpenItem]) -> dict[DocumentKey, OpenItem]:
	"""The items with their particulars. Two queries for each document type, however many items."""
	found: dict[DocumentKey, tuple[str, ...]] = {}
	for doctype in sorted({document.doctype for document in items}):
		names = [document.name for document in items if document.doctype == doctype]
		projects = _projects_of_lines(doctype, names)
		for row in _headers(doctype, names):
			row.project = row.project or projects.get(row.name)
			values = [row.get(field) or "" for field in _fields(doctype)]
			found[DocumentKey(doctype, row.name)] = tuple(values)
	return {document: replace(item, particulars=found[document]) for document, item in items.items()}


def _fields(doctype: str) -> list[str]:
	"""Those that the document type has: only a Purchase Invoice has a mode of payment."""
	meta = frappe.get_meta(doctype)
	return [field for field in (*FIELDS, *get_accounting_dimensions()) if meta.has_field(field)]


def _headers(doctype: str, names: Sequence[str]) -> Sequence[frappe._dict]:
	filters = {"name": ("in", names)}
	return frappe.get_all(doctype, filters=filters, fields=["name", *_fields(doctype)])


def _projects_of_lines(doctype: str, names: Sequence[str]) -> dict[str, str]:
	"""By invoice: the first project of its lines, which stands in for its own (get_payment_entry)."""
	filters = {"parent": ("in", names), "parenttype": doctype, "project": ("is", "set")}
	rows = frappe.get_all(f"{doctype} Item", filters, ["parent", "project"], order_by="idx desc")
	return {row.parent: row.project for row in rows}
