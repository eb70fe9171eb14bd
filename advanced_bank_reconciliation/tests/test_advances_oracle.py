"""Advances of a run, compared with ERPNext's ordinary way in every table."""

from __future__ import annotations

from dataclasses import replace

import frappe

from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.tests import currencies, factories, scenes
from advanced_bank_reconciliation.tests.advance_accounts import use_separate_advance_accounts
from advanced_bank_reconciliation.tests.advance_test_case import (
	SUPPLIER,
	AdvanceTestCase,
	advance_of,
)
from advanced_bank_reconciliation.tests.oracle import Scenario
from advanced_bank_reconciliation.tests.pattern_test_case import PatternTestCase


class TestAgainstTheOrdinaryWay(AdvanceTestCase):
	def test_a_deposit_that_is_more(self) -> None:
		"""112.50 for an invoice of 100.00."""
		scenario = self.scenario(factories.open_sales_invoice(), amount=112.5)
		changes = self.compare(scenario, advance_of(), 12.5)
		self.judge(changes, f"Debtors - {factories.ABBREVIATION}", 12.5)

	def test_a_withdrawal_that_is_more(self) -> None:
		scenario = self.scenario(factories.create_test_purchase_invoice(rate=80), amount=-90.01)
		changes = self.compare(scenario, advance_of(SUPPLIER, amount="10.01"), 10.01)
		self.judge(changes, f"Creditors - {factories.ABBREVIATION}", 10.01, SUPPLIER)

	def test_an_account_for_advances_alone(self) -> None:
		"""ERPNext moves it there when the draft is saved."""
		use_separate_advance_accounts(self)
		scenario = self.scenario(factories.open_sales_invoice(), amount=112.5)
		account = frappe.get_cached_value("Company", factories.COMPANY, "default_advance_received_account")
		self.judge(self.compare(scenario, advance_of(), 12.5), account, 12.5)
		scenario = self.scenario(factories.create_test_purchase_invoice(), amount=-112.5)
		account = frappe.get_cached_value("Company", factories.COMPANY, "default_advance_paid_account")
		self.judge(self.compare(scenario, advance_of(SUPPLIER), 12.5), account, 12.5, SUPPLIER)

	def test_beside_a_fee_and_a_voucher(self) -> None:
		"""100.00 - 2.50 + 60.00 + 12.50 = 170.00."""
		fee = factories.deduction("Marketing Expenses", "2.50")
		entry = factories.create_test_advance(60)
		invoice = factories.open_sales_invoice()
		scenario = self.scenario(invoice, amount=170).with_deductions(fee, typed={invoice.name: [fee]})
		voucher = {"payment_doctype": entry.doctype, "payment_name": entry.name, "amount": 60.0}
		self.compare(replace(scenario, vouchers=[voucher]), advance_of(amount="12.50"), 12.5)

	def test_a_cost_center_a_project_a_mode_of_payment_and_a_description(self) -> None:
		values = {"project_name": "Bulk Test Advance", "company": factories.COMPANY}
		project = frappe.get_doc({"doctype": "Project", **values}).insert().name
		chosen = {"cost_center": scenes.make_cost_center("Advances"), "project": project}
		chosen["mode_of_payment"] = "Wire Transfer"
		scenario = self.scenario(factories.open_sales_invoice(), amount=112.5)
		typed = {**chosen, "custom_remarks": 1, "remarks": "Paid twice"}
		self.compare(scenario, advance_of(**chosen, description="Paid twice"), 12.5, typed)

	def test_of_another_customer_than_the_invoices(self) -> None:
		party = factories.create_test_customer("Bulk Test Customer 7")
		scenario = self.scenario(factories.open_sales_invoice(), amount=112.5)
		self.compare(scenario, advance_of(party), 12.5)


