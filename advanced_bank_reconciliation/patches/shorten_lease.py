"""Saved settings hold the former default of the lease, 60 s: they get the new one."""

import frappe

SETTINGS = "Advance Bank Reconciliation Settings"
FORMER_DEFAULT, DEFAULT = 60, 15


def execute() -> None:
	if frappe.db.get_single_value(SETTINGS, "lease_seconds") == FORMER_DEFAULT:
		frappe.db.set_single_value(SETTINGS, "lease_seconds", DEFAULT)
