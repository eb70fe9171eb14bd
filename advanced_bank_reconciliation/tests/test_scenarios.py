"""Scenarios that an accountant meets, each compared with ERPNext's ordinary way in every table."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import add_days, nowdate

from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.oracle import OracleTestCase


class TestPlainInvoices(OracleTestCase):
	def test_sales_invoice(self) -> None:
		self.check(self.scenario(factories.open_sales_invoice()))

	def test_part_of_a_sales_invoice(self) -> None:
		self.check(self.scenario(factories.open_sales_invoice(), allocated=33.33))

	def test_purchase_invoice(self) -> None:
		self.check(self.scenario(factories.create_test_purchase_invoice(bill_no="B-1", bill_date=nowdate())))

	def test_part_of_a_purchase_invoice(self) -> None:
		self.check(self.scenario(factories.create_test_purchase_invoice(), allocated=33.33))

	def test_several_customers_of_which_one_is_paid_in_part(self) -> None:
		invoices = [
			factories.open_sales_invoice(f"Bulk Test Customer {number}", 10.1 + number) for number in range(3)
		]
		self.check(self.scenario(*invoices, allocated=10.1))

	def test_a_deposit_of_another_day_that_is_more(self) -> None:
		day = add_days(nowdate(), -2)
		invoice = factories.open_sales_invoice(posting_date=day, set_posting_time=1)
		self.check(self.scenario(invoice, amount=500, date=day))

	def test_sales_and_purchases_on_one_deposit(self) -> None:
		"""A customer pays, and a supplier pays back."""
		sale = factories.open_sales_invoice(rate=300)
		purchase = factories.create_test_purchase_invoice()
		note = factories.create_test_purchase_invoice(
			rate=-100, return_against=purchase.name, update_outstanding_for_self=1
		)
		self.check(self.scenario(sale, note))


class TestWhatInvoicesCarry(OracleTestCase):
	def test_mode_of_payment_contact_and_letter_head(self) -> None:
		supplier = factories.create_test_supplier()
		for name in ("Default", "Oracle"):
			values = {"letter_head_name": name, "content": name, "is_default": name == "Default"}
			frappe.get_doc({"doctype": "Letter Head", **values}).insert()
		mode = frappe.get_doc("Mode of Payment", "Wire Transfer")
		account = f"Bulk Test Bank USD - {factories.ABBREVIATION}"
		mode.append("accounts", {"company": factories.COMPANY, "default_account": account})
		mode.save()
		contacts = [self.make_contact(supplier, name) for name in ("Ada", "Bea")]
		invoice = factories.create_test_purchase_invoice(
			mode_of_payment="Wire Transfer", contact_person=contacts[1], letter_head="Oracle"
		)
		self.check(self.scenario(invoice))

	def test_the_partys_bank_account(self) -> None:
		for party_type, create in (
			("Customer", factories.open_sales_invoice),
			("Supplier", factories.create_test_purchase_invoice),
		):
			with self.subTest(party_type):
				invoice = create()
				self.make_party_bank_account(party_type, invoice.get(party_type.lower()))
				self.check(self.scenario(invoice))

	def make_contact(self, supplier: str, name: str) -> str:
		values = {"first_name": name, "email_ids": [{"email_id": f"{name}@example.com", "is_primary": 1}]}
		links = [{"link_doctype": "Supplier", "link_name": supplier}]
		return frappe.get_doc({"doctype": "Contact", "links": links, **values}).insert().name

	def make_party_bank_account(self, party_type: str, party: str) -> None:
		values = {"account_name": f"Of {party}", "bank": "Bulk Test Bank", "is_default": 1}
		frappe.get_doc(
			{"doctype": "Bank Account", "party_type": party_type, "party": party, **values}
		).insert()


class TestTerms(OracleTestCase):
	def invoice(self, create: Any = factories.open_sales_invoice) -> Document:
		return create(payment_terms_template=factories.create_test_terms())

	def test_all_terms(self) -> None:
		self.check(self.scenario(self.invoice()))

	def test_all_terms_of_a_purchase_invoice(self) -> None:
		self.check(self.scenario(self.invoice(factories.create_test_purchase_invoice)))

	def test_part_of_the_first_term(self) -> None:
		self.check(self.scenario(self.invoice(), allocated=30).with_terms(30))

	def test_more_than_the_first_term(self) -> None:
		self.check(self.scenario(self.invoice(), allocated=70).with_terms(50, 20))
