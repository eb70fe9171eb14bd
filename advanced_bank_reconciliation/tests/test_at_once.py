"""Few invoices: posted and matched before the request is answered, in one transaction."""

from __future__ import annotations

from unittest.mock import patch

import frappe
from erpnext.accounts.doctype.payment_entry.payment_entry import PaymentEntry

from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.erpnext_adapter.job_queue import LongQueue
from advanced_bank_reconciliation.erpnext_adapter.posting import bank_matching
from advanced_bank_reconciliation.tests import currencies, factories
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase
from advanced_bank_reconciliation.tests.site_test_case import change_settings


class TestAtOnce(BulkTestCase):
	def test_posted_and_matched(self) -> None:
		deposit, selection = factories.create_test_deposit(3)
		with patch.object(frappe.db, "commit") as commit:
			result = reconciliation.start_at_once(deposit.name, selection)
		commit.assert_not_called()
		self.assertEqual((result["status"], result["processed"], result["success"]), ("Completed", 3, True))
		books = self.books(deposit.name, selection)
		self.assertEqual(books["transaction"]["status"], "Reconciled")
		self.assertEqual(set(books["status"].values()), {"Paid"})
		self.assertEqual(len(books["payments"]), 3)

	def test_erpnexts_messages_do_not_pile_up(self) -> None:
		"""It announces the exchange journal of each payment: up to 49 of them in one answer."""
		invoice, deposit = currencies.create_foreign_invoice(), currencies.create_foreign_deposit(100)
		frappe.msgprint("said before")
		reconciliation.start_at_once(deposit.name, factories.selection_of([invoice]))
		self.assertEqual([entry["message"] for entry in frappe.get_message_log()], ["said before"])

	def test_a_refusal_in_the_middle_leaves_nothing(self) -> None:
		"""The second invoice is refused while it is posted: no payment, no run, no trace of the first."""
		deposit, selection = factories.create_test_deposit(3)
		frappe.db.set_value("Sales Invoice", selection[1]["name"], "debit_to", "Debtors - WP")
		before, records = self.books(deposit.name, selection), self.count_records()
		with self.assertRaises(reconciliation.SelectionRefusedError) as refused:
			reconciliation.start_at_once(deposit.name, selection)
		self.assertIn(selection[1]["name"], str(refused.exception))
		self.assertNotIn(selection[0]["name"], str(refused.exception))
		self.assertEqual(self.books(deposit.name, selection), before)
		self.assertEqual(self.count_records(), records)

	def test_a_refusal_names_the_invoices_of_all_batches(self) -> None:
		"""Two of three cannot be posted, in batches of one: both are named."""
		deposit, selection = factories.create_test_deposit(3)
		for row in selection[1:]:
			frappe.db.set_value("Sales Invoice", row["name"], "debit_to", "Debtors - WP")
		with change_settings("Advance Bank Reconciliation Settings", {"batch_size": 1}):
			with self.assertRaises(reconciliation.SelectionRefusedError) as refused:
				reconciliation.start_at_once(deposit.name, selection)
		named = [row["name"] in str(refused.exception) for row in selection]
		self.assertEqual(named, [False, True, True])

	def test_a_matching_that_fails_leaves_nothing(self) -> None:
		deposit, selection = factories.create_test_deposit(2)
		before = self.books(deposit.name, selection)
		refusal = bank_matching.MatchingRefused("the statement line does not take it")
		with patch.object(bank_matching, "match", side_effect=refusal):
			with self.assertRaises(reconciliation.SelectionRefusedError):
				reconciliation.start_at_once(deposit.name, selection)
		self.assertEqual(self.books(deposit.name, selection), before)

	def test_from_the_threshold_on_it_is_queued(self) -> None:
		deposit, selection = factories.create_test_deposit(4)
		with change_settings("Advance Bank Reconciliation Settings", {"background_threshold": 4}):
			with patch.object(LongQueue, "enqueue") as enqueue:
				result = reconciliation.start_at_once(deposit.name, selection)
		# A start looks after the runs of lost workers too.
		self.assertEqual([call.args[0].name for call in enqueue.call_args_list].count(result["run"]), 1)
		self.assertEqual(result["status"], "Queued")
		self.assertEqual(self.books(deposit.name, selection)["payments"], [])

	def test_the_same_again_after_its_payments_were_cancelled(self) -> None:
		"""Not taken for a request that was sent twice: the invoices are open again, and are paid again."""
		deposit, selection = factories.create_test_deposit(2)
		first = reconciliation.start_at_once(deposit.name, selection)
		for payment in self.books(deposit.name, selection)["payments"]:
			frappe.get_doc("Payment Entry", payment).cancel()
		second = reconciliation.start_at_once(deposit.name, selection)
		self.assertNotEqual(second["run"], first["run"])
		self.assertEqual(set(self.books(deposit.name, selection)["status"].values()), {"Paid"})

	def test_an_app_that_commits_in_the_middle(self) -> None:
		"""It is refused before anything is committed: no half of a batch stays behind."""
		deposit, selection = factories.create_test_deposit(2)
		before = self.books(deposit.name, selection)
		post = PaymentEntry.on_submit

		def post_and_commit(entry: PaymentEntry) -> None:
			post(entry)
			frappe.db.commit()

		with patch.object(PaymentEntry, "on_submit", post_and_commit):
			with self.assertRaises(reconciliation.SelectionRefusedError) as refused:
				reconciliation.start_at_once(deposit.name, selection)
		self.assertIn("COMMIT", str(refused.exception))
		self.assertEqual(self.books(deposit.name, selection), before)

	def test_part_of_a_deposit(self) -> None:
		"""A deposit is settled in two steps; each leaves the rest unallocated."""
		deposit, selection = factories.create_test_deposit(2)
		reconciliation.start_at_once(deposit.name, selection[:1])
		rest = selection[1]["allocated_amount"]
		self.assertEqual(self.books(deposit.name, selection)["transaction"]["unallocated_amount"], rest)
		reconciliation.start_at_once(deposit.name, selection[1:])
		self.assertEqual(self.books(deposit.name, selection)["transaction"]["status"], "Reconciled")
