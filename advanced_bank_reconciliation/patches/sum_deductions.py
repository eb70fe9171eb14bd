"""Runs have the sum of their deductions in a column, for lists and reports."""

import frappe
from frappe.query_builder.functions import Sum


def execute() -> None:
	deduction = frappe.qb.DocType("Bulk Reconciliation Deduction")
	query = frappe.qb.from_(deduction).select(deduction.parent, Sum(deduction.amount))
	for run, total in query.groupby(deduction.parent).run():
		frappe.db.set_value("Bulk Reconciliation Run", run, "deducted_amount", total, update_modified=False)
