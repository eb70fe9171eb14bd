"""What an Accounting Dimension Filter forbids of some payments of a batch, or demands of them."""

from __future__ import annotations

from functools import partial
from typing import Any

import frappe

from advanced_bank_reconciliation.tests import factories, scenes
from advanced_bank_reconciliation.tests.factories import deduction
from advanced_bank_reconciliation.tests.oracle import Scenario
from advanced_bank_reconciliation.tests.pattern_test_case import COMPARED, FIRST, SomeTestCase
from advanced_bank_reconciliation.tests.test_scenarios_dimensions import (
	FEE,
	FIELD,
	forget_dimensions,
	use_dimension_in,
)

DEBTORS = f"Debtors - {factories.ABBREVIATION}"
BANK = f"Bulk Test Bank USD - {factories.ABBREVIATION}"
# The second is of another customer, so that it is compared.
SOME, OTHERS = (0, 1, 1), (2, 2)


class TestPatternsOfDimensions(SomeTestCase):
	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		use_dimension_in(cls)

	def setUp(self) -> None:
		super().setUp()
		self.addCleanup(forget_dimensions)
		self.addCleanup(frappe.flags.pop, "dimension_filter_map", None)

	def filter(
		self, account: str, allow_or_restrict: str, *values: str, dimension: str = "Branch", **row: Any
	) -> None:
		"""Values that an account may have alone, or may not have. row: more of the account's row"""
		rows = [{"accounting_dimension": dimension, "dimension_value": value} for value in values]
		document: dict[str, Any] = {"doctype": "Accounting Dimension Filter", "company": factories.COMPANY}
		document |= {"accounting_dimension": dimension, "allow_or_restrict": allow_or_restrict}
		document |= {"apply_restriction_on_values": int(bool(rows)), "dimensions": rows}
		frappe.get_doc({**document, "accounts": [{"applicable_on_account": account, **row}]}).insert()
		frappe.flags.pop("dimension_filter_map", None)

	def rows(self, *customers: int, **values: Any) -> list[dict]:
		"""Invoices of a kind, one for each of `customers`, as the dialog sends them."""
		return [self.row(f"Bulk Test Customer {customer}", **values) for customer in customers]

	def row(self, customer: str, **values: Any) -> dict:
		post = partial(factories.create_test_sales_invoice, customer, **values)
		(name,) = factories.STOCK.take((__name__, customer, *values.items()), post, 1)
		return {"doctype": "Sales Invoice", "name": name, "allocated_amount": 100.0}

	def deposit(self, *rows: dict) -> Scenario:
		total = sum(row["allocated_amount"] for row in rows)
		return Scenario(factories.create_test_bank_transaction(total), rows)

	def test_branches_that_an_account_may_not_have(self) -> None:
		"""Neither the first payment nor the one that is compared has one of them."""
		if not frappe.db.exists("Branch", "South"):
			frappe.get_doc({"doctype": "Branch", "branch": "South"}).insert()
		scenario = self.deposit(
			*self.rows(*SOME, **{FIELD: "North"}), *self.rows(*OTHERS, **{FIELD: "South"})
		)
		for account, allow_or_restrict, value in ((DEBTORS, "Allow", "North"), (BANK, "Restrict", "South")):
			with self.subTest(account):
				self.filter(account, allow_or_restrict, value)
				said = [f"{scenario.selection[-1]['name']}: Invalid value South", account]
				self.assert_refused(scenario, *said)
				frappe.db.delete("Accounting Dimension Filter")
				frappe.db.delete("Applicable On Account")

	def test_cost_centers_that_an_account_may_not_have(self) -> None:
		center = scenes.make_cost_center("Filtered")
		scenario = self.deposit(*self.rows(*SOME), *self.rows(*OTHERS, cost_center=center))
		self.filter(BANK, "Restrict", center, dimension="Cost Center")
		self.assert_refused(scenario, f"{scenario.selection[-1]['name']}: Invalid value {center}")

	def test_a_branch_that_an_account_demands(self) -> None:
		self.filter(BANK, "Restrict", is_mandatory=1)
		north = self.rows(*SOME, **{FIELD: "North"})
		self.compare(self.deposit(*north))
		without = self.rows(*OTHERS)
		self.assert_refused(
			self.deposit(*north, *without), without[-1]["name"], f"mandatory for account {BANK}"
		)

	def test_a_branch_that_the_account_of_a_fee_demands(self) -> None:
		fee = deduction(FEE, "2.50")
		self.filter(fee["account"], "Allow", "North", is_mandatory=1)
		plain = self.rows(*SOME)
		for values in ({}, {FIELD: "North"}):
			invoice = factories.create_test_sales_invoice("Bulk Test Customer 2", 200, **values)
			row = factories.selection_of([invoice])[0]
			line = factories.create_test_bank_transaction(497.5)
			scenario = Scenario(line, [*plain, row], deductions=[fee])
			if values:
				self.compare(scenario, [FIRST, COMPARED, "deductions"])
			else:
				self.assert_refused(scenario, invoice.name, f"mandatory for account {fee['account']}")
