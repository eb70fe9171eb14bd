"""The engine's Publisher port: events on Frappe's socket server, and a notification that stays.

Events go to the user who started the run, and to the room of the run's document: who may read the run may
join it (Frappe's `doc_subscribe`). The notification and the e-mail are the
user's, for a run that is over or needs attention.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.desk.doctype.notification_settings.notification_settings import is_notifications_enabled
from frappe.utils import escape_html

from advanced_bank_reconciliation.engine.progress import Completion, Progress
from advanced_bank_reconciliation.engine.records import Run
from advanced_bank_reconciliation.erpnext_adapter.completion_mail import mail_completion
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import RUN_DOCTYPE
from advanced_bank_reconciliation.erpnext_adapter.unit_of_work.transaction import (
	dropping_interrupted_connection,
)

PROGRESS_EVENT = "bulk_reconciliation_progress"
COMPLETION_EVENT = "bulk_reconciliation_complete"


class RealtimePublisher:
	"""Publishes at once: the engine calls it after the commit of what it tells."""

	def publish_progress(self, progress: Progress) -> None:
		_publish(PROGRESS_EVENT, progress.event(_), progress.run)

	def publish_completion(self, completion: Completion) -> None:
		_publish(COMPLETION_EVENT, completion.event(_), completion.run)
		leave_notification(completion)
		_mail(completion)


@dropping_interrupted_connection()
def _publish(event: str, message: dict, run: Run) -> None:
	# One call would reach the user alone.
	frappe.publish_realtime(event, message, user=run.user)
	frappe.publish_realtime(event, message, doctype=RUN_DOCTYPE, docname=run.name)


@dropping_interrupted_connection()
def _mail(completion: Completion) -> None:
	mail_completion(completion)


@dropping_interrupted_connection()
def leave_notification(completion: Completion) -> None:
	"""Tell the end where Desk's bell shows it, with a link to the run, unless the user wants none there.

	It is committed with the job. Frappe sends no e-mail for what is of the type Alert.
	"""
	run = completion.run
	if not is_notifications_enabled(run.user):
		return
	values = {
		"type": "Alert",
		"for_user": run.user,
		"from_user": run.user,
		"subject": escape_html(completion.message.text(_)),
		"document_type": RUN_DOCTYPE,
		"document_name": run.name,
	}
	frappe.get_doc({"doctype": "Notification Log", **values}).insert(ignore_permissions=True)
