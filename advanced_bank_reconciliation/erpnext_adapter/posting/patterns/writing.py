"""Writing derived payments: one INSERT for each table, one UPDATE for the invoices of a document type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import now
from frappe.utils.global_search import update_global_search
from pypika import Case

from advanced_bank_reconciliation.erpnext_adapter.new_table_rows import insert_rows
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.columns import TABLES
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.facts import outstanding_after
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.kinds import Candidate
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.pattern import Rows


class PaidInvoices:
	"""Invoices as they are after their payments, in memory only. One object serves a job."""

	def __init__(self) -> None:
		self._status_of_paid: dict[str, str] = {}

	def of(self, candidate: Candidate) -> Document:
		"""The invoice of a candidate, its status by its own rules.

		If nothing is left of it, all it has to ask for is whether it has a credit note. It has none, or it
		were no candidate (`kinds`): so the first one that is paid asks for all of its document type.
		"""
		invoice = frappe.get_doc({**candidate.invoice, "doctype": candidate.item.doctype})
		invoice.outstanding_amount = outstanding_after(candidate)
		if not invoice.outstanding_amount and invoice.doctype in self._status_of_paid:
			invoice.status = self._status_of_paid[invoice.doctype]
			return invoice
		invoice.set_status()
		if not invoice.outstanding_amount:
			self._status_of_paid[invoice.doctype] = invoice.status
		return invoice


def write(candidates: Sequence[Candidate], payments: Sequence[Rows], paid: PaidInvoices) -> None:
	"""Write the rows of `payments` and what they change in the invoices of `candidates`, one each."""
	for doctype in TABLES:
		insert_all(doctype, [row for payment in payments for row in payment[doctype]])
	update_invoices([paid.of(candidate) for candidate in candidates])
	for payment in payments:
		tell(document_of(payment))


def insert_all(doctype: str, rows: Sequence[Mapping[str, Any]]) -> None:
	"""Insert rows that have the same columns, each by column; none is none."""
	if rows:
		columns = list(rows[0])
		insert_rows(doctype, columns, [[row[column] for column in columns] for row in rows])


def update_invoices(invoices: Sequence[Document]) -> None:
	"""Write what is outstanding of invoices and their status as they are in memory."""
	for doctype in sorted({invoice.doctype for invoice in invoices}):
		_update(doctype, [invoice for invoice in invoices if invoice.doctype == doctype])
	for invoice in invoices:
		frappe.clear_document_cache(invoice.doctype, invoice.name)
		invoice.notify_update()


def _update(doctype: str, invoices: Sequence[Document]) -> None:
	"""Write what has changed. A form that shows an invoice looks at the time that it is told (`modified`)."""
	table = frappe.qb.DocType(doctype)
	outstanding, status, time = Case(), Case(), now()
	for invoice in invoices:
		invoice.modified = time
		outstanding = outstanding.when(table.name == invoice.name, invoice.outstanding_amount)
		status = status.when(table.name == invoice.name, invoice.status)
	update = frappe.qb.update(table).set(table.outstanding_amount, outstanding).set(table.status, status)
	update = update.set(table.modified, time).set(table.modified_by, frappe.session.user)
	update.where(table.name.isin([invoice.name for invoice in invoices])).run()


def tell(payment: Document) -> None:
	"""What Frappe does after it has saved a document (Document.run_post_save_methods)."""
	payment.clear_cache()
	payment.notify_update()
	update_global_search(payment)


def document_of(payment: Rows) -> Document:
	"""The document that the rows of a payment are, in memory."""
	references = [{**row, "doctype": "Payment Entry Reference"} for row in payment["Payment Entry Reference"]]
	return frappe.get_doc(
		{**payment["Payment Entry"][0], "doctype": "Payment Entry", "references": references}
	)
