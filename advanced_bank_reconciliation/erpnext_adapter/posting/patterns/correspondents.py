"""The contact and the bank account that payments of a batch get from their parties."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import frappe
from erpnext.accounts.doctype.bank_account.bank_account import get_party_bank_account
from erpnext.accounts.party import complete_contact_details, get_default_contact

from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.same_names import as_called

Party = tuple[str, str]


class Contact(NamedTuple):
	"""Name and e-mail of a contact; None without one."""

	person: str | None
	email: str | None


class Correspondents:
	"""Asks ERPNext once for each party, and not at all for those that have no contact or no bank account."""

	def __init__(self, parties: Iterable[Party], of_invoices: Collection[str]):
		"""parties: document type and name; of_invoices: names of contacts"""
		names: dict[str, set[str]] = {}
		for party_type, party in parties:
			names.setdefault(party_type, set()).add(party)
		self._default_contacts: dict[Party, str | None] = {}
		self._bank_accounts: dict[Party, str | None] = {}
		for party_type, its_names in sorted(names.items()):
			linked = {"parenttype": "Contact", "link_doctype": party_type}
			of_type = {"party_type": party_type}
			self._default_contacts |= {
				(party_type, party): get_default_contact(party_type, party)
				for party in _those_in("Dynamic Link", "link_name", party_type, its_names, linked)
			}
			self._bank_accounts |= {
				(party_type, party): get_party_bank_account(party_type, party)
				for party in _those_in("Bank Account", "party", party_type, its_names, of_type)
			}
		self._contacts: dict[str, Contact] = {}
		named = {"name": ("in", sorted(of_invoices))}
		self._there = frozenset(frappe.get_all("Contact", filters=named, pluck="name") if of_invoices else ())

	def bank_account(self, party: Party) -> str | None:
		"""The party's default Bank Account."""
		return self._bank_accounts.get(party)

	def is_there(self, of_invoice: str | None) -> bool:
		"""Whether the contact of an invoice exists, if it has one."""
		return not of_invoice or of_invoice in self._there

	def contact(self, party: Party, of_invoice: str | None) -> Contact:
		"""The contact of a payment (PaymentEntry.set_missing_values).

		of_invoice: the contact of its invoice, if any
		"""
		person = of_invoice or self._default_contacts.get(party)
		if not person:
			return Contact(None, None)
		if person not in self._contacts:
			details = frappe._dict(party_type=party[0], party=party[1], contact_person=person)
			complete_contact_details(details)
			self._contacts[person] = Contact(details.contact_person, details.contact_email)
		return self._contacts[person]


def _those_in(
	doctype: str, column: str, party_type: str, parties: Collection[str], filters: Mapping[str, str]
) -> Sequence[str]:
	"""Which of the parties a table names."""
	named = {**filters, column: ("in", sorted(parties))}
	return sorted(as_called(party_type, parties, frappe.get_all(doctype, filters=named, pluck=column)))
