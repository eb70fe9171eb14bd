"""What of a completed run does not stand any more: read from the tables whenever somebody asks, never stored.

Everybody may cancel a payment, unreconcile it or take it off its Bank Transaction after the run is over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.query_builder.functions import Coalesce, Max, Sum
from pypika.queries import QueryBuilder
from pypika.terms import Criterion, Field, Term

from advanced_bank_reconciliation.custom_fields import RUN_MARK
from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.erpnext_adapter.decimals import bank_precision, to_decimal
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import (
	ADVANCE,
	EXISTING_VOUCHER,
	ITEM_DOCTYPE,
	PAYMENT_DOCTYPE,
	POSTED_KINDS,
	RUN_DOCTYPE,
)

NAMED_IN_MESSAGE = 5


def find_taken_away(runs: Collection[str]) -> dict[str, list[dict]]:
	"""What of completed runs was taken away, of those alone that have lost something.

	Returns `{"doctype", "name", "reason"}` of each such payment, in order, by name of the run. A payment of
	the run's own is known by its mark: its number may be another one's by now. Two queries, however many
	runs; what stands, which is nearly all, does not leave the database.
	"""
	if not runs:
		return {}
	rows = [*_own(runs), *_existing(runs)]
	reasons: dict[tuple[str, DocumentKey], str] = {}
	for why in (_why_unpaid, _why_unmatched):
		for row in rows:
			payment = (row.run, _key(row))
			reasons[payment] = reasons.get(payment) or why(row)
	found: dict[str, list[dict]] = defaultdict(list)
	for (run, key), reason in reasons.items():
		if reason:
			found[run].append({"doctype": key.doctype, "name": key.name, "reason": reason})
	return found


def tell_taken_away(taken_away: list[dict]) -> str:
	"""One sentence, which names the first five."""
	named = [
		_("{0} ({1})").format(one["name"], one["reason"].rstrip(".")) for one in taken_away[:NAMED_IN_MESSAGE]
	]
	names = ", ".join([*named, *(["…"] if len(taken_away) > NAMED_IN_MESSAGE else [])])
	sentence = _("This run was completed, but {0} of its payments were taken away since: {1}.")
	return sentence.format(len(taken_away), names)


def _why_unpaid(row: frappe._dict) -> str:
	"""Why a payment of the run's own does not pay its invoice any more; empty if it does, or is none."""
	if row.kind == EXISTING_VOUCHER:
		return ""
	if row.docstatus is None:
		return _("deleted")
	if row.docstatus != 1:
		return _("cancelled by {0}").format(row.modified_by)
	if row.kind == ADVANCE:
		# It may pay any invoice by now.
		return ""
	precision = bank_precision(row.account_currency or row.currency)
	if -to_decimal(row.settled, precision) != to_decimal(row.allocated_amount, precision):
		return _("does not pay {0} any more").format(row.reference_name)
	return ""


def _why_unmatched(row: frappe._dict) -> str:
	"""Why a payment is not on the run's Bank Transaction any more; empty if it is."""
	if row.statement_docstatus is None:
		return _("Bank Transaction {0} was deleted").format(row.bank_transaction)
	if row.statement_docstatus != 1:
		return _("Bank Transaction {0} was cancelled").format(row.bank_transaction)
	return "" if row.matched else _("taken off Bank Transaction {0}").format(row.bank_transaction)


def _key(row: frappe._dict) -> DocumentKey:
	if row.kind == EXISTING_VOUCHER:
		return DocumentKey(row.reference_doctype, row.reference_name)
	return DocumentKey(PAYMENT_DOCTYPE, row.voucher)


def _own(runs: Collection[str]) -> Sequence[frappe._dict]:
	"""Each invoice whose payment by the runs does not stand, with the payment as it is now, and what the
	Payment Ledger has of the two; likewise each advance.
	"""
	item, payment, entry = DocType(ITEM_DOCTYPE), DocType(PAYMENT_DOCTYPE), DocType("Payment Ledger Entry")
	settled = _ledger(Sum(entry.amount_in_account_currency))
	# To the last decimal that is stored: whether it is a difference in its currency, tells `_why_unpaid`.
	pays = (item.kind == ADVANCE) | (Coalesce(settled, 0) == -item.allocated_amount)
	stands = (Coalesce(payment.docstatus, 0) == 1) & pays & _is_matched()
	return (
		_items(runs, POSTED_KINDS, PAYMENT_DOCTYPE, item.voucher)
		.left_join(payment)
		.on((payment.name == item.voucher) & (payment[RUN_MARK] == item.run))
		.select(item.allocated_amount, item.currency, payment.docstatus, payment.modified_by)
		.select(settled.as_("settled"), _ledger(Max(entry.account_currency)).as_("account_currency"))
		.where(stands.negate())
	).run(as_dict=True)


def _ledger(term: Term) -> QueryBuilder:
	"""Of what the Payment Ledger has of an item's payment and its invoice."""
	item, entry = DocType(ITEM_DOCTYPE), DocType("Payment Ledger Entry")
	is_between = (entry.voucher_type == PAYMENT_DOCTYPE) & (entry.voucher_no == item.voucher)
	is_between &= entry.against_voucher_type == item.reference_doctype
	is_between &= (entry.against_voucher_no == item.reference_name) & (entry.delinked == 0)
	return frappe.qb.from_(entry).select(term).where(is_between)


def _existing(runs: Collection[str]) -> Sequence[frappe._dict]:
	"""The vouchers that were matched along and do not stand on their Bank Transaction."""
	item = DocType(ITEM_DOCTYPE)
	items = _items(runs, [EXISTING_VOUCHER], item.reference_doctype, item.reference_name)
	return items.where(_is_matched().negate()).run(as_dict=True)


def _items(runs: Collection[str], kinds: Sequence[str], doctype: Term | str, name: Field) -> QueryBuilder:
	"""Items of the runs, each with its run's Bank Transaction and the row there of one of its documents.

	doctype, name: the document
	"""
	item, run = DocType(ITEM_DOCTYPE), DocType(RUN_DOCTYPE)
	statement, line = DocType("Bank Transaction"), DocType("Bank Transaction Payments")
	is_line = (line.parent == run.bank_transaction) & (line.payment_document == doctype)
	return (
		frappe.qb.from_(item)
		.join(run)
		.on(run.name == item.run)
		.left_join(statement)
		.on(statement.name == run.bank_transaction)
		.left_join(line)
		.on(is_line & (line.payment_entry == name))
		.select(item.run, item.kind, item.voucher, item.reference_doctype, item.reference_name)
		.select(run.bank_transaction, statement.docstatus.as_("statement_docstatus"))
		.select(line.name.as_("matched"))
		.where(item.run.isin(sorted(runs)) & item.kind.isin(kinds))
		.orderby(item.run)
		.orderby(item.position)
	)


def _is_matched() -> Criterion:
	statement, line = DocType("Bank Transaction"), DocType("Bank Transaction Payments")
	return (Coalesce(statement.docstatus, 0) == 1) & line.name.isnotnull()
