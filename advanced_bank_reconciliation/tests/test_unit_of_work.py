"""Nobody else ends the transaction of a step; what somebody committed all the same is found and undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from unittest.mock import patch

import frappe
from erpnext.accounts.doctype.payment_entry.payment_entry import PaymentEntry
from frappe.utils import add_to_date

from advanced_bank_reconciliation.engine.records import Run
from advanced_bank_reconciliation.engine.states import RunState
from advanced_bank_reconciliation.erpnext_adapter import reconciliation, wiring
from advanced_bank_reconciliation.erpnext_adapter.erpnext_patches.database_guard import (
	HOOK_DEPTH,
	is_in_hook,
)
from advanced_bank_reconciliation.erpnext_adapter.erpnext_patches.document_reads import (
	reading_each_invoice_once,
)
from advanced_bank_reconciliation.erpnext_adapter.erpnext_patches.repeated_reads import reading_once
from advanced_bank_reconciliation.erpnext_adapter.job_queue import LongQueue
from advanced_bank_reconciliation.erpnext_adapter.runs import run_store
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import ITEM_DOCTYPE, RUN_DOCTYPE
from advanced_bank_reconciliation.erpnext_adapter.unit_of_work.transaction import NoTransactionInHook
from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase
from advanced_bank_reconciliation.tests.settings import changed_settings

COUNT = 4


def commit_again_and_again() -> None:
	"""Commit, catch the refusal, roll back, log, commit once more, and let nobody know."""
	try:
		frappe.db.commit()
	except Exception:
		with suppress(Exception):
			frappe.db.rollback()
		with suppress(Exception):
			frappe.log_error("the hook could not commit")
		with suppress(Exception):
			frappe.db.commit()


def commit_by_statement() -> None:
	with suppress(Exception):
		frappe.db.sql("/* of the hook */ commit")


def begin_another_transaction() -> None:
	with suppress(Exception):
		frappe.db.begin()


def change_the_schema() -> None:
	"""A statement that commits implicitly."""
	with suppress(Exception):
		frappe.db.sql("CREATE TABLE IF NOT EXISTS `of the hook` (name INT)")


def change_the_schema_as_frappe_does() -> None:
	with suppress(Exception):
		frappe.db.sql_ddl("CREATE TABLE IF NOT EXISTS `of the hook` (name INT)")


def commit_past_frappe() -> None:
	"""On the driver's own connection, so that no guard of Frappe's object can refuse it."""
	frappe.db._conn.commit()


def lose_the_connection() -> None:
	"""The next statement connects anew, without a word; the first payments are gone."""
	frappe.db._conn.close()
	frappe.db._conn = None


FORMS: tuple[Callable[[], None], ...] = (
	commit_again_and_again,
	commit_by_statement,
	begin_another_transaction,
	change_the_schema,
	commit_past_frappe,
	lose_the_connection,
)


class TestUnitOfWork(BulkTestCase):
	def setUp(self) -> None:
		self.deposit, self.selection = factories.create_test_deposit(COUNT)
		frappe.db.commit()

	def test_in_the_background(self) -> None:
		"""Whatever a hook does at the second payment of a batch: the run is undone, and no payment stays."""
		for form in FORMS:
			with self.subTest(form.__name__):
				self.setUp()
				self.assert_nothing_stays(self.work_in_the_background(form))

	def test_at_once(self) -> None:
		for form in FORMS:
			with self.subTest(form.__name__):
				self.setUp()
				self.work_at_once(form)
				self.assert_nothing_stays()

	def test_a_lost_connection_that_happens_once_is_survived(self) -> None:
		run = self.work_in_the_background(lose_the_connection, times=1)
		self.assertIs(run.state, RunState.COMPLETED)
		self.assertEqual(set(self.books(self.deposit.name, self.selection)["status"].values()), {"Paid"})

	def test_the_one_who_did_it_is_named(self) -> None:
		run = self.work_in_the_background(commit_by_statement)
		self.assertIn("COMMIT", run.reason)
		self.assertIn("test_unit_of_work.commit_by_statement", run.reason)

	def test_a_hook_of_doc_events(self) -> None:
		"""In these, version 16 commits and rolls back nothing, and loses count if its DDL is refused."""
		run = self.work_in_the_background(change_the_schema_as_frappe_does, hook=hooked_by_event)
		self.assertFalse(is_in_hook())
		self.assert_nothing_stays(run)

	def test_no_step_that_commits_begins_in_a_hook_of_version_16(self) -> None:
		if not hasattr(frappe.db, HOOK_DEPTH):
			self.skipTest("before version 16, a commit in a hook is one")
		name = self.start()
		with patch.object(frappe.db, HOOK_DEPTH, 1), self.assertRaises(NoTransactionInHook):
			wiring.runner().work_on(name, "worker")
		self.assert_nothing_stays()
		self.assertIs(wiring.runner().work_on(name, "worker").state, RunState.COMPLETED)

	def test_an_invoice_that_was_changed_past_its_document_is_read_again(self) -> None:
		"""As version 16 of ERPNext writes what is outstanding of it."""
		name = self.selection[0]["name"]
		with reading_once(), reading_each_invoice_once():
			first = frappe.get_doc("Sales Invoice", name)
			self.assertIs(frappe.get_doc("Sales Invoice", name), first)
			frappe.db.set_value("Sales Invoice", name, "outstanding_amount", 0)
			self.assertEqual(frappe.get_doc("Sales Invoice", name).outstanding_amount, 0)
		frappe.db.rollback()

	def test_an_undo_is_guarded_as_well(self) -> None:
		"""The hook is at the cancelling: the undo ends in Attention, and goes on when the hook is gone."""
		with changed_settings(batch_size=2):
			name = self.start()
		run = wiring.runner().work_on(name, "worker")
		with patch.object(LongQueue, "enqueue"):
			reconciliation.undo(name)
		with hooked("on_cancel", commit_again_and_again):
			run = wiring.runner().work_on(name, "worker")
		self.assertIs(run.state, RunState.ATTENTION)
		self.assertEqual(len(self.books(self.deposit.name, self.selection)["payments"]), COUNT)
		with patch.object(LongQueue, "enqueue"):
			reconciliation.resume(name)
		run = wiring.runner().work_on(name, "worker")
		self.assertIs(run.state, RunState.ROLLED_BACK)
		self.assert_nothing_stays(run)

	def test_an_undo_in_the_hour_that_comes_twice(self) -> None:
		"""The checkpoint is an hour older than its payment by the local clock, as each autumn."""
		an_hour_ago = add_to_date(None, hours=-1, as_string=True, as_datetime=True)
		name = self.start()
		with patch.object(run_store, "now", return_value=an_hour_ago):
			self.assertIs(wiring.runner().work_on(name, "worker").state, RunState.COMPLETED)
		with patch.object(LongQueue, "enqueue"):
			reconciliation.undo(name)
		self.assert_nothing_stays(wiring.runner().work_on(name, "worker"))

	def test_the_same_start_again_whatever_the_local_clock_says(self) -> None:
		"""A request that was sent twice is known by the database's UTC."""
		first = reconciliation.start_at_once(self.deposit.name, self.selection)
		frappe.db.set_value(RUN_DOCTYPE, first["run"], "ended_at", "2001-01-01 00:00:00")
		second = reconciliation.start_at_once(self.deposit.name, self.selection)
		self.assertEqual(second["run"], first["run"])

	def work_in_the_background(
		self, form: Callable[[], None], times: int = 1000, hook: Callable | None = None
	) -> Run:
		with changed_settings(batch_size=3, attempts=2):
			name = self.start()
			with (hook or hooked)("on_submit", form, times):
				return wiring.runner().work_on(name, "worker")

	def work_at_once(self, form: Callable[[], None]) -> None:
		"""It is refused; or, if even the run's record was committed, its job undoes it as soon as it runs."""
		with hooked("on_submit", form), patch.object(LongQueue, "enqueue") as enqueue:
			with suppress(reconciliation.SelectionRefusedError):
				result = reconciliation.start_at_once(self.deposit.name, self.selection)
				self.assertFalse(result["success"])
				self.assertIn(result["run"], [call.args[0].name for call in enqueue.call_args_list])
		# The caller may survive the error and commit.
		frappe.db.commit()
		for name in frappe.get_all(RUN_DOCTYPE, {"active_bank_transaction": self.deposit.name}, pluck="name"):
			self.assertIs(wiring.runner().work_on(name, "worker").state, RunState.ROLLED_BACK)

	def start(self) -> str:
		with patch.object(LongQueue, "enqueue"):
			name = reconciliation.start_in_background(self.deposit.name, self.selection)["run"]
		frappe.db.commit()
		return name

	def assert_nothing_stays(self, run: Run | None = None) -> None:
		frappe.db.rollback()
		names = [row["name"] for row in self.selection]
		references = {"reference_name": ("in", names), "docstatus": ("<", 2)}
		self.assertEqual(frappe.get_all("Payment Entry Reference", references, pluck="parent"), [])
		paid = {"against_voucher_no": ("in", names), "voucher_type": "Payment Entry", "delinked": 0}
		self.assertEqual(frappe.get_all("Payment Ledger Entry", paid, pluck="voucher_no"), [])
		for row in self.selection:
			outstanding = frappe.db.get_value("Sales Invoice", row["name"], "outstanding_amount")
			self.assertEqual(outstanding, row["allocated_amount"])
		if run:
			self.assertIs(run.state, RunState.ROLLED_BACK)
			self.assertFalse(frappe.db.exists(ITEM_DOCTYPE, {"run": run.name, "state": "Posted"}))


@contextmanager
def hooked(event: str, act: Callable[[], None], times: int = 1000) -> Iterator[None]:
	"""Some app's hook on Payment Entry, which acts at the second payment, `times` times."""
	seen = 0
	original = getattr(PaymentEntry, event)

	def hook(entry: PaymentEntry) -> None:
		nonlocal seen
		original(entry)
		seen += 1
		if 1 < seen <= 1 + times:
			act()

	with patch.object(PaymentEntry, event, hook):
		yield


@contextmanager
def hooked_by_event(event: str, act: Callable[[], None], times: int = 1000) -> Iterator[None]:
	"""The same through `doc_events`, as another app's hook comes."""
	seen = 0

	def hook(entry: PaymentEntry, method: str) -> None:
		nonlocal seen
		seen += 1
		if 1 < seen <= 1 + times:
			act()

	of_payments = frappe.get_doc_hooks().setdefault("Payment Entry", {})
	handlers = [*of_payments.get(event, []), f"{__name__}.act_of_event"]
	with patch.dict(of_payments, {event: handlers}), patch.dict(globals(), {"act_of_event": hook}):
		yield
