"""One Payment Entry for each group of items, written by ERPNext's own controller."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

import frappe
from erpnext.accounts.doctype.accounting_dimension.accounting_dimension import get_accounting_dimensions
from erpnext.accounts.doctype.bank_account.bank_account import get_party_bank_account
from erpnext.accounts.doctype.payment_entry.payment_entry import allocate_open_payment_requests_to_references
from frappe.model.document import Document

from advanced_bank_reconciliation.custom_fields import ITEM_MARK, RUN_MARK
from advanced_bank_reconciliation.engine.deductions import in_company_currency
from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.records import Item, Run, Voucher
from advanced_bank_reconciliation.engine.terms import Term
from advanced_bank_reconciliation.erpnext_adapter.books.open_items import ACCOUNT_FIELD
from advanced_bank_reconciliation.erpnext_adapter.books.statement_lines import LedgerStatementLine
from advanced_bank_reconciliation.erpnext_adapter.decimals import company_precision, to_float
from advanced_bank_reconciliation.erpnext_adapter.document_events.guards import written_by_run
from advanced_bank_reconciliation.erpnext_adapter.erpnext_patches.room_in_terms import give_room_in_terms
from advanced_bank_reconciliation.erpnext_adapter.posting.exchange_differences import (
	add_rounding_difference,
	amount_on_party_account,
)
from advanced_bank_reconciliation.erpnext_adapter.posting.payment_terms import references
from advanced_bank_reconciliation.erpnext_adapter.posting.spared_writes import write_only_changes
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import PAYMENT_DOCTYPE


class Side(NamedTuple):
	"""One side of a payment: an account, its currency, the amount in it, and its rate to the company's."""

	account: str
	currency: str
	amount: Decimal
	rate: Decimal


def post_payment(
	run: Run,
	items: Sequence[Item],
	statement_line: LedgerStatementLine,
	terms: Mapping[DocumentKey, Sequence[Term]],
) -> Voucher:
	"""Insert one Payment Entry over the items of a group and submit it; return it as a voucher.

	items: all of one party and one party account, their cash running along the statement line in sum
	terms: open payment terms by `(doctype, name)` of the invoice
	Raises whatever ERPNext refuses it for. It is a draft first: ERPNext chooses the party's account only in a
	draft (PaymentEntry.set_liability_account), and other apps' hooks of saving see no document that was
	inserted as submitted.
	"""
	amount = abs(sum((item.cash_amount for item in items), Decimal(0)))
	entry = frappe.get_doc(
		{
			**head_of_payment(run, items[0], statement_line),
			"references": [
				reference for item in items for reference in _references(item, terms.get(item.reference, ()))
			],
			"deductions": [row for item in items for row in _deductions(item, statement_line.company)],
			**_sides(items, statement_line, amount),
			**_particulars(items[0]),
			**_dimensions(items[0]),
		}
	)
	# As get_payment_entry does it: what the customer was asked for is paid with this.
	allocate_open_payment_requests_to_references(entry.references, entry.precision("paid_amount"))
	add_rounding_difference(entry)
	write_only_changes(entry.references)
	give_room_in_terms(entry)
	insert_and_submit(entry)
	return Voucher(doctype=entry.doctype, name=entry.name, amount=amount, is_own=True)


def head_of_payment(run: Run, item: Item, statement_line: LedgerStatementLine) -> dict:
	"""What every payment of a run has: its marks, the party, and what the statement line says.

	item: the first of its group
	"""
	return {
		"doctype": PAYMENT_DOCTYPE,
		RUN_MARK: run.name,
		ITEM_MARK: item.key,
		"party_type": item.party_type,
		"party": item.party,
		"posting_date": statement_line.date,
		"reference_no": statement_line.reference,
		"reference_date": statement_line.date,
		"bank_account": statement_line.bank_account,
		"company": statement_line.company,
	}


def insert_and_submit(entry: Document) -> None:
	"""As the run's own writing."""
	with written_by_run(entry):
		entry.insert()
		entry.submit()


def _sides(items: Sequence[Item], statement_line: LedgerStatementLine, amount: Decimal) -> dict:
	"""Which account pays which: a deposit is received, a withdrawal is paid, whatever the party.

	amount: at the bank, in the currency of the bank account
	Without rates (an item that was recorded by an earlier version) ERPNext finds its own.
	"""
	item = items[0]
	account = _invoice(item).get(ACCOUNT_FIELD[item.doctype])
	currency = frappe.get_cached_value("Account", account, "account_currency")
	owed = amount_on_party_account(items, currency, statement_line, amount)
	party = Side(account, currency, owed, item.exchange_rate)
	return sides(party, statement_line, amount, item.bank_exchange_rate)


def sides(
	party: Side, statement_line: LedgerStatementLine, amount: Decimal, bank_exchange_rate: Decimal
) -> dict:
	"""The two sides of a payment. amount: at the bank"""
	bank = Side(statement_line.account, statement_line.currency, amount, bank_exchange_rate)
	paid, received = (party, bank) if statement_line.is_deposit else (bank, party)
	return {
		"payment_type": "Receive" if statement_line.is_deposit else "Pay",
		"paid_from": paid.account,
		"paid_to": received.account,
		"paid_from_account_currency": paid.currency,
		"paid_to_account_currency": received.currency,
		"paid_amount": to_float(paid.amount),
		"received_amount": to_float(received.amount),
		"source_exchange_rate": to_float(paid.rate),
		"target_exchange_rate": to_float(received.rate),
	}


def _particulars(item: Item) -> dict:
	"""What else a payment takes from the invoice and from the party (get_payment_entry)."""
	invoice = _invoice(item)
	return {
		"mode_of_payment": invoice.get("mode_of_payment"),
		"contact_person": invoice.get("contact_person"),
		"letter_head": invoice.get("letter_head"),
		"party_bank_account": get_party_bank_account(item.party_type, item.party),
	}


def _references(item: Item, terms: Sequence[Term]) -> list[dict]:
	outstanding = {term.name: to_float(term.outstanding) for term in terms}
	return [
		{
			"reference_doctype": item.doctype,
			"reference_name": item.document,
			"payment_term": term,
			"payment_term_outstanding": outstanding.get(term or ""),
			"allocated_amount": to_float(amount),
		}
		for term, amount in references(item, terms)
	]


def _deductions(item: Item, company: str) -> list[dict]:
	"""ERPNext books a deduction to its account's debit, on deposits and withdrawals alike
	(PaymentEntry.add_deductions_gl_entries).
	"""
	precision = company_precision(company)
	return [
		{
			"account": one.account,
			"cost_center": one.cost_center,
			"amount": to_float(in_company_currency(one, item, precision)),
			"description": one.description or None,
		}
		for one in item.deductions
	]


def _dimensions(item: Item) -> dict:
	"""Cost centre, project and the site's own dimensions, as ERPNext takes them from the invoice
	(get_payment_entry, update_accounting_dimensions).
	"""
	invoice = _invoice(item)
	project = invoice.get("project") or next(
		(row.project for row in invoice.items if row.get("project")), None
	)
	own = {dimension: invoice.get(dimension) for dimension in get_accounting_dimensions()}
	return {**own, "cost_center": invoice.get("cost_center"), "project": project}


def _invoice(item: Item) -> Document:
	"""The invoice, from the batch's single load."""
	return frappe.get_doc(item.doctype, item.document)
