"""Which payments of a run may be cancelled by pattern: those that are as the run posted them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils import flt

from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.facts import VoucherFacts
from advanced_bank_reconciliation.engine.records import Item, Run
from advanced_bank_reconciliation.erpnext_adapter.books.statement_lines import read_statement_line
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.facts import is_same
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.kinds import Kind, sort_by_kind
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.pattern import (
	NoPattern,
	Pattern,
	differences,
	read_rows_of,
	reference_of,
	require_counts,
)
from advanced_bank_reconciliation.erpnext_adapter.posting.payment_terms import read_open_terms
from advanced_bank_reconciliation.erpnext_adapter.posting.undo_patterns.naming import named_elsewhere
from advanced_bank_reconciliation.erpnext_adapter.posting.undo_patterns.pattern import Undoable
from advanced_bank_reconciliation.erpnext_adapter.runs import run_items


@dataclass(frozen=True, kw_only=True)
class Sorted:
	"""Payments by kind, and why the others are not fit, by their names."""

	kinds: Mapping[Kind, Sequence[Undoable]]
	reasons: Mapping[str, str]


def sort_payments(run: Run, vouchers: Sequence[VoucherFacts]) -> Sorted:
	"""Sort the payments of a batch, and lock them. A constant number of queries."""
	items = {item.key: item for item in run_items.of_keys(run.name, [facts.item for facts in vouchers])}
	reasons = {facts.key.name: reason for facts in vouchers if (reason := _reason_in_facts(facts, items))}
	plain = [facts for facts in vouchers if facts.key.name not in reasons]
	if not plain:
		return Sorted(kinds={}, reasons=reasons)
	line = read_statement_line(run.bank_transaction)
	groups = [[items[facts.item]] for facts in plain]
	terms = read_open_terms([group[0] for group in groups], line)
	found = sort_by_kind(groups, line, terms, are_paid=True)
	names = {facts.item: facts.key.name for facts in plain}
	reasons |= {names[key]: reason for key, reason in found.reasons.items()}
	rows = read_rows_of(sorted(names.values()), for_update=True)
	named = named_elsewhere(names.values())
	advances = _advances_of([group[0] for group in groups])
	kinds: dict[Kind, list[Undoable]] = defaultdict(list)
	for kind, candidates in found.kinds.items():
		for candidate in candidates:
			name = names[candidate.item.key]
			if name in named:
				reasons[name] = _("another document names the payment")
			elif not is_same(candidate.invoice.total_advance, advances.get(candidate.item.reference, 0)):
				reasons[name] = _("advance")
			else:
				kinds[kind].append(Undoable(candidate=candidate, name=name, before=rows[name]))
	return Sorted(kinds=kinds, reasons=reasons)


def _advances_of(items: Sequence[Item]) -> Mapping[DocumentKey, float]:
	"""What the advances of invoices come to, if there are any: ERPNext writes that to an invoice if a payment
	is cancelled (AccountsController.delink_advance_entries). One query for each document type.
	"""
	advances: dict[DocumentKey, float] = defaultdict(float)
	for doctype in sorted({item.doctype for item in items}):
		names = [item.document for item in items if item.doctype == doctype]
		filters = {"parent": ("in", names), "parenttype": doctype}
		fields = ["parent", "allocated_amount"]
		precision = frappe.get_precision(f"{doctype} Advance", "allocated_amount")
		for row in frappe.get_all(f"{doctype} Advance", filters=filters, fields=fields):
			advances[DocumentKey(doctype, row.parent)] += flt(row.allocated_amount, precision)
	return advances


def _reason_in_facts(facts: VoucherFacts, items: Mapping[str, Item]) -> str | None:
	"""What of a payment is not as its item says, as a translated phrase, or None."""
	item = items.get(facts.item)
	if item is None:
		return _("no item of the run")
	if item.is_advance:
		return _("advance")
	if len(facts.settled) > 1:
		return _("several invoices in one payment")
	is_plain = facts.docstatus == 1 and facts.is_balanced and not (facts.unallocated or facts.deducted)
	is_as_posted = (
		facts.settled == {item.reference: item.allocated_amount} and facts.moved == item.cash_amount
	)
	if not is_plain or not is_as_posted or facts.misbooked or facts.is_cleared:
		return _("the payment is not as it was posted")
	return None


def reason_in_rows(pattern: Pattern, one: Undoable) -> str | None:
	"""What of a payment is not as the first of its kind was posted, as a translated phrase, or None."""
	try:
		require_counts(one.before)
	except NoPattern as error:
		return str(error)
	posted = pattern.derive(one.candidate, one.name, reference_of(one.before))
	lines = differences(posted, one.before)
	return _("the payment is not as it was posted: {0}").format(lines[0]) if lines else None
