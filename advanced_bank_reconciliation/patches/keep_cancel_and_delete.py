"""*On Rollback* is *Cancel Only* in a new installation; who never chose keeps what it was so far."""

import frappe

SETTINGS = "Advance Bank Reconciliation Settings"


def execute() -> None:
	of_it = {"doctype": SETTINGS, "field": "rollback_action"}
	# The table of all singles has no times to order by.
	if not frappe.db.get_value("Singles", of_it, "value", order_by=None):
		frappe.db.set_single_value(SETTINGS, "rollback_action", "Cancel and Delete")
