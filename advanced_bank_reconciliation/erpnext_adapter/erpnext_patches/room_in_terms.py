"""Let ERPNext take what is left of an invoice whose payment terms have no room for it.

Each term is rounded by itself: two halves of 20.29 are 10.14 each, and a cent belongs to neither. ERPNext
takes no more for a term than is outstanding of it (update_payment_schedule and
validate_allocated_amount_with_latest_data of PaymentEntry), and nothing if that is 0.10 or less
(get_split_invoice_rows): by hand the cent stays open for ever. So what is outstanding of such a term is
raised while the payment is checked, and lowered again as soon as ERPNext has written the term. What is left
in the tables is what its own statement makes of them: a term that has taken a cent too much is below zero
by that cent, and whoever cancels the payment has the term of before. The allocation itself is never more
than what is outstanding of the invoice: the run checks that.

Checked on ERPNext 15.99 and 16.7.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

import frappe
from frappe.model.document import Document

# More than any rounding, in any currency.
ROOM = 1_000_000
# ERPNext passes over a term with no more outstanding.
LEAST = 0.1
TermKey = tuple[str, str, str]


def give_room_in_terms(entry: Document) -> None:
	"""Have the terms of a draft that are too small for it raised until it has been submitted.

	entry: a Payment Entry that is not inserted yet, each reference with its `payment_term_outstanding`
	"""
	terms = {
		(row.reference_doctype, row.reference_name, row.payment_term)
		for row in entry.references
		if row.payment_term and _is_narrow(row, entry)
	}
	if terms:
		entry.update_payment_schedule = partial(_update_and_lower, entry, terms)
		_raise(terms, ROOM)


def _is_narrow(row: Document, entry: Document) -> bool:
	"""Whether ERPNext might refuse the row. What is converted from another currency is not compared."""
	outstanding = row.payment_term_outstanding or 0
	return row.allocated_amount > outstanding or outstanding <= LEAST or _is_converted(row, entry)


def _is_converted(row: Document, entry: Document) -> bool:
	side = "paid_from" if entry.payment_type == "Receive" else "paid_to"
	currency = frappe.get_doc(row.reference_doctype, row.reference_name).currency
	return currency != entry.get(f"{side}_account_currency")


def _update_and_lower(entry: Document, terms: Collection[TermKey], cancel: int = 0) -> None:
	"""`PaymentEntry.update_payment_schedule`, and then the end of the room."""
	type(entry).update_payment_schedule(entry, cancel)
	_raise(terms, -ROOM)


def _raise(terms: Collection[TermKey], amount: int) -> None:
	schedule = frappe.qb.DocType("Payment Schedule")
	for doctype, name, term in sorted(terms):
		update = frappe.qb.update(schedule).set(schedule.outstanding, schedule.outstanding + amount)
		is_of_invoice = (schedule.parenttype == doctype) & (schedule.parent == name)
		update.where(is_of_invoice & (schedule.payment_term == term)).run()
