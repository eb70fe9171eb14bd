"""Loyalty programs, subscriptions, internal customers, separate advance accounts: compared in every table."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import add_days, nowdate

from advanced_bank_reconciliation.tests import factories, scenes, special_invoices
from advanced_bank_reconciliation.tests.advance_accounts import use_separate_advance_accounts
from advanced_bank_reconciliation.tests.oracle import OracleTestCase

COMPANY = factories.COMPANY


class TestPrograms(OracleTestCase):
	def test_an_invoice_that_loyalty_points_pay_in_part(self) -> None:
		invoice = special_invoices.paid_by_loyalty_points()
		self.assertEqual(invoice.outstanding_amount, 80)
		self.check(self.scenario(invoice))

	def test_an_invoice_of_a_subscription(self) -> None:
		self.check(self.scenario(special_invoices.subscribed()))

	def test_an_internal_customer(self) -> None:
		"""A company of the same group buys: each has the payment in its own books."""
		customer = factories.create_test_customer("Bulk Test Internal Customer")
		values: dict[str, Any] = {
			"is_internal_customer": 1,
			"represents_company": scenes.make_other_company(),
		}
		frappe.get_doc("Customer", customer).update({**values, "companies": [{"company": COMPANY}]}).save()
		self.check(self.scenario(factories.create_test_sales_invoice(customer)))

	def test_a_company_that_books_advances_in_an_account_of_their_own(self) -> None:
		use_separate_advance_accounts(self)
		day = add_days(nowdate(), -3)
		self.check(self.scenario(self.old(factories.create_test_sales_invoice), date=day))
		self.check(self.scenario(self.old(factories.create_test_purchase_invoice), allocated=40, date=day))

	def old(self, create: Any) -> Document:
		return create(posting_date=add_days(nowdate(), -10), set_posting_time=1)
