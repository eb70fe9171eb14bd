"""What ERPNext's submit changes in the draft of a payment, told as Frappe tells it in a Version."""

from __future__ import annotations

import frappe
from frappe.model.document import Document

# Beside what is outstanding of the invoice: what an ordinary payment of ERPNext 15 has as a draft and what
# it has once it is submitted. With anything else that its submit changes, a payment is no pattern.
DRAFT = {"docstatus": 0, "status": "Draft", "party_balance": 0.0}
SUBMITTED = {"docstatus": 1, "status": "Submitted", "party_balance": None}
TERM = "payment_term_outstanding"


def changes_of_submit(draft: Document, submitted: Document, before: float, after: float) -> str:
	"""The `data` of the Version of a payment's submit (Document.save_version).

	draft, submitted: twice the same payment of one reference, in memory; both are changed
	before, after: what is outstanding of the invoice
	"""
	draft.update(DRAFT)
	draft.references[0].update({"outstanding_amount": before, TERM: 0.0})
	submitted.update(SUBMITTED)
	submitted.references[0].update({"outstanding_amount": after, TERM: None})
	version = frappe.new_doc("Version")
	version.update_version_info(draft, submitted)
	return version.data
