"""What ERPNext does with some payments of a kind only, and neither the first nor the second of them shows."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.model.document import Document

from advanced_bank_reconciliation.erpnext_adapter.reconciliation import SelectionRefusedError
from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.oracle import Scenario
from advanced_bank_reconciliation.tests.pattern_test_case import PatternTestCase, run_by
from advanced_bank_reconciliation.tests.production import as_in_production

# The second is the first of another party, so that it is compared; the last is as none before.
PARTIES = (0, 1, 1, 1, 2)


class TestPatternsOfSome(PatternTestCase):
	def sales(self, *rates: float, **values: Any) -> list[Document]:
		return [
			factories.create_test_sales_invoice(f"Bulk Test Customer {party}", rate, **values)
			for party, rate in zip(PARTIES, rates or (50, 51, 52, 53, 54), strict=True)
		]

	def purchases(self, **values: Any) -> list[Document]:
		return [
			factories.create_test_purchase_invoice(
				f"Bulk Test Supplier {party}", 50 + number, bill_no=f"B-{number}", **values
			)
			for number, party in enumerate(PARTIES)
		]

	def assert_refused(self, scenario: Scenario, *words: str) -> None:
		"""Both ways refuse it, with these words."""
		for way in ("Never", "Automatic"):
			with self.subTest(way):
				refusal = self.refusal_by(way, scenario)
				self.assertEqual([word for word in words if word not in refusal], [], refusal)

	def refusal_by(self, way: str, scenario: Scenario) -> str:
		frappe.db.savepoint("refusal")
		with self.assertRaises(SelectionRefusedError) as refused, as_in_production():
			run_by(way, scenario)
		frappe.db.rollback(save_point="refusal")
		frappe.clear_messages()
		return str(refused.exception)

	def test_an_account_whose_balance_must_be_debit(self) -> None:
		"""Two payments fit the balance, the others do not."""
		bank_account = factories.create_test_bank_account(factories.COMPANY, purpose="One Side")
		account = frappe.db.get_value("Bank Account", bank_account, "account")
		factories.create_test_advance(120, bank_account=bank_account)
		frappe.db.set_value("Account", account, "balance_must_be", "Debit")
		invoices = self.purchases()
		self.assert_refused(
			self.scenario(*invoices, bank_account=bank_account), invoices[4].name, "must always be Debit"
		)
