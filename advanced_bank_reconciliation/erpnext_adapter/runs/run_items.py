"""Reading the items of a run."""

from __future__ import annotations

from collections.abc import Sequence

import frappe
from frappe.query_builder.functions import Count, Min, Sum
from pypika import Order
from pypika.queries import QueryBuilder

from advanced_bank_reconciliation.engine.batches import last_group
from advanced_bank_reconciliation.engine.facts import ItemCounts
from advanced_bank_reconciliation.engine.records import Item, Voucher
from advanced_bank_reconciliation.engine.states import ItemState
from advanced_bank_reconciliation.erpnext_adapter.runs.run_deductions import with_deductions
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import (
	EXISTING_VOUCHER,
	ITEM_COLUMNS,
	ITEM_DOCTYPE,
	POSTED_KINDS,
	item_from_row,
	voucher_from_row,
)


def pending(run_name: str, size: int | None = None) -> Sequence[Item]:
	"""See `RunStore.pending_items`. Groups are posted in order, so that the pending ones are consecutive."""
	item = frappe.qb.DocType(ITEM_DOCTYPE)
	query = _open_items(run_name, ItemState.PENDING).orderby(item.position)
	if size is not None:
		query = query.where(item.group_number <= _last_group(run_name, ItemState.PENDING, size, Order.asc))
	return with_deductions(run_name, [item_from_row(row) for row in query.run(as_dict=True)])


def posted_newest_first(run_name: str, size: int | None = None) -> Sequence[Item]:
	"""See `RunStore.posted_items`."""
	item = frappe.qb.DocType(ITEM_DOCTYPE)
	query = _open_items(run_name, ItemState.POSTED)
	if size is not None:
		query = query.where(item.group_number >= _last_group(run_name, ItemState.POSTED, size, Order.desc))
	return [item_from_row(row) for row in query.orderby(item.position, order=Order.desc).run(as_dict=True)]


def of_keys(run_name: str, keys: Sequence[str]) -> Sequence[Item]:
	"""Those items of a run that have one of `keys`, with their deductions."""
	item = frappe.qb.DocType(ITEM_DOCTYPE)
	query = frappe.qb.from_(item).select(*[item[column] for column in ITEM_COLUMNS])
	rows = query.where((item.run == run_name) & item.name.isin(list(keys))).run(as_dict=True)
	return with_deductions(run_name, [item_from_row(row) for row in rows])


def failed(run_name: str) -> Sequence[Item]:
	"""The failed items of a run, in order."""
	item = frappe.qb.DocType(ITEM_DOCTYPE)
	query = _open_items(run_name, ItemState.FAILED).orderby(item.position)
	return [item_from_row(row) for row in query.run(as_dict=True)]


def vouchers(run_name: str) -> Sequence[Voucher]:
	"""See `RunStore.vouchers`."""
	item = frappe.qb.DocType(ITEM_DOCTYPE)
	own = (
		frappe.qb.from_(item)
		.select(item.voucher_type.as_("doctype"), item.voucher.as_("name"), item.currency)
		.select(Sum(item.cash_amount).as_("amount"))
		.where((item.run == run_name) & item.kind.isin(POSTED_KINDS) & (item.state == ItemState.POSTED.value))
		.groupby(item.voucher_type, item.voucher, item.currency)
		.orderby(Min(item.position))
	)
	existing = (
		frappe.qb.from_(item)
		.select(item.reference_doctype.as_("doctype"), item.reference_name.as_("name"), item.currency)
		.select(item.allocated_amount.as_("amount"))
		.where((item.run == run_name) & (item.kind == EXISTING_VOUCHER))
		.orderby(item.position)
	)
	return [
		*(voucher_from_row(row, is_own=True) for row in own.run(as_dict=True)),
		*(voucher_from_row(row, is_own=False) for row in existing.run(as_dict=True)),
	]


def rates(run_name: str) -> list[dict]:
	"""The exchange rates that a run goes by, `{"currency", "exchange_rate", "source"}`, to the company's
	currency. Without the rate of an invoice itself that is each time another one: the first is named.
	"""
	item = frappe.qb.DocType(ITEM_DOCTYPE)
	query = frappe.qb.from_(item).select(item.allocated_currency, item.currency, item.rate_source)
	query = query.select(Min(item.exchange_rate), Min(item.bank_exchange_rate))
	query = query.where((item.run == run_name) & item.kind.isin(POSTED_KINDS) & (item.rate_source != ""))
	found: dict[str, dict] = {}
	grouped = query.groupby(item.allocated_currency, item.currency, item.rate_source)
	for currency, bank_currency, source, rate, bank_rate in grouped.run():
		for code, value in ((currency, rate), (bank_currency, bank_rate)):
			found[code] = {"currency": code, "exchange_rate": value, "source": source}
	return [found[code] for code in sorted(found) if found[code]["exchange_rate"] != 1]


def counts(run_name: str, items: Sequence[Item] | None = None) -> ItemCounts:
	"""See `RunStore.counts`."""
	item = frappe.qb.DocType(ITEM_DOCTYPE)
	query = frappe.qb.from_(item).select(item.state, Count("*")).groupby(item.state)
	if items is not None:
		query = query.where(item.name.isin([one.key for one in items]))
	rows = query.where((item.run == run_name) & item.kind.isin(POSTED_KINDS)).run()
	return ItemCounts(**{state.lower(): number for state, number in rows})


def _open_items(run_name: str, state: ItemState) -> QueryBuilder:
	item = frappe.qb.DocType(ITEM_DOCTYPE)
	query = frappe.qb.from_(item).select(*[item[column] for column in ITEM_COLUMNS])
	return query.where((item.run == run_name) & item.kind.isin(POSTED_KINDS) & (item.state == state.value))


def _last_group(run_name: str, state: ItemState, size: int, order: Order) -> int:
	"""Of a batch of items in `state`; 0 if there are none."""
	item = frappe.qb.DocType(ITEM_DOCTYPE)
	query = frappe.qb.from_(item).select(item.group_number).orderby(item.group_number, order=order)
	is_in_state = (item.run == run_name) & item.kind.isin(POSTED_KINDS) & (item.state == state.value)
	groups = query.where(is_in_state).limit(size + 1).run(pluck=True)
	return last_group(groups, size) if groups else 0
