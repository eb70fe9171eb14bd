"""What Frappe calls when a site is migrated, and when the app is removed from it."""

import frappe

RUN_SERIES = "BRR-"


def after_migrate() -> None:
	"""Find what a voucher is matched to without reading, and locking, every Bank Transaction."""
	frappe.db.add_index("Bank Transaction Payments", ["payment_entry"])


def before_uninstall() -> None:
	"""Remove what does not go with the app's own doctypes: number series and log settings."""
	series = frappe.qb.DocType("Series")
	frappe.qb.from_(series).delete().where(series.name.like(f"{RUN_SERIES}%")).run()
	frappe.db.delete("Logs To Clear", {"ref_doctype": "Bulk Reconciliation Run"})
	frappe.db.delete("Scheduled Job Type", {"method": ("like", "advanced_bank_reconciliation.%")})
