"""What ERPNext has made of one payment that it has undone, as the tables have it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import frappe
from frappe.utils import add_to_date, now

from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.pattern import Rows, with_fields_alone
from advanced_bank_reconciliation.erpnext_adapter.posting.undo_patterns.columns import TRACES, Trace

# Only younger rows are looked at, for these tables have no index of names. More than the hour by which a
# clock may be set back.
HOURS = 2


@dataclass(frozen=True, kw_only=True)
class Deletion:
	"""What a deletion has left of the rows of a payment, and by table what it has written."""

	left: Rows
	traces: Rows


@dataclass(frozen=True, kw_only=True)
class Undone:
	"""One payment.

	cancelled: its rows when it was cancelled; touched: tables that nothing of a payment should be in
	deletion: what became of it then, if payments are to be deleted
	"""

	cancelled: Rows
	touched: Sequence[str]
	deletion: Deletion | None = None


def read_traces(name: str) -> Rows:
	"""By table what deletions of a payment called `name` have written in the last hours."""
	return {doctype: _read_traces(doctype, trace, name) for doctype, trace in TRACES.items()}


def new_traces(before: Rows, after: Rows) -> Rows:
	"""Those that were not there before."""
	return {doctype: [row for row in rows if row not in before[doctype]] for doctype, rows in after.items()}


def _read_traces(doctype: str, trace: Trace, name: str) -> Sequence[Mapping[str, Any]]:
	table, since = frappe.qb.DocType(doctype), add_to_date(now(), hours=-HOURS)
	# Which of the two has an index depends on the version.
	is_young = (table.creation >= since) & (table.modified >= since)
	query = frappe.qb.from_(table).select("*").where(is_young & table[trace.name].like(f"%{name}%"))
	return with_fields_alone(doctype, trace.columns, query.run(as_dict=True))
