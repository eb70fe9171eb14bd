"""The notification that stays after the end of a run, where Desk's bell shows it."""

from __future__ import annotations

import frappe
from frappe.utils import get_url_to_form

from advanced_bank_reconciliation.engine.progress import completion_of
from advanced_bank_reconciliation.engine.records import Run
from advanced_bank_reconciliation.engine.states import RunState
from advanced_bank_reconciliation.erpnext_adapter import reconciliation, wiring
from advanced_bank_reconciliation.erpnext_adapter.publisher import RealtimePublisher
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import ITEM_DOCTYPE, RUN_DOCTYPE
from advanced_bank_reconciliation.tests import factories, scenes
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

	def test_it_leads_to_the_run(self) -> None:
		"""Desk opens the document that is named, unless there is another link (notifications.js)."""
		run = self.settle(100)
		columns = ["document_type", "document_name", "link"]
		(told,) = frappe.get_all("Notification Log", {"document_name": run}, columns)
		self.assertEqual((told.document_type, told.link), (RUN_DOCTYPE, None))
		address = get_url_to_form(told.document_type, told.document_name)
		self.assertTrue(address.endswith(f"/bulk-reconciliation-run/{run}"), address)
		self.assertTrue(frappe.db.exists(told.document_type, told.document_name))

	def test_an_invoice_that_is_paid_in_part_does_not_count_as_paid(self) -> None:
		run = self.settle(60)
		(item,) = frappe.get_all(ITEM_DOCTYPE, {"run": run}, pluck="reference_name")
		invoice = frappe.get_doc("Sales Invoice", item)
		self.assertEqual((invoice.status, invoice.outstanding_amount), ("Partly Paid", 40))
		told = frappe.db.get_value("Notification Log", {"document_name": run}, "subject")
		self.assertIn("The payments of 1 invoices are posted and matched", told)
		self.assertNotRegex(told, r"\bpaid\b")

	def settle(self, amount: float) -> str:
		"""Pay so much of an invoice of 100, and publish the end of the run. Returns its name."""
		invoice = factories.open_sales_invoice(rate=100)
		row = {"doctype": invoice.doctype, "name": invoice.name, "allocated_amount": amount}
		deposit = factories.create_test_bank_transaction(amount)
		name = reconciliation.start_at_once(deposit.name, [row])["run"]
		run = wiring.callers_store().lock_for_request(name)
		RealtimePublisher().publish_completion(completion_of(run, []))
		return name

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
