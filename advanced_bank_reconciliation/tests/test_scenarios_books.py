"""Accounts, dimensions, advances, requests, reminders, taxes, existing vouchers: compared in every table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import frappe
from erpnext.accounts.doctype.payment_request.payment_request import make_payment_request
from erpnext.accounts.doctype.sales_invoice.sales_invoice import create_dunning
from frappe.model.document import Document
from frappe.utils import add_days, get_year_ending, get_year_start, nowdate

from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.oracle import OracleTestCase

COMPANY, ABBREVIATION = factories.COMPANY, factories.ABBREVIATION


class TestAccountsAndDimensions(OracleTestCase):
	def test_a_customer_with_several_accounts(self) -> None:
		account = self.make_account("Debtors Two", "Receivable", "Accounts Receivable")
		invoices = [
			factories.create_test_sales_invoice(),
			factories.create_test_sales_invoice(debit_to=account),
		]
		self.check(self.scenario(*invoices))

	def test_an_opening_invoice(self) -> None:
		account = frappe.db.get_value("Account", {"company": COMPANY, "account_type": "Temporary"})
		item = {"item_name": "Opening", "description": "x", "uom": "Nos", "qty": 1, "rate": 100}
		for create, field in (
			(factories.create_test_sales_invoice, "income_account"),
			(factories.create_test_purchase_invoice, "expense_account"),
		):
			with self.subTest(field):
				line = {**item, field: account}
				self.check(self.scenario(create(is_opening="Yes", items=[line])))

	def test_cost_center_and_project(self) -> None:
		parent = frappe.db.get_value("Cost Center", {"company": COMPANY, "is_group": 1})
		values = {"cost_center_name": "Scenario", "company": COMPANY, "parent_cost_center": parent}
		center = frappe.get_doc({"doctype": "Cost Center", **values}).insert().name
		project = frappe.get_doc(
			{"doctype": "Project", "project_name": "Scenario", "company": COMPANY}
		).insert()
		line = {"item_code": factories.create_test_item(), "qty": 1, "rate": 100, "project": project.name}
		for create in (factories.create_test_sales_invoice, factories.create_test_purchase_invoice):
			with self.subTest(create.__name__):
				self.check(self.scenario(create(cost_center=center, project=project.name)))
				self.check(self.scenario(create(cost_center=center, items=[line]), allocated=60))

	def make_account(self, name: str, account_type: str, parent: str) -> str:
		parent = frappe.db.get_value("Account", {"company": COMPANY, "account_name": parent})
		values = {"account_name": name, "account_type": account_type, "parent_account": parent}
		return frappe.get_doc({"doctype": "Account", "company": COMPANY, **values}).insert().name


class TestBeforeThePayment(OracleTestCase):
	def test_an_invoice_that_has_an_advance(self) -> None:
		customer = "Customer With One Advance"
		advance = factories.create_test_advance(40, customer)
		invoice = factories.create_test_sales_invoice(customer, submit=False)
		invoice.allocate_advances_automatically = 1
		invoice.set_advances()
		invoice.save().submit()
		self.assertEqual(invoice.outstanding_amount, 60)
		self.check(self.scenario(invoice))
		self.assertEqual(advance.docstatus, 1)

	def test_a_payment_request(self) -> None:
		for allocated in (0, 40):
			with self.subTest(allocated):
				invoice = factories.create_test_sales_invoice()
				self.request(invoice)
				self.check(self.scenario(invoice, allocated=allocated))

	def request(self, invoice: Document) -> None:
		values = {"recipient_id": "x@example.com", "mute_email": 1, "submit_doc": 1}
		make_payment_request(dt=invoice.doctype, dn=invoice.name, **values)

	def test_a_dunning_is_resolved(self) -> None:
		day = add_days(nowdate(), -20)
		invoice = factories.create_test_sales_invoice(posting_date=day, due_date=day, set_posting_time=1)
		dunning = create_dunning(invoice.name)
		dunning.income_account = frappe.get_cached_value("Company", COMPANY, "default_income_account")
		dunning.insert().submit()
		changes = self.check(self.scenario(invoice))
		self.assertEqual([row["status"] for row in changes.rows("tabDunning")], ["Resolved"])

	def test_an_invoice_with_tax_withheld(self) -> None:
		category = self.make_withholding_category(10)
		supplier = factories.create_test_supplier("Supplier With Tax Withheld")
		frappe.db.set_value("Supplier", supplier, "tax_withholding_category", category)
		invoice = factories.create_test_purchase_invoice(
			supplier, apply_tds=1, tax_withholding_category=category
		)
		self.assertEqual(invoice.outstanding_amount, 90)
		self.check(self.scenario(invoice))

	def make_withholding_category(self, rate: float) -> str:
		"""`rate` percent of every bill; version 16 withholds no row that was typed into an invoice."""
		year = {"from_date": get_year_start(nowdate()), "to_date": get_year_ending(nowdate())}
		document = {"doctype": "Tax Withholding Category", "name": "Scenario", "category_name": "Scenario"}
		rates = [{"tax_withholding_rate": rate, "single_threshold": 1, **year}]
		accounts = [{"company": COMPANY, "account": self.tax_account()}]
		return frappe.get_doc({**document, "rates": rates, "accounts": accounts}).insert().name

	def tax_account(self) -> str:
		parent = frappe.db.get_value("Account", {"company": COMPANY, "account_name": "Duties and Taxes"})
		values = {"account_name": "Withheld", "account_type": "Tax", "parent_account": parent}
		return frappe.get_doc({"doctype": "Account", "company": COMPANY, **values}).insert().name


class TestReferencesAndVouchers(OracleTestCase):
	def test_a_reference_of_140_characters(self) -> None:
		self.check(self.scenario(factories.create_test_sales_invoice(), reference_number="R" * 140))

	def test_a_payment_that_was_there_before(self) -> None:
		advance, invoice = factories.create_test_advance(60), factories.create_test_sales_invoice()
		voucher = {"payment_doctype": advance.doctype, "payment_name": advance.name, "amount": 60.0}
		self.check(replace(self.scenario(invoice, amount=160), vouchers=[voucher]))

	def test_a_journal_that_was_there_before(self) -> None:
		journal, invoice = self.journal(25), factories.create_test_sales_invoice()
		voucher = {"payment_doctype": "Journal Entry", "payment_name": journal.name, "amount": 25.0}
		self.check(replace(self.scenario(invoice, amount=125), vouchers=[voucher]))

	def journal(self, amount: float, **values: Any) -> Document:
		income = frappe.get_cached_value("Company", COMPANY, "default_income_account")
		center = frappe.get_cached_value("Company", COMPANY, "cost_center")
		accounts = [
			{"account": f"Bulk Test Bank USD - {ABBREVIATION}", "debit_in_account_currency": amount},
			{"account": income, "credit_in_account_currency": amount, "cost_center": center},
		]
		values = {"posting_date": nowdate(), "cheque_no": "J", "cheque_date": nowdate(), **values}
		document = {"doctype": "Journal Entry", "voucher_type": "Bank Entry", "company": COMPANY, **values}
		return frappe.get_doc({**document, "accounts": accounts}).insert().submit()
