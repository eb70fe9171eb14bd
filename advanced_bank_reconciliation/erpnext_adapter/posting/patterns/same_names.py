"""Names that a database takes for the same: it compares them without case, accents and blanks at the end."""

from __future__ import annotations

from collections.abc import Collection

import frappe


def as_called(doctype: str, names: Collection[str], found: Collection[str]) -> set[str]:
	"""Those of `names`, of documents, that the database takes for one of `found`, which rows name them by.
	One query if rows name any by another spelling, as an import may leave it, else none.
	"""
	called = set(found)
	others = called.difference(names)
	if others:
		is_other = {"name": ("in", sorted(others))}
		called |= set(frappe.get_all(doctype, filters=is_other, pluck="name"))
	return called.intersection(names)
