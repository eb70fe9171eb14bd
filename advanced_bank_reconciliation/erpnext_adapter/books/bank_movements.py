"""What vouchers moved on bank accounts, and what of it is matched, in ERPNext's own words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import frappe
from erpnext.accounts.doctype.bank_transaction import bank_transaction

from advanced_bank_reconciliation.engine.documents import DocumentKey


def moved_at_bank(documents: Iterable[DocumentKey]) -> Mapping[DocumentKey, Mapping[str, float]]:
	"""For each document its amounts by bank account of the ledger, positive, in the account's currency
	(ERPNext: get_related_bank_gl_entries).
	"""
	return bank_transaction.get_related_bank_gl_entries(_plain(documents))


def matched_at_bank(documents: Iterable[DocumentKey]) -> Mapping[DocumentKey, Mapping[str, frappe._dict]]:
	"""For each document what Bank Transactions have of it, `{"total", "latest_date"}` by bank account of the
	ledger (ERPNext: get_total_allocated_amount).
	"""
	return bank_transaction.get_total_allocated_amount(_plain(documents))


def _plain(documents: Iterable[DocumentKey]) -> list[tuple[str, str]]:
	"""The database's driver writes a plain tuple as a row, and any other kind of tuple as a text."""
	return [(doctype, name) for doctype, name in documents]
