"""The base of the tests of patterns over the batches of a job."""

from __future__ import annotations

from unittest.mock import patch

import frappe

from advanced_bank_reconciliation.engine.records import Run
from advanced_bank_reconciliation.engine.states import RunState
from advanced_bank_reconciliation.engine.steps import next_step
from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.erpnext_adapter.job_queue import LongQueue
from advanced_bank_reconciliation.erpnext_adapter.posting.ledger import ErpnextLedger
from advanced_bank_reconciliation.erpnext_adapter.runs.run_store import FrappeRunStore
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import ITEM_DOCTYPE
from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.oracle import Scenario
from advanced_bank_reconciliation.tests.pattern_test_case import COMPARED, FIRST, ONE_BY_ONE, PatternTestCase
from advanced_bank_reconciliation.tests.settings import set_settings

WRITTEN = "written"
LEARNED = [FIRST, COMPARED, WRITTEN]


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


class BatchesTestCase(PatternTestCase):
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

	def settle(self, scenario: Scenario, batch_size: int, way: str) -> None:
		set_settings(pattern_posting=way)
		run = Job(scenario, batch_size).finish()
		self.assertEqual(run.state, RunState.COMPLETED, run.reason)
		self.ways = [told(way) for way in ways_of(run.name)]
