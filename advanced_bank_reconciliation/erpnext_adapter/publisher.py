"""The engine's Publisher port on Frappe's socket server: events for the user who started the run alone."""

from __future__ import annotations

import frappe
from frappe import _

from advanced_bank_reconciliation.engine.progress import Completion, Progress
from advanced_bank_reconciliation.erpnext_adapter.runs.run_store import dropping_interrupted_connection

PROGRESS_EVENT = "bulk_reconciliation_progress"
COMPLETION_EVENT = "bulk_reconciliation_complete"


class RealtimePublisher:
	"""Publishes at once: the engine calls it after the commit of what it tells."""

	@dropping_interrupted_connection()
	def publish_progress(self, progress: Progress) -> None:
		frappe.publish_realtime(PROGRESS_EVENT, progress.event(_), user=progress.run.user)

	@dropping_interrupted_connection()
	def publish_completion(self, completion: Completion) -> None:
		frappe.publish_realtime(COMPLETION_EVENT, completion.event(_), user=completion.run.user)
