"""The notification that stays after the end of a run, where Desk's bell shows it."""

from __future__ import annotations

import frappe

from advanced_bank_reconciliation.engine.progress import completion_of
from advanced_bank_reconciliation.engine.records import Run
from advanced_bank_reconciliation.engine.states import RunState
from advanced_bank_reconciliation.erpnext_adapter.publisher import RealtimePublisher
from advanced_bank_reconciliation.tests import scenes
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase

MARKUP = "<img src=x>"


class TestNotification(BulkTestCase):
	def setUp(self) -> None:
		self.user = scenes.make_user("notified", ["Accounts User"])["user"]

	def end(self, state: RunState, **values: object) -> list[frappe._dict]:
		"""Publish the end of a run, and return what the bell of its user has of it."""
		name = f"BRR-{frappe.generate_hash(length=8)}"
		facts = {"job_id": "job", "bank_transaction": "BTN-1", "user": self.user, "total": 3}
		run = Run(name=name, state=state, **{**facts, **values})
		RealtimePublisher().publish_completion(completion_of(run, []))
		filters = {"for_user": self.user, "document_type": "Bulk Reconciliation Run", "document_name": name}
		return frappe.get_all("Notification Log", filters, ["subject", "type", "read"])

	def test_each_end_is_told_once(self) -> None:
		for state, words in (
			(RunState.COMPLETED, "matched to BTN-1"),
			(RunState.ROLLED_BACK, "Everything is undone"),
			(RunState.ATTENTION, "the undo was refused"),
		):
			(told,) = self.end(state, posted=3)
			self.assertIn(words, told.subject)
			self.assertEqual((told.type, told.read), ("Alert", 0))

	def test_it_is_text(self) -> None:
		(told,) = self.end(RunState.ROLLED_BACK, reason=MARKUP)
		self.assertNotIn(MARKUP, told.subject)

	def test_who_wants_none_gets_none(self) -> None:
		settings = frappe.get_doc("Notification Settings", self.user)
		settings.db_set("enabled", 0)
		self.assertEqual(self.end(RunState.COMPLETED, posted=3), [])
