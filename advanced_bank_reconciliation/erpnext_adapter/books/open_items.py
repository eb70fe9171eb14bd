"""Reading unpaid invoices, any number with a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import frappe
from frappe.utils import getdate, nowdate

from advanced_bank_reconciliation.engine.books import OpenItem
from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.exchange import RATE_PRECISION
from advanced_bank_reconciliation.engine.messages import Message, _, message
from advanced_bank_reconciliation.erpnext_adapter.books.dimensions import find_without_dimension
from advanced_bank_reconciliation.erpnext_adapter.books.frozen import find_frozen
from advanced_bank_reconciliation.erpnext_adapter.decimals import as_stored, bank_precision, to_decimal
from advanced_bank_reconciliation.erpnext_adapter.runs.active_documents import find_holders

PARTY_TYPE = {"Sales Invoice": "Customer", "Purchase Invoice": "Supplier"}
PARTY_FIELD = {"Sales Invoice": "customer", "Purchase Invoice": "supplier"}
ACCOUNT_FIELD = {"Sales Invoice": "debit_to", "Purchase Invoice": "credit_to"}
HOLD_FIELDS = {"Sales Invoice": ("is_discounted",), "Purchase Invoice": ("on_hold",)}


def read_selectable(documents: Iterable[DocumentKey]) -> dict[DocumentKey, OpenItem]:
	"""Read what the current user may select; what is missing does not exist or may not be read.

	documents: Sales Invoices and Purchase Invoices
	An item that an active run holds has that as its obstacle.
	"""
	documents = list(documents)
	items = {}
	for doctype, names in _by_doctype(documents).items():
		fields = [*_columns(doctype)]
		# frappe.get_list applies the user's permissions, user permissions included.
		rows = frappe.get_list(
			doctype, filters={"name": ("in", names)}, fields=fields, limit=0, order_by="name"
		)
		items.update(_open_items(doctype, rows))
	for document in _of_blocked_suppliers(items):
		sentence = _("{0} {1}: payments to {2} are on hold. Release the supplier first.")
		obstacle = message(sentence, *document, items[document].party)
		items[document] = replace(items[document], obstacle=obstacle)
	refused = find_without_dimension(items.values()) | find_frozen(items.values())
	for document, reason in refused.items():
		items[document] = replace(items[document], obstacle=reason)
	for document, run in find_holders(list(items)).items():
		obstacle = message(_("{0} {1} is being reconciled by run {2}."), *document, run)
		items[document] = replace(items[document], obstacle=obstacle)
	return items


def currencies_of(documents: Iterable[DocumentKey]) -> set[str]:
	"""In which currencies invoices are owed, those that do not exist left out. One query a document type."""
	currencies: set[str] = set()
	for doctype, names in _by_doctype(documents).items():
		table = frappe.qb.DocType(doctype)
		query = frappe.qb.from_(table).select(table.party_account_currency, table[ACCOUNT_FIELD[doctype]])
		rows = query.where(table.name.isin(names)).distinct().run()
		currencies |= {_currency(currency, account) for currency, account in rows}
	return currencies


def _currency(currency: str | None, account: str) -> str:
	"""Of an invoice; the party's account has it too."""
	return currency or frappe.get_cached_value("Account", account, "account_currency")


def _of_blocked_suppliers(items: Mapping[DocumentKey, OpenItem]) -> list[DocumentKey]:
	"""Items whose supplier takes no payments now."""
	blocked = blocked_suppliers({item.party for item in items.values() if item.party_type == "Supplier"})
	return [
		document
		for document, item in items.items()
		if item.party_type == "Supplier" and item.party in blocked
	]


def blocked_suppliers(names: Collection[str]) -> set[str]:
	"""Those that take no payments now (AccountsController.ensure_supplier_is_not_blocked).

	One query; the user's rights to suppliers play no part, as they do not when ERPNext posts.
	"""
	filters = {"name": ("in", sorted(names)), "on_hold": 1, "hold_type": ("in", ("All", "Payments"))}
	fields = ["name", "release_date"]
	rows = frappe.get_all("Supplier", filters=filters, fields=fields) if names else []
	return {row.name for row in rows if not row.release_date or getdate(nowdate()) <= row.release_date}


