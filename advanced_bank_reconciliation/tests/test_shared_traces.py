"""What people see of a payment that several invoices share: each invoice with its own, and one payment."""

from __future__ import annotations

from decimal import Decimal

import frappe
from frappe.desk.query_report import run as run_report
from frappe.utils.print_utils import get_print

from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.erpnext_adapter.runs.run_view import describe_run
from advanced_bank_reconciliation.erpnext_adapter.runs.statement import statement_of
from advanced_bank_reconciliation.erpnext_adapter.traces import connections, timeline
from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase
from advanced_bank_reconciliation.tests.factories import open_sales_invoice as sale

RUN, ITEM = "Bulk Reconciliation Run", "Bulk Reconciliation Item"
BOTH, ALONE = "Bulk Test Customer 0", "Bulk Test Customer 1"


class TestSharedTraces(BulkTestCase):
	def setUp(self) -> None:
		selection = factories.selection_of([sale(BOTH, 10), sale(ALONE, 5), sale(BOTH, 20)])
		self.deposit = factories.create_test_bank_transaction(35)
		started = reconciliation.start_at_once(self.deposit.name, selection, grouping="Party")
		self.run_name = started["run"]
		columns = ["reference_name", "party", "voucher", "state", "allocated_amount"]
		self.items = frappe.get_all(ITEM, {"run": self.run_name}, columns, order_by="position")

	def payment_of(self, party: str) -> str:
		(payment,) = {item.voucher for item in self.items if item.party == party}
		return payment

	def test_each_item_says_its_invoice_amount_payment_and_state(self) -> None:
		found = [(item.party, item.allocated_amount, item.voucher, item.state) for item in self.items]
		both, alone = self.payment_of(BOTH), self.payment_of(ALONE)
		expected = [(BOTH, 10, both, "Posted"), (BOTH, 20, both, "Posted"), (ALONE, 5, alone, "Posted")]
		self.assertEqual(found, expected)
		self.deposit.reload()
		rows = {row.payment_entry: row.allocated_amount for row in self.deposit.payment_entries}
		self.assertEqual(rows, {both: 30, alone: 5})

	def test_statement_and_reports_count_invoices(self) -> None:
		html = get_print(RUN, self.run_name)
		for item in self.items:
			self.assertIn(item.reference_name, html)
		said = statement_of(frappe.get_doc(RUN, self.run_name))
		self.assertEqual((said.count, said.total, said.in_effect), (3, Decimal(35), Decimal(35)))
		(register,) = run_report("Bulk Reconciliation Register", {"bank_transaction": self.deposit.name})[
			"result"
		]
		found = [register[column] for column in ("total_items", "in_effect", "total_amount")]
		self.assertEqual(found, [3, 3, 35])

	def test_timeline_and_connections_of_each(self) -> None:
		documents = [("Sales Invoice", item.reference_name) for item in self.items]
		for doctype, name in [*documents, ("Payment Entry", self.payment_of(BOTH))]:
			with self.subTest(name):
				said = timeline.entries(doctype, name)
				self.assertIn(f"{self.run_name}</a> was completed", said[1]["content"])
				found = connections.get_open_count(doctype, name, [RUN])["count"]["internal_links_found"]
				self.assertEqual([one["names"] for one in found if one["doctype"] == RUN], [[self.run_name]])

	def test_a_shared_payment_that_is_taken_away_is_one_payment(self) -> None:
		"""Told once, and by each of its invoices; the undo takes back the other."""
		frappe.get_doc("Payment Entry", self.payment_of(BOTH)).cancel()
		facts = describe_run(self.run_name)
		self.assertEqual([one["name"] for one in facts["taken_away"]], [self.payment_of(BOTH)])
		self.assertIn("1 of its payments", facts["message"])
		said = statement_of(frappe.get_doc(RUN, self.run_name))
		gone = [row.reference_name for party in said.parties for row in party["rows"] if row.taken_away]
		self.assertEqual(gone, [item.reference_name for item in self.items if item.party == BOTH])
		self.assertEqual(said.in_effect, Decimal(5))
