"""Undoing a run leaves the books as they were, whatever stands in its way."""

from __future__ import annotations

from unittest.mock import patch

import frappe
from frappe.model.document import Document
from frappe.permissions import update_permission_property

from advanced_bank_reconciliation.engine.requests import request_undo
from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.erpnext_adapter.document_events.guards import BusyWithBulkReconciliation
from advanced_bank_reconciliation.erpnext_adapter.document_events.unmatching import unmatch_all
from advanced_bank_reconciliation.erpnext_adapter.job_queue import LongQueue
from advanced_bank_reconciliation.erpnext_adapter.runs.run_store import FrappeRunStore
from advanced_bank_reconciliation.tests import currencies, factories, scenes
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase


class TestUndo(BulkTestCase):
	def reconcile(self, deposit: Document, *invoices: Document, vouchers: list | None = None) -> str:
		selection = factories.selection_of(list(invoices))
		return reconciliation.start_at_once(deposit.name, selection, vouchers)["run"]

	def test_payment_terms_are_as_before(self) -> None:
		"""Also in company currency, if ERPNext takes off twice what it should give back."""
		invoice = currencies.create_foreign_invoice(payment_terms_template=factories.create_test_terms())
		before = self.terms_of(invoice)
		run = self.reconcile(currencies.create_foreign_deposit(100), invoice)
		self.assertNotEqual(self.terms_of(invoice), before)
		self.undo_run(run)
		self.assertEqual(self.terms_of(invoice), before)

	def test_a_run_whose_payments_somebody_took_off(self) -> None:
		"""Unmatching is no undo: the payments still stand. The undo then cancels them all the same."""
		deposit, selection = factories.create_test_deposit(2)
		before = self.books(deposit.name, selection)
		run = reconciliation.start_at_once(deposit.name, selection)["run"]
		unmatch_all(deposit.name)
		payments = self.books(deposit.name, selection)["payments"]
		states = frappe.get_all("Payment Entry", {"name": ("in", payments)}, ["docstatus", "clearance_date"])
		self.assertEqual([(row.docstatus, row.clearance_date) for row in states], [(1, None)] * 2)
		self.undo_run(run)
		self.assertEqual(self.books(deposit.name, selection), before)

	def test_cancelled_payments_are_kept_unless_the_site_wants_them_deleted(self) -> None:
		for action, left in (("Cancel Only", [2, 2]), ("Cancel and Delete", [])):
			with self.subTest(action), self.undone_by(action):
				deposit, selection = factories.create_test_deposit(2)
				run = reconciliation.start_at_once(deposit.name, selection)["run"]
				payments = self.books(deposit.name, selection)["payments"]
				self.undo_run(run)
				states = frappe.get_all("Payment Entry", {"name": ("in", payments)}, pluck="docstatus")
				self.assertEqual(states, left)

	def test_the_number_of_a_deleted_payment_is_not_given_out_again(self) -> None:
		deposit, selection = factories.create_test_deposit(2)
		with self.undone_by("Cancel and Delete"):
			run = reconciliation.start_at_once(deposit.name, selection)["run"]
		payments = self.books(deposit.name, selection)["payments"]
		self.undo_run(run)
		self.assertGreater(factories.create_test_advance(50).name, max(payments))

	def test_exchange_journals_are_deleted_with_their_payment(self) -> None:
		"""Neither they nor their ledger entries name a payment that is no more."""
		invoice = currencies.create_foreign_invoice()
		with self.undone_by("Cancel and Delete"):
			run = self.reconcile(currencies.create_foreign_deposit(100), invoice)
		journals = self.journals(invoice)
		self.assertEqual(len(journals), 1)
		self.undo_run(run)
		self.assertEqual(self.journals(invoice), [])
		for ledger in ("GL Entry", "Payment Ledger Entry"):
			self.assertEqual(frappe.db.count(ledger, {"voucher_no": ("in", journals)}), 0)
		self.assertEqual(invoice.reload().outstanding_amount, 100)

	def test_exchange_journals_by_a_user_who_may_not_cancel_them(self) -> None:
		invoice = currencies.create_foreign_invoice()
		self.addCleanup(frappe.clear_cache, doctype="Journal Entry")
		update_permission_property("Journal Entry", "Accounts User", 0, "cancel", 0, validate=False)
		deposit = currencies.create_foreign_deposit(100)
		frappe.set_user(scenes.make_user("no-cancel", ["Accounts User"])["user"])
		with self.undone_by("Cancel Only"):
			run = self.reconcile(deposit, invoice)
		self.assertEqual(self.exchange_journals(invoice), [1])
		self.undo_run(run)
		self.assertEqual(self.exchange_journals(invoice), [2])
		self.assertEqual(invoice.reload().outstanding_amount, 100)

	def test_if_deleting_is_forbidden_the_payment_stays_cancelled(self) -> None:
		"""Some countries forbid it, and other apps may."""
		deposit, selection = factories.create_test_deposit(2)
		run = reconciliation.start_at_once(deposit.name, selection)["run"]
		payments = self.books(deposit.name, selection)["payments"]
		with patch("erpnext.regional.get_region", return_value="Nepal"):
			self.assertEqual(self.undo_run(run).state.value, "Rolled Back")
		states = frappe.get_all("Payment Entry", {"name": ("in", payments)}, pluck="docstatus")
		self.assertEqual(states, [2, 2])
		self.assertEqual(frappe.db.count("GL Entry", {"voucher_no": payments[0], "is_cancelled": 0}), 0)

	def test_after_the_bank_transaction_was_cancelled(self) -> None:
		deposit, selection = factories.create_test_deposit(2)
		run = reconciliation.start_at_once(deposit.name, selection)["run"]
		frappe.get_doc("Bank Transaction", deposit.name).cancel()
		self.assertEqual(self.undo_run(run).state.value, "Rolled Back")
		self.assertEqual(set(self.books(deposit.name, selection)["status"].values()), {"Unpaid"})

	def test_a_bank_transaction_that_is_being_undone_is_not_deleted(self) -> None:
		deposit, selection = factories.create_test_deposit(2)
		run = reconciliation.start_at_once(deposit.name, selection)["run"]
		frappe.get_doc("Bank Transaction", deposit.name).cancel()
		with patch.object(LongQueue, "enqueue"), patch.object(frappe.db, "commit"):
			request_undo(run, "Administrator", FrappeRunStore(60), LongQueue(60))
		with self.assertRaises(BusyWithBulkReconciliation):
			frappe.delete_doc("Bank Transaction", deposit.name)

	def test_after_the_bank_transaction_was_deleted(self) -> None:
		deposit, selection = factories.create_test_deposit(2)
		run = reconciliation.start_at_once(deposit.name, selection)["run"]
		frappe.get_doc("Bank Transaction", deposit.name).cancel()
		frappe.delete_doc("Bank Transaction", deposit.name)
		self.assertEqual(self.undo_run(run).state.value, "Rolled Back")
		names = [row["name"] for row in selection]
		statuses = frappe.get_all("Sales Invoice", {"name": ("in", names)}, pluck="status")
		self.assertEqual(set(statuses), {"Unpaid"})

	def test_another_payment_that_has_got_the_number(self) -> None:
		"""ERPNext gives the number of a deleted payment to the next one, which is not the run's."""
		deposit, selection = factories.create_test_deposit(1)
		run = reconciliation.start_at_once(deposit.name, selection)["run"]
		(payment,) = self.books(deposit.name, selection)["payments"]
		frappe.get_doc("Payment Entry", payment).cancel()
		frappe.delete_doc("Payment Entry", payment, force=True)
		other = factories.create_test_advance(50)
		self.assertEqual(other.name, payment)
		deposit.reload().add_payment_entries([{"payment_doctype": other.doctype, "payment_name": other.name}])
		deposit.save()
		self.assertEqual(self.undo_run(run).state.value, "Rolled Back")
		self.assertEqual(other.reload().docstatus, 1)
		self.assertEqual(len(deposit.reload().payment_entries), 1)

	def test_while_another_run_works_on_the_bank_transaction(self) -> None:
		deposit, selection = factories.create_test_deposit(2)
		run = reconciliation.start_at_once(deposit.name, selection[:1])["run"]
		with patch.object(LongQueue, "enqueue"), patch.object(frappe.db, "commit"):
			reconciliation.start_in_background(deposit.name, selection[1:])
			with self.assertRaises(reconciliation.RequestRefusedError) as refused:
				reconciliation.undo(run)
		self.assertIn(deposit.name, str(refused.exception))

	def test_a_voucher_that_somebody_matched_elsewhere_stays_cleared(self) -> None:
		advance, invoice = factories.create_test_advance(60), factories.open_sales_invoice()
		deposit, other = (factories.create_test_bank_transaction(amount) for amount in (160, 60))
		voucher = {"payment_doctype": advance.doctype, "payment_name": advance.name, "amount": 60}
		run = self.reconcile(deposit, invoice, vouchers=[voucher])
		self.move(voucher, deposit, other)
		self.undo_run(run)
		self.assertTrue(frappe.db.get_value(advance.doctype, advance.name, "clearance_date"))

	def move(self, voucher: dict, source: Document, target: Document) -> None:
		"""Unmatch by hand, and match with another Bank Transaction."""
		source.reload()
		row = next(row for row in source.payment_entries if row.payment_entry == voucher["payment_name"])
		source.remove_payment_entry(row)
		source.save()
		target.add_payment_entries([voucher])
		target.save()

	def terms_of(self, invoice: Document) -> list:
		fields = ["payment_term", "paid_amount", "base_paid_amount", "outstanding", "base_outstanding"]
		return frappe.get_all("Payment Schedule", {"parent": invoice.name}, fields, order_by="idx")

	def exchange_journals(self, invoice: Document) -> list[int]:
		filters = {"reference_type": invoice.doctype, "reference_name": invoice.name}
		return frappe.get_all("Journal Entry Account", filters, pluck="docstatus")

	def journals(self, invoice: Document) -> list[str]:
		filters = {"reference_type": invoice.doctype, "reference_name": invoice.name}
		return frappe.get_all("Journal Entry Account", filters, pluck="parent")