def lock_current(documents: Iterable[DocumentKey]) -> dict[DocumentKey, OpenItem]:
	"""Read the newest committed state of invoices and lock them until the end of the transaction.

	Always in the same order, so that two batches cannot wait for each other.
	"""
	return _read(documents, for_update=True)


def lock_outstanding(documents: Iterable[DocumentKey]) -> dict[DocumentKey, Decimal]:
	"""What is outstanding of invoices, read and locked as by `lock_current`, but as it is stored: ERPNext
	rounds it to the decimals of its field (`update_voucher_outstanding`).
	"""
	return {
		DocumentKey(doctype, row.name): _stored_outstanding(doctype, row)
		for doctype, row in _rows(documents, for_update=True)
	}


def _stored_outstanding(doctype: str, row: frappe._dict) -> Decimal:
	currency = _currency(row.party_account_currency, row[ACCOUNT_FIELD[doctype]])
	precision = frappe.get_precision(doctype, "outstanding_amount", currency=currency)
	return as_stored(row.outstanding_amount, precision)


def read_seen(documents: Iterable[DocumentKey]) -> dict[DocumentKey, OpenItem]:
	"""Read invoices as this transaction sees them, and as ERPNext will when it posts."""
	return _read(documents, for_update=False)


def _read(documents: Iterable[DocumentKey], *, for_update: bool) -> dict[DocumentKey, OpenItem]:
	return {
		DocumentKey(doctype, row.name): _open_item(doctype, row)
		for doctype, row in _rows(documents, for_update=for_update)
	}


def _rows(documents: Iterable[DocumentKey], *, for_update: bool) -> Iterator[tuple[str, frappe._dict]]:
	"""Rows of invoices with their document types. One query for each of these."""
	for doctype, names in sorted(_by_doctype(documents).items()):
		table = frappe.qb.DocType(doctype)
		query = frappe.qb.from_(table).select(*[table[column] for column in _columns(doctype)])
		query = query.where(table.name.isin(sorted(names))).orderby(table.name)
		for row in (query.for_update() if for_update else query).run(as_dict=True):
			yield doctype, row


def _by_doctype(documents: Iterable[DocumentKey]) -> Mapping[str, Sequence[str]]:
	names: dict[str, list[str]] = defaultdict(list)
	for doctype, name in documents:
		names[doctype].append(name)
	return names


def _columns(doctype: str) -> Sequence[str]:
	amounts = ("outstanding_amount", "party_account_currency", "currency", "conversion_rate")
	common = ("name", "docstatus", "company", *amounts)
	return (*common, PARTY_FIELD[doctype], ACCOUNT_FIELD[doctype], *HOLD_FIELDS[doctype])


def _open_items(doctype: str, rows: Sequence[frappe._dict]) -> dict[DocumentKey, OpenItem]:
	return {DocumentKey(doctype, row.name): _open_item(doctype, row) for row in rows}


def _open_item(doctype: str, row: frappe._dict) -> OpenItem:
	account = row[ACCOUNT_FIELD[doctype]]
	currency = _currency(row.party_account_currency, account)
	return OpenItem(
		doctype=doctype,
		name=row.name,
		docstatus=row.docstatus,
		company=row.company,
		party_type=PARTY_TYPE[doctype],
		party=row[PARTY_FIELD[doctype]],
		party_account=account,
		currency=currency,
		outstanding=to_decimal(row.outstanding_amount, bank_precision(currency)),
		invoice_currency=row.currency or "",
		invoice_rate=to_decimal(row.conversion_rate, RATE_PRECISION),
		obstacle=_hold(doctype, row),
	)


def _hold(doctype: str, row: frappe._dict) -> Message | None:
	"""A Purchase Invoice on hold takes no payment (ERPNext: PaymentEntry.validate_reference_documents), nor
	does a Sales Invoice that an Invoice Discounting has moved to other accounts: whichever of them its button
	*Payment* chooses, nothing is outstanding there (validate_allocated_amount_with_latest_data).
	"""
	if row.get("on_hold"):
		return message(_("{0} {1} is on hold. Release it first."), doctype, row.name)
	if row.get("is_discounted"):
		sentence = _(
			"{0} {1} is discounted by an Invoice Discounting: ERPNext takes no Payment Entry for it. Book"
			" what came in by a Journal Entry with {1} as its reference, and match that along."
		)
		return message(sentence, doctype, row.name)
	return None
