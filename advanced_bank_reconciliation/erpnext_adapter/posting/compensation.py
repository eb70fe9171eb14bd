"""Undoing the payments that a run posted."""

from __future__ import annotations

from collections.abc import Sequence

import frappe
from erpnext.accounts.utils import (
	_delete_accounting_ledger_entries,
	get_linked_exchange_gain_loss_journal,
	is_immutable_ledger_enabled,
)
from frappe.model.document import Document

from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.errors import FailureKind
from advanced_bank_reconciliation.engine.facts import VoucherFacts
from advanced_bank_reconciliation.engine.records import RollbackAction, Run
from advanced_bank_reconciliation.erpnext_adapter.books.run_vouchers import read_vouchers_of
from advanced_bank_reconciliation.erpnext_adapter.document_events.guards import written_by_run
from advanced_bank_reconciliation.erpnext_adapter.erpnext_patches.document_reads import (
	reading_each_invoice_once,
)
from advanced_bank_reconciliation.erpnext_adapter.erpnext_patches.links_of_deleted import (
	deleting_links_together,
)
from advanced_bank_reconciliation.erpnext_adapter.erpnext_patches.number_series import keeping_numbers
from advanced_bank_reconciliation.erpnext_adapter.erpnext_patches.repeated_reads import reading_once
from advanced_bank_reconciliation.erpnext_adapter.posting import failures
from advanced_bank_reconciliation.erpnext_adapter.posting.payment_terms import putting_back_base_outstanding
from advanced_bank_reconciliation.erpnext_adapter.posting.spared_writes import write_only_changes
from advanced_bank_reconciliation.erpnext_adapter.posting.undo_patterns.undoing import PatternUndoing
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import RUN_DOCTYPE
from advanced_bank_reconciliation.erpnext_adapter.unit_of_work.transaction import own_transaction

SAVEPOINT = "bulk_reconciliation_delete"


def cleanup_failed_reconciliation(
	run: Run, vouchers: Sequence[VoucherFacts], patterns: PatternUndoing | None = None
) -> None:
	"""Cancel `vouchers`, the newest first, and delete them if the site wants that; drafts are deleted.

	patterns: of a job that may undo by pattern; else ERPNext's controllers undo each payment

	Only what carries the mark of the run is touched. The user's rights are not
	asked again, for half a run must not stay because somebody may submit but not cancel.
	"""
	documents = list(dict.fromkeys(document for facts in vouchers for document in facts.settled))
	controllers = _Controllers(run, documents)
	batches = [{facts.key.name for facts in vouchers}, {name for _doctype, name in documents}]
	with (
		reading_once(*batches),
		reading_each_invoice_once(),
		putting_back_base_outstanding(documents),
		deleting_links_together(),
	):
		if patterns:
			patterns.undo(run, vouchers, controllers)
		else:
			for facts in vouchers:
				controllers.undo(facts.key)


class _Controllers:
	"""Undoes one payment of a batch after another by ERPNext's controllers (`undo_patterns.batch`)."""

	def __init__(self, run: Run, invoices: Sequence[DocumentKey]):
		"""invoices: of all payments of the batch"""
		is_deleted = run.rollback_action is RollbackAction.CANCEL_AND_DELETE
		self.deletes = is_deleted and not is_immutable_ledger_enabled()
		self._unread = list(invoices)

	def undo(self, key: DocumentKey) -> None:
		"""Cancel a payment, and delete it if payments are to be deleted."""
		voucher = self.cancel(key)
		if voucher and self.deletes:
			self.delete(voucher)

	def cancel(self, key: DocumentKey) -> Document | None:
		"""Cancel a payment and return it; a draft is deleted, and None is returned."""
		self._read_ahead()
		# With the lock that Document.save takes to compare: its own reading is answered by this one.
		voucher = frappe.get_doc(*key, for_update=True)
		if voucher.docstatus == 0:
			frappe.delete_doc(*key, ignore_permissions=True, force=True)
			return None
		if voucher.docstatus == 1:
			_cancel_exchange_journals(voucher)
			_spare_writes(voucher)
			with written_by_run(voucher):
				_cancel(voucher)
		return voucher

	def delete(self, voucher: Document) -> None:
		"""Delete a cancelled payment with its exchange journals, or keep all of them if a country's rules or
		another app forbid that: cancelled they have no effect either.
		"""
		frappe.db.savepoint(SAVEPOINT)
		try:
			_delete(voucher)
		except Exception as error:
			if failures.classify(error) is not FailureKind.REFUSED:
				raise
			frappe.db.rollback(save_point=SAVEPOINT)
			frappe.clear_messages()

	def _read_ahead(self) -> None:
		"""Load the invoices, once, before anything is written to their tables: so they are read together."""
		for document in self._unread:
			if frappe.db.exists(*document):
				frappe.get_doc(*document)
		self._unread.clear()


def undo_unrecorded(run: Run) -> None:
	"""Undo what somebody committed of a run that is in no table: nobody else would ever find it.

	A run that has its record finds such payments itself, by their mark (`undo_next_batch` of the engine).
	"""
	with own_transaction():
		if not frappe.db.exists(RUN_DOCTYPE, run.name):
			standing = [facts for facts in read_vouchers_of(run.name) if facts.stands]
			cleanup_failed_reconciliation(run, standing)


def _spare_writes(voucher: Document) -> None:
	write_only_changes(voucher.get("references"))
	voucher.flags.ignore_children_type = _empty_tables(voucher)


def _empty_tables(voucher: Document) -> list[str]:
	"""Its child doctypes without a row. Nobody else can add one, for the voucher is locked."""
	tables = voucher.meta.get_table_fields()
	full = {table.options for table in tables if voucher.get(table.fieldname)}
	return [table.options for table in tables if table.options not in full]


def _cancel(document: Document) -> None:
	document.flags.ignore_permissions = True
	document.cancel()


def _cancel_exchange_journals(voucher: Document) -> None:
	"""ERPNext cancels them with the voucher, but only for a user who may cancel Journal Entries."""
	for name in get_linked_exchange_gain_loss_journal(voucher.doctype, voucher.name, je_docstatus=1):
		_cancel(frappe.get_doc("Journal Entry", name))


def _delete(voucher: Document) -> None:
	doctype, name = voucher.doctype, voucher.name
	with keeping_numbers():
		# ERPNext: delete_exchange_gain_loss_journal, for a user who may delete Journal Entries.
		for journal in get_linked_exchange_gain_loss_journal(doctype, name, je_docstatus=2):
			_delete_document("Journal Entry", journal)
		_delete_document(doctype, name, _empty_tables(voucher))


def _delete_document(doctype: str, name: str, empty_tables: Sequence[str] = ()) -> None:
	"""Delete a document and its ledger entries: those of a cancelled one cancel each other out, and with it
	gone nothing needs them (ERPNext does the same if Delete Linked Ledger Entries is set).
	"""
	_delete_accounting_ledger_entries(doctype, name)
	frappe.delete_doc(doctype, name, ignore_doctypes=[*empty_tables], ignore_permissions=True, force=True)
