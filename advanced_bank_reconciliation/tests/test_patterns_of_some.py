"""What ERPNext does with some payments of a kind only, and neither the first nor the second of them shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from unittest.mock import patch

import frappe
from frappe.model.document import Document
from frappe.model.meta import Meta

from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.site_hooks import obstacle_of_site
from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.oracle import Scenario
from advanced_bank_reconciliation.tests.pattern_test_case import (
	COMPARED,
	FIRST,
	PARTIES,
	SomeTestCase,
	run_by,
)
from advanced_bank_reconciliation.tests.table_changes import changes_of


def say_otherwise(payment: Document, row: dict | None = None) -> str | None:
	"""What another app says of payments of one party."""
	kind = "Otherwise" if payment.get("party") == f"Bulk Test Customer {PARTIES[-1]}" else None
	if row is not None and kind:
		row["voucher_subtype"] = kind
	return kind


@contextmanager
def hook_that_is_asked(hook: str) -> Iterator[None]:
	"""Let another app have `say_otherwise` as a hook that ERPNext asks."""
	get_hooks = frappe.get_hooks

	def get_with_another(name: str | None = None, *args: Any, **kwargs: Any) -> Any:
		return [f"{__name__}.say_otherwise"] if name == hook else get_hooks(name, *args, **kwargs)

	with patch.object(frappe, "get_hooks", get_with_another):
		yield


BILL_NUMBER = frappe._dict(fieldname="bill_no")


class TestPatternsOfSome(SomeTestCase):
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

	def test_what_another_app_says_of_rows(self) -> None:
		scenario = self.scenario(*self.sales())
		for hook in ("update_gl_dict_with_app_based_fields", "voucher_subtypes"):
			with self.subTest(hook), hook_that_is_asked(hook):
				self.compare(scenario, [f"hook {hook}"] * len(PARTIES))

	def test_what_the_site_demands_of_a_field(self) -> None:
		"""The name of the last customer is another one than that of the document."""
		scenario = self.scenario(*self.sales(50, 51, 52, 53.37, 54.41))
		frappe.db.set_value("Customer", f"Bulk Test Customer {PARTIES[-1]}", "customer_name", "N" * 60)
		for doctype, field, name, value in (
			("Payment Entry", "contact_email", "reqd", "1"),
			("Payment Entry", "party_name", "length", "50"),
			("Payment Entry", "base_paid_amount", "precision", "1"),
			("GL Entry", "debit", "precision", "0"),
			("Sales Invoice", "outstanding_amount", "precision", "0"),
			("Payment Entry", "title", "options", "{party_name}"),
		):
			with self.subTest(f"{doctype}.{field}.{name}"), self.property(doctype, field, name, value):
				self.assertIn(f"{doctype}-{field}-{name}", obstacle_of_site() or "")
		with self.property("Payment Entry", "title", "options", "{party_name}"):
			self.compare(scenario, ["Property Setter Payment Entry-title-options"] * len(PARTIES))

	def test_rows_that_the_site_names(self) -> None:
		scenario = self.scenario(*self.sales())
		with self.property("Payment Ledger Entry", "", "autoname", "PLE-.#####"):
			reason = "Property Setter Payment Ledger Entry-main-autoname"
			self.compare(scenario, [reason] * len(PARTIES))

	def test_a_payment_that_lacks_what_the_site_demands(self) -> None:
		invoices = self.purchases()
		frappe.db.set_value("Purchase Invoice", invoices[4].name, "bill_no", None)
		with self.property("Payment Entry Reference", "bill_no", "reqd", "1"):
			self.assert_refused(self.scenario(*invoices), invoices[4].name, "bill_no")

	def test_how_a_field_looks_is_no_matter(self) -> None:
		with self.property("Payment Entry", "remarks", "hidden", "1"):
			self.assertIsNone(obstacle_of_site())

	def test_a_contact_that_is_not_there(self) -> None:
		invoices = self.sales()
		frappe.db.set_value("Sales Invoice", invoices[4].name, "contact_person", "Nobody")
		self.assert_refused(self.scenario(*invoices), invoices[4].name, "Could not find Contact: Nobody")

	def test_an_invalid_address(self) -> None:
		invoices = self.sales()
		contact = self.make_contact(invoices[4].customer)
		frappe.db.set_value("Contact", contact.name, "email_id", "a@example.com, not one")
		self.assert_refused(self.scenario(*invoices), invoices[4].name, "is not a valid Email")

	def test_addresses_that_are_too_long(self) -> None:
		"""As where the field of the contact was made longer than that of the payment."""
		invoices = self.sales()
		self.make_contact(invoices[4].customer)
		scenario = self.scenario(*invoices)
		field = frappe.get_meta("Payment Entry").get_field("contact_email")
		with patch.object(field, "length", 10):
			self.assert_refused(scenario, invoices[4].name, "max characters allowed is 10")

	def make_contact(self, customer: str) -> Document:
		links = [{"link_doctype": "Customer", "link_name": customer}]
		contact = {"doctype": "Contact", "first_name": "Pattern", "is_primary_contact": 1, "links": links}
		emails = [{"email_id": "p@example.com", "is_primary": 1}]
		return frappe.get_doc({**contact, "email_ids": emails}).insert()

	def test_terms_without_a_schedule(self) -> None:
		invoices = self.sales()
		terms = factories.create_test_terms()
		frappe.db.set_value("Sales Invoice", invoices[4].name, "payment_terms_template", terms)
		frappe.db.delete("Payment Schedule", {"parent": invoices[4].name})
		self.assert_refused(self.scenario(*invoices), invoices[4].name, "Payment Term based allocation")

	def test_a_ledger_that_names_another_party_or_account(self) -> None:
		for column, value in (
			("party", "Bulk Test Customer 1"),
			("party_type", "Supplier"),
			("account", "Creditors - BTC"),
			("company", "Another Company"),
		):
			invoices = self.sales()
			row = frappe.db.get_value("Payment Ledger Entry", {"voucher_no": invoices[4].name})
			frappe.db.set_value("Payment Ledger Entry", row, column, value)
			self.assert_refused(self.scenario(*invoices), invoices[4].name, "already been fully paid")

	def test_texts_that_frappe_cleans(self) -> None:
		reasons = [FIRST, COMPARED, "text that looks like HTML"]
		for invoices, doctype, field in (
			(self.sales(), "Customer", "customer_name"),
			(self.purchases(), "Purchase Invoice", "bill_no"),
		):
			name = invoices[4].customer if doctype == "Customer" else invoices[4].name
			frappe.db.set_value(doctype, name, field, "R & D <script>1</script>")
			with self.subTest(field):
				self.compare(self.scenario(*invoices), reasons)

	def test_a_reference_that_looks_like_html(self) -> None:
		"""Frappe cleans the remarks, which have both the reference and the name of the party."""
		invoices = [*self.sales(), factories.create_test_sales_invoice("R & D of Bulk Test")]
		scenario = self.scenario(*invoices, reference_number="PAYOUT <b>1</b>")
		self.compare(scenario, ["text that looks like HTML"] * len(invoices))

	def test_ledgers_that_are_searched(self) -> None:
		"""Each entry is put into the index of the search."""
		for doctype in ("GL Entry", "Payment Ledger Entry"):
			with self.subTest(doctype), self.property(doctype, "remarks", "in_global_search", "1"):
				self.assertEqual(obstacle_of_site(), f"search in {doctype}")

	def test_what_is_searched_of_payments_is_searched(self) -> None:
		with self.property("Payment Entry", "remarks", "in_global_search", "1"):
			self.assertIsNone(obstacle_of_site())

	def test_lists_that_show_payments_are_told_of_each(self) -> None:
		scenario = self.scenario(*self.sales())
		told = [self.told_by(way, scenario) for way in ("Never", "Automatic")]
		self.assertEqual(len(told[0]), 2 * len(PARTIES))
		self.assertEqual(told[0], told[1])

	def told_by(self, way: str, scenario: Scenario) -> set[tuple[str, str, str]]:
		"""Events of payments and invoices, each once, after which all is taken back."""
		told: set[tuple[str, str, str]] = set()

		def publish(event: str, message: Any = None, **kwargs: Any) -> None:
			if event == "list_update" and message["doctype"] in ("Payment Entry", "Sales Invoice"):
				told.add((event, message["doctype"], message["name"]))

		with patch.object(frappe, "publish_realtime", publish):
			changes_of(partial(run_by, way, scenario))
		return told

	def test_values_that_version_16_hides_from_the_user(self) -> None:
		"""ERPNext would write what it sees of an invoice, and the first two may have nothing to see."""
		with patch.object(Meta, "get_masked_fields", return_value=[BILL_NUMBER], create=True):
			self.assertEqual(obstacle_of_site(), "fields of Payment Entry that are masked")

	def test_texts_that_are_too_long(self) -> None:
		"""As where the field of the customer or the invoice was made longer than that of the payment."""
		for invoices, doctype, field in (
			(self.sales(), "Payment Entry", "party_name"),
			(self.purchases(), "Payment Entry Reference", "bill_no"),
		):
			if field == "party_name":
				frappe.db.set_value("Customer", invoices[4].customer, "customer_name", "N" * 60)
			else:
				frappe.db.set_value("Purchase Invoice", invoices[4].name, "bill_no", "B" * 60)
			scenario = self.scenario(*invoices)
			limited = patch.object(frappe.get_meta(doctype).get_field(field), "length", 50)
			with self.subTest(field), limited:
				self.assert_refused(scenario, invoices[4].name, "max characters allowed is 50")

	def test_a_ledger_of_another_type_of_account(self) -> None:
		"""As of an invoice that was posted while its account was of another type."""
		invoices = self.sales()
		row = frappe.db.get_value("Payment Ledger Entry", {"voucher_no": invoices[4].name})
		frappe.db.set_value("Payment Ledger Entry", row, "account_type", "Payable")
		self.assert_refused(self.scenario(*invoices), invoices[4].name, "already been fully paid")

	def test_an_empty_text_is_not_none(self) -> None:
		"""Desk and imports leave either in a field without a value; a payment has what its invoice has."""
		invoices = self.sales(50, 51, 52, 53, 54)
		names = [invoice.name for invoice in invoices]
		for field in ("letter_head", "cost_center"):
			frappe.db.set_value("Sales Invoice", {"name": ("in", names)}, field, None)
			frappe.db.set_value("Sales Invoice", names[4], field, "")
			with self.subTest(field):
				self.compare(self.scenario(*invoices), [FIRST, COMPARED, "too few invoices of the kind"])
