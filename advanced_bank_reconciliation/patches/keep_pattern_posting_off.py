"""*Pattern Posting* must have a value: without one, a site that is older than it could save no setting."""

import frappe

SETTINGS = "Advance Bank Reconciliation Settings"


def execute() -> None:
	of_it = {"doctype": SETTINGS, "field": "pattern_posting"}
	# The table of all singles has no times to order by.
	if not frappe.db.get_value("Singles", of_it, "value", order_by=None):
		frappe.db.set_single_value(SETTINGS, "pattern_posting", "Never")
