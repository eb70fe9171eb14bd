"""The e-mail at the end of a run, through a real mail server: who gets it, and what it says."""

from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage

import frappe
from frappe.utils import add_to_date, now

from advanced_bank_reconciliation.engine.progress import completion_of
from advanced_bank_reconciliation.engine.records import Run
from advanced_bank_reconciliation.engine.states import RunState
from advanced_bank_reconciliation.erpnext_adapter import reconciliation, wiring
from advanced_bank_reconciliation.erpnext_adapter.completion_mail import TEMPLATE
from advanced_bank_reconciliation.erpnext_adapter.publisher import RealtimePublisher
from advanced_bank_reconciliation.tests import factories, scenes
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase
from advanced_bank_reconciliation.tests.mail_server import mail_server, outgoing_account
from advanced_bank_reconciliation.tests.settings import changed_settings

RUN = "Bulk Reconciliation Run"
MARKUP = "<img src=x>"
ROLE = "Bulk Test Watchers"


class TestCompletionMail(BulkTestCase):
	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		scenes.make_role(ROLE, {"Bulk Reconciliation Run": ["read"]})
		cls.user = scenes.make_user("mailed", ["Accounts User"])["user"]
		cls.watcher = scenes.make_user("watching", ["Accounts User", ROLE])["user"]
		cls.blind = scenes.make_user("blind", [ROLE])["user"]
		scenes.confine(cls.blind, "Company", scenes.make_other_company())
		frappe.db.commit()

	def setUp(self) -> None:
		server = mail_server()
		self.port, self.letters = server.__enter__()
		self.addCleanup(server.__exit__, None, None, None)
		account = outgoing_account(self.port)
		account.__enter__()
		self.addCleanup(account.__exit__, None, None, None)
		frappe.flags.testing_email = True
		self.addCleanup(frappe.flags.pop, "testing_email", None)

	def end(self, state: RunState, minutes: int = 10, **values: object) -> str:
		"""Publish the end of a run that took so many minutes. Returns its name."""
		ended = self.ended(state, minutes, **values)
		RealtimePublisher().publish_completion(completion_of(ended, []))
		return ended.name

	def ended(self, state: RunState, minutes: int = 10, **values: object) -> Run:
		run = frappe.new_doc(RUN, user=self.user, state=state.value, bank_transaction="BTN-1")
		run.update(
			{"company": factories.COMPANY, "total_items": 3, "total_amount": 1234.5, "currency": "USD"}
		)
		run.flags.ignore_links = run.flags.ignore_mandatory = True
		run.insert()
		run.db_set({"queued_at_utc": add_to_date(now(), minutes=-minutes), "ended_at_utc": now()})
		facts = {"job_id": "job", "bank_transaction": "BTN-1", "user": self.user, "total": 3, "posted": 3}
		return Run(name=run.name, state=state, **{**facts, **values})

	def sent(self, run: str) -> list[EmailMessage]:
		"""Send what was queued for the run, as Frappe's own job does, and return what arrived."""
		self.letters.clear()
		for name in frappe.get_all("Email Queue", {"reference_name": run}, pluck="name"):
			frappe.get_doc("Email Queue", name).send(force_send=True)
		return self.letters

	def recipients(self, run: str) -> list[str]:
		return sorted(letter["To"] for letter in self.sent(run))

	def test_a_long_run_is_told_once(self) -> None:
		run = self.end(RunState.COMPLETED)
		(letter,) = self.sent(run)
		self.assertEqual(letter["To"], self.user)
		self.assertEqual(letter["Subject"], "Bulk reconciliation of BTN-1: Completed")
		text = text_of(letter)
		for words in (run, "posted and matched to BTN-1", "3 invoices", "1,234.50"):
			self.assertIn(words, text)

	def test_an_end_that_is_told_twice(self) -> None:
		"""One letter, also if a rollback took the first away; another end is another letter."""
		run = self.ended(RunState.ATTENTION, last_error="closed", fencing_token=1)
		frappe.db.savepoint("before_the_end")
		for _time in range(2):
			RealtimePublisher().publish_completion(completion_of(run, []))
			frappe.db.rollback(save_point="before_the_end")
			self.assertEqual(self.queued(run.name), 0)
		for told in (run, run, replace(run, state=RunState.ROLLED_BACK, reason="closed")):
			RealtimePublisher().publish_completion(completion_of(told, []))
		self.assertEqual(self.queued(run.name), 2)
		RealtimePublisher().publish_completion(completion_of(replace(run, fencing_token=2), []))
		self.assertEqual(self.queued(run.name), 3)

	def queued(self, run: str) -> int:
		return frappe.db.count("Email Queue", {"reference_name": run})

	def test_a_run_that_was_rolled_back_after_its_end_is_not_told(self) -> None:
		"""The letter is in the transaction of the job, and goes with it."""
		run = self.end(RunState.COMPLETED)
		self.assertEqual(self.queued(run), 1)
		frappe.db.rollback()
		self.assertEqual(self.recipients(run), [])

	def test_who_gets_one(self) -> None:
		asked = {"cancel_requested_by": self.user}
		both = sorted((self.user, self.watcher))
		with changed_settings(attention_role=ROLE, mail_after_minutes=5):
			for state, minutes, values, expected in (
				(RunState.COMPLETED, 6, {}, [self.user]),
				(RunState.COMPLETED, 4, {}, []),
				(RunState.ROLLED_BACK, 0, {"reason": "Invoice 2 is cancelled"}, [self.user]),
				(RunState.ROLLED_BACK, 10, asked, []),
				(RunState.ATTENTION, 0, {"last_error": "closed"}, both),
				(RunState.ATTENTION, 0, {"last_error": "closed", **asked}, both),
			):
				with self.subTest(state=state, minutes=minutes, **values):
					self.assertEqual(self.recipients(self.end(state, minutes, **values)), expected)

	def test_the_hour_that_comes_twice(self) -> None:
		"""How long a run took is not told by the local clock, which was put back or forward in between."""
		deposit, selection = factories.create_test_deposit(2)
		name = reconciliation.start_at_once(deposit.name, selection)["run"]
		queued, ended = frappe.db.get_value(RUN, name, ["queued_at_utc", "ended_at_utc"])
		self.assertTrue(queued <= ended <= add_to_date(queued, minutes=2))
		run = replace(wiring.callers_store().lock_for_request(name), user=self.user)
		with changed_settings(mail_after_minutes=5):
			for hours in (-1, 1):
				frappe.db.set_value(RUN, name, "ended_at", add_to_date(now(), hours=hours))
				RealtimePublisher().publish_completion(completion_of(run, []))
				self.assertEqual(self.recipients(name), [], hours)
			frappe.db.set_value(RUN, name, "queued_at_utc", add_to_date(ended, minutes=-6))
			RealtimePublisher().publish_completion(completion_of(run, []))
			self.assertEqual(self.recipients(name), [self.user])

	def test_who_wants_none_gets_none(self) -> None:
		settings = frappe.get_doc("Notification Settings", self.user)
		for field in ("enable_email_bulk_reconciliation", "enable_email_notifications"):
			with self.subTest(field):
				settings.db_set(field, 0)
				self.assertEqual(self.recipients(self.end(RunState.COMPLETED)), [])
				settings.db_set(field, 1)

	def test_the_text_is_the_administrators(self) -> None:
		template = frappe.get_doc("Email Template", TEMPLATE)
		# What is sent is committed.
		former = {"subject": template.subject, "response_html": template.response_html}
		self.addCleanup(frappe.db.commit)
		self.addCleanup(template.db_set, former)
		template.db_set(
			{"subject": "Done: {{ run }}", "response_html": "<p>Dear accountant, {{ message }}</p>"}
		)
		run = self.end(RunState.ROLLED_BACK, reason=MARKUP)
		(letter,) = self.sent(run)
		self.assertEqual(letter["Subject"], f"Done: {run}")
		text = text_of(letter)
		self.assertIn("Dear accountant", text)
		self.assertNotIn(MARKUP, text)

	def test_a_broken_mail_server_harms_nothing(self) -> None:
		"""The run's end is told under the bell, the mail waits in the queue."""
		frappe.db.set_value("Email Account", "Bulk Test Mail", "smtp_port", 1)
		run = self.end(RunState.COMPLETED)
		self.assertTrue(frappe.db.exists("Notification Log", {"document_name": run}))
		self.assertEqual(frappe.get_all("Email Queue", {"reference_name": run}, pluck="status"), ["Not Sent"])

	def test_a_site_without_mail_sends_none(self) -> None:
		frappe.db.set_value("Email Account", "Bulk Test Mail", "default_outgoing", 0)
		self.assertEqual(self.recipients(self.end(RunState.COMPLETED)), [])


def text_of(letter: EmailMessage) -> str:
	body = letter.get_body(("html",))
	assert body is not None
	return body.get_content()
