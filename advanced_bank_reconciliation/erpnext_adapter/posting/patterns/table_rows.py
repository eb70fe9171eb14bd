"""Rows of a table for many names at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import frappe


def rows_of(
	doctype: str, column: str, names: Sequence[str], columns: Sequence[str] = ("*",), **values: Any
) -> list[frappe._dict]:
	"""Rows in which `column` is one of `names` and other columns have `values`; children in their order."""
	table = frappe.qb.DocType(doctype)
	selected = [table.star if name == "*" else table[name] for name in columns]
	query = frappe.qb.from_(table).select(*selected).where(table[column].isin(list(names)))
	for name, value in values.items():
		query = query.where(table[name] == value)
	return query.orderby(table.idx).orderby(table.name).run(as_dict=True)
