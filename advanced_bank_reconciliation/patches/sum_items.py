"""Runs have the number and the sum of their items in columns, from which reports read the totals of completed
runs; and items that are vouchers which existed before are Posted if their run is completed.
"""

import frappe
from frappe.query_builder.functions import Count, Sum

RUN, ITEM = "Bulk Reconciliation Run", "Bulk Reconciliation Item"


def execute() -> None:
	run, item = frappe.qb.DocType(RUN), frappe.qb.DocType(ITEM)
	completed = frappe.qb.from_(run).select(run.name).where(run.state == "Completed")
	is_matched = (item.kind == "Existing Voucher") & item.run.isin(completed)
	frappe.qb.update(item).set(item.state, "Posted").where(is_matched).run()
	sums = frappe.qb.from_(item).select(item.run, Count("*"), Sum(item.cash_amount)).groupby(item.run)
	for name, count, cash in sums.run():
		values = {"item_count": count, "cash_amount": cash}
		frappe.db.set_value(RUN, name, values, update_modified=False)
