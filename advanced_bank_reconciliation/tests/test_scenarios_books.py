"""Accounts, dimensions, advances, requests, reminders, taxes, existing vouchers: compared in every table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import nowdate

from advanced_bank_reconciliation.tests import factories, special_invoices
from advanced_bank_reconciliation.tests.factories import create_test_purchase_invoice as purchase
from advanced_bank_reconciliation.tests.factories import create_test_sales_invoice as sale
from advanced_bank_reconciliation.tests.oracle import OracleTestCase

COMPANY, ABBREVIATION = factories.COMPANY, factories.ABBREVIATION


class TestAccountsAndDimensions(OracleTestCase):
	def test_a_customer_with_several_accounts(self) -> None:
		self.check(self.scenario(sale(), special_invoices.on_another_account(sale)))

	def test_an_opening_invoice(self) -> None:
		for create in (sale, purchase):
			with self.subTest(create.__name__):
				self.check(self.scenario(special_invoices.opening(create)))

	def test_cost_center_and_project(self) -> None:
		parent = frappe.db.get_value("Cost Center", {"company": COMPANY, "is_group": 1})
		values = {"cost_center_name": "Scenario", "company": COMPANY, "parent_cost_center": parent}
		center = frappe.get_doc({"doctype": "Cost Center", **values}).insert().name
		project = frappe.get_doc(
			{"doctype": "Project", "project_name": "Scenario", "company": COMPANY}
		).insert()
		line = {"item_code": factories.create_test_item(), "qty": 1, "rate": 100, "project": project.name}
		for create in (sale, purchase):
			with self.subTest(create.__name__):
				self.check(self.scenario(create(cost_center=center, project=project.name)))
				self.check(self.scenario(create(cost_center=center, items=[line]), allocated=60))


class TestBeforeThePayment(OracleTestCase):
	def test_an_invoice_that_has_an_advance(self) -> None:
		self.check(self.scenario(special_invoices.with_advance(sale)))

	def test_a_payment_request(self) -> None:
		self.check(self.scenario(special_invoices.requested(sale)))

	def test_a_dunning_is_resolved(self) -> None:
		changes = self.check(self.scenario(special_invoices.dunned()))
		self.assertEqual([row["status"] for row in changes.rows("tabDunning")], ["Resolved"])

	def test_an_invoice_with_tax_withheld(self) -> None:
		invoice = special_invoices.with_tax_withheld()
		self.assertEqual(invoice.outstanding_amount, 90)
		self.check(self.scenario(invoice))


class TestReferencesAndVouchers(OracleTestCase):
	def test_a_reference_of_140_characters(self) -> None:
		self.check(self.scenario(sale(), reference_number="R" * 140))

	def test_a_payment_that_was_there_before(self) -> None:
		advance, invoice = factories.create_test_advance(60), sale()
		voucher = {"payment_doctype": advance.doctype, "payment_name": advance.name, "amount": 60.0}
		self.check(replace(self.scenario(invoice, amount=160), vouchers=[voucher]))

	def test_a_journal_that_was_there_before(self) -> None:
		journal, invoice = self.journal(25), sale()
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
