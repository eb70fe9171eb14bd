"""Starting a run: check everything, record it, and only then let a worker have it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import frappe
from frappe import _
from frappe.utils import get_link_to_form
from pypika import Interval

from advanced_bank_reconciliation.engine.allocation import allocate
from advanced_bank_reconciliation.engine.books import Allocation
from advanced_bank_reconciliation.engine.errors import SelectionRefused
from advanced_bank_reconciliation.engine.exchange import ExchangeRates
from advanced_bank_reconciliation.engine.grouping import Grouping
from advanced_bank_reconciliation.engine.records import Run
from advanced_bank_reconciliation.engine.selection import Selection, read_selection
from advanced_bank_reconciliation.engine.states import ACTIVE_STATES, RunState
from advanced_bank_reconciliation.erpnext_adapter.books.deduction_accounts import with_checked_deductions
from advanced_bank_reconciliation.erpnext_adapter.books.early_discounts import with_discounts
from advanced_bank_reconciliation.erpnext_adapter.books.existing_vouchers import (
	read_existing,
	voucher_doctypes,
)
from advanced_bank_reconciliation.erpnext_adapter.books.frozen import find_account_problems
from advanced_bank_reconciliation.erpnext_adapter.books.open_items import read_selectable
from advanced_bank_reconciliation.erpnext_adapter.books.particulars import with_particulars
from advanced_bank_reconciliation.erpnext_adapter.books.party_accounts import (
	read_party_account,
	with_checked_advance,
)
from advanced_bank_reconciliation.erpnext_adapter.books.posting_dates import find_date_problems
from advanced_bank_reconciliation.erpnext_adapter.books.statement_lines import (
	LedgerStatementLine,
	read_statement_line,
)
from advanced_bank_reconciliation.erpnext_adapter.decimals import bank_precision
from advanced_bank_reconciliation.erpnext_adapter.permissions import check_may_reconcile
from advanced_bank_reconciliation.erpnext_adapter.runs.run_leases import database_time, read_for_update
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import ITEM_DOCTYPE, POSTED_KINDS, RUN_DOCTYPE
from advanced_bank_reconciliation.erpnext_adapter.settings import get_settings
from advanced_bank_reconciliation.erpnext_adapter.starting.exchange_rates import (
	exchange_problems,
	read_rates,
)
from advanced_bank_reconciliation.erpnext_adapter.starting.loss_dimensions import dimension_problems
from advanced_bank_reconciliation.erpnext_adapter.starting.new_runs import insert_run
from advanced_bank_reconciliation.erpnext_adapter.unit_of_work.transaction import callers_transaction

# The same selection again within this time after its run completed is a request that was sent twice.
RETRIED_WITHIN_SECONDS = 600


class BankTransactionBusyError(frappe.ValidationError):
	"""Another run is active on the Bank Transaction."""


def record_run(
	bank_transaction: str,
	invoices: object,
	regular_vouchers: object,
	deductions: object = None,
	exchange_rates: object = None,
	grouping: object = None,
	advance: object = None,
) -> tuple[Run, bool]:
	"""Check a selection as the current user and record a run for it. Commits nothing.

	bank_transaction: name; the others: see `read_selection`; without a grouping that of the settings is taken
	Returns the run, and whether it is new: the same selection again gives back the run that has it.
	Raises `frappe.PermissionError`, `SelectionRefused` with every problem, `BankTransactionBusyError`.
	Nothing is left of it then, also if the caller catches that and commits.
	"""
	check_may_reconcile(bank_transaction)
	with callers_transaction():
		selected = (invoices, regular_vouchers, deductions, exchange_rates, grouping, advance)
		return _record_run(bank_transaction, *selected)


def _record_run(bank_transaction: str, *selected: object) -> tuple[Run, bool]:
	selection, rates = _read(bank_transaction, selected)
	# The lock makes starts on one Bank Transaction wait for each other, and for a run that is completing.
	statement_line = read_statement_line(bank_transaction, for_update=True)
	fingerprint = selection.fingerprint(bank_transaction)
	earlier = _run_of_same_selection(bank_transaction, fingerprint)
	# What could be read of a selection may be what a run has; all the same it is not that selection.
	if earlier and not selection.problems:
		return read_for_update(earlier), False
	allocations = check_selection(statement_line, selection, rates)
	return insert_run(statement_line, selection, allocations, fingerprint), True


def _read(bank_transaction: str, selected: Sequence[object]) -> tuple[Selection, ExchangeRates]:
	"""What can be read before the lock: a service that is asked for a rate may take its time."""
	statement_line = read_statement_line(bank_transaction)
	precision = bank_precision(statement_line.currency)
	selection = read_selection(
		*selected,
		precision=precision,
		voucher_doctypes=voucher_doctypes(),
		default_grouping=get_settings().grouping,
	)
	return selection, read_rates(statement_line, selection)


def check_selection(
	statement_line: LedgerStatementLine, selection: Selection, rates: ExchangeRates
) -> list[Allocation]:
	"""Check a selection against the books as they are, with a constant number of queries.

	Payments that are shared have no more invoices than a batch, so that each batch is one transaction over
	about as many invoices as the settings say.
	"""
	found = read_selectable(invoice.document for invoice in selection.invoices)
	open_items = with_discounts(found, selection, statement_line)
	if selection.grouping is Grouping.PARTY:
		open_items = with_particulars(open_items)
	existing = read_existing([voucher.document for voucher in selection.vouchers], statement_line)
	checked = with_checked_deductions(selection, statement_line)
	at_bank = (*find_date_problems(statement_line), *find_account_problems(statement_line))
	asked = read_party_account(selection.advance, statement_line)
	checked, party_account = with_checked_advance(checked, asked, statement_line)
	checked = replace(checked, problems=(*checked.problems, *at_bank))
	allocations = allocate(
		statement_line,
		checked,
		open_items,
		existing,
		rates,
		party_account,
		most_in_payment=get_settings().batch_size,
	)
	unbookable = exchange_problems(statement_line, allocations, rates)
	unbookable += dimension_problems(statement_line, allocations, rates)
	if unbookable:
		raise SelectionRefused(unbookable)
	return allocations


def _run_of_same_selection(bank_transaction: str, fingerprint: str) -> str | None:
	"""The run that has this very selection. Raises `BankTransactionBusyError` if another one is active."""
	for run in _recent_runs(bank_transaction):
		is_active = RunState(run.state) in ACTIVE_STATES
		if run.fingerprint == fingerprint and (is_active or _still_stands(run, bank_transaction)):
			return run.name
		if is_active:
			raise BankTransactionBusyError(
				_("Bank Transaction {0} is being reconciled by run {1}. Wait until it is over.").format(
					bank_transaction, get_link_to_form(RUN_DOCTYPE, run.name)
				)
			)
	return None


def _still_stands(run: frappe._dict, bank_transaction: str) -> bool:
	"""Whether a run is completed, and all that it posted is still on the Bank Transaction."""
	item, row = frappe.qb.DocType(ITEM_DOCTYPE), frappe.qb.DocType("Bank Transaction Payments")
	query = frappe.qb.from_(item).left_join(row)
	query = query.on((row.parent == bank_transaction) & (row.payment_entry == item.voucher))
	is_posted = (item.run == run.name) & item.kind.isin(POSTED_KINDS)
	gone = query.select(item.name).where(is_posted & row.name.isnull()).limit(1).for_update()
	return run.state == RunState.COMPLETED.value and not gone.run()


def _recent_runs(bank_transaction: str) -> Sequence[frappe._dict]:
	"""Runs on a Bank Transaction that are active or just ended, read past this transaction's snapshot."""
	run = frappe.qb.DocType(RUN_DOCTYPE)
	is_active = run.active_bank_transaction == bank_transaction
	is_recent = run.ended_at_utc > database_time() - Interval(seconds=RETRIED_WITHIN_SECONDS)
	query = frappe.qb.from_(run).select(run.name, run.state, run.fingerprint).for_update()
	return query.where((run.bank_transaction == bank_transaction) & (is_active | is_recent)).run(as_dict=True)
