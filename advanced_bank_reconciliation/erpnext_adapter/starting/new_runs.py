"""Writing a new run and its items."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal

import frappe
from frappe.model.document import Document

from advanced_bank_reconciliation.engine.books import Allocation
from advanced_bank_reconciliation.engine.deductions import total_of
from advanced_bank_reconciliation.engine.errors import Problem, SelectionRefused
from advanced_bank_reconciliation.engine.messages import _, message
from advanced_bank_reconciliation.engine.records import Run
from advanced_bank_reconciliation.engine.selection import Selection
from advanced_bank_reconciliation.engine.states import ItemState, RunState
from advanced_bank_reconciliation.erpnext_adapter.books.statement_lines import LedgerStatementLine
from advanced_bank_reconciliation.erpnext_adapter.decimals import to_float
from advanced_bank_reconciliation.erpnext_adapter.runs.active_documents import document_key
from advanced_bank_reconciliation.erpnext_adapter.runs.run_advances import columns_of
from advanced_bank_reconciliation.erpnext_adapter.runs.run_deductions import rows_of
from advanced_bank_reconciliation.erpnext_adapter.runs.run_leases import database_time, read_for_update
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import (
	ADVANCE,
	EXISTING_VOUCHER,
	ITEM_DOCTYPE,
	OPEN_ITEM,
	RUN_DOCTYPE,
)
from advanced_bank_reconciliation.erpnext_adapter.settings import get_settings

COLUMNS = (
	"name",
	"creation",
	"modified",
	"owner",
	"modified_by",
	"run",
	"bank_transaction",
	"bank_account",
	"company",
	"position",
	"group_number",
	"kind",
	"state",
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
	"rate_source",
	"active_document",
)


def insert_run(
	statement_line: LedgerStatementLine,
	selection: Selection,
	allocations: Sequence[Allocation],
	fingerprint: str,
) -> Run:
	"""Write the run and all of its items in the state Queued, a few statements however many items.

	Raises `SelectionRefused` if another run took the Bank Transaction or one of the documents a moment ago.
	The caller takes back what was written.
	"""
	try:
		run = _insert_run_document(statement_line, selection, allocations, fingerprint)
	except frappe.UniqueValidationError as error:
		sentence = _("Another run has just taken Bank Transaction {0}. Wait until it is over.")
		reason = message(sentence, statement_line.name)
		raise SelectionRefused([Problem("Bank Transaction", statement_line.name, reason)]) from error
	rows = [*_open_item_rows(statement_line, allocations), *_voucher_rows(statement_line, selection)]
	# The same moment: whoever asks for a period gets a run and its items, or neither.
	stamps = (run.creation, run.creation, run.owner, run.owner)
	of_run = (run.name, statement_line.name, statement_line.bank_account, statement_line.company)
	values = [
		(f"{run.name}-{position:05}", *stamps, *of_run, position, *row) for position, row in enumerate(rows)
	]
	try:
		frappe.db.bulk_insert(ITEM_DOCTYPE, list(COLUMNS), values, chunk_size=1000)
	except Exception as error:
		if not frappe.db.is_unique_key_violation(error):
			raise
		sentence = _("Another run has just taken one of the selected documents. Reload and select again.")
		raise SelectionRefused([Problem("", "", message(sentence))]) from error
	return read_for_update(run.name)


def _insert_run_document(
	statement_line: LedgerStatementLine,
	selection: Selection,
	allocations: Sequence[Allocation],
	fingerprint: str,
) -> Document:
	settings = get_settings()
	cash = sum((allocation.cash_amount for allocation in allocations), Decimal(0))
	existing = sum((voucher.amount for voucher in selection.vouchers), Decimal(0))
	run = frappe.new_doc(RUN_DOCTYPE)
	run.update(
		{
			"bank_transaction": statement_line.name,
			"active_bank_transaction": statement_line.name,
			"bank_account": statement_line.bank_account,
			"company": statement_line.company,
			"currency": statement_line.currency,
			"state": RunState.QUEUED.value,
			"user": frappe.session.user,
			"total_items": len(allocations),
			"total_amount": to_float(abs(cash) + existing),
			"item_count": len(allocations) + len(selection.vouchers),
			"cash_amount": to_float(cash + existing * _direction(statement_line)),
			"deducted_amount": to_float(total_of([part for one in allocations for part in one.deductions])),
			"batch_size": settings.batch_size,
			"rollback_action": settings.rollback_action.value,
			"exchange_rates": written_rates(selection),
			"grouping": selection.grouping.value,
			"fingerprint": fingerprint,
			"deductions": rows_of(allocations, statement_line.currency),
			**columns_of(selection.advance, allocations),
		}
	)
	run.insert(ignore_permissions=True)
	table = frappe.qb.DocType(RUN_DOCTYPE)
	update = frappe.qb.update(table).set(table.job_id, f"bulk-reconciliation-{run.name}")
	update.set(table.queued_at_utc, database_time()).where(table.name == run.name).run()
	return run


def written_rates(selection: Selection) -> str:
	"""The rates that somebody entered, as JSON that `read_exchange_rates` reads; empty if there are none."""
	return (
		json.dumps({currency: f"{rate:f}" for currency, rate in selection.rates}) if selection.rates else ""
	)


def _direction(statement_line: LedgerStatementLine) -> int:
	"""1 if cash comes in, -1 if it goes out."""
	return 1 if statement_line.is_deposit else -1


def _open_item_rows(
	statement_line: LedgerStatementLine, allocations: Sequence[Allocation]
) -> Iterator[tuple]:
	for one in allocations:
		item = one.open_item
		yield (
			one.group,
			ADVANCE if one.is_advance else OPEN_ITEM,
			ItemState.PENDING.value,
			item.doctype,
			item.name,
			item.party_type,
			item.party,
			to_float(one.allocated_amount),
			item.currency,
			to_float(one.cash_amount),
			statement_line.currency,
			to_float(one.exchange_rate),
			to_float(one.bank_exchange_rate),
			one.rate_source,
			# Any number of runs may leave advances of one party.
			None if one.is_advance else document_key(item.document),
		)


def _voucher_rows(statement_line: LedgerStatementLine, selection: Selection) -> Iterator[tuple]:
	for voucher in selection.vouchers:
		yield (
			0,
			EXISTING_VOUCHER,
			ItemState.PENDING.value,
			voucher.doctype,
			voucher.name,
			None,
			None,
			to_float(voucher.amount),
			statement_line.currency,
			to_float(voucher.amount * _direction(statement_line)),
			statement_line.currency,
			0,
			0,
			"",
			document_key(voucher.document),
		)
