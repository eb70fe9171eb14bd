"""What is known of one payment of a kind: a value for each source of its columns."""

from __future__ import annotations

from typing import Any

from frappe.utils import flt

from advanced_bank_reconciliation.erpnext_adapter.decimals import bank_precision, to_decimal, to_float
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.columns import Facts, Source
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.kinds import Candidate
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.wording import Wording

# What an invoice shows as its total to a payment of the same currency (get_reference_details).
TOTALS = ("base_rounded_total", "rounded_total", "base_grand_total", "grand_total")


def facts_of(candidate: Candidate, name: str, reference: str, wording: Wording) -> Facts:
	"""The facts of a payment that is or will be called `name`, and the row of its reference `reference`.

	wording: of its kind
	"""
	item, invoice, party = candidate.item, candidate.invoice, candidate.party
	amount = to_float(item.allocated_amount)
	facts = {
		Source.NAME: name,
		Source.REFERENCE: reference,
		Source.ITEM: item.key,
		Source.PARTY: item.party,
		Source.PARTY_NAME: party.get(f"{item.party_type.lower()}_name"),
		Source.PARTY_BANK_ACCOUNT: candidate.bank_account,
		Source.CONTACT_PERSON: candidate.contact.person,
		Source.CONTACT_EMAIL: candidate.contact.email,
		Source.DOCUMENT: item.document,
		Source.DUE_DATE: invoice.due_date,
		Source.BILL_NO: invoice.get("bill_no"),
		Source.TOTAL: next((invoice[total] for total in TOTALS if invoice.get(total)), 0.0),
		Source.OUTSTANDING_AFTER: outstanding_after(candidate),
		Source.AMOUNT: amount,
		Source.MINUS_AMOUNT: -amount,
	}
	return {**facts, **wording.of(facts, invoice.outstanding_amount)}


def outstanding_after(candidate: Candidate) -> float:
	"""What the payment leaves of its invoice."""
	precision = bank_precision(candidate.invoice.party_account_currency)
	before = to_decimal(candidate.invoice.outstanding_amount, precision)
	return to_float(before - candidate.item.allocated_amount)


def is_same(one: Any, other: Any) -> bool:
	"""Whether two values of a column are the same; a missing one is not zero, but an amount may be int."""
	if isinstance(one, int | float) and isinstance(other, int | float):
		return flt(one, 9) == flt(other, 9)
	return one == other or (one in (None, "") and other in (None, ""))
