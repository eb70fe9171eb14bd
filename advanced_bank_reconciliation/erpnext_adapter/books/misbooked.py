"""Ledger rows of a run's payments that stand where nobody asked for them.

ERPNext books a payment with the party and on the account of its invoice, on the date of the payment, which is
that of the Bank Transaction. Hooks of other apps may change that after ERPNext has checked it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date

import frappe
from frappe.query_builder.functions import Coalesce
from pypika.queries import QueryBuilder
from pypika.terms import Criterion

from advanced_bank_reconciliation.custom_fields import ITEM_MARK, RUN_MARK
from advanced_bank_reconciliation.engine.facts import VoucherFacts
from advanced_bank_reconciliation.engine.records import Run
from advanced_bank_reconciliation.erpnext_adapter.books.open_items import ACCOUNT_FIELD
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import (
	ITEM_DOCTYPE,
	PAYMENT_DOCTYPE,
	RUN_DOCTYPE,
)

# What says in a row of each ledger that it has no effect any more.
ENDED = {"GL Entry": "is_cancelled", "Payment Ledger Entry": "delinked"}


def with_misbooked(
	run: Run, vouchers: Sequence[VoucherFacts], marks: Collection[str] | None = None
) -> Sequence[VoucherFacts]:
	"""`vouchers` with what of each is booked otherwise than its items and the Bank Transaction say.

	marks: keys of items, if only payments for these are among `vouchers`
	Three queries, however many payments. Nothing is known if the Bank Transaction is gone.
	"""
	day = frappe.db.get_value("Bank Transaction", run.bank_transaction, "date") if vouchers else None
	if not day:
		return vouchers
	found: dict[str, list[str]] = defaultdict(list)
	for query in (*_rows_elsewhere(run, day, marks), _cleared_on_another_day(run, day, marks)):
		for name, *values in query.run():
			found[name].append(", ".join(str(value) for value in values if value))
	return [replace(facts, misbooked=tuple(sorted(set(found[facts.key.name])))) for facts in vouchers]


def _rows_elsewhere(run: Run, day: date, marks: Collection[str] | None) -> Iterator[QueryBuilder]:
	"""By ledger: account, party and date of the rows of payments that have another one of these."""
	payment, item = frappe.qb.DocType(PAYMENT_DOCTYPE), frappe.qb.DocType(ITEM_DOCTYPE)
	invoices = {doctype: frappe.qb.DocType(doctype) for doctype in ACCOUNT_FIELD}
	record = frappe.qb.DocType(RUN_DOCTYPE)
	for ledger, ended in ENDED.items():
		entry = frappe.qb.DocType(ledger)
		query = frappe.qb.from_(payment).inner_join(item).on(item.name == payment[ITEM_MARK])
		for doctype, invoice in invoices.items():
			is_it = (item.reference_doctype == doctype) & (item.reference_name == invoice.name)
			query = query.left_join(invoice).on(is_it)
		query = query.inner_join(entry).on(
			(entry.voucher_no == payment.name) & (entry.voucher_type == PAYMENT_DOCTYPE)
		)
		# An advance has no invoice: its account is in the record of the run.
		query = query.inner_join(record).on(record.name == item.run)
		accounts = (invoice[ACCOUNT_FIELD[doctype]] for doctype, invoice in invoices.items())
		account = Coalesce(*accounts, record.advance_account)
		is_other_party = (entry.party_type != item.party_type) | (entry.party != item.party)
		is_elsewhere = (Coalesce(entry.party, "") != "") & (is_other_party | (entry.account != account))
		yield (
			query.select(payment.name, entry.account, entry.party, entry.posting_date)
			.where(_is_marked(run, marks) & (entry[ended] == 0))
			.where(is_elsewhere | (entry.posting_date != day))
		)


def _cleared_on_another_day(run: Run, day: date, marks: Collection[str] | None) -> QueryBuilder:
	payment = frappe.qb.DocType(PAYMENT_DOCTYPE)
	query = frappe.qb.from_(payment).select(payment.name, payment.clearance_date)
	return query.where(_is_marked(run, marks) & (payment.clearance_date != day))


def _is_marked(run: Run, marks: Collection[str] | None) -> Criterion:
	payment = frappe.qb.DocType(PAYMENT_DOCTYPE)
	is_of_run = payment[RUN_MARK] == run.name
	return is_of_run if marks is None else is_of_run & payment[ITEM_MARK].isin(list(marks))
