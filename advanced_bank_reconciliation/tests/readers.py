"""Somebody who looks at the books all the time while a run is going on."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

import frappe

from advanced_bank_reconciliation.tests.books import read_books

RUN = "Bulk Reconciliation Run"
ENDS = ("Completed", "Rolled Back", "Attention")


def watch(bank_transaction: str, invoices: Sequence[Mapping], run: str, timeout: int) -> dict:
	"""Look until the run has ended: how many times, and what was neither paid with its voucher nor open.

	Each look is one consistent snapshot, as a report has it. invoices: {"name", "allocated_amount"}, each of
	which the run pays in full
	"""
	looks, halves, deadline = 0, [], time.monotonic() + timeout
	while time.monotonic() < deadline:
		frappe.db.rollback()
		frappe.db.sql("start transaction with consistent snapshot")
		row = frappe.db.get_value(RUN, run, ["state", "posted_items"], as_dict=True)
		books = read_books(bank_transaction, [invoice["name"] for invoice in invoices])
		halves += _halves(books, invoices, row)
		looks += 1
		if row.state in ENDS:
			break
	frappe.db.rollback()
	return {"looks": looks, "halves": halves[:10], "state": row.state}


def _halves(books: dict, invoices: Sequence[Mapping], row: Mapping) -> list[str]:
	"""What does not go together in one look."""
	paid = books["payments_per_invoice"]
	halves = [f"{books['unbalanced']} unbalanced"] if books["unbalanced"] else []
	if len(paid) != row["posted_items"] or len(books["payments"]) != row["posted_items"]:
		halves.append(f"{row['posted_items']} posted, {len(paid)} paid by {len(books['payments'])} payments")
	if len(books["rows"]) not in (0, len(invoices)):
		halves.append(f"{len(books['rows'])} rows on the Bank Transaction")
	for invoice in invoices:
		name, due = invoice["name"], 0 if invoice["name"] in paid else invoice["allocated_amount"]
		if (books["outstanding"][name], books["ledger_outstanding"][name]) != (due, due):
			halves.append(f"{name}: {books['outstanding'][name]} outstanding instead of {due}")
	return halves
