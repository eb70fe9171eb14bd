"""What a remittance advice said that a run was started with: each line, what it was matched to, and why."""

from frappe.model.document import Document


class RemittanceAdvice(Document):
	"""Written with its run and never changed, see `erpnext_adapter/candidates/advice_records.py`."""
