"""What of a completed run was taken away by hand: its record says so when it is asked, from the tables."""

from __future__ import annotations

from collections.abc import Sequence
from unittest.mock import patch

import frappe
from frappe.desk.query_report import run as run_report
from frappe.utils.print_utils import get_print

from advanced_bank_reconciliation.custom_fields import RUN_MARK
from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.erpnext_adapter.document_events.unmatching import unmatch_all
from advanced_bank_reconciliation.erpnext_adapter.runs.run_view import describe_run
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import ITEM_DOCTYPE
from advanced_bank_reconciliation.erpnext_adapter.runs.taken_away import find_taken_away
from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase


class TestTakenAway(BulkTestCase):
	def setUp(self) -> None:
		self.deposit, self.selection = factories.create_test_deposit(3, beside=60)
		advance = factories.create_test_advance(60)
		voucher = {"payment_doctype": advance.doctype, "payment_name": advance.name, "amount": 60}
		self.advance = advance.name
		self.run_name = reconciliation.start_at_once(self.deposit.name, self.selection, [voucher])["run"]
		filters = {"bulk_reconciliation_run": self.run_name}
		self.payments = frappe.get_all("Payment Entry", filters, pluck="name", order_by="name")

	def taken_away(self) -> dict[str, str]:
		"""By name of the payment, the reason. The state stays what it was; the sentence is another one."""
		facts = describe_run(self.run_name)
		self.assertEqual(facts["status"], "Completed")
		found = {one["name"]: one["reason"] for one in facts["taken_away"]}
		self.assertEqual("taken away since" in facts["message"], bool(found))
		for name in found:
			self.assertIn(name, facts["message"])
		return found

	def take_off(self, payment: str) -> None:
		self.deposit.reload()
		row = next(row for row in self.deposit.payment_entries if row.payment_entry == payment)
		self.deposit.remove_payment_entry(row)
		self.deposit.save()

	def test_nothing(self) -> None:
		self.assertEqual(self.taken_away(), {})

	def test_what_stands_does_not_leave_the_database(self) -> None:
		"""A page of the register has 10,000 payments."""
		self.assertEqual(self.read_rows(), 0)
		frappe.get_doc("Payment Entry", self.payments[0]).cancel()
		self.take_off(self.advance)
		self.assertEqual(self.read_rows(), 2)

	def read_rows(self) -> int:
		"""How many rows are read to tell what was taken away."""
		answers: list[Sequence] = []
		ask = frappe.db.sql

		def remember(*words: object, **named: object) -> Sequence:
			answers.append(ask(*words, **named))
			return answers[-1]

		with patch.object(frappe.db, "sql", remember):
			find_taken_away([self.run_name])
		return sum(map(len, answers))

	def test_less_than_a_cent_is_no_difference(self) -> None:
		"""What a column stores beyond the decimals of its currency."""
		frappe.db.set_value(
			ITEM_DOCTYPE, {"run": self.run_name, "position": 0}, "allocated_amount", 50.000000001
		)
		self.assertEqual(self.taken_away(), {})

	def test_each_way_to_take_a_payment_away(self) -> None:
		"""A payment is cancelled, another one unreconciled, a voucher that was matched along is taken off. A
		payment of the run itself never comes off alone (see `half_unmatching`).
		"""
		cancelled, unreconciled = self.payments[:2]
		invoice = frappe.db.get_value("Payment Entry Reference", {"parent": unreconciled}, "reference_name")
		frappe.get_doc("Payment Entry", cancelled).cancel()
		self.unreconcile(unreconciled)
		self.take_off(self.advance)
		self.assertEqual(
			self.taken_away(),
			{
				cancelled: "cancelled by Administrator",
				unreconciled: f"does not pay {invoice} any more",
				self.advance: f"taken off Bank Transaction {self.deposit.name}",
			},
		)

	def test_a_number_that_is_another_payments_by_now(self) -> None:
		"""It pays the same and is matched, but it has not the run's mark: the run's own was deleted."""
		gone = self.payments[0]
		frappe.db.set_value("Payment Entry", gone, RUN_MARK, None)
		self.assertEqual(self.taken_away(), {gone: "deleted"})

	def test_the_register_and_the_statement_say_so_too(self) -> None:
		paid, gone = self.payments[1:], self.payments[0]
		frappe.get_doc("Payment Entry", gone).cancel()
		self.take_off(self.advance)
		(row,) = run_report("Bulk Reconciliation Register", {"bank_transaction": self.deposit.name})["result"]
		self.assertEqual((row["state"], row["taken_away"]), ("Completed", 2))
		statement = frappe.get_doc("Bulk Reconciliation Run", self.run_name).statement()
		for said in (row["reason"], statement.verdict):
			self.assertIn(f"2 of its payments were taken away since: {gone} (cancelled by", said)
		amounts = frappe.get_all("Payment Entry", {"name": ("in", paid)}, pluck="received_amount")
		self.assertEqual(float(statement.in_effect), sum(amounts))
		self.assertIn("cancelled by Administrator", get_print("Bulk Reconciliation Run", self.run_name))

	def unreconcile(self, payment: str) -> None:
		"""ERPNext's own button on a Payment Entry."""
		values = {"company": factories.COMPANY, "voucher_type": "Payment Entry", "voucher_no": payment}
		document = frappe.get_doc({"doctype": "Unreconcile Payment", **values})
		document.add_references()
		document.insert().submit()

	def test_a_payment_that_was_deleted_and_its_number_given_to_another(self) -> None:
		payment = self.payments[-1]
		frappe.get_doc("Payment Entry", payment).cancel()
		frappe.delete_doc("Payment Entry", payment, force=True)
		self.assertEqual(factories.create_test_advance(50).name, payment)
		self.assertEqual(self.taken_away(), {payment: "deleted"})

	def test_the_bank_transaction_was_cancelled_and_then_deleted(self) -> None:
		everything = {*self.payments, self.advance}
		self.deposit.reload().cancel()
		said = f"Bank Transaction {self.deposit.name} was cancelled"
		self.assertEqual(self.taken_away(), dict.fromkeys(everything, said))
		frappe.delete_doc("Bank Transaction", self.deposit.name)
		said = f"Bank Transaction {self.deposit.name} was deleted"
		self.assertEqual(self.taken_away(), dict.fromkeys(everything, said))

	def test_everything_was_unmatched(self) -> None:
		self.assertEqual(unmatch_all(self.deposit.name), 4)
		self.assertEqual(set(self.taken_away()), {*self.payments, self.advance})
