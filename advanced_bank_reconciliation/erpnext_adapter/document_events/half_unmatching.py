"""What a completed run has matched does not come off its Bank Transaction by halves."""

from __future__ import annotations

from collections.abc import Collection

import frappe
from frappe import _
from frappe.model.document import Document

from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.states import RunState
from advanced_bank_reconciliation.erpnext_adapter.books.run_vouchers import payments_of
from advanced_bank_reconciliation.erpnext_adapter.document_events.guards import FLAG
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import PAYMENT_DOCTYPE, RUN_DOCTYPE


class HalfUnmatched(frappe.ValidationError):
	"""Some of the payments of a completed run would come off the Bank Transaction, and the others stay."""


def refuse_half_of_a_run(document: Document, method: str | None = None) -> None:
	"""Hook of Bank Transaction: refuse to take off some payments of a completed run while others stay.

	ERPNext's *Unreconcile Transaction* does so to every run: BankTransaction.remove_payment_entries removes
	rows from the list that it is walking, and so takes off every other one. A payment that was cancelled
	comes off alone, and all of them come off together. Raises `HalfUnmatched`.
	"""
	stay = _vouchers(document)
	taken = _vouchers(document.get_doc_before_save()) - stay
	if document.flags.get(FLAG) or not taken:
		return
	completed = {"bank_transaction": document.name, "state": RunState.COMPLETED.value}
	for run in frappe.get_all(RUN_DOCTYPE, completed, pluck="name"):
		own = payments_of(run)
		submitted = _submitted(taken & own)
		if submitted and stay & own:
			_refuse(document, run, submitted)


def _vouchers(document: Document | None) -> set[DocumentKey]:
	rows = document.payment_entries if document else []
	return {DocumentKey(row.payment_document, row.payment_entry) for row in rows}


def _submitted(payments: Collection[DocumentKey]) -> list[str]:
	names = [name for _doctype, name in payments]
	return (
		frappe.get_all(PAYMENT_DOCTYPE, {"name": ["in", names], "docstatus": 1}, pluck="name")
		if names
		else []
	)


def _refuse(document: Document, run: str, payments: list[str]) -> None:
	sentence = _(
		"{0} payments of run {1} would come off Bank Transaction {2}, and its others stay. Nothing was "
		"changed. Undo the run, or cancel the payments that are wrong: they come off then."
	)
	link = frappe.utils.get_link_to_form(RUN_DOCTYPE, run)
	frappe.throw(sentence.format(len(payments), link, document.name), HalfUnmatched)
