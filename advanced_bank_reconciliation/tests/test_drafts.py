"""A payment is a draft first and is then submitted, as a person does it: for ERPNext and for other apps."""

from __future__ import annotations

from typing import Any

import frappe
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from frappe.model.document import Document
from frappe.utils import add_days, nowdate

from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.advance_accounts import use_separate_advance_accounts
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase
from advanced_bank_reconciliation.tests.other_apps import hook_of_another_app

LEDGERS = ("GL Entry", "Payment Ledger Entry")
# What differs between any two vouchers.
INCIDENTAL = (
	"name",
	"creation",
	"modified",
	"voucher_no",
	"against_voucher",
	"against_voucher_no",
	"remarks",
)
OTHER_COST_CENTER = f"Drafts - {factories.ABBREVIATION}"


class AnotherAppsRefusal(frappe.ValidationError):
	"""What another app says to a payment."""


def refuse(document: Document, method: str) -> None:
	"""A hook of another app."""
	frappe.throw("Not today", AnotherAppsRefusal)


def set_cost_center(document: Document, method: str) -> None:
	"""A hook of another app."""
	document.cost_center = OTHER_COST_CENTER


class TestDrafts(BulkTestCase):
	def test_a_hook_that_refuses_a_draft_refuses_the_run(self) -> None:
		for event in ("before_save", "validate", "before_submit"):
			with self.subTest(event), hook_of_another_app(event, refuse):
				deposit, selection = factories.create_test_deposit(2)
				before = self.books(deposit.name, selection)
				with self.assertRaises(frappe.ValidationError) as refused:
					reconciliation.start_at_once(deposit.name, selection)
				self.assertIn("Not today", str(refused.exception))
				self.assertEqual(self.books(deposit.name, selection), before)

	def test_what_a_hook_sets_in_a_draft_is_in_the_ledger(self) -> None:
		self.create_cost_center()
		for event in ("before_save", "validate"):
			with self.subTest(event), hook_of_another_app(event, set_cost_center):
				payment = self.pay(factories.create_test_sales_invoice())
				filters = {"voucher_no": payment.name}
				self.assertEqual(payment.cost_center, OTHER_COST_CENTER)
				cost_centers = frappe.get_all("GL Entry", filters, pluck="cost_center")
				self.assertEqual(cost_centers, [OTHER_COST_CENTER] * 2)

	def test_a_company_that_books_advances_in_an_account_of_their_own(self) -> None:
		"""Payments of invoices are no advances: two ledger entries each, on the date of the deposit."""
		use_separate_advance_accounts(self)
		day = add_days(nowdate(), -3)
		for create, direction in (
			(factories.create_test_sales_invoice, 1),
			(factories.create_test_purchase_invoice, -1),
		):
			twins = [create(posting_date=add_days(nowdate(), -10), set_posting_time=1) for _each in "ab"]
			with self.subTest(twins[0].doctype):
				bulk = self.pay(twins[0], direction=direction, date=day)
				ordinary = self.pay_the_ordinary_way(twins[1], day)
				self.assertEqual(self.ledgers_of(bulk), self.ledgers_of(ordinary))
				self.assertEqual(len(self.ledgers_of(bulk)["GL Entry"]), 2)
				self.assertEqual(len(self.ledgers_of(bulk)["Payment Ledger Entry"]), 1)

	def pay(self, invoice: Document, direction: int = 1, **values: Any) -> Document:
		"""Pay an invoice from a statement line of its own; return the payment."""
		transaction = factories.create_test_bank_transaction(
			direction * invoice.outstanding_amount, description="Payout", **values
		)
		reconciliation.start_at_once(transaction.name, factories.selection_of([invoice]))
		return self.payment_of(invoice)

	def pay_the_ordinary_way(self, invoice: Document, day: str) -> Document:
		account = f"Bulk Test Bank USD - {factories.ABBREVIATION}"
		entry = get_payment_entry(invoice.doctype, invoice.name, bank_account=account)
		entry.update({"posting_date": day, "reference_no": "PAYOUT-1", "reference_date": day})
		entry.insert().submit()
		return entry

	def payment_of(self, invoice: Document) -> Document:
		name = frappe.db.get_value("Payment Entry Reference", {"reference_name": invoice.name}, "parent")
		return frappe.get_doc("Payment Entry", name)

	def ledgers_of(self, payment: Document) -> dict[str, list[dict]]:
		"""Every column of every ledger entry of a payment that is not bound to differ."""
		rows = {
			doctype: frappe.get_all(doctype, {"voucher_no": payment.name}, ["*"], order_by="account, idx")
			for doctype in LEDGERS
		}
		return {
			doctype: [{key: row[key] for key in row if key not in INCIDENTAL} for row in found]
			for doctype, found in rows.items()
		}

	def create_cost_center(self) -> None:
		parent = frappe.db.get_value("Cost Center", {"company": factories.COMPANY, "is_group": 1})
		values = {"cost_center_name": "Drafts", "company": factories.COMPANY, "parent_cost_center": parent}
		frappe.get_doc({"doctype": "Cost Center", **values}).insert()
