"""The default deduction of a company: what the settings take, and what the dialog is offered."""

from __future__ import annotations

import frappe

from advanced_bank_reconciliation.erpnext_adapter.candidates.open_invoices import open_invoices
from advanced_bank_reconciliation.tests import factories, scenes
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase
from advanced_bank_reconciliation.tests.factories import deduction
from advanced_bank_reconciliation.tests.settings import changed_settings
from advanced_bank_reconciliation.tests.test_remittance_advice import make_rule

FEE = deduction("Marketing Expenses", "1")["account"]
MAIN = f"Main - {factories.ABBREVIATION}"


def default(**values: object) -> dict:
	"""A row of the settings."""
	return {"company": factories.COMPANY, "account": FEE, "tolerance": 5, **values}


class TestDeductionDefault(BulkTestCase):
	def offered(self, **transaction: str) -> dict | None:
		name = factories.create_test_bank_transaction(10, **transaction).name
		return open_invoices(name, ["Sales Invoice"])["deduction"]

	def refusal_of_settings(self, *rows: dict) -> str:
		with self.assertRaises(frappe.ValidationError) as refused:
			with changed_settings(deduction_defaults=list(rows)):
				pass
		return str(refused.exception)

	def test_the_dialog_is_offered_it(self) -> None:
		self.assertIsNone(self.offered())
		with changed_settings(deduction_defaults=[default(cost_center=MAIN, tolerance_percent=2.5)]):
			expected = {"account": FEE, "account_name": "Marketing Expenses", "cost_center": MAIN}
			self.assertEqual(self.offered(), {**expected, "tolerance": "5.0", "tolerance_percent": "2.5"})
		self.assertIsNone(self.offered())

	def test_a_role_has_a_tolerance_of_its_own(self) -> None:
		transaction = factories.create_test_bank_transaction(10).name
		rows = [default(), default(tolerance=50, role="Accounts Manager")]
		self.assertIn("is listed twice", self.refusal_of_settings(*rows, rows[1]))
		with changed_settings(deduction_defaults=rows):
			for name, roles, tolerance in (
				("accounts-only", ["Accounts User"], "5.0"),
				("manager", ["Accounts User", "Accounts Manager"], "50.0"),
			):
				frappe.set_user(scenes.make_user(name, roles)["user"])
				self.assertEqual(open_invoices(transaction, [])["deduction"]["tolerance"], tolerance)
				frappe.set_user("Administrator")

	def test_else_a_rule_without_a_code_is_offered(self) -> None:
		"""If it has a limit; the settings come first, and a role's rule before the one for all."""
		self.addCleanup(self.delete_rules)
		make_rule("fee", limit_amount=90)
		make_rule("", role="Accounts User")
		self.assertIsNone(self.offered())
		make_rule("", FEE, limit_amount=7, limit_percent=1)
		self.assertEqual(self.limits(), ("7.0", "1.0"))
		make_rule("", FEE, limit_percent=3, role="Accounts Manager")
		self.assertEqual(self.limits(), ("0.0", "3.0"))
		with changed_settings(deduction_defaults=[default()]):
			self.assertEqual(self.limits(), ("5.0", "0.0"))

	def delete_rules(self) -> None:
		"""Whoever puts back the settings has committed them."""
		frappe.db.delete("Deduction Rule")
		frappe.db.commit()

	def limits(self) -> tuple[str, str]:
		offered = self.offered() or {}
		self.assertEqual(offered["account"], FEE)
		return offered["tolerance"], offered["tolerance_percent"]

	def test_what_would_be_refused_is_not_offered(self) -> None:
		"""The account was disabled; the bank account is in another currency; it is not for this user."""
		euros = factories.create_test_bank_account(factories.COMPANY, currency="EUR")
		with changed_settings(deduction_defaults=[default()]):
			self.assertIsNone(self.offered(bank_account=euros, currency="EUR"))
			user = scenes.make_user("confined-to-write-off", ["Accounts User"])["user"]
			scenes.confine(user, "Account", deduction("Write Off", "1")["account"])
			transaction = factories.create_test_bank_transaction(10).name
			frappe.set_user(user)
			self.assertIsNone(open_invoices(transaction, ["Sales Invoice"])["deduction"])
			frappe.set_user("Administrator")
			frappe.db.set_value("Account", FEE, "disabled", 1)
			self.assertIsNone(self.offered())
			frappe.db.set_value("Account", FEE, "disabled", 0)

	def test_all_that_is_wrong_in_one_message(self) -> None:
		scenes.make_other_company()
		bank = frappe.db.get_value(
			"Account", {"company": factories.COMPANY, "account_type": "Bank", "is_group": 0}
		)
		rows = [
			default(account=f"Indirect Expenses - {factories.ABBREVIATION}"),
			default(account=f"Debtors - {factories.ABBREVIATION}"),
			default(account=bank, tolerance_percent=101),
			default(company="Another Bulk Test Company"),
			default(cost_center=f"{factories.COMPANY} - {factories.ABBREVIATION}"),
		]
		refusal = self.refusal_of_settings(*rows)
		for sentence in (
			"is a group. Choose one of its members.",
			"is for parties.",
			"is a bank account.",
			f"belongs to {factories.COMPANY}, not to Another Bulk Test Company.",
			f"Cost Center {factories.COMPANY} - {factories.ABBREVIATION} is a group.",
			f"{factories.COMPANY} is listed twice.",
			"must be 0 or more, at most 100 %.",
		):
			self.assertIn(sentence, refusal)
		self.assertEqual(frappe.get_doc("Advance Bank Reconciliation Settings").deduction_defaults, [])
