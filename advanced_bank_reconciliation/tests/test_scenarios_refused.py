"""What ERPNext would not take is refused before anything is written, with the reason and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import frappe
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from frappe.model.document import Document
from frappe.utils import add_days, nowdate

from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.tests import factories, scenes, special_invoices
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase


class TestRefused(BulkTestCase):
	def refused(self, invoice: Document, *words: str, **values: Any) -> None:
		sign = 1 if invoice.doctype == "Sales Invoice" else -1
		line = factories.create_test_bank_transaction(sign * invoice.outstanding_amount, **values)
		said = self.refusal_of(line.name, factories.selection_of([invoice]))
		for word in words:
			self.assertIn(word, said)

	def test_a_closed_accounting_period(self) -> None:
		scenes.close_period(factories.COMPANY)
		self.refused(factories.create_test_sales_invoice(), "Accounting Period", "another day")

	def test_frozen_books(self) -> None:
		invoice = factories.create_test_sales_invoice()
		scenes.freeze_books(factories.COMPANY)
		self.refused(invoice, "not authorized", "another day")

	def test_a_day_before_the_books_were_closed(self) -> None:
		invoice = factories.create_test_sales_invoice()
		day = add_days(nowdate(), -40)
		values = {"company": factories.COMPANY, "period_end_date": add_days(nowdate(), -30), "docstatus": 1}
		frappe.get_doc({"doctype": "Period Closing Voucher", "name": "closed", **values}).db_insert()
		self.refused(invoice, "Books have been closed", "another day", date=day)

	def test_a_supplier_whose_payments_are_on_hold(self) -> None:
		for values, is_blocked in (
			({"hold_type": "All"}, True),
			({"hold_type": "Payments", "release_date": add_days(nowdate(), 1)}, True),
			({"hold_type": "Payments", "release_date": add_days(nowdate(), -1)}, False),
			({"hold_type": "Invoices"}, False),
		):
			with self.subTest(values):
				invoice = factories.create_test_purchase_invoice("Bulk Test Blocked Supplier")
				supplier = {"on_hold": 1, "release_date": None, **values}
				frappe.db.set_value("Supplier", invoice.supplier, supplier)
				if is_blocked:
					self.refused(invoice, invoice.supplier, "Release the supplier")
				else:
					self.pay(invoice)
				frappe.db.set_value("Supplier", invoice.supplier, "on_hold", 0)

	def test_parties_that_are_disabled_or_frozen(self) -> None:
		for field, said in (
			("disabled", "is disabled. Release it first"),
			("is_frozen", "is frozen. Release"),
		):
			for create, party_type in (
				(factories.create_test_sales_invoice, "Customer"),
				(factories.create_test_purchase_invoice, "Supplier"),
			):
				with self.subTest(f"{field} {party_type}"):
					invoice = create(f"Bulk Test Closed {party_type}")
					party = invoice.get(party_type.lower())
					self.set_value(party_type, party, field, 1)
					with self.as_accountant():
						self.refused(invoice, party, said)
					self.set_value(party_type, party, field, 0)

	def test_frozen_accounts(self) -> None:
		invoice = factories.create_test_sales_invoice()
		bank = f"Bulk Test Bank USD - {factories.ABBREVIATION}"
		for account in (invoice.debit_to, bank):
			with self.subTest(account):
				self.set_value("Account", account, "freeze_account", "Yes")
				self.refused(invoice, f"Account {account} is frozen", "Release it")
				self.set_value("Account", account, "freeze_account", "No")

	def set_value(self, doctype: str, name: str, field: str, value: object) -> None:
		"""Written past the controller, as the rollback of the test is: the cache has to follow."""
		frappe.db.set_value(doctype, name, field, value)
		self.addCleanup(frappe.clear_document_cache, doctype, name)

	@contextmanager
	def as_accountant(self) -> Iterator[None]:
		"""Not everybody may post to a frozen party; Administrator has every role."""
		frappe.set_user(scenes.make_user("refused-accountant", ["Accounts User"])["user"])
		try:
			yield
		finally:
			frappe.set_user("Administrator")

	def test_a_credit_note_of_another_party(self) -> None:
		"""It is netted with nothing but invoices of its own: what another one returned is his alone."""
		invoice = factories.create_test_sales_invoice("Bulk Test Customer 2", rate=500)
		note = factories.create_test_sales_invoice("Bulk Test Customer 3", rate=-100)
		line = factories.create_test_bank_transaction(400)
		said = self.refusal_of(line.name, factories.selection_of([invoice, note]))
		self.assertIn(f"{note.name} runs against the direction", said)
		self.assertIn("select it together with invoices of Bulk Test Customer 3", said)

	def test_an_invoice_of_another_company(self) -> None:
		"""Head office pays for its branch: an inter-company journal first, each company in its own books."""
		company = scenes.make_other_company()
		invoice = factories.create_test_sales_invoice(company=company)
		line = factories.create_test_bank_transaction(100)
		said = self.refusal_of(line.name, factories.selection_of([invoice]))
		self.assertIn(f"{invoice.name} belongs to {company}, not to {factories.COMPANY}", said)

	def test_a_bank_transaction_as_a_voucher(self) -> None:
		"""Both lines would change; ERPNext's own form matches them."""
		invoice, other = factories.create_test_sales_invoice(), factories.create_test_bank_transaction(-50)
		line = factories.create_test_bank_transaction(150)
		voucher = {"payment_doctype": other.doctype, "payment_name": other.name, "amount": 50}
		said = self.refusal_of(line.name, factories.selection_of([invoice]), [voucher])
		self.assertIn("documents of type Bank Transaction cannot be reconciled here", said)

	def test_an_invoice_on_hold(self) -> None:
		invoice = factories.create_test_purchase_invoice()
		invoice.db_set("on_hold", 1)
		self.refused(invoice, "Release it")

	def test_an_invoice_that_runs_the_other_way(self) -> None:
		"""Also beside a note that outweighs it: the payment that ERPNext makes of both does not balance."""
		for create, doctype, sign in (
			(factories.create_test_purchase_invoice, "Purchase Invoice", 1),
			(factories.create_test_sales_invoice, "Sales Invoice", -1),
		):
			with self.subTest(doctype):
				invoice, note = create(), special_invoices.note(create, 300)
				line = factories.create_test_bank_transaction(sign * 200)
				for selected in ([invoice], [invoice, note]):
					said = self.refusal_of(line.name, factories.selection_of(selected))
					self.assertIn(f"{invoice.name} runs against the direction", said)
					self.assertIn("by Payment Reconciliation", said)
				entry = self.draft(note)
				row = {"reference_doctype": doctype, "reference_name": invoice.name, "allocated_amount": 100}
				entry.append("references", row)
				entry.paid_amount = entry.received_amount = 200
				with self.assertRaisesRegex(frappe.ValidationError, "Debit and Credit not equal"):
					entry.insert().submit()

	def draft(self, invoice: Document) -> Document:
		"""What the button *Payment* opens."""
		bank = f"Bulk Test Bank USD - {factories.ABBREVIATION}"
		entry = get_payment_entry(invoice.doctype, invoice.name, bank_account=bank)
		return entry.update({"reference_no": "PAYOUT", "reference_date": nowdate()})

	def pay(self, invoice: Document) -> None:
		line = factories.create_test_bank_transaction(-invoice.outstanding_amount)
		reconciliation.start_at_once(line.name, factories.selection_of([invoice]))
		self.assertEqual(invoice.reload().outstanding_amount, 0)
