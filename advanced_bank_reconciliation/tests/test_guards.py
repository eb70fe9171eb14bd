"""While a run is active nobody else touches what it works on; and every right is asked for."""

from __future__ import annotations

import json
from unittest.mock import patch

import frappe
from erpnext.accounts.doctype.bank_reconciliation_tool.bank_reconciliation_tool import reconcile_vouchers
from frappe.utils import add_days, nowdate

from advanced_bank_reconciliation.engine.requests import request_undo
from advanced_bank_reconciliation.engine.steps import next_step
from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.erpnext_adapter.document_events import auto_reconcile
from advanced_bank_reconciliation.erpnext_adapter.document_events.guards import BusyWithBulkReconciliation
from advanced_bank_reconciliation.erpnext_adapter.job_queue import LongQueue
from advanced_bank_reconciliation.erpnext_adapter.posting.ledger import ErpnextLedger
from advanced_bank_reconciliation.erpnext_adapter.runs.run_leases import read_for_update
from advanced_bank_reconciliation.erpnext_adapter.runs.run_store import FrappeRunStore
from advanced_bank_reconciliation.tests import factories, scenes
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase

ERPNEXT_TOOL = "erpnext.accounts.doctype.bank_reconciliation_tool.bank_reconciliation_tool"


class TestGuards(BulkTestCase):
	def start(self, *, posted: bool = False) -> str:
		"""A run that is recorded, and with `posted` has paid its invoices, but not matched them."""
		self.deposit, self.selection = factories.create_test_deposit(2)
		with patch.object(LongQueue, "enqueue"):
			name = reconciliation.start_in_background(self.deposit.name, self.selection)["run"]
		run, ledger, store = read_for_update(name), ErpnextLedger(), FrappeRunStore(60)
		while posted and run.posted < run.total:
			run = next_step(run)(run, ledger, store)
		return name

	def test_the_deposit_cannot_be_matched_by_hand(self) -> None:
		run = self.start()
		advance = factories.create_test_advance(10)
		voucher = {"payment_doctype": advance.doctype, "payment_name": advance.name, "amount": 10}
		with self.assertRaises(BusyWithBulkReconciliation) as refused:
			reconcile_vouchers(self.deposit.name, json.dumps([voucher]))
		self.assertIn(run, str(refused.exception))

	def test_the_deposit_cannot_be_cancelled(self) -> None:
		self.start()
		with self.assertRaises(BusyWithBulkReconciliation):
			frappe.get_doc("Bank Transaction", self.deposit.name).cancel()

	def test_a_posted_payment_cannot_be_cancelled(self) -> None:
		self.start(posted=True)
		payment = self.books(self.deposit.name, self.selection)["payments"][0]
		with self.assertRaises(BusyWithBulkReconciliation):
			frappe.get_doc("Payment Entry", payment).cancel()

	def test_the_number_of_an_undone_payment_may_be_anothers(self) -> None:
		"""ERPNext gives the number of a deleted document to the next one, while the run may still go on."""
		run = self.start(posted=True)
		frappe.db.set_value("Bulk Reconciliation Item", {"run": run}, "state", "Undone")
		payment = self.books(self.deposit.name, self.selection)["payments"][0]
		frappe.get_doc("Payment Entry", payment).cancel()

	def test_an_invoice_cannot_be_taken_off_a_posted_payment(self) -> None:
		self.start(posted=True)
		payment = self.books(self.deposit.name, self.selection)["payments"][0]
		values = {"company": factories.COMPANY, "voucher_type": "Payment Entry", "voucher_no": payment}
		form = frappe.get_doc({"doctype": "Unreconcile Payment", **values})
		form.add_references()
		with self.assertRaises(BusyWithBulkReconciliation):
			form.insert().submit()

	def test_a_posted_payment_cannot_be_matched_elsewhere(self) -> None:
		"""ERPNext's own tool offers it for every Bank Transaction of the account."""
		run = self.start(posted=True)
		other = factories.create_test_bank_transaction(500)
		voucher = frappe.get_all("Bulk Reconciliation Item", {"run": run}, ["voucher_type", "voucher"])[0]
		row = {"payment_doctype": voucher.voucher_type, "payment_name": voucher.voucher, "amount": 1}
		with self.assertRaises(BusyWithBulkReconciliation) as refused:
			reconcile_vouchers(other.name, json.dumps([row]))
		self.assertIn(run, str(refused.exception))

	def test_auto_reconcile_passes_over_what_a_run_holds(self) -> None:
		"""One deposit that needs attention must not stop the matching of the whole account."""
		run = self.start(posted=True)
		frappe.db.set_value("Bulk Reconciliation Run", run, "state", "Attention")
		bank_account = self.deposit.bank_account
		held = factories.create_test_advance(500, bank_account=bank_account)
		held.db_set("reference_no", self.deposit.reference_number)
		free = factories.create_test_bank_transaction(
			70, bank_account=bank_account, reference_number="AUTO-1", description="of its own"
		)
		advance = factories.create_test_advance(70, bank_account=bank_account)
		advance.db_set("reference_no", "AUTO-1")
		frappe.clear_messages()
		auto_reconcile.reconcile_each(
			[self.deposit.name, free.name], (add_days(nowdate(), -1), add_days(nowdate(), 1), 0, None, None)
		)
		self.assertEqual(frappe.db.get_value("Bank Transaction", free.name, "status"), "Reconciled")
		self.assertEqual(frappe.get_doc("Bank Transaction", self.deposit.name).payment_entries, [])
		self.assertIsNone(frappe.db.get_value("Payment Entry", held.name, "clearance_date"))
		self.assertIn(self.deposit.name, str(frappe.get_message_log()))
		self.assertFalse(frappe.flags.auto_reconcile_vouchers)

	def test_auto_reconcile_asks_for_the_right(self) -> None:
		endpoint = f"{ERPNEXT_TOOL}.auto_reconcile_vouchers"
		self.assertEqual(
			frappe.get_hooks("override_whitelisted_methods")[endpoint][-1],
			f"{auto_reconcile.__name__}.auto_reconcile_vouchers",
		)
		reader = scenes.make_user("auto-reader", [])
		with self.set_user(reader["user"]), self.assertRaises(frappe.PermissionError):
			auto_reconcile.auto_reconcile_vouchers("any")

	def test_a_paid_invoice_cannot_be_cancelled(self) -> None:
		self.start(posted=True)
		with self.assertRaises(BusyWithBulkReconciliation):
			frappe.get_doc("Sales Invoice", self.selection[0]["name"]).cancel()

	def test_afterwards_everything_is_free_again(self) -> None:
		deposit, selection = factories.create_test_deposit(2)
		reconciliation.start_at_once(deposit.name, selection)
		frappe.get_doc("Bank Transaction", deposit.name).cancel()
		payment = self.books(deposit.name, selection)["payments"][0]
		frappe.get_doc("Payment Entry", payment).cancel()

	def test_an_active_run_cannot_be_deleted(self) -> None:
		run = self.start()
		with self.assertRaises(frappe.ValidationError):
			frappe.delete_doc("Bulk Reconciliation Run", run)

	def test_a_run_outlives_what_it_names(self) -> None:
		"""The Bank Transaction and the payments are deleted; the record stays and can be read."""
		deposit, selection = factories.create_test_deposit(2)
		run = reconciliation.start_at_once(deposit.name, selection)["run"]
		payments = self.books(deposit.name, selection)["payments"]
		frappe.get_doc("Bank Transaction", deposit.name).cancel()
		frappe.delete_doc("Bank Transaction", deposit.name)
		for payment in payments:
			frappe.get_doc("Payment Entry", payment).cancel()
			frappe.delete_doc("Payment Entry", payment, force=True)
		self.assertEqual(scenes.run_state(run)["status"], "Completed")
		frappe.delete_doc("Bulk Reconciliation Run", run)
		self.assertEqual(frappe.db.count("Bulk Reconciliation Item", {"run": run}), 0)


