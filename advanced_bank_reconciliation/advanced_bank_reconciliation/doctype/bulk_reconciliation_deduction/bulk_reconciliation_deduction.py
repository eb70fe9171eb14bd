"""A part of a deduction of a run, and the item with whose payment it is booked."""

from frappe.model.document import Document


class BulkReconciliationDeduction(Document):
	"""Written with its run, and never changed."""
