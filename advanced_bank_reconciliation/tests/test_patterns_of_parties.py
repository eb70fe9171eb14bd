"""What ERPNext asks of the party, or gives a payment of it, and neither of the first two payments shows."""

from __future__ import annotations

import frappe

from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.pattern_test_case import SomeTestCase


class TestPatternsOfParties(SomeTestCase):
	def test_a_party_with_entries_of_another_currency(self) -> None:
		"""As after somebody has merged it with a party that is charged in that one."""
		invoices = self.sales()
		entries = {"party_type": "Customer", "party": invoices[4].customer, "company": factories.COMPANY}
		frappe.db.set_value("GL Entry", entries, "account_currency", "EUR")
		frappe.local.cache.pop("party_gle_currency", None)
		self.assert_refused(self.scenario(*invoices), invoices[4].name, "has accounting entries in currency")
