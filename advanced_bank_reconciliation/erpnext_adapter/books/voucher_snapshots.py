"""Whether vouchers that exist already are still as this transaction sees them.

MariaDB shows a transaction what there was at its first read. A voucher may have been matched to another Bank
Transaction since, or cancelled; ERPNext would match it once more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import frappe
from pypika.queries import QueryBuilder

from advanced_bank_reconciliation.engine.documents import DocumentKey

ROW_DOCTYPE = "Bank Transaction Payments"


def changed_meanwhile(documents: Sequence[DocumentKey]) -> DocumentKey | None:
	"""One of `documents` that is not what this transaction sees of it, or None.

	All are locked until the end of the transaction, with what they are matched to. Four queries for each
	document type, however many documents.
	"""
	names: dict[str, list[str]] = defaultdict(list)
	for doctype, name in sorted(set(documents)):
		names[doctype].append(name)
	for doctype in names:
		for query in (_states(doctype, names[doctype]), _matched_parts(doctype, names[doctype])):
			different = set(query.run()) ^ set(query.for_update().run())
			if different:
				return DocumentKey(doctype, min(different)[0])
	return None


def _states(doctype: str, names: Sequence[str]) -> QueryBuilder:
	table = frappe.qb.DocType(doctype)
	return frappe.qb.from_(table).select(table.name, table.docstatus).where(table.name.isin(names))


def _matched_parts(doctype: str, names: Sequence[str]) -> QueryBuilder:
	row = frappe.qb.DocType(ROW_DOCTYPE)
	query = frappe.qb.from_(row).select(row.payment_entry, row.name, row.parent, row.allocated_amount)
	return query.where(row.payment_entry.isin(names) & (row.payment_document == doctype))
