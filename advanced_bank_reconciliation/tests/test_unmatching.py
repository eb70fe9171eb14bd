"""Taking everything off a Bank Transaction."""

from __future__ import annotations

from unittest.mock import patch

import frappe

from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.erpnext_adapter.document_events.guards import BusyWithBulkReconciliation
from advanced_bank_reconciliation.erpnext_adapter.document_events.half_unmatching import HalfUnmatched
from advanced_bank_reconciliation.erpnext_adapter.document_events.unmatching import unmatch_all
from advanced_bank_reconciliation.erpnext_adapter.job_queue import LongQueue
from advanced_bank_reconciliation.tests import factories, scenes
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase


class TestUnmatching(BulkTestCase):
	def test_everything_comes_off(self) -> None:
		"""All of several vouchers, if ERPNext's own way leaves every other one."""
		deposit = scenes.make_matched_deposit([10, 20, 30, 40])
		self.assertEqual(unmatch_all(deposit["bank_transaction"]), 4)
		after = scenes.read_deposit(deposit["bank_transaction"])
		self.assertEqual((after["rows"], after["unallocated_amount"]), ([], 100))
		self.assertEqual(after["status"], "Unreconciled")
		for voucher in deposit["vouchers"]:
			state = scenes.payment_state(voucher["payment_name"])
			self.assertEqual(state, {"docstatus": 1, "clearance_date": None})

	def test_not_while_a_run_is_active(self) -> None:
		deposit, selection = factories.create_test_deposit(2)
		with patch.object(LongQueue, "enqueue"):
			reconciliation.start_in_background(deposit.name, selection)
		with self.assertRaises(BusyWithBulkReconciliation):
			unmatch_all(deposit.name)

	def test_half_of_a_run_stays(self) -> None:
		"""ERPNext's Unreconcile Transaction would take off every other payment of the run."""
		deposit, selection = factories.create_test_deposit(4)
		run = reconciliation.start_at_once(deposit.name, selection)["run"]
		before = self.books(deposit.name, selection)
		frappe.db.savepoint("request")
		with self.assertRaises(HalfUnmatched) as refused:
			deposit.reload().remove_payment_entries()
		frappe.db.rollback(save_point="request")
		self.assertIn("2 payments of run", str(refused.exception))
		self.assertIn(run, str(refused.exception))
		self.assertEqual(self.books(deposit.name, selection), before)

	def test_a_cancelled_payment_comes_off_alone(self) -> None:
		deposit, selection = factories.create_test_deposit(3)
		reconciliation.start_at_once(deposit.name, selection)
		payment = self.books(deposit.name, selection)["payments"][0]
		frappe.get_doc("Payment Entry", payment).cancel()
		left = [row.payment_entry for row in deposit.reload().payment_entries]
		self.assertEqual((len(left), payment in left), (2, False))

	def test_all_of_a_run_comes_off(self) -> None:
		deposit, selection = factories.create_test_deposit(3)
		reconciliation.start_at_once(deposit.name, selection)
		self.assertEqual(unmatch_all(deposit.name), 3)
		self.assertEqual(deposit.reload().payment_entries, [])
