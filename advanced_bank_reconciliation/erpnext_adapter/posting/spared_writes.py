"""Sparing statements that change nothing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from frappe.model.document import Document


def write_only_changes(rows: Sequence[Document]) -> None:
	"""Let `rows` write only what changes: ERPNext writes eight columns of each reference of a payment one by
	one, before the row exists and again when the payment is posted or cancelled
	(PaymentEntry.set_missing_ref_details).
	"""
	for row in rows:
		row.db_set = partial(_write_change, row)


def _write_change(row: Document, field: Any, *values: Any, **options: Any) -> None:
	"""`Document.db_set`; only with one field and its value, as ERPNext calls it, it spares anything."""
	if len(values) != 1 or options or not isinstance(field, str):
		type(row).db_set(row, field, *values, **options)
		return
	(value,) = values
	if row.get("__islocal"):
		row.set(field, value)
	elif row.get(field) != value:
		type(row).db_set(row, field, value)
