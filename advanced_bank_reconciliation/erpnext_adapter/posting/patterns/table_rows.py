"""Rows of a table for many names at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import frappe


def rows_of(
	doctype: str,
	column: str,
	names: Collection[str],
	columns: Sequence[str] = ("*",),
	*,
	order: Sequence[str] = ("idx", "name"),
	for_update: bool = False,
	**values: Any,
) -> list[frappe._dict]:
	"""Rows in which `column` is one of `names` and other columns have `values`; children in their order.

	order: columns by which they are sorted; for_update: lock them, and read them as they are by then
	"""
	table = frappe.qb.DocType(doctype)
	selected = [table.star if name == "*" else table[name] for name in columns]
	query = frappe.qb.from_(table).select(*selected).where(table[column].isin(list(names)))
	for name, value in values.items():
		query = query.where(table[name] == value)
	query = query.orderby(*(table[name] for name in order))
	return (query.for_update() if for_update else query).run(as_dict=True)
