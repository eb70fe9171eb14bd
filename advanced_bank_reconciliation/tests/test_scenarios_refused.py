"""What ERPNext would not take is refused before anything is written, with the reason and what to do."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import add_days, nowdate

from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.tests import factories, scenes
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase


class TestRefused(BulkTestCase):
	def refused(self, invoice: Document, *words: str, **values: Any) -> None:
		sign = 1 if invoice.doctype == "Sales Invoice" else -1
		line = factories.create_test_bank_transaction(sign * invoice.outstanding_amount, **values)
		said = self.refusal_of(line.name, factories.selection_of([invoice]))
		for word in words:
			self.assertIn(word, said)

	def test_a_closed_accounting_period(self) -> None:
		scenes.close_period(factories.COMPANY)
		self.refused(factories.create_test_sales_invoice(), "Accounting Period", "another day")

	def test_frozen_books(self) -> None:
		invoice = factories.create_test_sales_invoice()
		scenes.freeze_books(factories.COMPANY)
		self.refused(invoice, "not authorized", "another day")

	def test_a_day_before_the_books_were_closed(self) -> None:
		invoice = factories.create_test_sales_invoice()
		day = add_days(nowdate(), -40)
		values = {"company": factories.COMPANY, "period_end_date": add_days(nowdate(), -30), "docstatus": 1}
		frappe.get_doc({"doctype": "Period Closing Voucher", "name": "closed", **values}).db_insert()
		self.refused(invoice, "Books have been closed", "another day", date=day)

	def test_a_supplier_whose_payments_are_on_hold(self) -> None:
		for values, is_blocked in (
			({"hold_type": "All"}, True),
			({"hold_type": "Payments", "release_date": add_days(nowdate(), 1)}, True),
			({"hold_type": "Payments", "release_date": add_days(nowdate(), -1)}, False),
			({"hold_type": "Invoices"}, False),
		):
			with self.subTest(values):
				invoice = factories.create_test_purchase_invoice("Bulk Test Blocked Supplier")
				supplier = {"on_hold": 1, "release_date": None, **values}
				frappe.db.set_value("Supplier", invoice.supplier, supplier)
				if is_blocked:
					self.refused(invoice, invoice.supplier, "Release the supplier")
				else:
					self.pay(invoice)
				frappe.db.set_value("Supplier", invoice.supplier, "on_hold", 0)

	def test_an_invoice_on_hold(self) -> None:
		invoice = factories.create_test_purchase_invoice()
		invoice.db_set("on_hold", 1)
		self.refused(invoice, "Release it")

	def test_an_invoice_that_runs_the_other_way(self) -> None:
		invoice = factories.create_test_purchase_invoice()
		line = factories.create_test_bank_transaction(100)
		self.assertIn("direction", self.refusal_of(line.name, factories.selection_of([invoice])))

	def pay(self, invoice: Document) -> None:
		line = factories.create_test_bank_transaction(-invoice.outstanding_amount)
		reconciliation.start_at_once(line.name, factories.selection_of([invoice]))
		self.assertEqual(invoice.reload().outstanding_amount, 0)
