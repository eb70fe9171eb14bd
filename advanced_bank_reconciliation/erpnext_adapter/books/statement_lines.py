"""Reading the Bank Transaction."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import escape_html, getdate

from advanced_bank_reconciliation.engine.books import StatementLine
from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.facts import StatementFacts
from advanced_bank_reconciliation.engine.money import rounded
from advanced_bank_reconciliation.erpnext_adapter.decimals import (
	bank_precision,
	decimals_of_currency,
	to_decimal,
)

# Payment Entry's reference number is a Data field.
MAX_REFERENCE_LENGTH = 140
COLUMNS_OF_STATEMENT = ("docstatus", "currency", "unallocated_amount")


@dataclass(frozen=True, kw_only=True)
class LedgerStatementLine(StatementLine):
	"""A Bank Transaction with what a payment needs to know of it.

	date: when the money moved at the bank
	reference: what payments name, never empty and never too long for them
	bank_account: name of the Bank Account; `account`: its ledger account
	"""

	date: date
	reference: str
	bank_account: str
	account: str

	@property
	def is_deposit(self) -> bool:
		return self.amount > 0


def read_statement_line(name: str, *, for_update: bool = False) -> LedgerStatementLine:
	"""Read a Bank Transaction.

	for_update: read the newest committed row and lock it until the end of the transaction
	Raises `frappe.DoesNotExistError` for an unknown one, `frappe.ValidationError` if its Bank Account
	has no ledger account of the type Bank.
	"""
	columns = ["name", "docstatus", "date", "bank_account", "deposit", "withdrawal"]
	columns += ["unallocated_amount", "reference_number", "transaction_id", "description"]
	row = frappe.db.get_value("Bank Transaction", name, columns, as_dict=True, for_update=for_update)
	if not row:
		sentence = _("Bank Transaction {0} does not exist.").format(escape_html(name))
		frappe.throw(sentence, frappe.DoesNotExistError)
	account, company = _ledger_account(row.bank_account)
	currency = frappe.get_cached_value("Account", account, "account_currency")
	precision = bank_precision(currency)
	amount = to_decimal(row.deposit, precision) - to_decimal(row.withdrawal, precision)
	unallocated = to_decimal(row.unallocated_amount, precision)
	return LedgerStatementLine(
		name=row.name,
		docstatus=row.docstatus,
		company=company,
		currency=currency,
		amount=amount,
		unallocated=unallocated,
		precision=_precision_at_bank(currency, amount, unallocated),
		date=getdate(row.date),
		reference=_reference(row),
		bank_account=row.bank_account,
		account=account,
	)


def _precision_at_bank(currency: str, *amounts: Decimal) -> int:
	"""How many decimals the bank itself uses: those of the currency, say none of yen, or all that the site
	has if `amounts` show more. ERPNext rounds every currency as the site does (get_field_precision).
	"""
	whole = decimals_of_currency(currency)
	if any(amount != rounded(amount, whole) for amount in amounts):
		return bank_precision(currency)
	return min(whole, bank_precision(currency))


def read_statement(name: str) -> StatementFacts:
	"""What stands on a Bank Transaction now, see `StatementFacts`; its rows are locked."""
	row = frappe.db.get_value("Bank Transaction", name, COLUMNS_OF_STATEMENT, as_dict=True, for_update=True)
	if not row or row.docstatus != 1:
		return StatementFacts(rows={}, unallocated=Decimal(0))
	precision = bank_precision(row.currency)
	table = frappe.qb.DocType("Bank Transaction Payments")
	query = frappe.qb.from_(table).select(table.payment_document, table.payment_entry, table.allocated_amount)
	found = query.where(table.parent == name).for_update().run()
	rows: dict[DocumentKey, Decimal] = defaultdict(Decimal)
	for doctype, voucher, amount in found:
		rows[DocumentKey(doctype, voucher)] += to_decimal(amount, precision)
	unallocated = to_decimal(row.unallocated_amount, precision)
	return StatementFacts(rows=rows, unallocated=unallocated, repeated=len(found) - len(rows))


def _ledger_account(bank_account: str) -> tuple[str, str]:
	"""The ledger account of a Bank Account, and its company."""
	account: str = frappe.get_cached_value("Bank Account", bank_account, "account") if bank_account else ""
	if not account:
		sentence = _("Bank Account {0} has no ledger account. Set its Company Account first.")
		frappe.throw(sentence.format(escape_html(bank_account or "")))
	company, account_type = frappe.get_cached_value("Account", account, ["company", "account_type"])
	if account_type != "Bank":
		# ERPNext matches only what stands on accounts of this type (get_related_bank_gl_entries).
		sentence = _("Account {0} is not of the type Bank. Set its Account Type first.")
		frappe.throw(sentence.format(escape_html(account)))
	return account, company


def _reference(row: frappe._dict) -> str:
	"""ERPNext wants a reference on every bank payment: fall back until something names the statement line."""
	candidates = (row.reference_number, row.transaction_id, row.description, row.name)
	texts = (" ".join((text or "").split()) for text in candidates)
	return next(text for text in texts if text)[:MAX_REFERENCE_LENGTH]
