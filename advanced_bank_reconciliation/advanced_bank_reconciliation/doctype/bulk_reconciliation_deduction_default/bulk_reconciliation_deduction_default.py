"""Where a company books small differences of its bank accounts, and how small they must be."""

from frappe.model.document import Document


class BulkReconciliationDeductionDefault(Document):
	"""A row of Advance Bank Reconciliation Settings, which checks it."""
