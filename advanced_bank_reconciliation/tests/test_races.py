"""Two people at the same moment, each with a connection to the database of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

import frappe
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from frappe.model.document import Document
from frappe.utils import nowdate

from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.erpnext_adapter.guards import OutdatedPosting
from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase


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
	def setUp(self) -> None:
		with somebody_else():
			self.deposit, self.selection = factories.create_test_deposit(2)
		frappe.db.rollback()

	def look(self) -> None:
		"""Ask the database anything: from now on this connection sees what is there at this moment."""
		frappe.db.get_value("Sales Invoice", self.selection[0]["name"], "outstanding_amount")

	def test_a_payment_from_outdated_figures(self) -> None:
		"""A colleague's payment of an invoice that a run paid while it was being written."""
		self.look()
		with somebody_else():
			run = reconciliation.start_at_once(self.deposit.name, self.selection)["run"]
		with self.assertRaises(OutdatedPosting) as refused:
			self.pay_by_hand(self.selection[0]["name"])
		self.assertIn(run, str(refused.exception))

	def test_a_cancelled_payment_from_outdated_figures(self) -> None:
		with somebody_else():
			payment = self.pay_by_hand(self.selection[0]["name"], 10)
		frappe.db.rollback()
		payment = frappe.get_doc("Payment Entry", payment.name)
		rest = {**self.selection[0], "allocated_amount": 20}
		with somebody_else():
			reconciliation.start_at_once(self.deposit.name, [rest])
		with self.assertRaises(OutdatedPosting):
			payment.cancel()

	def test_a_payment_from_new_figures(self) -> None:
		"""Part of an invoice by a run, the rest by hand."""
		part = {**self.selection[0], "allocated_amount": 20}
		with somebody_else():
			reconciliation.start_at_once(self.deposit.name, [part])
		self.pay_by_hand(part["name"])
		self.assertEqual(frappe.db.get_value("Sales Invoice", part["name"], "outstanding_amount"), 0)

	def test_a_second_click_gets_the_run_of_the_first(self) -> None:
		self.look()
		with somebody_else():
			first = reconciliation.start_at_once(self.deposit.name, self.selection)
		second = reconciliation.start_at_once(self.deposit.name, self.selection)
		self.assertEqual((second["run"], second["status"]), (first["run"], "Completed"))

	def test_a_start_begins_again_where_somebody_paid_part_meanwhile(self) -> None:
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
		attempts = [deadlock, record_run, deadlock, record_run]
		with patch.object(reconciliation, "record_run", lambda *given: self.take(attempts)(*given)):
			for start in (reconciliation.start_at_once, reconciliation.start_in_background):
				self.assertTrue(start(self.deposit.name, self.selection)["run"])
				frappe.db.rollback()

	def test_no_start_again_where_the_callers_own_writing_is_lost(self) -> None:
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
