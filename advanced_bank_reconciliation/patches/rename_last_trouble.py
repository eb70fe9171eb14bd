"""The run's column `last_trouble` is called `last_error`."""

import frappe
from frappe.model.utils.rename_field import rename_field

RUN = "Bulk Reconciliation Run"


def execute() -> None:
	if frappe.db.has_column(RUN, "last_trouble"):
		rename_field(RUN, "last_trouble", "last_error")
