"""What nobody else may do while a run is active: change its Bank Transaction, match or cancel its payments,
or post to its invoices from outdated figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Sum
from pypika.queries import QueryBuilder
from pypika.terms import Tuple as SqlTuple

from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.states import ACTIVE_STATES, ItemState
from advanced_bank_reconciliation.erpnext_adapter.books.open_items import PARTY_FIELD
from advanced_bank_reconciliation.erpnext_adapter.books.voucher_snapshots import changed_meanwhile
from advanced_bank_reconciliation.erpnext_adapter.runs.active_documents import find_holders
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import ITEM_DOCTYPE, RUN_DOCTYPE

FLAG = "written_by_bulk_reconciliation"
ACTIVE = tuple(state.value for state in ACTIVE_STATES)

_is_run_writing: ContextVar[bool] = ContextVar("is_run_writing", default=False)


class OutdatedPosting(frappe.ValidationError):
	"""A run posted to the same invoice after this transaction had read what is outstanding of it."""


class BusyWithBulkReconciliation(frappe.ValidationError):
	"""The document belongs to a bulk reconciliation that is not over."""


@contextmanager
def written_by_run(document: Document) -> Iterator[None]:
	"""Let the engine itself write `document`."""
	document.flags[FLAG] = True
	token = _is_run_writing.set(True)
	try:
		yield
	finally:
		_is_run_writing.reset(token)
		document.flags.pop(FLAG, None)


def refuse_change_of_busy_bank_transaction(document: Document, method: str | None = None) -> None:
	"""Hook of Bank Transaction: refuse changes while a run is active on it, and matching it with what an
	active run has posted or will match, naming the run.
	"""
	if document.flags.get(FLAG):
		return
	run = frappe.db.get_value(RUN_DOCTYPE, {"active_bank_transaction": document.name})
	added = _added_vouchers(document)
	run = run or _active_run_of(added)
	if run:
		_refuse(document, run)
	changed = changed_meanwhile(added)
	if changed:
		sentence = _("{0} {1} was matched or cancelled meanwhile. Nothing was matched; try again.")
		frappe.throw(sentence.format(_(changed[0]), changed[1]), OutdatedPosting)


def refuse_deletion_of_busy_bank_transaction(document: Document, method: str | None = None) -> None:
	"""Hook of Bank Transaction: also a cancelled one is needed until its run is over."""
	run = frappe.db.get_value(RUN_DOCTYPE, {"active_bank_transaction": document.name})
	if run:
		_refuse(document, run)


def refuse_unreconciling_of_active_voucher(document: Document, method: str | None = None) -> None:
	"""Hook of Unreconcile Payment: refuse to take an invoice off a payment that an active run has posted."""
	run = _active_run_of([DocumentKey(document.voucher_type, document.voucher_no)])
	if run:
		_refuse(document, run)


def _added_vouchers(document: Document) -> list[DocumentKey]:
	"""What is matched with a Bank Transaction that was not before."""
	before = document.get_doc_before_save()
	known = {row.name for row in before.payment_entries} if before else set()
	added = [row for row in document.get("payment_entries", []) if row.name not in known]
	return [DocumentKey(row.payment_document, row.payment_entry) for row in added]


def refuse_cancel_of_active_voucher(document: Document, method: str | None = None) -> None:
	"""Hook of payments and journals: refuse to cancel what an active run has posted or will match."""
	if document.flags.get(FLAG):
		return
	run = _active_run_of([DocumentKey(document.doctype, document.name)])
	if run:
		_refuse(document, run)


def refuse_allocating_of_active_advance(document: Document, method: str | None = None) -> None:
	"""Hook of Payment Entry: refuse that Payment Reconciliation allocates what an active run has posted."""
	run = _active_run_that_posted([DocumentKey(document.doctype, document.name)])
	if run and not document.flags.get(FLAG):
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


def refuse_outdated_posting(entry: Document, method: str | None = None) -> None:
	"""Hook of Payment Ledger Entry: refuse a posting to an invoice that a run has posted to in between.

	While a run posts a batch, others wait for its locks. Going on, they still have what the database showed
	at their beginning: ERPNext would take an invoice for unpaid that the run has just paid, and pay it twice.
	Whatever posts to an invoice writes such an entry: payments, journals, credit notes, reconciliations.
	"""
	invoice = DocumentKey(entry.against_voucher_type, entry.against_voucher_no)
	is_its_own = invoice == DocumentKey(entry.voucher_type, entry.voucher_no)
	if _is_run_writing.get() or is_its_own or invoice.doctype not in PARTY_FIELD:
		return
	run = _run_that_posted_to(invoice)
	if not run:
		return
	ledger = _ledger_of(invoice)
	if ledger.run() != ledger.for_update().run():
		sentence = _("{0} {1} was posted to by run {2} meanwhile. Nothing was posted; try again.")
		frappe.throw(sentence.format(_(invoice.doctype), invoice.name, run), OutdatedPosting)


def _run_that_posted_to(invoice: DocumentKey) -> str | None:
	"""Read past this transaction's snapshot."""
	item = frappe.qb.DocType(ITEM_DOCTYPE)
	query = frappe.qb.from_(item).select(item.run)
	query = query.where((item.reference_name == invoice.name) & (item.reference_doctype == invoice.doctype))
	runs = query.where(item.voucher.isnotnull()).limit(1).for_update().run(pluck=True)
	return runs[0] if runs else None


def _ledger_of(invoice: DocumentKey) -> QueryBuilder:
	"""What the Payment Ledger says is outstanding of an invoice."""
	entry = frappe.qb.DocType("Payment Ledger Entry")
	query = frappe.qb.from_(entry).select(Sum(entry.amount_in_account_currency))
	is_against = entry.against_voucher_type == invoice.doctype
	is_against &= entry.against_voucher_no == invoice.name
	return query.where(is_against & (entry.delinked == 0))


def _active_run_of(documents: Sequence[DocumentKey]) -> str | None:
	"""An active run that will match one of `documents`, or has posted it."""
	if not documents:
		return None
	held = find_holders(documents)
	return next(iter(held.values()), None) or _active_run_that_posted(documents)


def _active_run_that_posted(documents: Sequence[DocumentKey]) -> str | None:
	item, run = frappe.qb.DocType(ITEM_DOCTYPE), frappe.qb.DocType(RUN_DOCTYPE)
	query = frappe.qb.from_(item).inner_join(run).on(item.run == run.name).select(run.name)
	is_posted = SqlTuple(item.voucher_type, item.voucher).isin([SqlTuple(*one) for one in documents])
	# The number of a payment that was undone may be another one's by now.
	is_posted &= item.state == ItemState.POSTED.value
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
