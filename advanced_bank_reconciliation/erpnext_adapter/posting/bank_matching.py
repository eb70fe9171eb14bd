"""Matching vouchers to the Bank Transaction, and taking them off again, with one save of it each."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import frappe
from erpnext.accounts.doctype.bank_transaction.bank_transaction import BankTransaction
from frappe import _

from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.errors import ReconciliationError
from advanced_bank_reconciliation.engine.records import Run, Voucher
from advanced_bank_reconciliation.erpnext_adapter.books.bank_movements import matched_at_bank, moved_at_bank
from advanced_bank_reconciliation.erpnext_adapter.decimals import bank_precision, to_decimal, to_float
from advanced_bank_reconciliation.erpnext_adapter.document_events.guards import written_by_run
from advanced_bank_reconciliation.erpnext_adapter.erpnext_patches.new_rows import insert_together
from advanced_bank_reconciliation.erpnext_adapter.erpnext_patches.repeated_reads import reading_once
from advanced_bank_reconciliation.erpnext_adapter.posting import clearance_dates


class MatchingRefused(ReconciliationError):
	"""The Bank Transaction does not take the vouchers as they are."""


@reading_once()
def match(run: Run, vouchers: Sequence[Voucher]) -> None:
	"""Append every voucher with its exact amount, save once, and set the clearance dates.

	The rows carry their amounts, so that ERPNext takes them as they are instead of allocating the vouchers
	one by one (BankTransaction.allocate_payment_entries); what it would have checked is checked here from
	the same ledger entries, for all vouchers at once. Raises `MatchingRefused`.
	"""
	transaction = _load(run)
	before = _unallocated(transaction)
	_check_amounts(transaction, vouchers)
	rows = [transaction.append("payment_entries", _row(voucher)) for voucher in vouchers]
	own = [row for row, voucher in zip(rows, vouchers, strict=True) if voucher.is_own]
	# What the run has posted stands in the ledger, and is asked for once more before the commit.
	insert_together(own, frozenset({"payment_document", "payment_entry"}))
	_set_status(transaction)
	_save(transaction)
	expected = before - sum((voucher.amount for voucher in vouchers), Decimal(0))
	_check_remainder(transaction, expected)
	clearance_dates.set_if_fully_matched(run, transaction, vouchers)


@reading_once()
def unmatch(run: Run, vouchers: Sequence[Voucher]) -> None:
	"""Remove the rows of the run's vouchers, save once, and give back the clearance dates of before.

	Rows that somebody removed meanwhile are passed over, and so is a Bank Transaction that was cancelled or
	deleted: ERPNext has taken everything off it then. Other rows stay.
	"""
	if not frappe.db.exists("Bank Transaction", run.bank_transaction):
		return
	transaction = frappe.get_doc("Bank Transaction", run.bank_transaction, for_update=True)
	ours = {voucher.key: voucher for voucher in vouchers}
	matched = [document for row in transaction.payment_entries if (document := _document(row)) in ours]
	if transaction.docstatus != 1 or not matched:
		return
	# Half a run must not stay because somebody lost a right meanwhile.
	transaction.flags.ignore_permissions = True
	remaining = [row for row in transaction.payment_entries if _document(row) not in ours]
	transaction.set("payment_entries", remaining)
	# ERPNext would take away the dates of clearance one by one: they are given back below, all at once.
	transaction.flags.updating_linked_bank_transaction = True
	_save(transaction)
	clearance_dates.give_back(run, [ours[document] for document in matched])


def _load(run: Run) -> BankTransaction:
	"""Load the newest committed Bank Transaction and lock it until the end of the transaction."""
	transaction = frappe.get_doc("Bank Transaction", run.bank_transaction, for_update=True)
	if transaction.docstatus != 1:
		raise MatchingRefused(_("Bank Transaction {0} was cancelled meanwhile.").format(transaction.name))
	return transaction


def _row(voucher: Voucher) -> dict:
	"""How a voucher stands on a Bank Transaction.

	reconciliation_type tells ERPNext's banking page what it may cancel when it takes the row off. A version
	of ERPNext that has no such field passes it over.
	"""
	return {
		"payment_document": voucher.doctype,
		"payment_entry": voucher.name,
		"allocated_amount": to_float(voucher.amount),
		"reconciliation_type": "Voucher Created" if voucher.is_own else "Matched",
	}


def _set_status(transaction: BankTransaction) -> None:
	"""As ERPNext's reconcile_vouchers does before it saves, so that both leave the same version behind."""
	with written_by_run(transaction):
		transaction.update_allocated_amount()
		transaction.set_status()


def _save(transaction: BankTransaction) -> None:
	with written_by_run(transaction):
		transaction.save()


def _check_amounts(transaction: BankTransaction, vouchers: Sequence[Voucher]) -> None:
	"""Every voucher moved at least its amount on this bank account, net of what is matched already."""
	documents = [voucher.key for voucher in vouchers]
	account = frappe.get_cached_value("Bank Account", transaction.bank_account, "account")
	precision = bank_precision(transaction.currency)
	moved, matched = moved_at_bank(documents), matched_at_bank(documents)
	for voucher, document in zip(vouchers, documents, strict=True):
		taken = matched.get(document, {}).get(account, {}).get("total", 0)
		available = to_decimal(moved.get(document, {}).get(account), precision) - to_decimal(taken, precision)
		if voucher.amount > available or (voucher.is_own and voucher.amount != available):
			sentence = _("{0} {1} has {2} left to be matched, {3} is needed.")
			raise MatchingRefused(
				sentence.format(_(voucher.doctype), voucher.name, available, voucher.amount)
			)
	rest = _unallocated(transaction) - sum((voucher.amount for voucher in vouchers), Decimal(0))
	if rest < 0:
		sentence = _("Bank Transaction {0} was matched to something else meanwhile: {1} is missing.")
		raise MatchingRefused(sentence.format(transaction.name, -rest))


def _check_remainder(transaction: BankTransaction, expected: Decimal) -> None:
	"""Believe what was saved, not what was meant."""
	saved = frappe.db.get_value("Bank Transaction", transaction.name, "unallocated_amount")
	if to_decimal(saved, bank_precision(transaction.currency)) != expected:
		sentence = _("Bank Transaction {0} has {1} unallocated after matching instead of {2}.")
		raise MatchingRefused(sentence.format(transaction.name, saved, expected))


def _unallocated(transaction: BankTransaction) -> Decimal:
	return to_decimal(transaction.unallocated_amount, bank_precision(transaction.currency))


def _document(row: frappe._dict) -> DocumentKey:
	return DocumentKey(row.payment_document, row.payment_entry)
