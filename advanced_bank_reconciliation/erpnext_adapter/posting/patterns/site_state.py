"""Whether anything has changed on a site that says how payments are posted: asked once a batch."""

from __future__ import annotations

import frappe
from frappe.utils import nowdate

from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.site_hooks import RULES

# What ERPNext and Frappe go by when they post a payment, beside the invoice, the party and the Bank
# Transaction, which are read for each batch anyway. Settings are in Singles.
SETTINGS = (
	"Account",
	"Accounting Dimension",
	"Accounting Dimension Detail",
	"Accounting Dimension Filter",
	"Accounting Period",
	"Allowed Dimension",
	"Applicable On Account",
	"Bank",
	"Bank Account",
	"Closed Document",
	"Company",
	"Cost Center",
	"Cost Center Allocation",
	"Cost Center Allocation Percentage",
	"Currency",
	"Custom DocPerm",
	"Custom Field",
	"DefaultValue",
	"DocPerm",
	"DocType",
	"Finance Book",
	"Fiscal Year",
	"Fiscal Year Company",
	"Has Role",
	"Mode of Payment",
	"Mode of Payment Account",
	"Party Type",
	"Period Closing Voucher",
	"Role",
	"Singles",
	"Transaction Deletion Record",
	"User Permission",
)
TABLES = (*SETTINGS, *dict.fromkeys(rule.doctype for rule in RULES))


def site_state() -> object:
	"""What is equal as long as payments of the current user are posted in the same way: the day, for it is in
	names of payments, and a checksum of each table as this transaction sees it. It locks nothing.

	A table that a version does not have counts as well: it has no checksum. Any change of a row is seen,
	also one that leaves its `modified` as it was.
	"""
	tables = ", ".join(f"`tab{table}`" for table in TABLES)
	return nowdate(), frappe.session.user, frappe.db.sql(f"CHECKSUM TABLE {tables}")
