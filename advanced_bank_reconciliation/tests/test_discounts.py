"""Early payment discounts, judged from ERPNext's own ledgers and against its ordinary way."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import add_days, nowdate

from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.erpnext_adapter.candidates.open_invoices import open_invoices
from advanced_bank_reconciliation.erpnext_adapter.candidates.remittance_advice import read_remittance_advice
from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.factories import create_test_discount_terms as terms
from advanced_bank_reconciliation.tests.factories import create_test_purchase_invoice as purchase
from advanced_bank_reconciliation.tests.factories import create_test_sales_invoice as sale
from advanced_bank_reconciliation.tests.factories import deduction
from advanced_bank_reconciliation.tests.oracle import OracleTestCase, Scenario, pay_by_hand

LOSS, FEE = "Write Off", "Marketing Expenses"
SETTINGS = "Accounts Settings"


class DiscountTestCase(OracleTestCase):
	def setUp(self) -> None:
		account = f"{LOSS} - {factories.ABBREVIATION}"
		frappe.db.set_value("Company", factories.COMPANY, "default_discount_account", account)
		self.addCleanup(frappe.clear_document_cache, "Company", factories.COMPANY)

	def discounted(self, invoice: Document, discount: float, allocated: float = 0, **values: Any) -> Scenario:
		"""An invoice that is paid less its discount."""
		row = {**factories.selection_of([invoice])[0], "discount": discount}
		row["allocated_amount"] = allocated or row["allocated_amount"]
		sign = 1 if invoice.doctype == "Sales Invoice" else -1
		amount = sign * round(row["allocated_amount"] - discount, 2)
		return Scenario(factories.create_test_bank_transaction(amount, **values), [row])


class TestAgainstTheOrdinaryWay(DiscountTestCase):
	def test_on_its_last_day_beside_others_and_a_fee(self) -> None:
		"""Each payment has its own discount, a percentage rounded once; the largest has the fee."""
		invoices = [sale(rate=33.33, payment_terms_template=terms(2)), sale(rate=100), sale(rate=80)]
		fee = deduction(FEE, "2.50")
		scenario = self.scenario(*invoices, amount=210.16, date=add_days(nowdate(), 10))
		scenario.selection[0]["discount"] = 0.67
		changes = self.check(scenario.with_deductions(fee, typed={invoices[1].name: [fee]}))
		rows = changes.rows("tabPayment Entry Deduction")
		accounts = {row["account"].split(" - ")[0]: float(row["amount"]) for row in rows}
		self.assertEqual(accounts, {LOSS: 0.67, FEE: 2.5})

	def test_several_terms(self) -> None:
		"""The first of two with its own discount; both of a purchase together."""
		first = self.discounted(sale(payment_terms_template=terms(2, 1)), 2, allocated=50)
		self.check(replace(first, prepare=self.first_term_alone))
		self.check(self.discounted(purchase(payment_terms_template=terms(2, 1)), 3))

	def first_term_alone(self, entry: Document, row: dict) -> None:
		"""What an accountant changes to pay one term and its discount."""
		del entry.references[1:]
		entry.deductions[0].amount = float(row["discount"])

	def test_the_loss_of_taxes(self) -> None:
		"""Booked to the accounts of the taxes, if the settings say so."""
		frappe.db.set_single_value(SETTINGS, "book_tax_discount_loss", 1)
		self.addCleanup(frappe.clear_document_cache, SETTINGS, SETTINGS)
		taxes = [self.tax("Tax of 19", 19), self.tax("Tax of 7", 7)]
		invoice = sale(rate=41.17, payment_terms_template=terms(3), taxes=taxes)
		changes = self.check(self.discounted(invoice, round(invoice.grand_total * 0.03, 2)))
		accounts = {row["account"].split(" - ")[0] for row in changes.rows("tabPayment Entry Deduction")}
		self.assertLessEqual({LOSS, "Tax of 19", "Tax of 7"}, accounts)

	def tax(self, name: str, rate: float) -> dict:
		parent = frappe.db.get_value(
			"Account", {"company": factories.COMPANY, "account_name": "Duties and Taxes"}
		)
		values = {"account_name": name, "account_type": "Tax", "parent_account": parent}
		values["company"] = factories.COMPANY
		account = frappe.get_doc({"doctype": "Account", **values}).insert().name
		return {"charge_type": "On Net Total", "account_head": account, "rate": rate, "description": name}

	def test_not_taken(self) -> None:
		"""Whoever pays all of it without the discount, or a part of it, pays as ERPNext has it."""
		invoices = [sale(payment_terms_template=terms(2)), sale(payment_terms_template=terms(1))]
		scenario = self.scenario(*invoices, amount=140)
		scenario.selection[1]["allocated_amount"] = 40.0
		self.check(scenario)

	def test_the_rest_of_an_invoice_whose_terms_are_not_allocated(self) -> None:
		"""ERPNext knows of no term that was paid: whoever pays the rest has the discount."""
		invoice = sale(payment_terms_template=terms(5, by_term=False, kind="Amount"))
		pay_by_hand(self.scenario(invoice, allocated=40))
		self.check(self.discounted(invoice.reload(), 5))


class TestOffersAndRefusals(DiscountTestCase):
	def refused(self, scenario: Scenario, said: str) -> None:
		self.assertIn(said, self.refusal_of(scenario.bank_transaction.name, list(scenario.selection)))

	def offered(self, invoice: Document, day: str) -> tuple[str, str] | None:
		"""The discount and its last day."""
		line = factories.create_test_bank_transaction(100, date=day)
		filters = json.dumps({"numbers": [invoice.name]})
		found = open_invoices(line.name, [invoice.doctype], filters)
		((*_values, until, discount),) = found["rows"]
		return discount and (discount, until)

	def test_offered_while_it_is_valid(self) -> None:
		until = add_days(nowdate(), 10)
		both, one = terms(2, 1), terms(2, by_term=False)
		for template, expected in ((both, ("3.00", until)), (one, ("2.00", until)), ("", None)):
			with self.subTest(template):
				invoice = sale(payment_terms_template=template)
				self.assertEqual(self.offered(invoice, until), expected)
				self.assertIsNone(self.offered(invoice, add_days(nowdate(), 11)))

	def test_refused_with_the_reason(self) -> None:
		invoice = sale(payment_terms_template=terms(2, 1))
		none = "has no early payment discount on the date of the Bank Transaction"
		self.refused(self.discounted(invoice, 3, date=add_days(nowdate(), 11)), none)
		self.refused(self.discounted(sale(), 2), none)
		self.refused(self.discounted(invoice, 2.99), "the early payment discount of 100.00 is 3.00, not 2.99")
		self.refused(self.discounted(invoice, 3, allocated=99), "of 99.00 is 2.00, not 3.00")
		self.refused(self.discounted(invoice, 2, allocated=49), "is for who pays at least 50.00 of it")
		self.refused(self.discounted(invoice, -3), "is 3.00, not -3.00")

	def test_a_term_that_is_paid_in_part(self) -> None:
		"""ERPNext counts its discount as taken with the first payment."""
		invoice = sale(payment_terms_template=terms(2))
		pay_by_hand(self.scenario(invoice, allocated=40))
		self.refused(self.discounted(invoice.reload(), 2), "has no early payment discount")

	def test_an_advice_that_names_it(self) -> None:
		"""What the terms allow stands with its invoice and is booked there; what else was kept, deducted."""
		early, late = sale(payment_terms_template=terms(2)), sale(rate=50)
		lines = [f"{early.name};100.00;2.00;98.00", f"{late.name};50.00;1.00;49.00"]
		text = "\n".join(["Invoice no;Gross;Discount;Net", *lines])
		deposit = factories.create_test_bank_transaction(147).name
		advice = read_remittance_advice(deposit, text=text)
		discounts = {one["name"]: one.get("discount") for one in advice["invoices"]}
		self.assertEqual(discounts, {early.name: "2.00", late.name: None})
		self.assertEqual([one["amount"] for one in advice["deductions"]], ["1.00"])
		self.assertEqual(advice["difference"], "0.00")
		other = [{"account": f"{FEE} - {factories.ABBREVIATION}", "amount": "1.00"}]
		state = reconciliation.start_at_once(deposit, advice["invoices"], None, other)
		self.assertEqual((state["status"], state["discount_amount"]), ("Completed", 2))
		self.assertEqual(early.reload().outstanding_amount, 0)
		late_line = factories.create_test_bank_transaction(147, date=add_days(nowdate(), 11)).name
		again = sale(payment_terms_template=terms(2))
		too_late = read_remittance_advice(late_line, text=text.replace(early.name, again.name))
		self.assertNotIn("discount", too_late["invoices"][0])

	def test_a_company_without_the_account(self) -> None:
		frappe.db.set_value("Company", factories.COMPANY, "default_discount_account", None)
		invoice = sale(payment_terms_template=terms(2))
		self.refused(self.discounted(invoice, 2), "has no Default Payment Discount Account")
		self.assertIsNone(self.offered(invoice, nowdate()))

	def test_tried_again_it_is_the_same(self) -> None:
		"""The discount belongs to its invoice, not to the deductions of the run."""
		scenario = self.discounted(sale(payment_terms_template=terms(2)), 2)
		started = reconciliation.start_in_background(scenario.bank_transaction.name, *scenario.arguments())
		frappe.db.set_value("Bulk Reconciliation Run", started["run"], "state", "Rolled Back")
		run = frappe.get_doc("Bulk Reconciliation Run", started["run"])
		self.assertEqual(run.deducted_amount, sum(row.amount for row in run.deductions))
		invoices, _vouchers, deductions = reconciliation._selection_of(started["run"])
		self.assertEqual((invoices[0]["discount"], deductions), ("2.00", []))
