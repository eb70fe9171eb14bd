"""The base of the tests that run inside a site."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from unittest.mock import patch

import frappe
from frappe.realtime import clear_realtime_log
from frappe.utils.background_jobs import get_queue

from advanced_bank_reconciliation.engine.records import RollbackAction, Run
from advanced_bank_reconciliation.engine.requests import request_undo
from advanced_bank_reconciliation.engine.states import RunState
from advanced_bank_reconciliation.engine.steps import next_step
from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.erpnext_adapter.job_queue import QUEUE, LongQueue
from advanced_bank_reconciliation.erpnext_adapter.posting.ledger import ErpnextLedger
from advanced_bank_reconciliation.erpnext_adapter.runs.run_store import FrappeRunStore
from advanced_bank_reconciliation.erpnext_adapter.runs.run_view import ACTIVE
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import RUN_DOCTYPE
from advanced_bank_reconciliation.erpnext_adapter.settings import get_settings
from advanced_bank_reconciliation.erpnext_adapter.starting import new_runs
from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.books import read_books
from advanced_bank_reconciliation.tests.site_test_case import SiteTestCase

SETTINGS = "Advance Bank Reconciliation Settings"


class BulkTestCase(SiteTestCase):
	"""Runs as Administrator in a transaction that is rolled back after each test."""

	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		frappe.set_user("Administrator")
		factories.create_test_company()
		frappe.db.commit()
		cls.addClassCleanup(end_other_runs, active_runs())

	def tearDown(self) -> None:
		frappe.set_user("Administrator")
		frappe.db.rollback()
		# What no rollback clears any more, after a test with a second connection, each event would search.
		clear_realtime_log()
		frappe.clear_messages()

	def refusal_of(
		self, bank_transaction: str, invoices: object, vouchers: object = None, deductions: object = None
	) -> str:
		"""Start a run that must be refused, see that nothing was written, and return the whole message."""
		before = self.count_records()
		with self.assertRaises(reconciliation.SelectionRefusedError) as refused:
			reconciliation.start_in_background(bank_transaction, invoices, vouchers, deductions)
		self.assertEqual(self.count_records(), before)
		return str(refused.exception)

	def count_records(self) -> tuple[int, ...]:
		"""How many records there are of everything that a run writes."""
		doctypes = ("Bulk Reconciliation Run", "Bulk Reconciliation Item", "Payment Entry", "GL Entry")
		return tuple(frappe.db.count(doctype) for doctype in doctypes)

	def books(self, bank_transaction: str, selection: Sequence[dict]) -> dict:
		return read_books(bank_transaction, [row["name"] for row in selection])

	def undone_by(self, action: str) -> AbstractContextManager:
		"""Let runs that are started in the scope be undone by *Cancel Only* or *Cancel and Delete*."""
		settings = replace(get_settings(), rollback_action=RollbackAction(action))
		return patch.object(new_runs, "get_settings", return_value=settings)

	def undo_run(self, run_name: str) -> Run:
		"""Ask for the undo and do it, in the test's own transaction."""
		store, ledger = FrappeRunStore(60), ErpnextLedger()
		with patch.object(LongQueue, "enqueue"), patch.object(frappe.db, "commit"):
			run = request_undo(run_name, "Administrator", store, LongQueue(60))
			while run.state.value == "Rolling Back":
				run = next_step(run)(run, ledger, store)
		return run


def active_runs() -> set[str]:
	return set(frappe.get_all(RUN_DOCTYPE, {"state": ["in", ACTIVE]}, pluck="name"))


def end_other_runs(kept: set[str]) -> None:
	"""What tests have committed and left active would be the first work of the next worker.

	kept: the active runs that are not theirs
	"""
	frappe.db.rollback()
	left = active_runs() - kept
	for run in left:
		frappe.db.set_value(RUN_DOCTYPE, run, "state", RunState.ROLLED_BACK.value)
	frappe.db.commit()
	queue = get_queue(QUEUE)
	for job in queue.job_ids:
		if any(run in job for run in left):
			queue.remove(job)
