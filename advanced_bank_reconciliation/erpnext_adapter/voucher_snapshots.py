"""Whether vouchers that exist already are still as this transaction sees them.

MariaDB shows a transaction what there was at its first read. A voucher may have been matched to another Bank
Transaction since, or cancelled; ERPNext would match it once more.
"""

from __future__ import annotations

from collections.abc import Sequence

import frappe
from pypika.queries import QueryBuilder

Document = tuple[str, str]
ROW_DOCTYPE = "Bank Transaction Payments"


def changed_meanwhile(documents: Sequence[Document]) -> Document | None:
	"""The first of `documents` (doctype, name) that is not what this transaction sees of it, or None.

	All are locked until the end of the transaction, with what they are matched to.
	"""
	for doctype, name in sorted(set(documents)):
		for query in (_state(doctype, name), _matched_parts(doctype, name)):
			if query.run() != query.for_update().run():
				return doctype, name
	return None


def _state(doctype: str, name: str) -> QueryBuilder:
	table = frappe.qb.DocType(doctype)
	return frappe.qb.from_(table).select(table.docstatus).where(table.name == name)


def _matched_parts(doctype: str, name: str) -> QueryBuilder:
	row = frappe.qb.DocType(ROW_DOCTYPE)
	query = frappe.qb.from_(row).select(row.name, row.parent, row.allocated_amount)
	query = query.where((row.payment_entry == name) & (row.payment_document == doctype))
	return query.orderby(row.name)
