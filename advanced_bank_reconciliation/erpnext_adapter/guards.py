"""What nobody else may do while a run is active: change its Bank Transaction, match or cancel its payments,
or post to its invoices from outdated figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Sum
from frappe.utils import now_datetime
from pypika.queries import QueryBuilder
from pypika.terms import Tuple as SqlTuple

from advanced_bank_reconciliation.engine.states import ACTIVE_STATES, ItemState
from advanced_bank_reconciliation.erpnext_adapter.active_documents import find_holders
from advanced_bank_reconciliation.erpnext_adapter.open_items import PARTY_FIELD
from advanced_bank_reconciliation.erpnext_adapter.tables import ITEM_DOCTYPE, RUN_DOCTYPE

FLAG = "written_by_bulk_reconciliation"
ACTIVE = tuple(state.value for state in ACTIVE_STATES)
# Longer than any database transaction that a person waits for.
RECENTLY = timedelta(hours=1)


class OutdatedPosting(frappe.ValidationError):
	"""A run posted to the same invoice after this transaction had read what is outstanding of it."""


class BusyWithBulkReconciliation(frappe.ValidationError):
	"""The document belongs to a bulk reconciliation that is not over."""


@contextmanager
def written_by_run(document: Document) -> Iterator[None]:
	"""Let the engine itself write `document`."""
	document.flags[FLAG] = True
	try:
		yield
	finally:
		document.flags.pop(FLAG, None)


def refuse_change_of_busy_bank_transaction(document: Document, method: str | None = None) -> None:
	"""Hook of Bank Transaction: refuse changes while a run is active on it, and matching it with what an
	active run has posted or will match, naming the run.
	"""
	if document.flags.get(FLAG):
		return
	run = frappe.db.get_value(RUN_DOCTYPE, {"active_bank_transaction": document.name})
	run = run or _active_run_of(_added_vouchers(document))
	if run:
		_refuse(document, run)


def _added_vouchers(document: Document) -> list[tuple[str, str]]:
	"""What is matched with a Bank Transaction that was not before."""
	before = document.get_doc_before_save()
	known = {row.name for row in before.payment_entries} if before else set()
	added = [row for row in document.get("payment_entries", []) if row.name not in known]
	return [(row.payment_document, row.payment_entry) for row in added]


def refuse_cancel_of_active_voucher(document: Document, method: str | None = None) -> None:
	"""Hook of Payment Entry: refuse to cancel what an active run has posted or will match."""
	if document.flags.get(FLAG):
		return
	run = _active_run_of([(document.doctype, document.name)])
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


def refuse_outdated_posting(document: Document, method: str | None = None) -> None:
	"""Hook of whatever is posted against invoices: refuse it where a run posted to one of them in between.

	While a run posts a batch, others wait for its locks. Going on, they still have what the database showed
	at their beginning: ERPNext would take an invoice for unpaid that the run has just paid, and pay it twice.
	"""
	if document.flags.get(FLAG):
		return
	for invoice, run in _recently_posted_by_runs(_invoices_posted_to(document)).items():
		ledger = _ledger_of(*invoice)
		if ledger.run() != ledger.for_update().run():
			sentence = _("{0} {1} was posted to by run {2} meanwhile. Nothing was posted; try again.")
			frappe.throw(sentence.format(_(invoice[0]), invoice[1], run), OutdatedPosting)


def _invoices_posted_to(document: Document) -> list[tuple[str, str]]:
	"""The other invoices whose outstanding amount a voucher changes."""
	entry = frappe.qb.DocType("Payment Ledger Entry")
	query = frappe.qb.from_(entry).select(entry.against_voucher_type, entry.against_voucher_no).distinct()
	query = query.where((entry.voucher_type == document.doctype) & (entry.voucher_no == document.name))
	return [row for row in query.run() if row[0] in PARTY_FIELD and row[1] != document.name]


def _recently_posted_by_runs(invoices: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
	"""Those of `invoices` that a run has just posted to, with the run; read past this one's snapshot."""
	if not invoices:
		return {}
	item = frappe.qb.DocType(ITEM_DOCTYPE)
	query = frappe.qb.from_(item).select(item.reference_doctype, item.reference_name, item.run)
	query = query.where(item.reference_name.isin([name for _doctype, name in invoices]))
	query = query.where(item.voucher.isnotnull() & (item.modified > now_datetime() - RECENTLY))
	return {(doctype, name): run for doctype, name, run in query.for_update().run()}


def _ledger_of(doctype: str, name: str) -> QueryBuilder:
	"""What the Payment Ledger says is outstanding of an invoice."""
	entry = frappe.qb.DocType("Payment Ledger Entry")
	query = frappe.qb.from_(entry).select(Sum(entry.amount_in_account_currency))
	is_against = (entry.against_voucher_type == doctype) & (entry.against_voucher_no == name)
	return query.where(is_against & (entry.delinked == 0))


def _active_run_of(documents: Sequence[tuple[str, str]]) -> str | None:
	"""An active run that will match one of `documents`, or has posted it."""
	if not documents:
		return None
	held = find_holders(documents)
	return next(iter(held.values()), None) or _active_run_that_posted(documents)


def _active_run_that_posted(documents: Sequence[tuple[str, str]]) -> str | None:
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
