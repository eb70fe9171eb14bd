"""Payments of runs carry the mark of their run and item.

Before, a run knew its payments by their number, and by being older than their checkpoint; this is asked here
for the last time.
"""

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields
from frappe.query_builder.functions import Min

from advanced_bank_reconciliation.custom_fields import CUSTOM_FIELDS, ITEM_MARK, RUN_MARK


def execute() -> None:
	create_custom_fields(CUSTOM_FIELDS)
	item = frappe.qb.DocType("Bulk Reconciliation Item")
	payment = frappe.qb.DocType("Payment Entry")
	first = Min(item.name).as_("item")
	posted = (
		frappe.qb.from_(item)
		.inner_join(payment)
		.on((item.voucher_type == "Payment Entry") & (item.voucher == payment.name))
		.select(payment.name, item.run, first)
		.where((item.state == "Posted") & (payment.creation <= item.modified) & payment[ITEM_MARK].isnull())
		.groupby(payment.name, item.run)
	).run()
	for name, run, key in posted:
		marks = {RUN_MARK: run, ITEM_MARK: key}
		frappe.db.set_value("Payment Entry", name, marks, update_modified=False)
