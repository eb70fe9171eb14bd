"""A pattern is kept over the batches of a job, as long as nothing says that it may not be true any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from typing import Any, cast
from unittest.mock import patch

import frappe
from frappe.model.document import Document

from advanced_bank_reconciliation.engine.errors import ItemsRefused
from advanced_bank_reconciliation.engine.records import Run
from advanced_bank_reconciliation.engine.states import RunState
from advanced_bank_reconciliation.engine.steps import next_step
from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.erpnext_adapter.job_queue import LongQueue
from advanced_bank_reconciliation.erpnext_adapter.posting.ledger import ErpnextLedger
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns import audit, site_state
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.switch import OFF_FOR
from advanced_bank_reconciliation.erpnext_adapter.runs.run_store import FrappeRunStore
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import ITEM_DOCTYPE
from advanced_bank_reconciliation.tests import factories, scenes
from advanced_bank_reconciliation.tests.bulk_test_case import SETTINGS
from advanced_bank_reconciliation.tests.oracle import Scenario
from advanced_bank_reconciliation.tests.other_apps import hook_of_another_app
from advanced_bank_reconciliation.tests.pattern_test_case import ONE_BY_ONE, PatternTestCase
from advanced_bank_reconciliation.tests.production import as_in_production
from advanced_bank_reconciliation.tests.settings import set_settings
from advanced_bank_reconciliation.tests.statements import counted_statements
from advanced_bank_reconciliation.tests.table_changes import changes_of, differences

FIRST, COMPARED, WRITTEN = "first of its kind", "compared with its kind", "written"
LEARNED = [FIRST, COMPARED, WRITTEN]
# What an invoice costs in a run of 120 in batches of 20, and each further one: start, posting and matching.
MOST_STATEMENTS, MOST_STATEMENTS_OF_ONE_MORE = 6.5, 3

Rows = Mapping[str, list[dict]]


class Job:
	"""A job that does one batch after another, in the test's own transaction."""

	def __init__(self, scenario: Scenario, batch_size: int):
		set_settings(batch_size=batch_size)
		self._name = reconciliation.start_in_background(
			scenario.bank_transaction.name, list(scenario.selection)
		)["run"]
		self._size = batch_size
		self._store = FrappeRunStore(60)
		self.begin_another_process()
		self._step()

	def begin_another_process(self) -> None:
		self._ledger = ErpnextLedger()

	def post_batch(self) -> list[str]:
		"""Post the next batch; return how each of its payments was posted."""
		done = self._store.lock_for_request(self._name).posted
		self._step()
		return [*map(told, ways_of(self._name)[done : self._run.posted])]

	def finish(self) -> Run:
		while self._run.state in (RunState.POSTING, RunState.MATCHING):
			self._step()
		return self._run

	def _step(self) -> None:
		run = self._store.lock_for_request(self._name)
		self._run = next_step(run)(run, self._ledger, self._store)


def ways_of(run: str) -> list[str]:
	filters = {"run": run, "posting_way": ("is", "set")}
	return frappe.get_all(ITEM_DOCTYPE, filters, pluck="posting_way", order_by="position")


def told(way: str) -> str:
	return way.removeprefix(ONE_BY_ONE) if way.startswith(ONE_BY_ONE) else WRITTEN


def hooked(payment: Document, method: str) -> None:
	pass


