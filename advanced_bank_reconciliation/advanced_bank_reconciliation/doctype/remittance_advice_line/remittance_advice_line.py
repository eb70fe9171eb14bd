"""One line of a remittance advice and one document that it means; a line of several documents has several."""

from frappe.model.document import Document


class RemittanceAdviceLine(Document):
	"""Holds nothing but what was read."""
