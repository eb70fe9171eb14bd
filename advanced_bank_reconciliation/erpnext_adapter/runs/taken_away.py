"""What of a completed run does not stand any more: read from the tables whenever somebody asks, never stored.

Everybody may cancel a payment, unreconcile it or take it off its Bank Transaction after the run is over.
"""

from __future__ import annotations

from collections.abc import Sequence

import frappe
from frappe import _
from frappe.query_builder.functions import Max, Sum
from pypika.queries import QueryBuilder

from advanced_bank_reconciliation.custom_fields import RUN_MARK
from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.records import Run
from advanced_bank_reconciliation.erpnext_adapter.decimals import bank_precision, to_decimal
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import (
	EXISTING_VOUCHER,
	ITEM_DOCTYPE,
	OPEN_ITEM,
	PAYMENT_DOCTYPE,
)

NAMED_IN_MESSAGE = 5
Reasons = dict[DocumentKey, str]


def find_taken_away(run: Run) -> list[dict]:
	"""`{"doctype", "name", "reason"}` of each payment of a completed run that was taken away, in order.

	A payment of the run's own is known by its mark: its number may be another one's by now. Four queries.
	"""
	reasons: Reasons = {}
	for row in _own(run):
		document = DocumentKey(PAYMENT_DOCTYPE, row.voucher)
		reasons[document] = reasons.get(document) or _why_own(row)
	reasons |= dict.fromkeys(_existing(run), "")
	statement = frappe.db.get_value("Bank Transaction", run.bank_transaction, "docstatus")
	matched = _matched(run)
	for document in reasons:
		reasons[document] = reasons[document] or _why_unmatched(run, statement, document in matched)
	return [{"doctype": key.doctype, "name": key.name, "reason": why} for key, why in reasons.items() if why]


def tell_taken_away(taken_away: list[dict]) -> str:
	"""One sentence, which names the first five."""
	named = [
		_("{0} ({1})").format(one["name"], one["reason"].rstrip(".")) for one in taken_away[:NAMED_IN_MESSAGE]
	]
	names = ", ".join([*named, *(["…"] if len(taken_away) > NAMED_IN_MESSAGE else [])])
	sentence = _("This run was completed, but {0} of its payments were taken away since: {1}.")
	return sentence.format(len(taken_away), names)


def _why_own(row: frappe._dict) -> str:
	"""Why a payment does not pay its invoice any more; empty if it does."""
	if row.docstatus is None:
		return _("deleted")
	if row.docstatus != 1:
		return _("cancelled by {0}").format(row.modified_by)
	precision = bank_precision(row.account_currency or row.currency)
	if -to_decimal(row.settled, precision) != to_decimal(row.allocated_amount, precision):
		return _("does not pay {0} any more").format(row.reference_name)
	return ""


def _why_unmatched(run: Run, statement: int | None, is_matched: bool) -> str:
	if statement is None:
		return _("Bank Transaction {0} was deleted").format(run.bank_transaction)
	if statement != 1:
		return _("Bank Transaction {0} was cancelled").format(run.bank_transaction)
	return "" if is_matched else _("taken off Bank Transaction {0}").format(run.bank_transaction)


def _own(run: Run) -> Sequence[frappe._dict]:
	"""Each paid invoice with its payment as it is now, and what the Payment Ledger has of the two."""
	item, payment = frappe.qb.DocType(ITEM_DOCTYPE), frappe.qb.DocType(PAYMENT_DOCTYPE)
	entry = frappe.qb.DocType("Payment Ledger Entry")
	is_between = (entry.voucher_type == PAYMENT_DOCTYPE) & (entry.voucher_no == item.voucher)
	is_between &= entry.against_voucher_type == item.reference_doctype
	is_between &= (entry.against_voucher_no == item.reference_name) & (entry.delinked == 0)
	columns = (item.voucher, item.reference_name, item.allocated_amount, item.currency)
	return (
		_items(run, OPEN_ITEM)
		.left_join(payment)
		.on((payment.name == item.voucher) & (payment[RUN_MARK] == run.name))
		.left_join(entry)
		.on(is_between)
		.select(*columns, payment.docstatus, payment.modified_by)
		.select(Sum(entry.amount_in_account_currency).as_("settled"))
		.select(Max(entry.account_currency).as_("account_currency"))
		.groupby(item.name)
	).run(as_dict=True)


def _existing(run: Run) -> list[DocumentKey]:
	"""The vouchers that were matched along."""
	item = frappe.qb.DocType(ITEM_DOCTYPE)
	rows = _items(run, EXISTING_VOUCHER).select(item.reference_doctype, item.reference_name).run()
	return [DocumentKey(*row) for row in rows]


def _matched(run: Run) -> set[DocumentKey]:
	"""What stands on the Bank Transaction now. Not joined to the items: each would look through all rows."""
	row = frappe.qb.DocType("Bank Transaction Payments")
	query = frappe.qb.from_(row).select(row.payment_document, row.payment_entry)
	return {DocumentKey(*found) for found in query.where(row.parent == run.bank_transaction).run()}


def _items(run: Run, kind: str) -> QueryBuilder:
	item = frappe.qb.DocType(ITEM_DOCTYPE)
	query = frappe.qb.from_(item).where((item.run == run.name) & (item.kind == kind))
	return query.orderby(item.position)
