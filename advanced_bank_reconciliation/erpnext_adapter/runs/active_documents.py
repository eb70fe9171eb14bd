"""Which documents a run holds. A unique column makes it impossible that two active runs hold the same one."""

from __future__ import annotations

from collections.abc import Sequence

import frappe
from frappe.query_builder.functions import Concat

from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.errors import BankTransactionBusy
from advanced_bank_reconciliation.engine.messages import _, message
from advanced_bank_reconciliation.engine.records import Run
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import ADVANCE, ITEM_DOCTYPE, RUN_DOCTYPE


def document_key(document: DocumentKey) -> str:
	"""What the unique column holds for a document."""
	return f"{document.doctype}/{document.name}"


def free(run: Run) -> None:
	"""Let other runs have the documents of `run`."""
	item = frappe.qb.DocType(ITEM_DOCTYPE)
	frappe.qb.update(item).set(item.active_document, None).where(item.run == run.name).run()


def hold(run: Run) -> None:
	"""Take the Bank Transaction and the documents of an ended run again, for its undo.

	Raises `BankTransactionBusy`.
	"""
	table, item = frappe.qb.DocType(RUN_DOCTYPE), frappe.qb.DocType(ITEM_DOCTYPE)
	key = Concat(item.reference_doctype, "/", item.reference_name)
	line = frappe.qb.update(table).set(table.active_bank_transaction, run.bank_transaction)
	try:
		line.where(table.name == run.name).run()
		held = (item.run == run.name) & (item.kind != ADVANCE)
		frappe.qb.update(item).set(item.active_document, key).where(held).run()
	except Exception as error:
		if not frappe.db.is_unique_key_violation(error):
			raise
		sentence = _("Run {0} cannot be undone now: another run works on {1} or on one of the documents.")
		raise BankTransactionBusy(message(sentence, run.name, run.bank_transaction), run.name) from error


def find_holders(documents: Sequence[DocumentKey]) -> dict[DocumentKey, str]:
	"""For each of `documents` that an active run holds, the name of that run."""
	if not documents:
		return {}
	item = frappe.qb.DocType(ITEM_DOCTYPE)
	keys = [document_key(document) for document in documents]
	query = frappe.qb.from_(item).select(item.reference_doctype, item.reference_name, item.run)
	rows = query.where(item.active_document.isin(keys)).run()
	return {DocumentKey(doctype, name): run for doctype, name, run in rows}
