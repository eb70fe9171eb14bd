"""Amounts of some payments of a kind, and currencies: neither the first nor the second of them shows it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields
from frappe.utils import add_days, nowdate

from advanced_bank_reconciliation.erpnext_adapter.posting.patterns import kinds
from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.pattern_test_case import COMPARED, FIRST, PARTIES, SomeTestCase
from advanced_bank_reconciliation.tests.version import VERSION

REPORTING_CURRENCY = {"fieldname": "reporting_currency", "label": "Reporting Currency", "fieldtype": "Data"}


class TestPatternsOfAmounts(SomeTestCase):
	def test_amounts_with_more_decimals_than_a_ledger_has(self) -> None:
		with self.property("Bank Transaction", "unallocated_amount", "precision", "3"):
			scenario = self.scenario(*self.sales())
			scenario.selection[4]["allocated_amount"] = 10.004
			self.assert_refused(scenario, "would be outstanding after the payment instead of")

	def test_invoices_with_more_decimals_than_a_bank_transaction_has(self) -> None:
		with self.property("Bank Transaction", "unallocated_amount", "precision", "0"):
			scenario = self.scenario(*self.sales(50, 51, 52, 53, 54.37), allocated=50)
			self.compare(scenario, [FIRST, COMPARED, "more decimals than a ledger or the bank has"])

	def test_what_the_bank_would_round_away_is_noticed(self) -> None:
		"""The post-conditions are as exact as the tables, also if the bank is not."""
		with (
			self.property("Bank Transaction", "unallocated_amount", "precision", "0"),
			patch.object(kinds, "reason_in_amounts", return_value=None),
		):
			scenario = self.scenario(*self.sales(50, 51, 52, 53, 54.37), allocated=50)
			refusal = self.refusal_by("Automatic", scenario)
		sentence = "4.00 would be outstanding after the payment instead of 4.37"
		self.assertIn(f"Sales Invoice {scenario.selection[4]['name']}: {sentence}", refusal)

	def test_so_little_that_erpnext_takes_it_for_nothing(self) -> None:
		"""As on version 16 of a currency that has more decimals than others."""
		with decimals_of_no_currency(1):
			scenario = self.scenario(*self.sales(50, 51, 52, 53, 0.04))
			self.assert_refused(scenario, scenario.selection[4]["name"], "already been fully paid")

	def test_a_cost_center_that_is_allocated_to_others(self) -> None:
		"""A thousandth of the first two payments is nothing, so that they have as many rows as any.

		Version 16 refuses such a row, and with it the payment.
		"""
		main, large, small = (self.cost_center(name) for name in ("Whole", "Large", "Small"))
		invoices = self.sales(1, 2, 3, 500, 600, cost_center=main)
		shares = [{"cost_center": large, "percentage": 99.9}, {"cost_center": small, "percentage": 0.1}]
		allocation = {"doctype": "Cost Center Allocation", "company": factories.COMPANY}
		days = {"valid_from": add_days(nowdate(), 1), "main_cost_center": main}
		frappe.get_doc({**allocation, **days, "allocation_percentages": shares}).insert().submit()
		scenario = self.scenario(*invoices, date=add_days(nowdate(), 2))
		if VERSION >= 16:
			return self.assert_refused(
				scenario, scenario.selection[0]["name"], "Either debit or credit amount is required"
			)
		reason = "a cost center that is allocated to others"
		self.compare(scenario, [FIRST, *[reason] * (len(PARTIES) - 1)])

	def cost_center(self, name: str) -> str:
		root = frappe.db.get_value("Cost Center", {"company": factories.COMPANY, "is_group": 1})
		values = {"cost_center_name": name, "company": factories.COMPANY, "parent_cost_center": root}
		return frappe.get_doc({"doctype": "Cost Center", **values}).insert().name

	def test_a_ledger_in_a_second_currency(self) -> None:
		"""Version 16 asks for its rate with each entry; it may be exactly one, and change."""
		self.keep_ledger_in("EUR")
		frappe.get_doc(
			{
				"doctype": "Currency Exchange",
				"date": nowdate(),
				**{"from_currency": "USD", "to_currency": "EUR", "exchange_rate": 1, "for_selling": 1},
				"for_buying": 1,
			}
		).insert()
		self.compare(self.scenario(*self.sales()), ["foreign currency"] * len(PARTIES))

	def keep_ledger_in(self, currency: str) -> None:
		"""Until the test ends; on version 15, which has no such field, this is only its value."""
		if not frappe.get_meta("Company").has_field("reporting_currency"):
			create_custom_fields({"Company": [REPORTING_CURRENCY]})
			self.addCleanup(frappe.db.commit)
			self.addCleanup(frappe.delete_doc, "Custom Field", "Company-reporting_currency", force=True)
		frappe.db.set_value("Company", factories.COMPANY, "reporting_currency", currency)
		self.addCleanup(frappe.clear_document_cache, "Company", factories.COMPANY)

	def test_balances_that_are_kept_in_payments(self) -> None:
		"""Of an account that had none, the first payment has none, the second one has. 16 keeps none."""
		bank_account = factories.create_test_bank_account(factories.COMPANY, purpose="Balance")
		self.addCleanup(frappe.clear_document_cache, "Accounts Settings")
		frappe.db.set_single_value("Accounts Settings", "show_account_balance", 1)
		frappe.clear_document_cache("Accounts Settings")
		scenario = self.scenario(*self.sales(), bank_account=bank_account, date="2026-01-02")
		is_kept = frappe.get_meta("Accounts Settings").has_field("show_account_balance")
		reasons = ["balances of accounts are kept in payments"] * len(PARTIES)
		self.compare(scenario, reasons if is_kept else [FIRST, COMPARED])


@contextmanager
def decimals_of_no_currency(decimals: int) -> Iterator[None]:
	"""What amounts of invoices are rounded to if it is not said in which currency."""
	get_precision = frappe.get_precision

	def get_other(doctype: str, fieldname: str, currency: str | None = None, **values: Any) -> int:
		is_it = (doctype, fieldname, currency) == ("Sales Invoice", "outstanding_amount", None)
		return decimals if is_it else get_precision(doctype, fieldname, currency, **values)

	with patch.object(frappe, "get_precision", get_other):
		yield
