"""Two people at the same moment, each with a connection to the database of their own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from unittest.mock import patch

import frappe
import pymysql
from erpnext.accounts.doctype.bank_reconciliation_tool.bank_reconciliation_tool import reconcile_vouchers
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from frappe.model.document import Document
from frappe.utils import nowdate

from advanced_bank_reconciliation.engine.requests import request_undo
from advanced_bank_reconciliation.engine.steps import next_step
from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.erpnext_adapter.document_events.guards import OutdatedPosting
from advanced_bank_reconciliation.erpnext_adapter.job_queue import LongQueue
from advanced_bank_reconciliation.erpnext_adapter.posting.failures import OutdatedSnapshot
from advanced_bank_reconciliation.erpnext_adapter.posting.ledger import ErpnextLedger
from advanced_bank_reconciliation.erpnext_adapter.runs.run_leases import read_for_update
from advanced_bank_reconciliation.erpnext_adapter.runs.run_store import FrappeRunStore
from advanced_bank_reconciliation.erpnext_adapter.starting import exchange_rates
from advanced_bank_reconciliation.tests import currencies, factories, scenes
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase

# Frappe makes one or the other of error 1020, by version.
OF_DATABASE = (pymysql.err.OperationalError, frappe.QueryDeadlockError)


@contextmanager
def somebody_else() -> Iterator[None]:
	"""Work over another connection, and commit. What this one has read stays its view of the database."""
	own = frappe.local.db
	frappe.connect(set_admin_as_user=False)
	try:
		yield
		frappe.db.commit()
	finally:
		frappe.db.close()
		frappe.local.db = own


class TestRaces(BulkTestCase):
	# With `innodb_snapshot_isolation`: see test_snapshot_isolation.
	database_refuses = False

	def setUp(self) -> None:
		with somebody_else():
			self.deposit, self.selection = factories.create_test_deposit(2)
		frappe.db.rollback()

	def refusing(self, error: type[Exception]) -> AbstractContextManager:
		"""The scope is refused: by the app, or before it by a database that compares by itself."""
		return self.assertRaises((error, *OF_DATABASE) if self.database_refuses else error)

	@contextmanager
	def unless_the_database_refuses(self) -> Iterator[None]:
		"""Such a database also refuses who locks the place in an index that others have deleted from."""
		try:
			yield
		except OF_DATABASE:
			if not self.database_refuses:
				raise

	def look(self) -> None:
		"""Ask the database anything: from now on this connection sees what is there at this moment."""
		frappe.db.get_value("Sales Invoice", self.selection[0]["name"], "outstanding_amount")

	def test_a_slow_service_of_rates_holds_nobody_up(self) -> None:
		"""The exchange rate is asked for before the Bank Transaction is locked."""
		with somebody_else():
			invoice = currencies.create_invoice_in("EUR", conversion_rate=1.05)
			deposit = currencies.create_transaction_in("EUR", 100)
		frappe.db.rollback()

		def service(*_arguments: object) -> float:
			with somebody_else():
				frappe.db.get_value(deposit.doctype, deposit.name, "name", for_update=True, wait=False)
			return 1.1

		with patch.object(exchange_rates, "get_exchange_rate", side_effect=service) as asked:
			run = reconciliation.start_at_once(deposit.name, factories.selection_of([invoice]))
		self.assertEqual((run["status"], asked.call_count), ("Completed", 1))

	def test_a_payment_from_outdated_figures(self) -> None:
		"""A colleague's payment of an invoice that a run paid while it was being written."""
		self.look()
		with somebody_else():
			run = reconciliation.start_at_once(self.deposit.name, self.selection)["run"]
		with self.refusing(OutdatedPosting) as refused:
			self.pay_by_hand(self.selection[0]["name"])
		if not self.database_refuses:
			self.assertIn(run, str(refused.exception))

	def test_a_cancelled_payment_from_outdated_figures(self) -> None:
		with somebody_else():
			payment = self.pay_by_hand(self.selection[0]["name"], 10)
		frappe.db.rollback()
		payment = frappe.get_doc("Payment Entry", payment.name)
		rest = {**self.selection[0], "allocated_amount": 20}
		with somebody_else():
			reconciliation.start_at_once(self.deposit.name, [rest])
		with self.refusing(OutdatedPosting):
			payment.cancel()

	def test_a_payment_from_new_figures(self) -> None:
		"""Part of an invoice by a run, the rest by hand."""
		part = {**self.selection[0], "allocated_amount": 20}
		with somebody_else():
			reconciliation.start_at_once(self.deposit.name, [part])
		self.pay_by_hand(part["name"])
		self.assertEqual(frappe.db.get_value("Sales Invoice", part["name"], "outstanding_amount"), 0)

	def test_an_undo_from_outdated_figures(self) -> None:
		"""ERPNext would give the invoice back what somebody has paid of it meanwhile."""
		part = {**self.selection[0], "allocated_amount": 20}
		with somebody_else():
			name = reconciliation.start_at_once(self.deposit.name, [part])["run"]
		frappe.db.rollback()
		vouchers = ErpnextLedger().vouchers_of(read_for_update(name))
		with somebody_else():
			self.pay_by_hand(part["name"], 10)
		with self.refusing(OutdatedSnapshot):
			ErpnextLedger().undo(read_for_update(name), vouchers)

	def test_an_old_advance_is_allocated_from_outdated_figures(self) -> None:
		"""Payment Reconciliation changes a submitted payment: nothing is submitted but ledger entries."""
		with somebody_else():
			advance = factories.create_test_advance(30)
		frappe.db.rollback()
		self.look()
		with somebody_else():
			reconciliation.start_at_once(self.deposit.name, self.selection)
		with self.refusing(OutdatedPosting):
			self.allocate(advance, self.selection[0]["name"])

	def test_a_voucher_that_was_matched_elsewhere_meanwhile(self) -> None:
		voucher, other = self.make_voucher()
		with somebody_else():
			reconcile_vouchers(other.name, json.dumps([voucher]))
		part = {**self.selection[0], "allocated_amount": 20}
		with self.assertRaises(reconciliation.SelectionRefusedError) as refused:
			reconciliation.start_at_once(self.deposit.name, [part], [voucher])
		self.assertIn(voucher["payment_name"], str(refused.exception))

	def test_a_voucher_that_was_cancelled_meanwhile(self) -> None:
		voucher, _other = self.make_voucher()
		with somebody_else():
			frappe.get_doc(voucher["payment_doctype"], voucher["payment_name"]).cancel()
		part = {**self.selection[0], "allocated_amount": 20}
		with self.assertRaises(reconciliation.SelectionRefusedError) as refused:
			reconciliation.start_at_once(self.deposit.name, [part], [voucher])
		self.assertIn(voucher["payment_name"], str(refused.exception))

	def test_a_voucher_that_a_run_has_matched_meanwhile(self) -> None:
		"""Somebody matches it by hand, with what they saw before."""
		voucher, other = self.make_voucher()
		part = {**self.selection[0], "allocated_amount": 20}
		with somebody_else():
			reconciliation.start_at_once(self.deposit.name, [part], [voucher])
		with self.refusing(OutdatedPosting):
			reconcile_vouchers(other.name, json.dumps([voucher]))

	def test_a_colleagues_payment_while_a_run_is_undone(self) -> None:
		"""It must not get the number of a payment that the undo has deleted: for the colleague, who began
		before, that one is still the run's.
		"""
		with somebody_else():
			other, invoices = factories.create_test_deposit(1)
			with self.undone_by("Cancel and Delete"):
				run = reconciliation.start_at_once(self.deposit.name, self.selection)["run"]
			self.step(lambda store: request_undo(run, "Administrator", store, LongQueue(60)))
		frappe.db.rollback()
		self.look()
		with somebody_else():
			for _step in ("unmatch", "undo"):
				self.step(
					lambda store: next_step(read_for_update(run))(
						read_for_update(run), ErpnextLedger(), store
					)
				)
		payment = self.pay_by_hand(invoices[0]["name"])
		voucher = {"payment_doctype": payment.doctype, "payment_name": payment.name}
		with self.unless_the_database_refuses():
			reconcile_vouchers(other.name, json.dumps([{**voucher, "amount": payment.paid_amount}]))
			payment.reload().cancel()

	def step(self, function: Callable[[FrappeRunStore], object]) -> None:
		"""One step of a run, inside the transaction of who calls."""
		with patch.object(LongQueue, "enqueue"), patch.object(frappe.db, "commit"):
			function(FrappeRunStore(60))

	def make_voucher(self) -> tuple[dict, Document]:
		"""A payment that was there before and a deposit that it fits, seen by this connection."""
		with somebody_else():
			voucher, other = scenes.make_voucher(50), factories.create_test_bank_transaction(50)
		frappe.db.rollback()
		self.look()
		return voucher, other

	def allocate(self, advance: Document, invoice: str) -> None:
		"""What Payment Reconciliation does with one payment and one invoice."""
		form = frappe.get_doc("Payment Reconciliation")
		form.update({"company": factories.COMPANY, "party_type": "Customer", "party": advance.party})
		form.update({"receivable_payable_account": advance.paid_from, "payment_name": advance.name})
		form.invoice_name = invoice
		form.get_unreconciled_entries()
		invoices, payments = ([row.as_dict() for row in rows] for rows in (form.invoices, form.payments))
		form.allocate_entries(frappe._dict({"invoices": invoices, "payments": payments}))
		form.reconcile()

	def test_a_second_click_gets_the_run_of_the_first(self) -> None:
		self.look()
		with somebody_else():
			first = reconciliation.start_at_once(self.deposit.name, self.selection)
		second = reconciliation.start_at_once(self.deposit.name, self.selection)
		self.assertEqual((second["run"], second["status"]), (first["run"], "Completed"))

	def test_a_start_begins_again_if_somebody_paid_part_meanwhile(self) -> None:
		"""What was read before the invoice was locked is outdated; what is left is enough."""
		rest = {**self.selection[0], "allocated_amount": 20}
		self.look()
		with somebody_else():
			self.pay_by_hand(rest["name"], 10)
		self.assertEqual(reconciliation.start_at_once(self.deposit.name, [rest])["status"], "Completed")
		outstanding = frappe.db.get_value("Sales Invoice", rest["name"], "outstanding_amount")
		self.assertEqual(outstanding, self.selection[0]["allocated_amount"] - 30)

	def test_a_start_is_tried_again_after_a_deadlock(self) -> None:
		record_run = reconciliation.record_run
		deadlock = frappe.QueryDeadlockError(1213, "Deadlock found")
		outdated = pymysql.err.OperationalError(1020, "Record has changed since last read")
		wrapped = frappe.ValidationError("The customer could not be read.")
		wrapped.__context__ = deadlock
		attempts = [deadlock, outdated, wrapped, record_run, wrapped, record_run]
		with patch.object(reconciliation, "record_run", lambda *given: self.take(attempts)(*given)):
			for start in (reconciliation.start_at_once, reconciliation.start_in_background):
				self.assertTrue(start(self.deposit.name, self.selection)["run"])
				frappe.db.rollback()

	def test_no_start_again_if_the_callers_own_writing_is_lost(self) -> None:
		frappe.db.set_value("Bank Transaction", self.deposit.name, "description", "written before")
		attempts = [frappe.QueryDeadlockError(1213, "Deadlock found")]
		with patch.object(reconciliation, "record_run", lambda *given: self.take(attempts)(*given)):
			with self.assertRaises(frappe.QueryDeadlockError):
				reconciliation.start_in_background(self.deposit.name, self.selection)

	def take(self, attempts: list) -> Callable:
		attempt = attempts.pop(0)
		if isinstance(attempt, Exception):
			raise attempt
		return attempt

	def pay_by_hand(self, invoice: str, amount: float | None = None) -> Document:
		account = f"Bulk Test Bank USD - {factories.ABBREVIATION}"
		entry = get_payment_entry("Sales Invoice", invoice, bank_account=account, party_amount=amount)
		entry.reference_no, entry.reference_date = "BY HAND", nowdate()
		return entry.insert().submit()
