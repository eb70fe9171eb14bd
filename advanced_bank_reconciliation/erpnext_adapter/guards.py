"""While a run is active, nobody else changes its Bank Transaction or cancels its payments."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe import _
from frappe.model.document import Document

from advanced_bank_reconciliation.engine.states import ACTIVE_STATES, ItemState
from advanced_bank_reconciliation.erpnext_adapter.active_documents import find_holders
from advanced_bank_reconciliation.erpnext_adapter.tables import ITEM_DOCTYPE, RUN_DOCTYPE

FLAG = "bulk_reconciliation_run"
ACTIVE = tuple(state.value for state in ACTIVE_STATES)


class BusyWithBulkReconciliation(frappe.ValidationError):
	"""The document belongs to a bulk reconciliation that is not over."""


@contextmanager
def written_by_run(document: Document, run: str) -> Iterator[None]:
	"""Let the engine itself write `document`."""
	document.flags[FLAG] = run
	try:
		yield
	finally:
		document.flags.pop(FLAG, None)


def refuse_change_of_busy_bank_transaction(document: Document, method: str | None = None) -> None:
	"""Hook of Bank Transaction: refuse changes while a run is active on it, naming the run."""
	if document.flags.get(FLAG):
		return
	run = frappe.db.get_value(RUN_DOCTYPE, {"active_bank_transaction": document.name})
	if run:
		_refuse(document, run)


def refuse_cancel_of_active_voucher(document: Document, method: str | None = None) -> None:
	"""Hook of Payment Entry: refuse to cancel what an active run has posted or will match."""
	if document.flags.get(FLAG):
		return
	run = _active_run_of(document)
	if run:
		_refuse(document, run)


def refuse_cancel_of_paid_invoice(document: Document, method: str | None = None) -> None:
	"""Hook of invoices: refuse to cancel one that an active run has paid already.

	ERPNext may be set to unlink the payment then, which would leave the run with a payment for nothing. An
	invoice that the run has not come to may be cancelled; the run then fails, and says so.
	"""
	item, run = frappe.qb.DocType(ITEM_DOCTYPE), frappe.qb.DocType(RUN_DOCTYPE)
	query = frappe.qb.from_(item).inner_join(run).on(item.run == run.name).select(run.name)
	is_it = (item.reference_name == document.name) & (item.reference_doctype == document.doctype)
	is_posted = item.state == ItemState.POSTED.value
	names = query.where(is_it & is_posted & run.state.isin(ACTIVE)).limit(1).run(pluck=True)
	if names:
		_refuse(document, names[0])


def _active_run_of(document: Document) -> str | None:
	held = find_holders([(document.doctype, document.name)])
	return next(iter(held.values()), None) or _active_run_that_posted(document)


def _active_run_that_posted(document: Document) -> str | None:
	item, run = frappe.qb.DocType(ITEM_DOCTYPE), frappe.qb.DocType(RUN_DOCTYPE)
	query = frappe.qb.from_(item).inner_join(run).on(item.run == run.name).select(run.name)
	is_posted = (item.voucher == document.name) & (item.voucher_type == document.doctype)
	names = query.where(is_posted & run.state.isin(ACTIVE)).limit(1).run(pluck=True)
	return names[0] if names else None


def _refuse(document: Document, run: str) -> None:
	frappe.throw(
		_("{0} {1} is being reconciled by run {2}. Wait until it is over, or undo the run first.").format(
			_(document.doctype), document.name, frappe.utils.get_link_to_form(RUN_DOCTYPE, run)
		),
		BusyWithBulkReconciliation,
		title=_("Bulk Reconciliation in Progress"),
	)