class TestRights(BulkTestCase):
	def setUp(self) -> None:
		self.deposit, self.selection = factories.create_test_deposit(2)

	def log_in_with(self, *roles: str) -> None:
		user = scenes.make_user("rights", list(roles))["user"]
		frappe.set_user(user)

	def test_without_any_role(self) -> None:
		self.log_in_with()
		for call in (reconciliation.start_in_background, reconciliation.start_at_once):
			with self.assertRaises(frappe.PermissionError):
				call(self.deposit.name, self.selection)

	def test_who_may_only_read(self) -> None:
		self.log_in_with("Auditor")
		with self.assertRaises(frappe.PermissionError):
			reconciliation.start_in_background(self.deposit.name, self.selection)

	def test_another_companys_user(self) -> None:
		"""A user permission on one company keeps the Bank Transactions of others out of reach."""
		other = factories.create_test_company("Another Bulk Test Company", "ABTC")
		self.log_in_with("Accounts User")
		values = {"user": frappe.session.user, "allow": "Company", "for_value": other}
		frappe.get_doc({"doctype": "User Permission", **values}).insert(ignore_permissions=True)
		frappe.clear_cache(user=frappe.session.user)
		with self.assertRaises(frappe.PermissionError):
			reconciliation.start_in_background(self.deposit.name, self.selection)

	def test_an_invoice_out_of_reach_does_not_exist(self) -> None:
		"""A user permission on a customer: other invoices are refused as if not there."""
		self.log_in_with("Accounts User")
		values = {"user": frappe.session.user, "allow": "Customer", "for_value": "Bulk Test Customer 0"}
		frappe.get_doc({"doctype": "User Permission", **values}).insert(ignore_permissions=True)
		frappe.clear_cache(user=frappe.session.user)
		text = self.refusal_of(self.deposit.name, self.selection)
		self.assertIn(self.selection[1]["name"], text)
		self.assertNotIn(self.selection[0]["name"], text)

	def test_a_run_out_of_reach(self) -> None:
		"""Neither seen nor undone, and not told apart from one that does not exist."""
		run = reconciliation.start_at_once(self.deposit.name, self.selection)["run"]
		self.log_in_with()
		for call in (reconciliation.undo, reconciliation.resume, reconciliation.retry):
			for name in (run, "BRR-NEVER"):
				with self.assertRaises(frappe.PermissionError):
					call(name)


class TestUndo(BulkTestCase):
	def test_an_undone_run_cannot_be_undone_again(self) -> None:
		deposit, selection = factories.create_test_deposit(2)
		name = reconciliation.start_at_once(deposit.name, selection)["run"]
		store, ledger = FrappeRunStore(60), ErpnextLedger()
		with patch.object(LongQueue, "enqueue"), patch.object(frappe.db, "commit"):
			run = request_undo(name, "Administrator", store, LongQueue(60))
			while run.state.value == "Rolling Back":
				run = next_step(run)(run, ledger, store)
			self.assertEqual(set(self.books(deposit.name, selection)["status"].values()), {"Unpaid"})
			with self.assertRaises(reconciliation.RequestRefusedError):
				reconciliation.undo(name)
