"""Which payments are of one kind, and which are fit for being written as the first of their kind was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import frappe
from erpnext.accounts.doctype.accounting_dimension.accounting_dimension import get_accounting_dimensions
from frappe import _

from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.records import Item
from advanced_bank_reconciliation.erpnext_adapter.books.open_items import (
	ACCOUNT_FIELD,
	PARTY_FIELD,
	PARTY_TYPE,
)
from advanced_bank_reconciliation.erpnext_adapter.books.statement_lines import LedgerStatementLine
from advanced_bank_reconciliation.erpnext_adapter.decimals import STORED, to_decimal, to_float
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.amounts import (
	decimals_of_books,
	reason_in_amounts,
)
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.correspondents import (
	Contact,
	Correspondents,
)
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.ledgers import (
	entry_currencies,
	ledger_outstanding,
)
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.same_names import as_called
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.table_rows import rows_of
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.texts import (
	reason_in_addresses,
	reason_in_text,
)

Group = Sequence[Item]
Kind = tuple[object, ...]
# What a payment takes from its invoice as it is, beside the site's dimensions (payment_entries.py).
TAKEN_AS_THEY_ARE = ("company", "party_account_currency", "mode_of_payment", "letter_head", "cost_center")
SET_IF_SPECIAL = ("is_return", "is_pos", "is_discounted", "is_internal_customer", "on_hold", "is_opening")


@dataclass(frozen=True, kw_only=True)
class Candidate:
	"""One group that is fit, with what the tables say of its invoice and party.

	invoice: all columns, and `payment_schedule`: all columns of its rows
	contact, bank_account: what its payment has of its party
	"""

	item: Item
	group: Group
	invoice: frappe._dict
	party: frappe._dict
	contact: Contact
	bank_account: str | None
	kind: Kind


@dataclass(frozen=True, kw_only=True)
class Sorted:
	"""Groups by kind in order, and why the others are not fit, by the key of their first item."""

	kinds: Mapping[Kind, Sequence[Candidate]]
	reasons: Mapping[str, str]


def sort_by_kind(
	groups: Sequence[Group],
	statement_line: LedgerStatementLine,
	with_terms: Collection[DocumentKey],
	*,
	are_paid: bool = False,
) -> Sorted:
	"""Sort the groups of a batch. A constant number of queries for each document type.

	with_terms: invoices whose payments are allocated to payment terms
	are_paid: they are posted: `outstanding_amount` of their invoices is told as without these payments
	"""
	books = _Books([group[0] for group in groups], statement_line, with_terms)
	if are_paid:
		books.add_paid([group[0] for group in groups])
	kinds: dict[Kind, list[Candidate]] = defaultdict(list)
	reasons = {}
	for group in groups:
		reason = books.reason_against(group)
		if reason:
			reasons[group[0].key] = reason
		else:
			candidate = books.candidate(group)
			kinds[candidate.kind].append(candidate)
	return Sorted(kinds=kinds, reasons=reasons)


class _Books:
	"""What the tables say of the invoices and parties of a batch."""

	def __init__(
		self,
		items: Sequence[Item],
		statement_line: LedgerStatementLine,
		with_terms: Collection[DocumentKey],
	):
		self._line = statement_line
		self._with_terms = with_terms
		self._company_currency, reporting_currency = frappe.get_cached_value(
			"Company", statement_line.company, ["default_currency", "reporting_currency"]
		)
		# Only version 16 keeps the ledger in a second currency, by the rate of the moment.
		self._ledger_currency = reporting_currency or self._company_currency
		self._decimals = decimals_of_books(self._company_currency, statement_line.currency)
		self._dimensions = get_accounting_dimensions()
		watched = [["balance_must_be", "in", ("Debit", "Credit")], ["report_type", "=", "Profit and Loss"]]
		watched.append(["root_type", "=", "Expense"])
		company = {"company": statement_line.company}
		self._watched = frozenset(
			frappe.get_all("Account", filters=company, or_filters=watched, pluck="name")
		)
		self._invoices: dict[DocumentKey, frappe._dict] = {}
		self._parties: dict[tuple[str, str], frappe._dict] = {}
		self._special: dict[DocumentKey, str] = {}
		self._ledger: dict[DocumentKey, Decimal] = {}
		for doctype in sorted({item.doctype for item in items}):
			names = sorted({item.document for item in items if item.doctype == doctype})
			self._read_invoices(doctype, names)
			self._read_ledger(doctype, names)
			self._read_special(doctype, names)
		for party_type in sorted({item.party_type for item in items}):
			self._read_parties(party_type, sorted({i.party for i in items if i.party_type == party_type}))
		contacts = {invoice.get("contact_person") for invoice in self._invoices.values()} - {None, ""}
		self._correspondents = Correspondents(((item.party_type, item.party) for item in items), contacts)

	def add_paid(self, items: Sequence[Item]) -> None:
		"""Take the payments of `items` off the books again, in memory."""
		for item in items:
			invoice = self._invoices.get(item.reference)
			if invoice:
				outstanding = to_decimal(invoice.outstanding_amount, STORED) + item.allocated_amount
				invoice.outstanding_amount = to_float(outstanding)
				self._ledger[item.reference] = self._ledger.get(item.reference, Decimal(0)) + (
					item.allocated_amount
				)

	def reason_against(self, group: Group) -> str | None:
		"""Why a group goes through the controllers, as a translated phrase, or None."""
		item = group[0]
		if len(group) > 1:
			return _("several invoices in one payment")
		if item.allocated_amount <= 0:
			return _("credit note")
		if item.reference in self._with_terms or self._lacks_schedule(item):
			return _("payment terms")
		if item.deductions:
			return _("deductions")
		return (
			self._special.get(item.reference)
			or self._reason_in_invoice(item)
			or self._reason_in_accounts(item)
			or self._reason_in_party(item)
			or self._reason_in_texts(item)
			or self._reason_in_contact(item)
			or self._reason_in_ledger(item)
		)

	def candidate(self, group: Group) -> Candidate:
		item = group[0]
		invoice = self._invoices[item.reference]
		# An empty text is not the same as none: each payment has what its invoice has.
		taken = [invoice.get(column) for column in (*TAKEN_AS_THEY_ARE, *self._dimensions)]
		kind = (self._line, item.doctype, invoice[ACCOUNT_FIELD[item.doctype]], invoice.first_project, *taken)
		party = (item.party_type, item.party)
		return Candidate(
			item=item,
			group=group,
			invoice=invoice,
			party=self._parties[party],
			contact=self._correspondents.contact(party, invoice.get("contact_person")),
			bank_account=self._correspondents.bank_account(party),
			kind=kind,
		)

	def _reason_in_invoice(self, item: Item) -> str | None:
		invoice = self._invoices.get(item.reference)
		if invoice is None or invoice.docstatus != 1 or invoice.company != self._line.company:
			return _("the invoice is not as it was")
		currencies = {invoice.currency, invoice.party_account_currency, self._line.currency}
		currencies.add(self._ledger_currency)
		rates = {invoice.conversion_rate, item.exchange_rate, item.bank_exchange_rate}
		if (
			currencies != {self._company_currency}
			or rates != {1}
			or item.cash_amount.copy_abs() != (item.allocated_amount)
		):
			return _("foreign currency")
		if invoice[PARTY_FIELD[item.doctype]] != item.party:
			return _("another party")
		for column in SET_IF_SPECIAL:
			if invoice.get(column) not in (None, 0, "", "No"):
				return _(frappe.get_meta(item.doctype).get_label(column)).lower()
		if invoice.get("is_internal_supplier") or invoice.get("represents_company"):
			return _("internal transfer")
		return None

	def _reason_in_accounts(self, item: Item) -> str | None:
		"""ERPNext looks at the balance of such an account after each of its entries (validate_balance_type,
		validate_expense_against_budget).
		"""
		account = self._invoices[item.reference][ACCOUNT_FIELD[item.doctype]]
		if self._watched.intersection((account, self._line.account)):
			return _("the balance of an account is limited")
		return None

	def _reason_in_party(self, item: Item) -> str | None:
		party = self._parties.get((item.party_type, item.party))
		if party is None or any(party.get(column) for column in ("disabled", "is_frozen", "on_hold")):
			return _("the party is blocked")
		if party.get("tax_withholding_category") or party.get("tax_withholding_group"):
			return _("tax withholding")
		if item.party == self._line.account:
			# Then a row does not say itself which of the two it names as the other side (`columns.py`).
			return _("the party is called like the bank account")
		if party.entry_currency not in (None, self._company_currency):
			return _("accounting entries of the party in another currency")
		return None

	def _lacks_schedule(self, item: Item) -> bool:
		"""ERPNext goes by the template, also if none of its terms is in the invoice."""
		invoice = self._invoices.get(item.reference)
		return bool(invoice and invoice.payment_terms_template and not invoice.payment_schedule)

	def _reason_in_texts(self, item: Item) -> str | None:
		"""The reference is in the remarks: what Frappe makes of them depends on the party's name, too."""
		name = self._parties[item.party_type, item.party].get(f"{item.party_type.lower()}_name")
		bill_no = self._invoices[item.reference].get("bill_no")
		return (
			reason_in_text("Payment Entry", "reference_no", self._line.reference)
			or reason_in_text("Payment Entry", "party_name", name)
			or reason_in_text("Payment Entry Reference", "bill_no", bill_no)
		)

	def _reason_in_contact(self, item: Item) -> str | None:
		"""Frappe looks in each document whether its contact is there."""
		of_invoice = self._invoices[item.reference].get("contact_person")
		if not self._correspondents.is_there(of_invoice):
			return _("a contact that is not there")
		contact = self._correspondents.contact((item.party_type, item.party), of_invoice)
		return reason_in_addresses("Payment Entry", "contact_email", contact.email)

	def _reason_in_ledger(self, item: Item) -> str | None:
		"""ERPNext pays by what its Payment Ledger says, and rounds; what differs is for it to judge."""
		outstanding = to_decimal(self._invoices[item.reference].outstanding_amount, STORED)
		if self._ledger.get(item.reference) != outstanding or item.allocated_amount > outstanding:
			return _("the invoice and its ledger differ")
		return reason_in_amounts(self._decimals, item.allocated_amount, outstanding)

	def _read_invoices(self, doctype: str, names: Sequence[str]) -> None:
		schedules = rows_of("Payment Schedule", "parent", names, parenttype=doctype)
		lines = rows_of(f"{doctype} Item", "parent", names, columns=("parent", "project"))
		parents = {row.parent for row in (*schedules, *lines)}.difference(names)
		for name in as_called(doctype, names, parents):
			self._special[DocumentKey(doctype, name)] = _("the invoice is not as it was")
		for invoice in rows_of(doctype, "name", names):
			invoice.payment_schedule = [row for row in schedules if row.parent == invoice.name]
			projects = [row.project for row in lines if row.parent == invoice.name and row.project]
			invoice.first_project = invoice.get("project") or next(iter(projects), None)
			self._invoices[DocumentKey(doctype, invoice.name)] = invoice

	def _read_ledger(self, doctype: str, names: Sequence[str]) -> None:
		for (name, *place), amount in ledger_outstanding(doctype, names).items():
			invoice = self._invoices.get(DocumentKey(doctype, name))
			if invoice and place == [
				invoice.company,
				PARTY_TYPE[doctype],
				invoice[PARTY_FIELD[doctype]],
				invoice[ACCOUNT_FIELD[doctype]],
				frappe.get_cached_value("Account", invoice[ACCOUNT_FIELD[doctype]], "account_type"),
			]:
				self._ledger[DocumentKey(doctype, name)] = to_decimal(amount, STORED)

	def _read_special(self, doctype: str, names: Sequence[str]) -> None:
		of_type: dict[str, Any] = {"reference_doctype": doctype}
		for table, column, filters, reason in (
			("Payment Request", "reference_name", {**of_type, "docstatus": ("<", 2)}, _("payment request")),
			("Overdue Payment", "sales_invoice", {}, _("dunning")),
			(doctype, "return_against", {"docstatus": 1}, _("credit note")),
		):
			is_of_names = {**filters, column: ("in", names)}
			for name in as_called(doctype, names, frappe.get_all(table, filters=is_of_names, pluck=column)):
				self._special[DocumentKey(doctype, name)] = reason

	def _read_parties(self, party_type: str, names: Sequence[str]) -> None:
		currencies = entry_currencies(party_type, names, self._line.company)
		for party in rows_of(party_type, "name", names):
			party.entry_currency = currencies.get(party.name)
			self._parties[party_type, party.name] = party
