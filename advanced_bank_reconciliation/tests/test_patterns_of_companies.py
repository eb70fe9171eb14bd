"""Companies that book advances or common parties otherwise: invoices by pattern are as by ERPNext."""

from __future__ import annotations

import frappe

from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.advance_accounts import use_separate_advance_accounts
from advanced_bank_reconciliation.tests.pattern_test_case import PARTIES, SomeTestCase


class TestPatternsOfCompanies(SomeTestCase):
	def test_separate_accounts_for_advances(self) -> None:
		use_separate_advance_accounts(self)
		for invoices in (self.sales(), self.purchases()):
			with self.subTest(invoices[0].doctype):
				self.compare(self.scenario(*invoices))

	def test_a_customer_that_is_a_supplier_too(self) -> None:
		"""The balance of new invoices goes to the supplier; those from before are paid as any."""
		invoices = self.sales()
		frappe.db.set_single_value("Accounts Settings", "enable_common_party_accounting", 1)
		frappe.clear_document_cache("Accounts Settings", "Accounts Settings")
		link = {"primary_role": "Supplier", "primary_party": factories.create_test_supplier()}
		link |= {"secondary_role": "Customer", "secondary_party": f"Bulk Test Customer {PARTIES[1]}"}
		frappe.get_doc({"doctype": "Party Link", **link}).insert()
		self.compare(self.scenario(*invoices))
