"""What of a completed run does not stand any more: read from the tables whenever somebody asks, never stored.

Everybody may cancel a payment, unreconcile it or take it off its Bank Transaction after the run is over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

import frappe
from frappe import _
from frappe.query_builder.functions import Max, Sum
from pypika.queries import QueryBuilder

from advanced_bank_reconciliation.custom_fields import RUN_MARK
from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.erpnext_adapter.decimals import bank_precision, to_decimal
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import (
	ADVANCE,
	EXISTING_VOUCHER,
	ITEM_DOCTYPE,
	PAYMENT_DOCTYPE,
	POSTED_KINDS,
)

NAMED_IN_MESSAGE = 5


def find_taken_away(runs: Mapping[str, str]) -> dict[str, list[dict]]:
	"""What of completed runs was taken away, of those alone that have lost something.

	runs: name of the Bank Transaction by name of the run
	Returns `{"doctype", "name", "reason"}` of each such payment, in order, by run. A payment of the run's own
	is known by its mark: its number may be another one's by now. Four queries, however many runs.
	"""
	if not runs:
		return {}
	reasons: dict[tuple[str, DocumentKey], str] = {}
	for row in _own(runs):
		payment = (row.run, DocumentKey(PAYMENT_DOCTYPE, row.voucher))
		reasons[payment] = reasons.get(payment) or _why_own(row)
	reasons |= dict.fromkeys(_existing(runs), "")
	states, matched = _states_of_statements(runs), _matched(runs)
	found: dict[str, list[dict]] = defaultdict(list)
	for (run, key), reason in reasons.items():
		statement = runs[run]
		why = reason or _why_unmatched(statement, states.get(statement), (statement, key) in matched)
		if why:
			found[run].append({"doctype": key.doctype, "name": key.name, "reason": why})
	return found


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
	if row.kind == ADVANCE:
		# It may pay any invoice by now.
		return ""
	precision = bank_precision(row.account_currency or row.currency)
	if -to_decimal(row.settled, precision) != to_decimal(row.allocated_amount, precision):
		return _("does not pay {0} any more").format(row.reference_name)
	return ""


def _why_unmatched(statement: str, docstatus: int | None, is_matched: bool) -> str:
	if docstatus is None:
		return _("Bank Transaction {0} was deleted").format(statement)
	if docstatus != 1:
		return _("Bank Transaction {0} was cancelled").format(statement)
	return "" if is_matched else _("taken off Bank Transaction {0}").format(statement)


def _own(runs: Collection[str]) -> Sequence[frappe._dict]:
	"""Each paid invoice with its payment as it is now, and what the Payment Ledger has of the two; each
	advance with its payment.
	"""
	item, payment = frappe.qb.DocType(ITEM_DOCTYPE), frappe.qb.DocType(PAYMENT_DOCTYPE)
	entry = frappe.qb.DocType("Payment Ledger Entry")
	is_between = (entry.voucher_type == PAYMENT_DOCTYPE) & (entry.voucher_no == item.voucher)
	is_between &= entry.against_voucher_type == item.reference_doctype
	is_between &= (entry.against_voucher_no == item.reference_name) & (entry.delinked == 0)
	columns = (item.run, item.kind, item.voucher, item.reference_name, item.allocated_amount, item.currency)
	return (
		_items(runs, *POSTED_KINDS)
		.left_join(payment)
		.on((payment.name == item.voucher) & (payment[RUN_MARK] == item.run))
		.left_join(entry)
		.on(is_between)
		.select(*columns, payment.docstatus, payment.modified_by)
		.select(Sum(entry.amount_in_account_currency).as_("settled"))
		.select(Max(entry.account_currency).as_("account_currency"))
		.groupby(item.name)
	).run(as_dict=True)


def _existing(runs: Collection[str]) -> list[tuple[str, DocumentKey]]:
	"""The vouchers that were matched along, each with its run."""
	item = frappe.qb.DocType(ITEM_DOCTYPE)
	query = _items(runs, EXISTING_VOUCHER).select(item.run, item.reference_doctype, item.reference_name)
	return [(run, DocumentKey(doctype, name)) for run, doctype, name in query.run()]


def _states_of_statements(runs: Mapping[str, str]) -> dict[str, int]:
	"""By name of the Bank Transaction: 1 if it is submitted, 2 if cancelled; without those that are gone."""
	filters = {"name": ("in", sorted(set(runs.values())))}
	rows = frappe.get_all("Bank Transaction", filters, ["name", "docstatus"], as_list=True)
	return dict(rows)


def _matched(runs: Mapping[str, str]) -> set[tuple[str, DocumentKey]]:
	"""What stands on the Bank Transactions now. Not joined to the items: each would look through all rows."""
	row = frappe.qb.DocType("Bank Transaction Payments")
	query = frappe.qb.from_(row).select(row.parent, row.payment_document, row.payment_entry)
	rows = query.where(row.parent.isin(sorted(set(runs.values())))).run()
	return {(parent, DocumentKey(doctype, name)) for parent, doctype, name in rows}


def _items(runs: Collection[str], *kinds: str) -> QueryBuilder:
	item = frappe.qb.DocType(ITEM_DOCTYPE)
	query = frappe.qb.from_(item).where(item.run.isin(sorted(runs)) & item.kind.isin(kinds))
	return query.orderby(item.run).orderby(item.position)
