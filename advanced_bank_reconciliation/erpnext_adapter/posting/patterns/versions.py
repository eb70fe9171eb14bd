"""What ERPNext's submit changes in the draft of a payment, told as Frappe tells it in a Version."""

from __future__ import annotations

from typing import NamedTuple

import frappe
from frappe.model.document import Document

# Beside what is outstanding of the invoice: what an ordinary payment of ERPNext 15 has as a draft and what
# it has once it is submitted. With anything else that its submit changes, a payment is no pattern.
DRAFT = {"docstatus": 0, "status": "Draft", "party_balance": 0.0}
SUBMITTED = {"docstatus": 1, "status": "Submitted", "party_balance": None}
TERM = "payment_term_outstanding"


class DraftAndSubmitted(NamedTuple):
	"""Twice the same payment of one reference, in memory; both are changed."""

	draft: Document
	submitted: Document

	def changes(self, before: float, after: float) -> str:
		"""The `data` of the Version of the payment's submit (Document.save_version).

		before, after: what is outstanding of the invoice
		"""
		self.draft.update(DRAFT)
		self.draft.references[0].update({"outstanding_amount": before, TERM: 0.0})
		self.submitted.update(SUBMITTED)
		self.submitted.references[0].update({"outstanding_amount": after, TERM: None})
		return changes_between(self.draft, self.submitted)


def changes_between(before: Document, after: Document) -> str:
	"""The `data` of the Version of a change of a document, both as they are in memory."""
	version = frappe.new_doc("Version")
	version.update_version_info(before, after)
	return version.data
