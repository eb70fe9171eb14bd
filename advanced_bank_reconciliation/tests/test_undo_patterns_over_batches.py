"""What is learned of an undo is kept over the batches of a job, as long as nothing says otherwise."""

from __future__ import annotations

from functools import partial
from unittest.mock import patch

import frappe

from advanced_bank_reconciliation.engine.requests import request_undo
from advanced_bank_reconciliation.engine.states import RunState
from advanced_bank_reconciliation.engine.steps import next_step
from advanced_bank_reconciliation.erpnext_adapter.erpnext_patches import links_of_deleted
from advanced_bank_reconciliation.erpnext_adapter.job_queue import LongQueue
from advanced_bank_reconciliation.erpnext_adapter.posting.ledger import ErpnextLedger
from advanced_bank_reconciliation.erpnext_adapter.runs.run_store import FrappeRunStore
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import ITEM_DOCTYPE
from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.oracle import Scenario
from advanced_bank_reconciliation.tests.pattern_batches import LEARNED, WRITTEN, Job, told
from advanced_bank_reconciliation.tests.pattern_test_case import PatternTestCase
from advanced_bank_reconciliation.tests.production import as_in_production
from advanced_bank_reconciliation.tests.settings import set_settings
from advanced_bank_reconciliation.tests.statements import counted_statements
from advanced_bank_reconciliation.tests.table_changes import changes_of, differences

SIZE = 3
# For each payment of a batch of 20 that is undone as it was learned before, all of the step included.
MOST_STATEMENTS = 4


class UndoJob:
	"""A job that undoes one batch after another, in the test's own transaction."""

	def __init__(self, run: str):
		self._name, self._store = run, FrappeRunStore(60)
		request_undo(run, "Administrator", self._store, LongQueue(60))
		self.begin_another_process()
		self._step()

	def begin_another_process(self) -> None:
		self._ledger = ErpnextLedger()

	def undo_batch(self) -> list[str]:
		"""Undo the next batch; return how each of its payments was undone, if that is told."""
		posted = {"run": self._name, "state": "Posted"}
		names = frappe.get_all(ITEM_DOCTYPE, posted, pluck="name", order_by="position desc", limit=SIZE)
		self._step()
		undone = {"name": ("in", names), "state": "Undone", "undoing_way": ("is", "set")}
		return sorted(told(way) for way in frappe.get_all(ITEM_DOCTYPE, undone, pluck="undoing_way"))

	def finish(self) -> None:
		while self.state is RunState.ROLLING_BACK:
			self._step()

	def _step(self) -> None:
		run = self._store.lock_for_request(self._name)
		self.state = next_step(run)(run, self._ledger, self._store).state


class TestUndoPatternsOverBatches(PatternTestCase):
	action = "Cancel Only"

	def setUp(self) -> None:
		super().setUp()
		set_settings(pattern_posting="Automatic", audit_share=0, rollback_action=self.action)
		for target, name in ((LongQueue, "enqueue"), (frappe.db, "commit")):
			patched = patch.object(target, name)
			patched.start()
			self.addCleanup(patched.stop)

	def completed(self, batches: int, size: int = SIZE) -> str:
		"""A run over invoices of one kind."""
		selection = factories.take_sales_invoices("Bulk Test Customer 1", 51.37, count=batches * size)
		total = sum(row["allocated_amount"] for row in selection)
		scenario = Scenario(factories.create_test_bank_transaction(total), selection)
		return Job(scenario, size).finish().name

	def test_kept_over_batches(self) -> None:
		job = UndoJob(self.completed(3))
		self.assertEqual(job.undo_batch(), sorted(LEARNED))
		self.assertEqual([job.undo_batch(), job.undo_batch()], [[WRITTEN] * SIZE] * 2)

	def test_statements(self) -> None:
		"""What a job deletes afterwards is no part."""
		run = self.completed(2, 20)
		with as_in_production(), patch.object(links_of_deleted, "delete_links_of"):
			job = UndoJob(run)
			job.undo_batch()
			with counted_statements() as statements:
				self.assertEqual(job.undo_batch(), [WRITTEN] * SIZE)
		self.assertLess(len(statements) / 20, MOST_STATEMENTS, len(statements))

	def test_the_same_in_every_table(self) -> None:
		run = self.completed(3)
		expected, found = (changes_of(partial(self.undo, run, way)) for way in ("Never", "Automatic"))
		self.assertEqual(differences(expected, found), [])

	def undo(self, run: str, way: str) -> None:
		set_settings(pattern_posting=way)
		job = UndoJob(run)
		job.finish()
		self.assertEqual(job.state, RunState.ROLLED_BACK)

	def test_another_process_learns_anew(self) -> None:
		job = UndoJob(self.completed(2))
		job.undo_batch()
		job.begin_another_process()
		self.assertEqual(job.undo_batch(), sorted(LEARNED))

	def test_learned_anew_after_a_batch_that_was_rolled_back(self) -> None:
		job = UndoJob(self.completed(2))
		frappe.db.savepoint("before_the_batch")
		job.undo_batch()
		frappe.db.rollback(save_point="before_the_batch")
		self.assertEqual(job.undo_batch(), sorted(LEARNED))

	def test_learned_anew_after_a_change_of_the_site(self) -> None:
		job = UndoJob(self.completed(2))
		job.undo_batch()
		frappe.db.set_value("Company", factories.COMPANY, "phone_no", "1", update_modified=False)
		self.assertEqual(job.undo_batch(), sorted(LEARNED))


class TestDeletingPatternsOverBatches(TestUndoPatternsOverBatches):
	"""The same of payments that are deleted."""

	action = "Cancel and Delete"

	def test_learned_anew_if_what_frappe_kept_is_gone(self) -> None:
		job = UndoJob(self.completed(2))
		job.undo_batch()
		frappe.db.delete("Deleted Document", {"deleted_doctype": "Payment Entry"})
		self.assertEqual(job.undo_batch(), sorted(LEARNED))
