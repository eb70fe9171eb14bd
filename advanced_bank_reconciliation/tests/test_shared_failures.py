"""A shared payment that ERPNext refuses names the invoices to blame, and nobody pays an item twice."""

from __future__ import annotations

from collections.abc import Sequence
from unittest.mock import patch

import frappe
from frappe.model.document import Document

from advanced_bank_reconciliation.custom_fields import ITEM_MARK
from advanced_bank_reconciliation.engine.states import RunState
from advanced_bank_reconciliation.erpnext_adapter import reconciliation, wiring
from advanced_bank_reconciliation.erpnext_adapter.job_queue import LongQueue
from advanced_bank_reconciliation.erpnext_adapter.reconciliation import SelectionRefusedError
from advanced_bank_reconciliation.erpnext_adapter.runs.run_view import describe_run
from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase
from advanced_bank_reconciliation.tests.factories import open_sales_invoice as sale
from advanced_bank_reconciliation.tests.other_apps import hook_of_another_app
from advanced_bank_reconciliation.tests.settings import changed_settings

WRONG = 66.6


def refuse_one_amount(entry: Document, *_arguments: object) -> None:
	"""What a hook of another app might do: it refuses payments of some invoice, whatever else they pay."""
	if any(row.allocated_amount == WRONG for row in entry.references):
		frappe.throw("This one is disputed")


def refuse_two_together(entry: Document, *_arguments: object) -> None:
	if len(entry.references) > 1:
		frappe.throw("One at a time")


class TestSharedFailures(BulkTestCase):
	def start(self, *rates: float, grouping: str | None = "Party", deductions: Sequence[dict] = ()) -> str:
		"""Queue a run over invoices of one customer, without a worker; returns its name."""
		selection = factories.selection_of([sale(rate=rate) for rate in rates])
		kept = sum(float(one["amount"]) for one in deductions)
		transaction = factories.create_test_bank_transaction(round(sum(rates) - kept, 2))
		selected = (selection, None, list(deductions), None, grouping)
		with patch.object(LongQueue, "enqueue"):
			run = reconciliation.start_in_background(transaction.name, *selected)["run"]
		frappe.db.commit()
		return run

	def work(self, run: str) -> dict:
		wiring.runner().work_on(run, "worker")
		return describe_run(run)

	def invoices(self, run: str) -> list[str]:
		filters = {"run": run}
		return frappe.get_all(
			"Bulk Reconciliation Item", filters, pluck="reference_name", order_by="position"
		)

	def test_the_invoice_that_is_refused_is_named_alone(self) -> None:
		run = self.start(10, WRONG, 30)
		with hook_of_another_app("validate", refuse_one_amount):
			facts = self.work(run)
		self.assertEqual(facts["status"], "Rolled Back")
		self.assertEqual([one["name"] for one in facts["failures"]], [self.invoices(run)[1]])
		self.assertIn("This one is disputed", facts["failures"][0]["reason"])
		self.assertFalse(
			frappe.db.exists("Payment Entry Reference", {"reference_name": self.invoices(run)[0]})
		)

	def test_also_if_its_fee_is_more_than_the_largest_comes_to(self) -> None:
		"""The largest has the fee, and would be refused with it; without it, it is not to blame."""
		fee = factories.deduction("Marketing Expenses", "70")
		run = self.start(10, WRONG, 30, deductions=[fee])
		with hook_of_another_app("validate", refuse_one_amount):
			facts = self.work(run)
		self.assertEqual([one["name"] for one in facts["failures"]], [self.invoices(run)[1]])

	def test_if_each_alone_would_do_all_are_named(self) -> None:
		run = self.start(10, 20)
		with hook_of_another_app("validate", refuse_two_together):
			facts = self.work(run)
		self.assertEqual([one["name"] for one in facts["failures"]], self.invoices(run))
		self.assertEqual({"One at a time" in one["reason"] for one in facts["failures"]}, {True})

	def test_a_group_is_paid_once_whatever_is_above_the_database(self) -> None:
		"""Its payment has the mark of its first item, which no other payment can have."""
		run = self.start(10, 20, 30)
		self.work(run)
		(payment,) = frappe.get_all("Payment Entry", {"bulk_reconciliation_run": run}, pluck="name")
		again = frappe.copy_doc(frappe.get_doc("Payment Entry", payment))
		with self.assertRaises(frappe.UniqueValidationError):
			again.update({ITEM_MARK: f"{run}-00000", "name": f"{payment}-AGAIN"}).db_insert()
		frappe.db.rollback()

	def test_the_settings_say_what_is_done_without_a_choice(self) -> None:
		with changed_settings(grouping="Party"):
			run = self.start(10, 20, grouping=None)
			each = self.start(10, 20, grouping="Invoice")
		kept = [frappe.db.get_value("Bulk Reconciliation Run", name, "grouping") for name in (run, each)]
		self.assertEqual(kept, ["Party", "Invoice"])
		for name, count in ((run, 1), (each, 2)):
			self.assertIs(wiring.runner().work_on(name, "worker").state, RunState.COMPLETED)
			self.assertEqual(frappe.db.count("Payment Entry", {"bulk_reconciliation_run": name}), count)

	def test_a_run_that_is_tried_again_groups_as_before(self) -> None:
		run = self.start(10, 20)
		with hook_of_another_app("validate", refuse_two_together):
			self.work(run)
		with patch.object(LongQueue, "enqueue"):
			again = reconciliation.retry(run)["run"]
		frappe.db.commit()
		self.assertEqual(describe_run(again)["grouping"], "Party")
		self.work(again)
		self.assertEqual(frappe.db.count("Payment Entry", {"bulk_reconciliation_run": again}), 1)

	def test_an_unknown_grouping_is_said_beside_all_else_that_is_wrong(self) -> None:
		transaction = factories.create_test_bank_transaction(10)
		before = self.count_records()
		rows = [{"doctype": "Sales Invoice", "name": "NOBODY", "allocated_amount": 10}]
		with self.assertRaises(SelectionRefusedError) as refused:
			reconciliation.start_at_once(transaction.name, rows, grouping="Customer")
		said = str(refused.exception)
		self.assertIn("Payments cannot be grouped by Customer. Choose", said)
		self.assertIn("NOBODY does not exist", said)
		self.assertEqual(self.count_records(), before)