class TestCurrencies(AdvanceTestCase):
	"""At the rate of the deposit's date, as the invoices."""

	def setUp(self) -> None:
		currencies.without_rates()
		currencies.set_gain_and_loss_account()

	def tearDown(self) -> None:
		super().tearDown()
		frappe.clear_document_cache("Currency Exchange Settings", "Currency Exchange Settings")

	def in_euros(self) -> tuple[str, str]:
		"""A customer who owes in euros, and the account."""
		account = currencies.party_account("Receivable")
		customer = factories.create_test_customer("Bulk Test Customer Euro Advance")
		document = frappe.get_doc("Customer", customer)
		document.set("accounts", [{"company": factories.COMPANY, "account": account}])
		document.update({"default_currency": "EUR"}).save()
		return customer, account

	def test_dollars_of_a_customer_who_owes_euros(self) -> None:
		"""12.50 dollars are 11.36 euros at 1.1, which are 12.50 dollars again."""
		customer, account = self.in_euros()
		currencies.set_rate("EUR", 1.1)
		scenario = self.scenario(factories.open_sales_invoice(), amount=112.5)
		typed = {"paid_amount": 11.36, "source_exchange_rate": 1.1, "target_exchange_rate": 1}
		changes = self.compare(scenario, advance_of(customer), 12.5, typed)
		self.judge(changes, account, 11.36, customer)

	def test_a_cent_of_rounding_is_exchange(self) -> None:
		"""12.53 dollars are 8.95 euros at 1.4, which are 12.53; 12.55 are 8.96, which are 12.54."""
		customer, account = self.in_euros()
		currencies.set_rate("EUR", 1.4)
		scenario = self.scenario(factories.open_sales_invoice(), amount=112.55)
		typed = {"paid_amount": 8.96, "source_exchange_rate": 1.4, "target_exchange_rate": 1}
		changes = self.compare(scenario, advance_of(customer), 12.55, typed)
		self.judge(changes, account, 8.96, customer)

	def test_euros_on_a_bank_account_in_euros(self) -> None:
		"""The same amount on both sides, at an entered rate."""
		customer, account = self.in_euros()
		invoice = currencies.create_invoice_in("EUR", conversion_rate=1.2)
		transaction = currencies.create_transaction_in("EUR", 112.5)
		scenario = Scenario(
			transaction,
			factories.selection_of([invoice]),
			exchange_rates={"EUR": "1.2"},
			prepare=lambda entry, row: entry.update(
				{"source_exchange_rate": 1.2, "target_exchange_rate": 1.2}
			),
		)
		typed = {"source_exchange_rate": 1.2, "target_exchange_rate": 1.2}
		self.judge(self.compare(scenario, advance_of(customer), 12.5, typed), account, 12.5, customer)

	def test_what_erpnext_would_not_leave_to_the_cent(self) -> None:
		"""50 yen are 0.34 dollars at 0.0067, which are 50.75 yen: that is what ERPNext would leave."""
		invoice = currencies.create_invoice_in("JPY", conversion_rate=0.0067)
		transaction = currencies.create_transaction_in("JPY", 150)
		with self.assertRaises(reconciliation.SelectionRefusedError) as refused:
			reconciliation.start_at_once(
				transaction.name,
				factories.selection_of([invoice]),
				exchange_rates={"JPY": "0.0067"},
				advance=advance_of(invoice.customer, account=invoice.debit_to),
			)
		self.assertIn("ERPNext would leave 50.75", str(refused.exception))

	def test_without_a_rate(self) -> None:
		customer, _account = self.in_euros()
		scenario = self.scenario(factories.open_sales_invoice(), amount=112.5)
		with self.assertRaises(reconciliation.SelectionRefusedError) as refused:
			reconciliation.start_at_once(
				scenario.bank_transaction.name, scenario.selection, advance=advance_of(customer)
			)
		self.assertIn("There is no exchange rate from EUR to USD", str(refused.exception))


class TestByPattern(PatternTestCase):
	def test_beside_payments_that_are_written_by_pattern(self) -> None:
		"""ERPNext posts it itself, after them."""
		invoices = [factories.open_sales_invoice(f"Bulk Test Customer {party}") for party in range(4)]
		scenario = replace(self.scenario(*invoices, amount=412.5), advance=advance_of())
		self.compare(scenario, ["first of its kind", "compared with its kind", "advance"])
