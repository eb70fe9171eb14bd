"""Many submitted invoices in seconds: real ones, posted by ERPNext, and row by row copies of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import frappe
from frappe.model.document import Document

CHUNK = 1000


def clone_invoice(invoice: Document, copies: int) -> list[str]:
	"""Copy a submitted invoice with its child tables, General Ledger and Payment Ledger; return the names.

	A posting of ERPNext takes a quarter of a second; a thousand of them would take longer than the tests.
	"""
	names = [f"{invoice.name}-{number:05}" for number in range(1, copies + 1)]
	renaming = [{invoice.name: name} for name in names]
	_copy_rows(invoice.doctype, {"name": invoice.name}, renaming, ("name",))
	for table in invoice.meta.get_table_fields():
		_copy_rows(table.options, {"parent": invoice.name}, renaming, ("parent",))
	_copy_rows("GL Entry", {"voucher_no": invoice.name}, renaming, ("voucher_no", "against_voucher"))
	_copy_rows(
		"Payment Ledger Entry", {"voucher_no": invoice.name}, renaming, ("voucher_no", "against_voucher_no")
	)
	return names


def _copy_rows(
	doctype: str, filters: Mapping[str, str], renaming: Sequence[Mapping[str, str]], columns: Sequence[str]
) -> None:
	"""Copy the rows that `filters` finds, once for each of `renaming`, with `columns` renamed."""
	rows = frappe.get_all(doctype, filters=filters, fields=["*"])
	if not rows:
		return
	copies = [_copy(row, names, columns) for row in rows for names in renaming]
	fields = list(rows[0])
	values = [tuple(copy[field] for field in fields) for copy in copies]
	frappe.db.bulk_insert(doctype, fields, values, chunk_size=CHUNK)


def _copy(row: Mapping, names: Mapping[str, str], columns: Sequence[str]) -> dict:
	copy = dict(row)
	for column in columns:
		copy[column] = names.get(copy[column], copy[column])
	if copy["name"] == row["name"]:
		copy["name"] = frappe.generate_hash(length=12)
	return copy
