"""Bulk reconciliation as Python calls: for the endpoints, the command line and `bench console`.

from advanced_bank_reconciliation.erpnext_adapter import reconciliation
reconciliation.start_in_background("ACC-BTN-2026-00001", invoices)
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from random import SystemRandom

import frappe
from frappe import _
from frappe.utils import escape_html

from advanced_bank_reconciliation.engine.errors import (
	BankTransactionBusy,
	IllegalTransition,
	ItemsRefused,
	ReconciliationError,
	SelectionRefused,
)
from advanced_bank_reconciliation.engine.messages import first_sentences
from advanced_bank_reconciliation.engine.records import Run
from advanced_bank_reconciliation.engine.requests import request_resume, request_undo
from advanced_bank_reconciliation.engine.states import WORKING_STATES, RunState
from advanced_bank_reconciliation.erpnext_adapter import wiring
from advanced_bank_reconciliation.erpnext_adapter.candidates.advice_records import (
	KeptAdvice,
	advice_of_start,
)
from advanced_bank_reconciliation.erpnext_adapter.candidates.advice_sources import AdviceSource
from advanced_bank_reconciliation.erpnext_adapter.erpnext_patches.database_guard import ForeignTransactionEnd
from advanced_bank_reconciliation.erpnext_adapter.permissions import (
	check_may_reconcile,
	check_may_see_run,
	check_may_undo,
)
from advanced_bank_reconciliation.erpnext_adapter.posting.compensation import undo_unrecorded
from advanced_bank_reconciliation.erpnext_adapter.posting.failures import is_conflict
from advanced_bank_reconciliation.erpnext_adapter.recovery import look_after_runs
from advanced_bank_reconciliation.erpnext_adapter.runs.run_advances import requested_advance
from advanced_bank_reconciliation.erpnext_adapter.runs.run_deductions import requested, requested_discounts
from advanced_bank_reconciliation.erpnext_adapter.runs.run_view import describe_run
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import (
	EXISTING_VOUCHER,
	ITEM_DOCTYPE,
	OPEN_ITEM,
	RUN_DOCTYPE,
)
from advanced_bank_reconciliation.erpnext_adapter.settings import get_settings
from advanced_bank_reconciliation.erpnext_adapter.starting.start import record_run
from advanced_bank_reconciliation.erpnext_adapter.unit_of_work.transaction import (
	TransactionLost,
	callers_transaction,
)

# How often a start is tried that deadlocks with others.
STARTS = 8
# In seconds, after the first conflict; after the second one twice that, and so on.
LONGEST_PAUSE = 0.05
LOTTERY = SystemRandom()


class SelectionRefusedError(frappe.ValidationError):
	"""The selection cannot be reconciled; the message lists every problem. Nothing was written."""


class RequestRefusedError(frappe.ValidationError):
	"""The run is in a state in which it cannot do what was asked."""


def start_in_background(
	bank_transaction: str,
	invoices: object,
	regular_vouchers: object = None,
	deductions: object = None,
	exchange_rates: object = None,
	grouping: object = None,
	advance: object = None,
	*,
	advice: AdviceSource | None = None,
) -> dict:
	"""Check a selection, record a run, and queue its job for after the commit.

	bank_transaction: name; the others: see `record_run`
	advice: the remittance advice that says so; kept with the run as a Remittance Advice
	Returns `{"status", "job_id", "run", "total_invoices", "message"}`; status is "queued", or the state of
	the run that has this very selection already. Raises `frappe.PermissionError`, `SelectionRefusedError`,
	and `QueueFull` if Frappe takes no more jobs now.
	"""
	look_after_runs()
	selected = (invoices, regular_vouchers, deductions, exchange_rates, grouping, advance)
	said = advice_of_start(bank_transaction, advice)
	with telling_the_user():
		run, is_new = _again_after_deadlock(lambda: _keeping(said, _record, bank_transaction, *selected))
	if run.state is RunState.QUEUED:
		wiring.queue().enqueue(run)
	return {
		"status": run.state.value.lower(),
		"job_id": run.job_id,
		"run": run.name,
		"total_invoices": run.invoices,
		"message": _start_message(run, is_new),
	}


def start_at_once(
	bank_transaction: str,
	invoices: object,
	regular_vouchers: object = None,
	deductions: object = None,
	exchange_rates: object = None,
	grouping: object = None,
	advance: object = None,
	*,
	advice: AdviceSource | None = None,
) -> dict:
	"""Post and match a selection before returning, in the caller's transaction: all of it or nothing.

	From the background threshold on it is queued instead, see `start_in_background`; the result's `status`
	says which. Otherwise returns what `describe_run` says. Raises as `start_in_background`.
	"""
	look_after_runs()
	selected = (invoices, regular_vouchers, deductions, exchange_rates, grouping, advance)
	said = advice_of_start(bank_transaction, advice)
	with telling_the_user():
		run, is_new = _again_after_deadlock(
			lambda: _keeping(said, _work_at_once, bank_transaction, *selected)
		)
	if run.state in WORKING_STATES:
		wiring.queue().enqueue(run)
	# A run that somebody else has just started is not in what this transaction saw first.
	return {**describe_run(run.name, newest=not is_new), "total_invoices": run.invoices}


def undo(run_name: str) -> dict:
	"""Cancel a run that is going, or undo one that is completed; the work is done by its job.

	Commits nothing: the caller does, and that queues the job.
	Returns what `describe_run` says. Raises `frappe.PermissionError`, `RequestRefusedError`.
	"""
	check_may_see_run(run_name)
	check_may_undo(_bank_transaction(run_name))
	with telling_the_user():
		request_undo(run_name, frappe.session.user, wiring.callers_store(), wiring.queue())
	return describe_run(run_name)


def resume(run_name: str) -> dict:
	"""Queue a run again whose worker is gone, or the undo of a run that needs attention.

	Does no harm to a run that somebody works on. Commits, returns and raises as `undo`.
	"""
	check_may_see_run(run_name)
	check_may_reconcile(_bank_transaction(run_name))
	with telling_the_user():
		request_resume(run_name, wiring.callers_store(), wiring.queue())
	return describe_run(run_name)


def retry(run_name: str) -> dict:
	"""Start a new run with the selection of one that was rolled back; resume any other that is not over.

	Returns as `start_in_background` for a new run, otherwise as `resume`.
	"""
	check_may_see_run(run_name)
	columns = ["bank_transaction", "state", "exchange_rates", "grouping"]
	bank_transaction, state, rates, grouping = frappe.db.get_value(RUN_DOCTYPE, run_name, columns)
	if state != RunState.ROLLED_BACK.value:
		return resume(run_name)
	selected = (*_selection_of(run_name), rates or None, grouping, requested_advance(run_name))
	return start_in_background(bank_transaction, *selected, advice=AdviceSource(run=run_name))


def _selection_of(run_name: str) -> tuple[list[dict], list[dict], list[dict]]:
	"""What was selected, in the form in which it came in."""
	fields = ["kind", "position", "reference_doctype", "reference_name", "allocated_amount"]
	rows = frappe.get_all(ITEM_DOCTYPE, filters={"run": run_name}, fields=fields, order_by="position")
	discounts = requested_discounts(run_name)
	invoices = [
		{
			"doctype": row.reference_doctype,
			"name": row.reference_name,
			"allocated_amount": row.allocated_amount,
			"discount": str(discounts.get(row.position, 0)),
		}
		for row in rows
		if row.kind == OPEN_ITEM
	]
	vouchers = [
		{
			"payment_doctype": row.reference_doctype,
			"payment_name": row.reference_name,
			"amount": row.allocated_amount,
		}
		for row in rows
		if row.kind == EXISTING_VOUCHER
	]
	return invoices, vouchers, requested(run_name)


def _keeping(
	said: KeptAdvice | None, start: Callable[..., tuple[Run, bool]], *arguments: object
) -> tuple[Run, bool]:
	"""Start, and keep the advice with a new run: both or neither."""
	with callers_transaction():
		run, is_new = start(*arguments)
		if said and is_new:
			said.keep(run.name)
		return run, is_new


def _record(bank_transaction: str, *selected: object) -> tuple[Run, bool]:
	"""Record a run whose job the queue will take. selected: see `record_run`"""
	with callers_transaction():
		run, is_new = record_run(bank_transaction, *selected)
		if is_new:
			wiring.queue().refuse_start_if_full()
		return run, is_new


def _work_at_once(bank_transaction: str, *selected: object) -> tuple[Run, bool]:
	"""Record a run and, if it is small enough, do its work in the same transaction."""
	run = None
	try:
		with callers_transaction():
			run, is_new = record_run(bank_transaction, *selected)
			if is_new and run.invoices < get_settings().background_threshold:
				# All in one batch, so that a refusal names every invoice that cannot be posted.
				run = wiring.runner().work_at_once(replace(run, batch_size=run.total))
			elif is_new:
				wiring.queue().refuse_start_if_full()
			return run, is_new
	except TransactionLost:
		if run:
			undo_unrecorded(run)
		raise


def _again_after_deadlock(start: Callable[[], tuple[Run, bool]]) -> tuple[Run, bool]:
	"""Start once more after a conflict, unless what the caller had written is lost too.

	Starts that met begin again at different times: at the same time they would meet again.
	"""
	has_written = bool(frappe.db.transaction_writes)
	for attempt in range(1, STARTS):
		try:
			return start()
		except Exception as error:
			if has_written or not is_conflict(error):
				raise
			frappe.db.rollback()
			time.sleep(LOTTERY.uniform(0, attempt * LONGEST_PAUSE))
	return start()


def _start_message(run: Run, is_new: bool) -> str:
	if is_new:
		return _("{0} invoices are being reconciled in the background.").format(run.invoices)
	return _("This selection was started already: run {0} is {1}.").format(run.name, _(run.state.value))


def _bank_transaction(run_name: str) -> str:
	return frappe.db.get_value(RUN_DOCTYPE, run_name, "bank_transaction")


@contextmanager
def telling_the_user() -> Iterator[None]:
	"""Turn the engine's errors into Frappe's, in the user's language, safe to show as HTML."""
	try:
		yield
	except SelectionRefused as error:
		_throw(first_sentences([problem.text(_) for problem in error.problems], _))
	except ItemsRefused as error:
		_throw(first_sentences([failure.reason for failure in error.failures], _))
	except (ForeignTransactionEnd, TransactionLost) as error:
		_throw([str(error)])
	except (BankTransactionBusy, IllegalTransition) as error:
		frappe.throw(escape_html(error.text(_)), RequestRefusedError, title=_("Not Possible Now"))
	except ReconciliationError as error:
		_throw([error.text(_)])


def _throw(sentences: Sequence[str]) -> None:
	lines = "<br>".join(escape_html(sentence) for sentence in sentences)
	frappe.throw(lines, SelectionRefusedError, title=_("Nothing Was Reconciled"))
