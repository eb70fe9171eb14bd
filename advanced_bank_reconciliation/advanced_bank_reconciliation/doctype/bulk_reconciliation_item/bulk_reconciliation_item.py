"""One allocation of a run, a record of its own so that each batch writes only its own rows."""

import frappe
from frappe.model.document import Document


class BulkReconciliationItem(Document):
	"""Written by the run store alone."""


def on_doctype_update() -> None:
	"""Index the checkpoint and what the report filters and sums, and make an item unique within its run."""
	frappe.db.add_index("Bulk Reconciliation Item", ["run", "state", "group_number", "kind"])
	frappe.db.add_index("Bulk Reconciliation Item", ["creation", "state", "currency", "cash_amount"])
	frappe.db.add_index("Bulk Reconciliation Item", ["company", "state", "currency", "cash_amount"])
	frappe.db.add_unique("Bulk Reconciliation Item", ["run", "position"])
