"""The engine's Publisher port on Frappe's socket server.

Events go to the user who started the run, and to the room of the run's document: who may read the run may
join it (Frappe's `doc_subscribe`).
"""

from __future__ import annotations

import frappe
from frappe import _

from advanced_bank_reconciliation.engine.progress import Completion, Progress
from advanced_bank_reconciliation.engine.records import Run
from advanced_bank_reconciliation.erpnext_adapter.runs.run_store import dropping_interrupted_connection
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import RUN_DOCTYPE

PROGRESS_EVENT = "bulk_reconciliation_progress"
COMPLETION_EVENT = "bulk_reconciliation_complete"


class RealtimePublisher:
	"""Publishes at once: the engine calls it after the commit of what it tells."""

	def publish_progress(self, progress: Progress) -> None:
		_publish(PROGRESS_EVENT, progress.event(_), progress.run)

	def publish_completion(self, completion: Completion) -> None:
		_publish(COMPLETION_EVENT, completion.event(_), completion.run)


@dropping_interrupted_connection()
def _publish(event: str, message: dict, run: Run) -> None:
	# One call would reach the user alone.
	frappe.publish_realtime(event, message, user=run.user)
	frappe.publish_realtime(event, message, doctype=RUN_DOCTYPE, docname=run.name)
