"""The deductions of a run: a child table of it, each row a part that one payment books."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import frappe

from advanced_bank_reconciliation.engine.books import Allocation
from advanced_bank_reconciliation.engine.records import Deduction, Item
from advanced_bank_reconciliation.erpnext_adapter.decimals import bank_precision, to_decimal, to_float
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import DEDUCTION_DOCTYPE

COLUMNS = (
	"item_position",
	"account",
	"cost_center",
	"project",
	"amount",
	"currency",
	"description",
	"is_discount",
)
TEXTS = ("account", "cost_center", "project", "description")


def rows_of(allocations: Sequence[Allocation], currency: str) -> list[dict]:
	"""The child rows of a new run. allocations: in the order of its items"""
	return [
		{
			**{column: getattr(one, column) for column in TEXTS},
			"amount": to_float(one.amount),
			"is_discount": int(one.is_discount),
			"currency": currency,
			"item_position": position,
			"reference_doctype": allocation.open_item.doctype,
			"reference_name": allocation.open_item.name,
		}
		for position, allocation in enumerate(allocations)
		for one in allocation.deductions
	]


def with_deductions(run_name: str, items: Sequence[Item]) -> Sequence[Item]:
	"""The items of a run, each with what is deducted from it. One query."""
	deductions: dict[int, list[Deduction]] = defaultdict(list)
	for row in _rows(run_name):
		deductions[row.item_position].append(_from_row(row))
	return [replace(item, deductions=tuple(deductions[item.position])) for item in items]


def requested(run_name: str) -> list[dict]:
	"""What was asked for, in the form in which it came in: the parts of each deduction put together. A
	discount is a matter of its invoice, see `requested_discounts`.
	"""
	totals: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
	for row in (row for row in _rows(run_name) if not row.is_discount):
		totals[tuple(row[column] or "" for column in TEXTS)] += _from_row(row).amount
	return [
		{**dict(zip(TEXTS, key, strict=True)), "amount": to_float(amount)} for key, amount in totals.items()
	]


def requested_discounts(run_name: str) -> dict[int, Decimal]:
	"""The early payment discounts that were asked for, by position of the item: positive."""
	totals: dict[int, Decimal] = defaultdict(Decimal)
	for row in (row for row in _rows(run_name) if row.is_discount):
		totals[row.item_position] += _from_row(row).amount
	return {position: abs(total) for position, total in totals.items()}


def _rows(run_name: str) -> Sequence[frappe._dict]:
	return frappe.get_all(DEDUCTION_DOCTYPE, {"parent": run_name}, list(COLUMNS), order_by="idx")


def _from_row(row: Mapping) -> Deduction:
	texts = {column: row[column] or "" for column in TEXTS}
	amount = to_decimal(row["amount"], bank_precision(row["currency"]))
	return Deduction(amount=amount, is_discount=bool(row["is_discount"]), **texts)
