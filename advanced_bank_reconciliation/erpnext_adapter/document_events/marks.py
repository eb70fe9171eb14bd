"""The marks of a run are given by the run alone: its undo cancels what carries them."""

from __future__ import annotations

from frappe.model.document import Document

from advanced_bank_reconciliation.custom_fields import ITEM_MARK, RUN_MARK
from advanced_bank_reconciliation.erpnext_adapter.document_events.guards import FLAG


def keep_marks_as_they_are(document: Document, method: str | None = None) -> None:
	"""Hook of Payment Entry: pass over marks that come with an import, a request or another app's copy."""
	if document.flags.get(FLAG):
		return
	before = document.get_doc_before_save()
	for mark in (RUN_MARK, ITEM_MARK):
		document.set(mark, before.get(mark) if before else None)
