"""Which way the payments of a run went, and their undo: by pattern, or one by one and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.query_builder.functions import Count
from pypika import Case

from advanced_bank_reconciliation.erpnext_adapter.runs.tables import ITEM_DOCTYPE

MOST_REASONS = 5


@dataclass(frozen=True)
class PostingWay:
	"""How one payment was posted.

	text: a translated phrase for its item
	reason: a translated phrase, why ERPNext has posted it by itself; "" if it was written by pattern
	"""

	text: str
	reason: str = ""


def one_by_one(reason: str) -> PostingWay:
	"""ERPNext has posted it by itself. reason: a translated phrase"""
	return PostingWay(_("one by one: {0}").format(reason), reason)


def record_ways(run_name: str, ways: Mapping[str, PostingWay]) -> None:
	"""Note how payments were posted, by the key of the first item of each."""
	if not ways:
		return
	item = frappe.qb.DocType(ITEM_DOCTYPE)
	text, reason = Case(), Case()
	for key, way in ways.items():
		text = text.when(item.name == key, way.text)
		reason = reason.when(item.name == key, way.reason)
	update = frappe.qb.update(item).set(item.posting_way, text).set(item.one_by_one_reason, reason)
	update.where(item.name.isin(list(ways)) & (item.run == run_name)).run()


def record_undoing_ways(run_name: str, ways: Mapping[str, PostingWay]) -> None:
	"""Note how payments were undone, by the key of the first item of each."""
	item = frappe.qb.DocType(ITEM_DOCTYPE)
	text = Case()
	for key, way in ways.items():
		text = text.when(item.name == key, way.text)
	update = frappe.qb.update(item).set(item.undoing_way, text)
	update.where(item.name.isin(list(ways)) & (item.run == run_name)).run()


def tell_ways(run_name: str) -> str:
	"""How the payments of a run were posted, as a translated sentence; "" if nothing is recorded."""
	item = frappe.qb.DocType(ITEM_DOCTYPE)
	query = frappe.qb.from_(item).select(item.one_by_one_reason, Count("*")).groupby(item.one_by_one_reason)
	counts = dict(query.where((item.run == run_name) & item.one_by_one_reason.isnotnull()).run())
	by_pattern, one_by_one = counts.pop("", 0), sum(counts.values())
	if one_by_one:
		sentence = _("Payments: {0} by pattern, {1} one by one: {2}")
		return sentence.format(by_pattern, one_by_one, _reasons(counts))
	return _("Payments: all {0} by pattern").format(by_pattern) if by_pattern else ""


def _reasons(counts: Mapping[str, int]) -> str:
	"""The commonest first."""
	commonest = sorted(counts, key=lambda reason: (-counts[reason], reason))
	told = [_("{0} ({1})").format(reason, counts[reason]) for reason in commonest[:MOST_REASONS]]
	more = len(commonest) - len(told)
	return ", ".join([*told, *([_("and {0} more").format(more)] if more else [])])
