"""Two people at the same moment, each with a connection to the database of their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

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

	def pay_by_hand(self, invoice: str, amount: float | None = None) -> Document:
		account = f"Bulk Test Bank USD - {factories.ABBREVIATION}"
		entry = get_payment_entry("Sales Invoice", invoice, bank_account=account, party_amount=amount)
		entry.reference_no, entry.reference_date = "BY HAND", nowdate()
		return entry.insert().submit()
