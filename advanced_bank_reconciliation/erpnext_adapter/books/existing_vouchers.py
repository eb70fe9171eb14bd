"""Reading the payment documents that a user had before and wants matched along with a run."""

from __future__ import annotations

from collections.abc import Sequence

import frappe
from erpnext.accounts.doctype.bank_transaction.bank_transaction import get_doctypes_for_bank_reconciliation
from frappe.query_builder.functions import Sum
from pypika.terms import Tuple as SqlTuple

from advanced_bank_reconciliation.engine.books import ExistingVoucher
from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.erpnext_adapter.books.bank_movements import matched_at_bank
from advanced_bank_reconciliation.erpnext_adapter.books.statement_lines import LedgerStatementLine
from advanced_bank_reconciliation.erpnext_adapter.decimals import bank_precision, to_decimal


def voucher_doctypes() -> list[str]:
	"""Document types that ERPNext and other apps let a Bank Transaction be matched with.

	Another Bank Transaction is left out: matching two lines changes the other line as well.
	"""
	return [doctype for doctype in get_doctypes_for_bank_reconciliation() if doctype != "Bank Transaction"]


def read_existing(
	documents: Sequence[DocumentKey], statement_line: LedgerStatementLine
) -> dict[DocumentKey, ExistingVoucher]:
	"""Read the vouchers of `documents` that the current user may read.

	What of a voucher can be matched comes from its ledger entries on the bank's account, less what Bank
	Transactions have of it (ERPNext: BankTransaction.allocate_payment_entries).
	"""
	rows = _readable(documents)
	if not rows:
		return {}
	moved = _moved_at_bank(list(rows), statement_line.account)
	matched = matched_at_bank(rows)
	on_line = _on_line(list(rows), statement_line.name)
	precision = bank_precision(statement_line.currency)
	vouchers = {}
	for document, row in rows.items():
		taken = matched.get(document, {}).get(statement_line.account, {}).get("total", 0)
		vouchers[document] = ExistingVoucher(
			doctype=row.doctype,
			name=row.name,
			docstatus=row.docstatus,
			company=row.company,
			moved=to_decimal(moved.get(document), precision),
			matched=to_decimal(taken, precision),
			is_on_line=document in on_line,
		)
	return vouchers


def _readable(documents: Sequence[DocumentKey]) -> dict[DocumentKey, frappe._dict]:
	"""The documents that the user may read, with one query for each document type."""
	found = {}
	for doctype in {doctype for doctype, _name in documents}:
		names = [name for its_doctype, name in documents if its_doctype == doctype]
		fields = ["name", "docstatus", "company"]
		for row in frappe.get_list(doctype, filters={"name": ("in", names)}, fields=fields, limit=0):
			found[DocumentKey(doctype, row.name)] = frappe._dict(row, doctype=doctype)
	return found


def _on_line(documents: Sequence[DocumentKey], bank_transaction: str) -> set[DocumentKey]:
	"""Those of `documents` that the Bank Transaction is matched with, perhaps in part."""
	row = frappe.qb.DocType("Bank Transaction Payments")
	query = frappe.qb.from_(row).select(row.payment_document, row.payment_entry)
	names = [document.name for document in documents]
	rows = query.where((row.parent == bank_transaction) & row.payment_entry.isin(names)).run()
	return {DocumentKey(*found) for found in rows} & set(documents)


def _moved_at_bank(documents: Sequence[DocumentKey], account: str) -> dict[DocumentKey, float]:
	"""What each voucher moved on the bank's ledger account, money in positive."""
	entry = frappe.qb.DocType("GL Entry")
	net = Sum(entry.debit_in_account_currency - entry.credit_in_account_currency)
	wanted = [SqlTuple(*document) for document in documents]
	rows = (
		frappe.qb.from_(entry)
		.select(entry.voucher_type, entry.voucher_no, net)
		.where((entry.account == account) & (entry.is_cancelled == 0))
		.where(SqlTuple(entry.voucher_type, entry.voucher_no).isin(wanted))
		.groupby(entry.voucher_type, entry.voucher_no)
	).run()
	return {DocumentKey(doctype, name): amount for doctype, name, amount in rows}
