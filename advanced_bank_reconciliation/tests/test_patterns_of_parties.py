"""What ERPNext asks of the party, or gives a payment of it, and neither of the first two payments shows."""

from __future__ import annotations

from unittest.mock import patch

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields

from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.site_hooks import obstacle_of_site
from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.pattern_test_case import COMPARED, FIRST, PARTIES, SomeTestCase

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

	def test_a_contact_that_is_a_default_of_the_site(self) -> None:
		"""Frappe gives it to payments of invoices that name none."""
		with patch.object(frappe.defaults, "get_defaults", return_value={"contact_person": "One"}):
			self.assertEqual(obstacle_of_site(), "a default of the site or user for the field Contact")

	def test_a_contact_that_is_a_default_of_the_user(self) -> None:
		contact = frappe.get_doc({"doctype": "Contact", "first_name": "Default"}).insert()
		scenario = self.scenario(*self.sales())
		self.addCleanup(frappe.clear_cache, user=frappe.session.user)
		frappe.defaults.set_user_default("contact_person", contact.name)
		self.compare(scenario, ["a default of the site or user for the field Contact"] * len(PARTIES))

	def test_a_contact_of_a_party_by_another_spelling(self) -> None:
		"""As after an import that asked for no links; the database takes both for the same."""
		invoices = self.sales()
		customer = invoices[4].customer
		links = [{"link_doctype": "Customer", "link_name": customer}]
		contact = {"doctype": "Contact", "first_name": "Spelling", "is_primary_contact": 1, "links": links}
		emails = [{"email_id": "spelling@example.com", "is_primary": 1}]
		name = frappe.get_doc({**contact, "email_ids": emails}).insert().name
		frappe.db.set_value("Dynamic Link", {"parent": name}, "link_name", customer.lower())
		self.compare(self.scenario(*invoices))

	def test_a_bank_account_of_a_party_by_another_spelling(self) -> None:
		invoices = self.sales()
		customer = invoices[4].customer
		account = {"doctype": "Bank Account", "account_name": "Spelling", "bank": "Bulk Test Bank"}
		of_party = {"party_type": "Customer", "party": customer, "is_default": 1}
		name = frappe.get_doc({**account, **of_party}).insert().name
		frappe.db.set_value("Bank Account", name, "party", customer.upper())
		self.compare(self.scenario(*invoices))

	def test_a_party_that_is_called_like_the_bank_account(self) -> None:
		"""Then the row of each side may name either as the other one."""
		bank_account = factories.create_test_bank_account(factories.COMPANY)
		account = frappe.db.get_value("Bank Account", bank_account, "account")
		invoices = [factories.create_test_sales_invoice(account, 60 + number) for number in range(3)]
		reasons = ["the party is called like the bank account"] * len(invoices)
		self.compare(self.scenario(*self.sales(), *invoices), [FIRST, COMPARED, *reasons])

	def test_numbers_after_the_moment_of_each_payment(self) -> None:
		series = "Pattern-.creation.-.####"
		with (
			self.property("Payment Entry", "naming_series", "options", series),
			self.property("Payment Entry", "naming_series", "default", series),
		):
			self.by_pattern(self.scenario(*self.sales()))
		self.assertEqual(self.reasons, [FIRST, *[f"numbers of {series}"] * (len(PARTIES) - 1)])

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
