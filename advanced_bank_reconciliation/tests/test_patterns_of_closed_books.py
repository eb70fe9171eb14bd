"""Books that are closed while a run goes on: what ERPNext refuses then is not written by pattern either."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from unittest.mock import patch

import frappe
from erpnext.accounts.utils import get_fiscal_year
from frappe.utils import nowdate

from advanced_bank_reconciliation.engine.errors import ItemsRefused
from advanced_bank_reconciliation.erpnext_adapter.job_queue import LongQueue
from advanced_bank_reconciliation.tests import factories, scenes
from advanced_bank_reconciliation.tests.oracle import Scenario
from advanced_bank_reconciliation.tests.pattern_batches import LEARNED, Job
from advanced_bank_reconciliation.tests.pattern_test_case import PatternTestCase
from advanced_bank_reconciliation.tests.settings import set_settings
from advanced_bank_reconciliation.tests.test_undo_patterns_over_batches import SIZE, UndoJob

LEGACY = "use_legacy_controller_for_pcv"


def close_year(company: str) -> None:
	"""What an accountant does at the end of a year: a Period Closing Voucher, here up to today."""
	year, start, _end = get_fiscal_year(nowdate(), company=company)
	filters = {"company": company, "root_type": "Equity", "is_group": 0}
	values = {"company": company, "fiscal_year": year, "transaction_date": nowdate(), "remarks": "Closed"}
	values |= {"period_start_date": start, "period_end_date": nowdate()}
	values["closing_account_head"] = frappe.db.get_value("Account", filters)
	voucher = frappe.get_doc({"doctype": "Period Closing Voucher", **values}).insert().submit()
	if not frappe.db.exists("GL Entry", {"voucher_no": voucher.name}):
		raise AssertionError(frappe.db.get_value(voucher.doctype, voucher.name, "error_message"))


class TestPatternsOfClosedBooks(PatternTestCase):
	def setUp(self) -> None:
		"""In a company with no entries of former years, which would have to be closed before."""
		super().setUp()
		self.company = scenes.make_other_company()
		if frappe.get_meta("Accounts Settings").has_field(LEGACY):
			# The other one closes a year in the background.
			frappe.db.set_single_value("Accounts Settings", LEGACY, 1)
			frappe.clear_document_cache("Accounts Settings")
		set_settings(audit_share=0, rollback_action="Cancel Only")
		for target, name in ((LongQueue, "enqueue"), (frappe.db, "commit")):
			patched = patch.object(target, name)
			patched.start()
			self.addCleanup(patched.stop)

	def deposit(self) -> Scenario:
		"""Two batches of one kind."""
		invoices = [
			factories.take_sales_invoices(f"Bulk Test Customer {party}", 51.37, self.company, count=count)
			for party, count in ((0, 1), (1, 2 * SIZE - 1))
		]
		selection = [row for rows in invoices for row in rows]
		total = sum(row["allocated_amount"] for row in selection)
		line = factories.create_test_bank_transaction(
			total, bank_account=factories.create_test_bank_account(self.company)
		)
		return Scenario(line, selection)

	def test_payments(self) -> None:
		"""A closed accounting period: `test_patterns_over_batches`."""
		scenario = self.deposit()

		def post_batch(way: str) -> Callable[[], object]:
			job = Job(scenario, SIZE)
			self.assertEqual(job.post_batch() == LEARNED, way == "Automatic")
			return job.post_batch

		self.compare_refusals(close_year, "Books have been closed", post_batch)

	def test_their_undo(self) -> None:
		set_settings(pattern_posting="Automatic")
		run = Job(self.deposit(), SIZE).finish().name

		def undo_batch(way: str) -> Callable[[], object]:
			job = UndoJob(run)
			self.assertEqual(job.undo_batch() == sorted(LEARNED), way == "Automatic")
			return job.undo_batch

		for close, words in ((close_year, "Books have been closed"), (scenes.close_period, "closed")):
			with self.subTest(close.__name__):
				self.compare_refusals(close, words, undo_batch)

	def compare_refusals(
		self, close: Callable[[str], None], words: str, begin: Callable[[str], Callable[[], object]]
	) -> None:
		"""begin: does the first batch in a way; returns what does the second, which is refused"""
		one_by_one, by_pattern = (self.refusal_after(close, begin(way)) for way in self.ways())
		self.assertIn(words, one_by_one)
		self.assertEqual(by_pattern, one_by_one)

	def ways(self) -> Iterator[str]:
		"""Each from the same database."""
		for way in ("Never", "Automatic"):
			frappe.db.savepoint("before_the_batches")
			set_settings(pattern_posting=way)
			yield way
			frappe.db.rollback(save_point="before_the_batches")
			frappe.clear_messages()

	def refusal_after(self, close: Callable[[str], None], do_batch: Callable[[], object]) -> str:
		close(self.company)
		with self.assertRaises((ItemsRefused, frappe.ValidationError)) as refused:
			do_batch()
		return str(refused.exception)
