"""The two tables of the record of runs, and how their rows become the engine's records."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import frappe

from advanced_bank_reconciliation.engine.exchange import RATE_PRECISION
from advanced_bank_reconciliation.engine.records import Item, RollbackAction, Run, Voucher
from advanced_bank_reconciliation.engine.states import ItemState, RunState
from advanced_bank_reconciliation.erpnext_adapter.decimals import bank_precision, to_decimal

RUN_DOCTYPE = "Bulk Reconciliation Run"
ITEM_DOCTYPE = "Bulk Reconciliation Item"
DEDUCTION_DOCTYPE = "Bulk Reconciliation Deduction"
ADVICE_DOCTYPE = "Remittance Advice"
ADVICE_LINE_DOCTYPE = "Remittance Advice Line"
# What a run posts.
PAYMENT_DOCTYPE = "Payment Entry"
OPEN_ITEM = "Open Item"
ADVANCE = "Advance"
EXISTING_VOUCHER = "Existing Voucher"
# Of what items a run posts payments.
POSTED_KINDS = (OPEN_ITEM, ADVANCE)

RUN_COLUMNS = (
	"name",
	"job_id",
	"bank_transaction",
	"user",
	"state",
	"total_items",
	"posted_items",
	"undone_items",
	"batch_size",
	"rollback_action",
	"matched",
	"cancel_requested_by",
	"reason",
	"fencing_token",
	"attempts",
	"last_error",
	"advance_party",
)
ITEM_COLUMNS = (
	"name",
	"position",
	"group_number",
	"kind",
	"reference_doctype",
	"reference_name",
	"party_type",
	"party",
	"allocated_amount",
	"allocated_currency",
	"cash_amount",
	"currency",
	"exchange_rate",
	"bank_exchange_rate",
	"state",
	"voucher_type",
	"voucher",
	"reason",
)


def affected_rows() -> int:
	"""How many rows the last INSERT, UPDATE or DELETE of this connection changed."""
	return frappe.db._cursor.rowcount


def run_from_row(row: Mapping[str, Any]) -> Run:
	"""A row of `RUN_COLUMNS` as the engine's record."""
	return Run(
		name=row["name"],
		job_id=row["job_id"],
		bank_transaction=row["bank_transaction"],
		user=row["user"],
		state=RunState(row["state"]),
		total=row["total_items"],
		posted=row["posted_items"],
		undone=row["undone_items"],
		batch_size=row["batch_size"],
		rollback_action=RollbackAction(row["rollback_action"]),
		matched=bool(row["matched"]),
		cancel_requested_by=row["cancel_requested_by"] or None,
		reason=row["reason"] or "",
		fencing_token=row["fencing_token"],
		attempts=row["attempts"],
		last_error=row["last_error"] or "",
		advances=1 if row["advance_party"] else 0,
	)


def item_from_row(row: Mapping[str, Any]) -> Item:
	"""A row of `ITEM_COLUMNS` as the engine's record."""
	precision = bank_precision(row["currency"])
	allocated_precision = bank_precision(row["allocated_currency"] or row["currency"])
	return Item(
		key=row["name"],
		position=row["position"],
		group=row["group_number"],
		doctype=row["reference_doctype"],
		document=row["reference_name"],
		party_type=row["party_type"] or "",
		party=row["party"] or "",
		allocated_amount=to_decimal(row["allocated_amount"], allocated_precision),
		cash_amount=to_decimal(row["cash_amount"], precision),
		exchange_rate=to_decimal(row["exchange_rate"], RATE_PRECISION),
		bank_exchange_rate=to_decimal(row["bank_exchange_rate"], RATE_PRECISION),
		state=ItemState(row["state"]),
		voucher_type=row["voucher_type"] or None,
		voucher=row["voucher"] or None,
		reason=row["reason"] or "",
		is_advance=row["kind"] == ADVANCE,
	)


def voucher_from_row(row: Mapping[str, Any], *, is_own: bool) -> Voucher:
	"""A row with `doctype`, `name`, `amount`, `currency` as the engine's record, its amount positive."""
	amount: Decimal = to_decimal(row["amount"], bank_precision(row["currency"]))
	return Voucher(doctype=row["doctype"], name=row["name"], amount=abs(amount), is_own=is_own)