class TestPatternsOverBatches(PatternTestCase):
	def setUp(self) -> None:
		super().setUp()
		set_settings(pattern_posting="Automatic", audit_share=0)
		for target, name in ((LongQueue, "enqueue"), (frappe.db, "commit")):
			patched = patch.object(target, name)
			patched.start()
			self.addCleanup(patched.stop)

	def deposit(self, count: int) -> Scenario:
		"""Over invoices of one kind. The second is the first of another customer, so that it is compared."""
		first = factories.take_sales_invoices("Bulk Test Customer 0", 51.37)
		others = factories.take_sales_invoices("Bulk Test Customer 1", 51.37, count=count - 1)
		selection = [*first, *others]
		total = sum(row["allocated_amount"] for row in selection)
		return Scenario(factories.create_test_bank_transaction(total), selection)

	def job(self, batches: int) -> Job:
		return Job(self.deposit(batches * 3), 3)

	def test_the_same_in_every_table(self) -> None:
		"""In batches of three, and of one: then the third payment of a kind is its first pattern."""
		scenario = self.deposit(6)
		for size in (3, 1):
			with self.subTest(size):
				expected, found = (
					changes_of(partial(self.settle, scenario, size, way)) for way in ("Never", "Automatic")
				)
				self.assertEqual(differences(expected, found), [])
				few = ["too few invoices of the kind"] * (2 if size == 1 else 0)
				self.assertEqual(self.ways, [*few, *LEARNED, *[WRITTEN] * (3 - len(few))])

	def test_statements(self) -> None:
		"""All of a run, by its size: what is learned once is no part of what an invoice costs."""
		counts = {}
		for batches in (1, 2, 6):
			scenario = self.deposit(batches * 20)
			with as_in_production(), counted_statements() as statements:
				self.settle(scenario, 20, "Automatic")
			self.assertEqual(self.ways, [FIRST, COMPARED, *[WRITTEN] * (batches * 20 - 2)])
			counts[batches] = len(statements)
		self.assertLess((counts[6] - counts[2]) / 80, MOST_STATEMENTS_OF_ONE_MORE, counts)
		self.assertLess(counts[6] / 120, MOST_STATEMENTS, counts)

	def settle(self, scenario: Scenario, batch_size: int, way: str) -> None:
		set_settings(pattern_posting=way)
		run = Job(scenario, batch_size).finish()
		self.assertEqual(run.state, RunState.COMPLETED, run.reason)
		self.ways = [told(way) for way in ways_of(run.name)]

	def test_another_process_learns_anew(self) -> None:
		job = self.job(2)
		job.post_batch()
		job.begin_another_process()
		self.assertEqual(job.post_batch(), LEARNED)

	def test_learned_again_after_each_change_of_the_site(self) -> None:
		"""Also if the change leaves the time of the last change as it was."""
		changes = changes_of_site()
		job = self.job(len(changes) + 2)
		self.assertEqual(job.post_batch(), LEARNED)
		self.assertEqual(job.post_batch(), [WRITTEN] * 3)
		for name, change in changes.items():
			with self.subTest(name), change():
				self.assertEqual(job.post_batch(), LEARNED)

	def test_a_rule_of_the_site_and_its_end(self) -> None:
		job = self.job(3)
		job.post_batch()
		rule = frappe.get_doc({"doctype": "Workflow", "document_type": "Payment Entry", "is_active": 1})
		rule.name = "Pattern Workflow"
		rule.db_insert()
		self.assertEqual(job.post_batch(), ["Workflow Pattern Workflow"] * 3)
		frappe.db.delete("Workflow", rule.name)
		self.assertEqual(job.post_batch(), LEARNED)

	def test_a_hook_of_another_app(self) -> None:
		job = self.job(2)
		job.post_batch()
		with hook_of_another_app("on_submit", hooked):
			self.assertEqual(job.post_batch(), [f"hook {hooked.__module__}.hooked"] * 3)

	def test_a_period_that_was_closed_meanwhile(self) -> None:
		"""ERPNext refuses the next payment, as it would refuse each."""
		job = self.job(2)
		job.post_batch()
		scenes.close_period(factories.COMPANY)
		with self.assertRaisesRegex(ItemsRefused, "closed"):
			job.post_batch()

	def test_a_batch_that_was_rolled_back_leaves_no_pattern(self) -> None:
		"""Its next try gives the same number to the payment of the same item."""
		job = self.job(2)
		frappe.db.savepoint("before_the_batch")
		self.assertEqual(job.post_batch(), LEARNED)
		frappe.db.rollback(save_point="before_the_batch")
		self.assertEqual(job.post_batch(), LEARNED)
		self.assertEqual(job.post_batch(), [WRITTEN] * 3)

	def test_the_first_payment_was_cancelled_meanwhile(self) -> None:
		job = self.job(2)
		job.post_batch()
		name = frappe.get_all("Payment Entry", order_by="name desc", limit=3, pluck="name")[-1]
		frappe.db.set_value("Payment Entry", name, "docstatus", 2, update_modified=False)
		self.assertEqual(job.post_batch(), LEARNED)

	def test_the_audit_of_a_later_batch(self) -> None:
		"""What ERPNext posts is not any more what would have been written: it posts all, from now on."""
		for column, form in FORMS.items():
			with self.subTest(column):
				set_settings(audit_share=1, **{OFF_FOR: ""})
				with patch.object(audit.LOTTERY, "random", return_value=1):
					job = self.job(3)
					self.assertEqual(job.post_batch(), LEARNED)
				with posted_otherwise(form), patch.object(audit.LOTTERY, "random", return_value=0):
					ways = job.post_batch()
				self.assertEqual(ways[0], COMPARED)
				self.assertEqual(len([way for way in ways[1:] if column in way]), 2, ways)
				self.assertTrue(frappe.db.get_single_value(SETTINGS, OFF_FOR))
				reason = "a difference was found with these versions"
				self.assertEqual(job.post_batch(), [reason] * 3)


