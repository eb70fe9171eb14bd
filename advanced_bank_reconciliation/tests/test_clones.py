"""A copy of an invoice is what ERPNext would have posted, row by row."""

from __future__ import annotations

from functools import partial

import frappe

from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase
from advanced_bank_reconciliation.tests.clones import Stock
from advanced_bank_reconciliation.tests.table_changes import changes_of, differences

CUSTOMER = "Bulk Test Customer 0"


class TestClones(BulkTestCase):
	def test_a_copy_is_as_if_it_was_posted(self) -> None:
		factories.create_test_customer(CUSTOMER)
		factories.create_test_item()
		create = partial(factories.create_test_sales_invoice, CUSTOMER, 47.11)
		post = partial(create, set_posting_time=1, posting_time="12:00:00")
		expected = changes_of(post)
		stock = Stock()
		stock.take("kind", post, 1)
		frappe.db.rollback()
		copied = changes_of(partial(stock.take, "kind", post, 1))
		self.assertLessEqual({"tabSales Invoice", "tabGL Entry", "tabPayment Ledger Entry"}, copied.tables())
		# No part of it are the record of who submitted it, and the company's sales of the month.
		beside = ("tabVersion", "tabCompany")
		lines = differences(expected, copied)
		self.assertEqual([line for line in lines if not line.startswith(beside)], [])

	def test_each_has_a_name_of_its_own(self) -> None:
		names = [
			row["name"]
			for _time in range(2)
			for row in factories.take_sales_invoices(CUSTOMER, 47.11, count=3)
		]
		self.assertEqual(frappe.db.count("Sales Invoice", {"name": ("in", names), "docstatus": 1}), 6)
