"""The advance of a run, in the columns of its record."""

from __future__ import annotations

import json
from collections.abc import Sequence

import frappe

from advanced_bank_reconciliation.engine.advance_rows import TEXTS, RequestedAdvance
from advanced_bank_reconciliation.engine.books import Allocation
from advanced_bank_reconciliation.erpnext_adapter.decimals import to_float
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import RUN_DOCTYPE

DIMENSIONS = "advance_dimensions"
COLUMNS = (*(f"advance_{key}" for key in (*TEXTS, "amount")), DIMENSIONS)


def columns_of(advance: RequestedAdvance | None, allocations: Sequence[Allocation]) -> dict:
	"""What a new run says of its advance: as it was asked for, with the account that ERPNext takes, and the
	amount in the currency of the bank account, positive.
	"""
	placed = next((one for one in allocations if one.is_advance), None)
	if not advance or not placed:
		return {}
	columns = {f"advance_{key}": getattr(advance, key) or None for key in TEXTS}
	account, amount = placed.open_item.party_account, to_float(abs(placed.cash_amount))
	dimensions = json.dumps(dict(advance.dimensions)) if advance.dimensions else None
	return {**columns, "advance_account": account, "advance_amount": amount, DIMENSIONS: dimensions}


def requested_advance(run_name: str) -> dict | None:
	"""The advance of a run, in the form in which it came in; None if it has none."""
	row = frappe.db.get_value(RUN_DOCTYPE, run_name, COLUMNS, as_dict=True)
	if not row or not row.advance_party:
		return None
	asked = {key: row[f"advance_{key}"] for key in (*TEXTS, "amount") if row[f"advance_{key}"]}
	return {**asked, "dimensions": json.loads(row[DIMENSIONS])} if row[DIMENSIONS] else asked