def changes_of_site() -> dict[str, Callable[[], AbstractContextManager]]:
	"""What somebody changes between two batches; what is not in a table is changed for the scope."""

	def changed(table: str, column: str, value: object) -> Callable[[], AbstractContextManager]:
		def change() -> AbstractContextManager:
			row = frappe.qb.DocType(table)
			name = frappe.get_all(table, pluck="name", limit=1)[0]
			frappe.qb.update(row).set(row[column], value).where(row.name == name).run()
			return nullcontext()

		return change

	def new(table: str) -> Callable[[], AbstractContextManager]:
		def change() -> AbstractContextManager:
			frappe.qb.into(frappe.qb.DocType(table)).columns("name").insert("Patterns").run()
			return nullcontext()

		return change

	def setting() -> AbstractContextManager:
		frappe.db.set_single_value("Accounts Settings", "make_payment_via_journal_entry", 1)
		return nullcontext()

	return {
		"account": changed("Account", "account_number", "P-1"),
		"company": changed("Company", "phone_no", "1"),
		"cost center": changed("Cost Center", "cost_center_number", "P-1"),
		"share of a cost center": new("Cost Center Allocation Percentage"),
		"rights": new("Has Role"),
		"filter of a dimension": new("Accounting Dimension Filter"),
		"field": new("Custom Field"),
		"closed period": new("Accounting Period"),
		"setting": setting,
		"day": partial(patch.object, site_state, "nowdate", return_value="2999-12-31"),
	}


@contextmanager
def posted_otherwise(form: Callable[[Rows], None]) -> Iterator[None]:
	"""Change what the audit finds in the tables."""
	read = audit.read_rows

	def read_otherwise(name: str) -> Any:
		rows = cast(Rows, read(name))
		form(rows)
		return rows

	with patch.object(audit, "read_rows", read_otherwise):
		yield


def another_account(rows: Rows) -> None:
	rows["GL Entry"][0]["account"] = "Another"


def a_cent(rows: Rows) -> None:
	row = next(row for row in rows["GL Entry"] if row["debit"])
	row["debit"] += 0.01


def another_dimension(rows: Rows) -> None:
	rows["GL Entry"][0]["cost_center"] = "Another"


def against_another(rows: Rows) -> None:
	rows["GL Entry"][0]["against"] = "Another"


def a_new_column(rows: Rows) -> None:
	for row in rows["GL Entry"]:
		row["new_column"] = 0


def a_row_more(rows: Rows) -> None:
	rows["GL Entry"].append(dict(rows["GL Entry"][0]))


FORMS: dict[str, Callable[[Rows], None]] = {
	"GL Entry.account": another_account,
	"GL Entry.debit": a_cent,
	"GL Entry.cost_center": another_dimension,
	"GL Entry.against": against_another,
	"GL Entry.new_column": a_new_column,
	"GL Entry: 2 / 3": a_row_more,
}
