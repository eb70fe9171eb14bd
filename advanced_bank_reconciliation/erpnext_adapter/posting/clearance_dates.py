"""Clearance dates: set when a voucher is matched as a whole, given back when it is unmatched.

ERPNext clears a voucher with the date of the latest Bank Transaction that it is matched to, and only when
every bank account it moves is matched in full (get_clearance_details in bank_transaction.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

import frappe
from erpnext.accounts.doctype.bank_transaction.bank_transaction import BankTransaction

from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.records import Run, Voucher
from advanced_bank_reconciliation.erpnext_adapter.books.bank_movements import matched_at_bank, moved_at_bank
from advanced_bank_reconciliation.erpnext_adapter.decimals import bank_precision, to_decimal
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import EXISTING_VOUCHER, ITEM_DOCTYPE


def set_if_fully_matched(run: Run, transaction: BankTransaction, vouchers: Sequence[Voucher]) -> None:
	"""Clear each of `vouchers` that its Bank Transactions now cover in full; remember former dates."""
	_remember(run, [voucher for voucher in vouchers if not voucher.is_own])
	documents = [voucher.key for voucher in vouchers]
	moved, matched = moved_at_bank(documents), matched_at_bank(documents)
	precision = bank_precision(transaction.currency)
	by_date: dict[date, list[DocumentKey]] = defaultdict(list)
	for document in documents:
		parts = matched.get(document, {})
		if _covers(moved.get(document, {}), parts, precision):
			by_date[max(part.latest_date for part in parts.values())].append(document)
	for clearance_date, cleared in by_date.items():
		_write(cleared, clearance_date)


def give_back(run: Run, vouchers: Sequence[Voucher]) -> None:
	"""Give each voucher the clearance date that it had before the run."""
	former = _remembered(run)
	by_date: dict[date | None, list[DocumentKey]] = defaultdict(list)
	for voucher in vouchers:
		by_date[former.get(voucher.key)].append(voucher.key)
	for clearance_date, documents in by_date.items():
		_write(documents, clearance_date)


def _covers(moved: Mapping[str, float], parts: Mapping[str, frappe._dict], precision: int) -> bool:
	return bool(moved) and all(
		to_decimal(amount, precision) == to_decimal(parts.get(account, {}).get("total"), precision)
		for account, amount in moved.items()
	)


def _write(documents: Sequence[DocumentKey], clearance_date: date | None) -> None:
	"""One UPDATE for each document type. A Sales Invoice carries the date on its payment rows."""
	for doctype in {doctype for doctype, _name in documents}:
		names = [name for its_doctype, name in documents if its_doctype == doctype]
		if doctype == "Sales Invoice":
			target, filters = "Sales Invoice Payment", {"parenttype": doctype, "parent": ("in", names)}
		else:
			target, filters = doctype, {"name": ("in", names)}
		frappe.db.set_value(target, filters, "clearance_date", clearance_date)


def _remember(run: Run, vouchers: Sequence[Voucher]) -> None:
	"""Note the clearance dates that the user's own vouchers have now."""
	item = frappe.qb.DocType(ITEM_DOCTYPE)
	for voucher in vouchers:
		if voucher.doctype == "Sales Invoice":
			filters: str | dict = {"parenttype": voucher.doctype, "parent": voucher.name}
			former = frappe.db.get_value("Sales Invoice Payment", filters, "clearance_date")
		else:
			former = frappe.db.get_value(voucher.doctype, voucher.name, "clearance_date")
		is_it = (item.run == run.name) & (item.kind == EXISTING_VOUCHER)
		is_it &= (item.reference_doctype == voucher.doctype) & (item.reference_name == voucher.name)
		frappe.qb.update(item).set(item.former_clearance_date, former).where(is_it).run()


def _remembered(run: Run) -> dict[DocumentKey, date | None]:
	item = frappe.qb.DocType(ITEM_DOCTYPE)
	query = frappe.qb.from_(item).select(
		item.reference_doctype, item.reference_name, item.former_clearance_date
	)
	rows = query.where((item.run == run.name) & (item.kind == EXISTING_VOUCHER)).run()
	return {DocumentKey(doctype, name): former for doctype, name, former in rows}
