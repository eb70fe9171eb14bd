"""What ERPNext asks of the party, or gives a payment of it, and neither of the first two payments shows."""

from __future__ import annotations

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields

from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.pattern_test_case import COMPARED, FIRST, SomeTestCase

MOBILE = {"fieldname": "contact_mobile", "label": "Mobile", "fieldtype": "Data"}


class TestPatternsOfParties(SomeTestCase):
	def test_a_party_with_entries_of_another_currency(self) -> None:
		"""As after somebody has merged it with a party that is charged in that one."""
		invoices = self.sales()
		entries = {"party_type": "Customer", "party": invoices[4].customer, "company": factories.COMPANY}
		frappe.db.set_value("GL Entry", entries, "account_currency", "EUR")
		frappe.local.cache.pop("party_gle_currency", None)
		self.assert_refused(self.scenario(*invoices), invoices[4].name, "has accounting entries in currency")

	def test_a_field_that_erpnext_fills_from_the_contact(self) -> None:
		"""It gives a payment more of the contact than a payment has fields for."""
		self.add_field(MOBILE)
		invoices = self.sales()
		links = [{"link_doctype": "Customer", "link_name": invoices[4].customer}]
		contact = {"doctype": "Contact", "first_name": "Pattern", "is_primary_contact": 1, "links": links}
		frappe.get_doc({**contact, "phone_nos": [{"phone": "123", "is_primary_mobile_no": 1}]}).insert()
		self.compare(self.scenario(*invoices), ["custom field Payment Entry.contact_mobile"] * len(invoices))

	def test_numbers_that_are_taken(self) -> None:
		"""As after payments with their former numbers were imported."""
		invoices = self.sales()
		name = factories.create_test_advance(1).name
		taken = f"{name[:-5]}{int(name[-5:]) + 4:05d}"
		frappe.db.set_value("Payment Entry", name, "name", taken)
		self.assert_refused(self.scenario(*invoices), taken, "Duplicate entry")

	def test_numbers_with_more_digits_than_their_series_asks_for(self) -> None:
		"""Beyond 99 of a series with two of them, and while they become three."""
		with (
			self.property("Payment Entry", "naming_series", "options", "Pattern-.##"),
			self.property("Payment Entry", "naming_series", "default", "Pattern-.##"),
		):
			for current in (96, 120):
				with self.subTest(current):
					self.count_under("Pattern-", current)
					self.compare(self.scenario(*self.sales()))

	def test_numbers_that_may_be_of_two_series(self) -> None:
		with (
			self.property("Payment Entry", "naming_series", "options", "Pattern-.##"),
			self.property("Payment Entry", "naming_series", "default", "Pattern-.##"),
		):
			self.count_under("Pattern-", 120)
			self.count_under("Pattern-1", 90)
			self.compare(self.scenario(*self.sales()), [FIRST, COMPARED, *["numbers of Pattern-.##"] * 3])

	def count_under(self, prefix: str, current: int) -> None:
		frappe.db.delete("Series", {"name": prefix})
		series = frappe.qb.DocType("Series")
		frappe.qb.into(series).columns("name", "current").insert(prefix, current).run()

	def add_field(self, field: dict) -> None:
		"""Add a field to payments until the test ends."""
		create_custom_fields({"Payment Entry": [field]})
		self.addCleanup(frappe.db.commit)
		self.addCleanup(frappe.delete_doc, "Custom Field", f"Payment Entry-{field['fieldname']}", force=True)
