"""What is known of one payment of a kind: a value for each source of its columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import frappe
from erpnext.accounts.doctype.bank_account.bank_account import get_party_bank_account
from erpnext.accounts.party import complete_contact_details, get_default_contact
from frappe.model.document import Document
from frappe.utils import flt

from advanced_bank_reconciliation.erpnext_adapter.decimals import bank_precision, to_decimal, to_float
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.columns import Source
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.kinds import Candidate
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.versions import changes_of_submit

Facts = Mapping[Source, Any]
# What an invoice shows as its total to a payment of the same currency (get_reference_details).
TOTALS = ("base_rounded_total", "rounded_total", "base_grand_total", "grand_total")
AMOUNTS = ("paid_amount", "received_amount", "base_paid_amount", "base_received_amount")


def facts_of(candidate: Candidate, name: str, reference: str, pattern: Mapping[str, Any]) -> Facts:
	"""The facts of a payment that is or will be called `name`, and the row of its reference `reference`.

	pattern: a Payment Entry of its kind
	"""
	item, invoice, party = candidate.item, candidate.invoice, candidate.party
	amount = to_float(item.allocated_amount)
	contact = _contact(candidate)
	facts = {
		Source.NAME: name,
		Source.REFERENCE: reference,
		Source.ITEM: item.key,
		Source.PARTY: item.party,
		Source.PARTY_NAME: party.get(f"{item.party_type.lower()}_name"),
		Source.PARTY_BANK_ACCOUNT: get_party_bank_account(item.party_type, item.party),
		Source.CONTACT_PERSON: contact.contact_person,
		Source.CONTACT_EMAIL: contact.contact_email,
		Source.DOCUMENT: item.document,
		Source.DUE_DATE: invoice.due_date,
		Source.BILL_NO: invoice.get("bill_no"),
		Source.TOTAL: next((invoice[total] for total in TOTALS if invoice.get(total)), 0.0),
		Source.OUTSTANDING_AFTER: outstanding_after(candidate),
		Source.AMOUNT: amount,
		Source.MINUS_AMOUNT: -amount,
	}
	return {**facts, **_in_erpnexts_words(facts, invoice.outstanding_amount, pattern)}


def outstanding_after(candidate: Candidate) -> float:
	"""What the payment leaves of its invoice."""
	precision = bank_precision(candidate.invoice.party_account_currency)
	before = to_decimal(candidate.invoice.outstanding_amount, precision)
	return to_float(before - candidate.item.allocated_amount)


def _contact(candidate: Candidate) -> frappe._dict:
	"""The contact of a payment (PaymentEntry.set_missing_values)."""
	item = candidate.item
	person = candidate.invoice.get("contact_person") or get_default_contact(item.party_type, item.party)
	details = frappe._dict(party_type=item.party_type, party=item.party, contact_person=person)
	if person:
		complete_contact_details(details)
	return details


def _in_erpnexts_words(facts: Facts, before: float, pattern: Mapping[str, Any]) -> Facts:
	"""Title, remarks, amounts in words and the change of a submit, by ERPNext's and Frappe's own methods on
	documents in memory.

	before: what is outstanding of the invoice
	"""
	entry = entry_in_memory(facts, pattern)
	entry.set_title()
	entry.set_remarks()
	entry.set_total_in_words()
	draft, submitted = entry_in_memory(facts, pattern), entry_in_memory(facts, pattern)
	return {
		Source.CHANGES: changes_of_submit(draft, submitted, before, facts[Source.OUTSTANDING_AFTER]),
		Source.TITLE: entry.title,
		Source.REMARKS: entry.remarks,
		Source.IN_WORDS: entry.in_words,
		Source.BASE_IN_WORDS: entry.base_in_words,
	}


def entry_in_memory(facts: Facts, pattern: Mapping[str, Any]) -> Document:
	"""A Payment Entry with the facts, which is in no table."""
	amount = facts[Source.AMOUNT]
	reference = {
		"allocated_amount": amount,
		"reference_doctype": "Purchase Invoice" if pattern["party_type"] == "Supplier" else "Sales Invoice",
		"reference_name": facts[Source.DOCUMENT],
		"name": facts[Source.REFERENCE],
	}
	values = {**pattern, **dict.fromkeys(AMOUNTS, amount), "party": facts[Source.PARTY]}
	values |= {"name": facts[Source.NAME], "references": [reference], "doctype": "Payment Entry"}
	return frappe.get_doc(values)


def is_same(one: Any, other: Any) -> bool:
	"""Whether two values of a column are the same; a missing one is not zero, but an amount may be int."""
	if isinstance(one, int | float) and isinstance(other, int | float):
		return flt(one, 9) == flt(other, 9)
	return one == other or (one in (None, "") and other in (None, ""))
