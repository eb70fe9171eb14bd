"""Reading the books from the tables themselves, past every controller, to judge what a run has done."""

from __future__ import annotations

from collections.abc import Sequence

import frappe
from frappe.query_builder.functions import Count, Sum
from frappe.utils import flt


def read_books(bank_transaction: str, invoices: Sequence[str], run: str | None = None) -> dict:
	"""Everything that tells whether invoices were paid from a Bank Transaction, as plain data.

	invoices: names of Sales Invoices; run: name of a run, to look for what it left behind
	"""
	payments = _payments(invoices)
	return {
		"transaction": _transaction(bank_transaction),
		"rows": _rows(bank_transaction),
		"outstanding": _by_name("Sales Invoice", "outstanding_amount", invoices),
		"status": _by_name("Sales Invoice", "status", invoices),
		"ledger_outstanding": _ledger_outstanding(invoices),
		"payments": payments,
		"clearance": _by_name("Payment Entry", "clearance_date", payments),
		"unbalanced": _unbalanced(payments),
		"bank_entries": _bank_entries(payments),
		"payments_per_invoice": _payments_per_invoice(invoices),
		"orphans": _orphans(bank_transaction),
		"item_states": _item_states(run) if run else {},
	}


def _transaction(name: str) -> dict:
	columns = ["status", "allocated_amount", "unallocated_amount"]
	return dict(frappe.db.get_value("Bank Transaction", name, columns, as_dict=True))


def _rows(bank_transaction: str) -> list[list]:
	rows = frappe.get_all(
		"Bank Transaction Payments",
		filters={"parent": bank_transaction},
		fields=["payment_document", "payment_entry", "allocated_amount"],
		order_by="idx",
		as_list=True,
	)
	return [list(row) for row in rows]


def _by_name(doctype: str, column: str, names: Sequence[str]) -> dict:
	if not names:
		return {}
	rows = frappe.get_all(doctype, filters={"name": ("in", names)}, fields=["name", column], as_list=True)
	return {name: str(value) if column == "clearance_date" and value else value for name, value in rows}


def _ledger_outstanding(invoices: Sequence[str]) -> dict:
	"""What the Payment Ledger says is outstanding."""
	entry = frappe.qb.DocType("Payment Ledger Entry")
	query = frappe.qb.from_(entry).select(entry.against_voucher_no, Sum(entry.amount_in_account_currency))
	query = query.where(entry.against_voucher_no.isin(list(invoices)) & (entry.delinked == 0))
	return {name: flt(amount, 2) for name, amount in query.groupby(entry.against_voucher_no).run()}


def _payments(invoices: Sequence[str]) -> list[str]:
	"""Submitted Payment Entries that name one of the invoices."""
	reference, payment = frappe.qb.DocType("Payment Entry Reference"), frappe.qb.DocType("Payment Entry")
	query = frappe.qb.from_(reference).inner_join(payment).on(reference.parent == payment.name)
	query = query.select(payment.name).distinct().orderby(payment.name)
	return query.where(reference.reference_name.isin(list(invoices)) & (payment.docstatus == 1)).run(
		pluck=True
	)


def _payments_per_invoice(invoices: Sequence[str]) -> dict:
	"""How many submitted payments each invoice has: more than one would be paid twice."""
	reference = frappe.qb.DocType("Payment Entry Reference")
	query = frappe.qb.from_(reference).select(reference.reference_name, Count(reference.parent))
	query = query.where(reference.reference_name.isin(list(invoices)) & (reference.docstatus == 1))
	return dict(query.groupby(reference.reference_name).run())


def _unbalanced(payments: Sequence[str]) -> list[str]:
	"""Vouchers whose debits and credits differ, or that have no ledger entries at all."""
	if not payments:
		return []
	entry = frappe.qb.DocType("GL Entry")
	query = frappe.qb.from_(entry).select(entry.voucher_no, Sum(entry.debit - entry.credit))
	query = query.where(entry.voucher_no.isin(list(payments)) & (entry.is_cancelled == 0))
	balances = dict(query.groupby(entry.voucher_no).run())
	return [name for name in payments if name not in balances or flt(balances[name], 2)]


def _bank_entries(payments: Sequence[str]) -> float:
	"""What these payments moved on bank accounts, money in positive."""
	if not payments:
		return 0.0
	entry, account = frappe.qb.DocType("GL Entry"), frappe.qb.DocType("Account")
	query = frappe.qb.from_(entry).inner_join(account).on(entry.account == account.name)
	query = query.select(Sum(entry.debit - entry.credit))
	is_bank = (account.account_type == "Bank") & (entry.is_cancelled == 0)
	return flt(query.where(entry.voucher_no.isin(list(payments)) & is_bank).run(pluck=True)[0], 2)


def _orphans(bank_transaction: str) -> list[str]:
	"""Payments that runs on this Bank Transaction posted, that are submitted, and that are not matched.

	ERPNext gives the name of a deleted payment away again: what does not pay the item's invoice is another's.
	"""
	item, run = frappe.qb.DocType("Bulk Reconciliation Item"), frappe.qb.DocType("Bulk Reconciliation Run")
	reference = frappe.qb.DocType("Payment Entry Reference")
	is_its_own = (reference.parent == item.voucher) & (reference.reference_name == item.reference_name)
	query = frappe.qb.from_(item).inner_join(run).on(item.run == run.name)
	query = query.inner_join(reference).on(is_its_own).select(reference.parent).distinct()
	is_submitted = (run.bank_transaction == bank_transaction) & (reference.docstatus == 1)
	submitted = query.where(is_submitted).run(pluck=True)
	matched = {row[1] for row in _rows(bank_transaction)}
	return [name for name in submitted if name not in matched]


def _item_states(run: str) -> dict:
	item = frappe.qb.DocType("Bulk Reconciliation Item")
	query = frappe.qb.from_(item).select(item.state, Count(item.name)).where(item.run == run)
	return dict(query.groupby(item.state).run())
