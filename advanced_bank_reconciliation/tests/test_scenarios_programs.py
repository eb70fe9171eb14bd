"""Loyalty programs, subscriptions, internal customers, separate advance accounts: compared in every table."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import add_days, nowdate

from advanced_bank_reconciliation.tests import factories, scenes
from advanced_bank_reconciliation.tests.advance_accounts import use_separate_advance_accounts
from advanced_bank_reconciliation.tests.oracle import OracleTestCase

COMPANY = factories.COMPANY


class TestPrograms(OracleTestCase):
	def test_an_invoice_that_loyalty_points_pay_in_part(self) -> None:
		account = frappe.get_cached_value("Company", COMPANY, "default_expense_account")
		center = frappe.get_cached_value("Company", COMPANY, "cost_center")
		values: dict[str, Any] = {
			"loyalty_program_name": "Bulk Test Points",
			"company": COMPANY,
			"cost_center": center,
		}
		values |= {"loyalty_program_type": "Single Tier Program", "from_date": add_days(nowdate(), -30)}
		values |= {"expense_account": account, "conversion_factor": 1, "expiry_duration": 100}
		values["collection_rules"] = [{"tier_name": "All", "collection_factor": 10, "min_spent": 0}]
		program = frappe.get_doc({"doctype": "Loyalty Program", **values}).insert().name
		customer = factories.create_test_customer("Bulk Test Loyal Customer")
		frappe.db.set_value("Customer", customer, "loyalty_program", program)
		factories.create_test_sales_invoice(customer, 300, loyalty_program=program)
		invoice = factories.create_test_sales_invoice(
			customer, loyalty_program=program, redeem_loyalty_points=1, loyalty_points=20
		)
		self.assertEqual(invoice.outstanding_amount, 80)
		self.check(self.scenario(invoice))

	def test_an_invoice_of_a_subscription(self) -> None:
		plan: dict[str, Any] = {
			"plan_name": "Bulk Test Plan",
			"item": factories.create_test_item(),
			"currency": "USD",
		}
		plan |= {"price_determination": "Fixed Rate", "cost": 100, "billing_interval": "Month"}
		frappe.get_doc({"doctype": "Subscription Plan", "billing_interval_count": 1, **plan}).insert()
		customer = factories.create_test_customer("Bulk Test Subscriber")
		values: dict[str, Any] = {
			"party_type": "Customer",
			"party": customer,
			"company": COMPANY,
			"submit_invoice": 1,
		}
		values |= {"start_date": nowdate(), "plans": [{"plan": "Bulk Test Plan", "qty": 1}]}
		values["generate_invoice_at"] = "Beginning of the current subscription period"
		subscription = frappe.get_doc({"doctype": "Subscription", **values}).insert()
		subscription.process()
		invoice = frappe.get_last_doc("Sales Invoice", {"subscription": subscription.name})
		self.check(self.scenario(invoice))

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
