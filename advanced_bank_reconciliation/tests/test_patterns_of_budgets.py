"""What a Budget forbids of some payments of a batch, or warns of."""

from __future__ import annotations

from dataclasses import replace

import frappe
from frappe.query_builder.functions import Sum
from frappe.utils import nowdate

from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.factories import deduction
from advanced_bank_reconciliation.tests.oracle import Scenario
from advanced_bank_reconciliation.tests.pattern_test_case import COMPARED, FIRST, SomeTestCase

FEE = "Marketing Expenses"


def spent(account: str, cost_center: str) -> float:
	"""What other tests have left on the account. Version 16 takes no budget that is less."""
	entry = frappe.qb.DocType("GL Entry")
	total = frappe.qb.from_(entry).select(Sum(entry.debit - entry.credit)).where(entry.account == account)
	((balance,),) = total.where((entry.cost_center == cost_center) & (entry.is_cancelled == 0)).run()
	return balance or 0


class TestPatternsOfBudgets(SomeTestCase):
	def setUp(self) -> None:
		super().setUp()
		self.cost_center = frappe.db.get_value("Company", factories.COMPANY, "cost_center")

	def budget(self, account: str, amount: float, action: str = "Stop") -> None:
		"""For this year: so much more than was booked to the account already."""
		year = frappe.get_all(
			"Fiscal Year", {"year_end_date": (">=", nowdate())}, order_by="year_end_date", pluck="name"
		)[0]
		stop = {"action_if_annual_budget_exceeded": action, "applicable_on_booking_actual_expenses": 1}
		budget = {"doctype": "Budget", "budget_against": "Cost Center", "cost_center": self.cost_center}
		limit = {"account": account, "budget_amount": amount + spent(account, self.cost_center)}
		# From version 16 on a budget is of one account.
		years = {"fiscal_year": year, "from_fiscal_year": year, "to_fiscal_year": year}
		document = {**budget, **stop, **limit, **years, "company": factories.COMPANY, "accounts": [limit]}
		frappe.get_doc(document).insert().submit()

	def test_a_bank_account_with_a_budget(self) -> None:
		"""Strange, but ERPNext asks the budget after each entry; three payments are within it. It goes by the
		root of the account alone.
		"""
		bank_account = factories.create_test_bank_account(factories.COMPANY, purpose="Budget")
		account = frappe.db.get_value("Bank Account", bank_account, "account")
		frappe.db.set_value("Account", account, {"root_type": "Expense", "report_type": "Profit and Loss"})
		frappe.clear_document_cache("Account", account)
		self.budget(account, 160)
		invoices = self.sales(cost_center=self.cost_center)
		scenario = self.scenario(*invoices, bank_account=bank_account)
		for report_type in ("Profit and Loss", "Balance Sheet"):
			with self.subTest(report_type):
				frappe.db.set_value("Account", account, "report_type", report_type)
				self.assert_refused(scenario, invoices[4].name, "Annual Budget")

	def test_a_fee_that_a_budget_forbids(self) -> None:
		fee = deduction(FEE, "2.50")
		self.budget(fee["account"], 2)
		scenario = self.less(fee)
		self.assert_refused(scenario, scenario.selection[4]["name"], "Annual Budget", fee["account"])

	def test_a_fee_that_a_budget_warns_of(self) -> None:
		fee = deduction(FEE, "2.50")
		self.budget(fee["account"], 2, "Warn")
		scenario = self.less(fee)
		self.compare(scenario, [FIRST, COMPARED, "deductions"])

	def less(self, fee: dict) -> Scenario:
		invoices = self.sales()
		scenario = self.scenario(*invoices, amount=260 - float(fee["amount"]))
		return replace(scenario, deductions=[fee])
