"""What names payments, anywhere on the site: with any of it ERPNext cancels them by itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import reduce
from typing import NamedTuple

import frappe
from frappe.model import rename_doc
from frappe.model.dynamic_links import get_dynamic_link_map
from pypika.queries import QueryBuilder

from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.columns import TABLES, UNTOUCHED_TABLES
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.same_names import as_called
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import (
	ADVICE_DOCTYPE,
	ADVICE_LINE_DOCTYPE,
	ITEM_DOCTYPE,
	PAYMENT_DOCTYPE,
	RUN_DOCTYPE,
)

# A payment's own rows name it, and so does the record of its run.
OWN = frozenset((doctype, table.name) for doctype, table in TABLES.items())
RECORDS = frozenset({RUN_DOCTYPE, ITEM_DOCTYPE, ADVICE_DOCTYPE, ADVICE_LINE_DOCTYPE})


class Place(NamedTuple):
	"""A column that names documents; that of their type is "" if it names payments alone."""

	doctype: str
	column: str
	type_column: str = ""


def named_elsewhere(names: Collection[str]) -> set[str]:
	"""Those of `names`, of payments, that something else than their own rows and their run names. One
	statement; what it asks about is what Frappe asks about when a document is cancelled
	(`check_no_back_links_exist`), drafts and cancelled documents included, and what ERPNext or a user may
	have added to a payment.
	"""
	queries = [_query(place, names) for place in sorted(set(_places()))]
	union = reduce(lambda one, other: one.union_all(other), queries)
	return as_called(PAYMENT_DOCTYPE, names, {name for (name,) in frappe.db.sql(union.get_sql())})


def _places() -> Iterator[Place]:
	for doctype, column in UNTOUCHED_TABLES.items():
		if frappe.db.table_exists(doctype):
			yield Place(doctype, column)
	for link in rename_doc.get_link_fields(PAYMENT_DOCTYPE):
		if not link["issingle"]:
			yield from _unless_own(Place(link["parent"], link["fieldname"]))
	for link in get_dynamic_link_map().get(PAYMENT_DOCTYPE, []):
		if not frappe.get_meta(link.parent).issingle:
			yield from _unless_own(Place(link.parent, link.fieldname, link.options))
	yield Place("Singles", "value")


def _unless_own(place: Place) -> Iterator[Place]:
	if place.doctype not in RECORDS and place[:2] not in OWN:
		yield place


def _query(place: Place, names: Collection[str]) -> QueryBuilder:
	table = frappe.qb.DocType(place.doctype)
	query = frappe.qb.from_(table).select(table[place.column]).where(table[place.column].isin(sorted(names)))
	return query.where(table[place.type_column] == PAYMENT_DOCTYPE) if place.type_column else query
