"""What ERPNext and Frappe say in words of a payment, by their own methods on documents in memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import frappe
from frappe.model.document import Document

from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.columns import Facts, Source
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.versions import DraftAndSubmitted

AMOUNTS = ("paid_amount", "received_amount", "base_paid_amount", "base_received_amount")


class Wording:
	"""Words the payments of a kind, one after another. It makes its documents once, for that is what takes
	the time, and gives them the facts of each payment.
	"""

	def __init__(self, pattern: Mapping[str, Any]):
		"""pattern: the row of a Payment Entry of the kind"""
		self._entry = _entry_like(pattern)
		self._versions = DraftAndSubmitted(_entry_like(pattern), _entry_like(pattern))

	def of(self, facts: Facts, before: float) -> Facts:
		"""Title, remarks, amounts in words and the change of a submit.

		facts: of the payment; before: what is outstanding of its invoice
		"""
		entry = self._entry
		fill(entry, facts)
		entry.set_title()
		entry.set_remarks()
		entry.set_total_in_words()
		for one in self._versions:
			fill(one, facts)
		return {
			Source.CHANGES: self._versions.changes(before, facts[Source.OUTSTANDING_AFTER]),
			Source.TITLE: entry.title,
			Source.REMARKS: entry.remarks,
			Source.IN_WORDS: entry.in_words,
			Source.BASE_IN_WORDS: entry.base_in_words,
		}


def _entry_like(pattern: Mapping[str, Any]) -> Document:
	"""A Payment Entry of one reference, which is in no table."""
	doctype = "Purchase Invoice" if pattern["party_type"] == "Supplier" else "Sales Invoice"
	return frappe.get_doc(
		{**pattern, "doctype": "Payment Entry", "references": [{"reference_doctype": doctype}]}
	)


def fill(entry: Document, facts: Facts) -> None:
	"""Make a Payment Entry in memory that of the facts."""
	amount, reference = facts[Source.AMOUNT], entry.references[0]
	entry.name, entry.party = facts[Source.NAME], facts[Source.PARTY]
	for field in AMOUNTS:
		entry.set(field, amount)
	reference.name, reference.reference_name = facts[Source.REFERENCE], facts[Source.DOCUMENT]
	reference.allocated_amount = amount
