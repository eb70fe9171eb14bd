"""What is written is what ERPNext itself would have written for the same payments."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import frappe
from erpnext.accounts.doctype.bank_reconciliation_tool.bank_reconciliation_tool import reconcile_vouchers
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from erpnext.accounts.doctype.payment_request.payment_request import make_payment_request
from frappe.model.document import Document

from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.tests import currencies, factories, special_invoices
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase

LEDGER_COLUMNS = (
	"account",
	"party_type",
	"party",
	"against",
	"debit",
	"credit",
	"debit_in_account_currency",
	"credit_in_account_currency",
	"against_voucher_type",
	"cost_center",
	"project",
	"posting_date",
)
PAYMENT_COLUMNS = (
	"payment_type",
	"party",
	"party_name",
	"paid_from",
	"paid_to",
	"paid_amount",
	"received_amount",
	"base_paid_amount",
	"total_allocated_amount",
	"unallocated_amount",
	"difference_amount",
	"source_exchange_rate",
	"target_exchange_rate",
	"cost_center",
	"status",
	"clearance_date",
)


class TestPostings(BulkTestCase):
	def test_the_same_books_as_the_ordinary_way(self) -> None:
		"""Payment, General Ledger, Payment Ledger and clearance agree with get_payment_entry, insert, submit
		and reconcile_vouchers.
		"""
		ordinary, bulk = factories.create_test_sales_invoice(), factories.create_test_sales_invoice()
		self.pay_the_ordinary_way(ordinary)
		self.pay(bulk)
		self.assertEqual(self.written_for(bulk), self.written_for(ordinary))

	def test_purchase_invoice_from_a_withdrawal(self) -> None:
		invoice = factories.create_test_purchase_invoice(rate=250)
		payment = self.pay(invoice, amount=-250)
		self.assertEqual((payment.payment_type, payment.paid_amount), ("Pay", 250))
		self.assertEqual(self.moved_at_bank(payment), -250)

	def test_customer_refund_from_a_withdrawal(self) -> None:
		"""A credit note is paid out: money leaves the bank."""
		note = self.credit_note(100)
		payment = self.pay(note, amount=-100)
		self.assertEqual((payment.payment_type, payment.party_type), ("Pay", "Customer"))
		self.assertEqual(self.moved_at_bank(payment), -100)

	def test_supplier_refund_in_a_deposit(self) -> None:
		"""A debit note is paid back: money comes in."""
		invoice = factories.create_test_purchase_invoice(rate=100)
		note = factories.create_test_purchase_invoice(
			rate=-100, return_against=invoice.name, update_outstanding_for_self=1
		)
		payment = self.pay(note, amount=100)
		self.assertEqual((payment.payment_type, payment.party_type), ("Receive", "Supplier"))
		self.assertEqual(self.moved_at_bank(payment), 100)

	def test_net_deposit(self) -> None:
		"""Invoices of 1,031.27 less a credit note of 31.27 arrive as 1,000.00."""
		invoices = [factories.create_test_sales_invoice(rate=rate) for rate in (1000, 31.27)]
		note = self.credit_note(31.27)
		deposit = factories.create_test_bank_transaction(1000)
		selection = factories.selection_of([*invoices, note])
		reconciliation.start_at_once(deposit.name, selection)
		books = self.books(deposit.name, selection)
		self.assertEqual(set(books["outstanding"].values()), {0})
		self.assertEqual(books["bank_entries"], 1000)
		self.assertEqual(books["transaction"]["status"], "Reconciled")
		self.assertEqual(len(books["payments"]), 2)

	def test_partial_payment_over_payment_terms(self) -> None:
		"""70 of an invoice of two terms of 50 pays the first term and 20 of the second."""
		invoice = factories.create_test_sales_invoice(payment_terms_template=factories.create_test_terms())
		self.pay(invoice, allocated=70)
		self.assertEqual(self.open_terms(invoice), [0, 30])
		self.pay(invoice, allocated=30)
		self.assertEqual(self.open_terms(invoice), [0, 0])

	def test_terms_of_an_invoice_in_another_currency_than_it_is_owed_in(self) -> None:
		"""Terms of 50 euros each, owed in dollars at 1.10: 55 dollars pay one, 70 one and 15 of the other."""
		terms = factories.create_test_terms()
		invoice = currencies.create_invoice_owed_in_company_currency(payment_terms_template=terms)
		for _half in range(2):
			self.pay(invoice, allocated=55)
		self.assertEqual(self.open_terms(invoice), [0, 0])
		other = currencies.create_invoice_owed_in_company_currency(payment_terms_template=terms)
		payment = self.pay(other, allocated=70)
		self.assertEqual([row.allocated_amount for row in payment.references], [55, 15])

	def test_the_payment_request_of_an_invoice_is_paid(self) -> None:
		invoice = factories.create_test_sales_invoice()
		request = make_payment_request(
			dt=invoice.doctype, dn=invoice.name, recipient_id="x@example.com", mute_email=1, submit_doc=1
		)
		self.pay(invoice, allocated=40)
		columns = ["status", "outstanding_amount"]
		name = request["name"]
		self.assertEqual(frappe.db.get_value("Payment Request", name, columns), ("Partially Paid", 60))
		self.pay(invoice, allocated=60)
		self.assertEqual(frappe.db.get_value("Payment Request", name, columns), ("Paid", 0))

	def test_what_a_party_has_besides_is_asked_once(self) -> None:
		"""However many invoices of one customer are paid, its credit notes and orders are read once."""
		invoices = [factories.create_test_sales_invoice() for _number in range(3)]
		deposit = factories.create_test_bank_transaction(300)
		with self.counting_statements("outstanding_amount < 0", "advance_paid") as counts:
			reconciliation.start_at_once(deposit.name, factories.selection_of(invoices))
		self.assertEqual(counts, {"outstanding_amount < 0": 1, "advance_paid": 1})

	@contextmanager
	def counting_statements(self, *parts: str) -> Iterator[dict[str, int]]:
		"""Count the statements with each of `parts` in them."""
		counts, run = dict.fromkeys(parts, 0), frappe.db.sql

		def count(query: object, *args: Any, **kwargs: Any) -> Any:
			for part in parts:
				counts[part] += part in str(query)
			return run(query, *args, **kwargs)

		with patch.object(frappe.db, "sql", count):
			yield counts

	def test_a_reference_is_never_too_long_nor_empty(self) -> None:
		"""Bank references of 300 characters, and none at all."""
		long = self.pay(factories.create_test_sales_invoice(), reference_number="R" * 300)
		self.assertEqual(long.reference_no, "R" * 140)
		bare = self.pay(factories.create_test_sales_invoice(), reference_number=" ", description="")
		self.assertTrue(bare.reference_no.startswith("ACC-BTN-"))

	def test_cost_centre_of_the_invoice(self) -> None:
		cost_center = frappe.db.get_value("Company", factories.COMPANY, "cost_center")
		payment = self.pay(factories.create_test_sales_invoice(cost_center=cost_center))
		self.assertEqual(payment.cost_center, cost_center)

	def test_the_deposits_own_account_is_used(self) -> None:
		"""Not the company's default bank account."""
		other = frappe.db.get_value(
			"Account", {"company": factories.COMPANY, "account_type": "Cash", "is_group": 0}
		)
		frappe.db.set_value("Company", factories.COMPANY, "default_bank_account", other)
		payment = self.pay(factories.create_test_sales_invoice())
		self.assertEqual(payment.paid_to, f"Bulk Test Bank USD - {factories.ABBREVIATION}")

	def test_the_references_show_what_is_outstanding(self) -> None:
		payment = self.pay(factories.create_test_sales_invoice(), allocated=40)
		self.assertEqual(payment.references[0].outstanding_amount, 60)
		self.assertEqual(payment.references[0].total_amount, 100)

	def pay(self, invoice: Document, *, amount: float = 0, allocated: float = 0, **values: Any) -> Document:
		"""Pay an invoice from a statement line of its own; return the newest payment."""
		allocated = allocated or invoice.outstanding_amount
		transaction = factories.create_test_bank_transaction(amount or allocated, **values)
		row = {"doctype": invoice.doctype, "name": invoice.name, "allocated_amount": allocated}
		reconciliation.start_at_once(transaction.name, [row])
		self.assertEqual(frappe.db.get_value("Bank Transaction", transaction.name, "status"), "Reconciled")
		return frappe.get_doc("Payment Entry", self.newest_payment(transaction.name))

	def pay_the_ordinary_way(self, invoice: Document) -> None:
		transaction = factories.create_test_bank_transaction(invoice.outstanding_amount)
		account = f"Bulk Test Bank USD - {factories.ABBREVIATION}"
		entry = get_payment_entry(invoice.doctype, invoice.name, bank_account=account)
		entry.reference_no, entry.reference_date = transaction.reference_number, transaction.date
		entry.insert().submit()
		voucher = {"payment_doctype": entry.doctype, "payment_name": entry.name, "amount": entry.paid_amount}
		reconcile_vouchers(transaction.name, json.dumps([voucher]))

	def written_for(self, invoice: Document) -> dict:
		"""Everything that was written for the payment of an invoice, without names and times."""
		payment = frappe.db.get_value("Payment Entry Reference", {"reference_name": invoice.name}, "parent")
		ledgers = {}
		for doctype in ("GL Entry", "Payment Ledger Entry"):
			columns = [one for one in LEDGER_COLUMNS if frappe.get_meta(doctype).has_field(one)]
			columns += ["amount"] if doctype == "Payment Ledger Entry" else []
			filters = {"voucher_no": payment, "voucher_type": "Payment Entry"}
			ledgers[doctype] = frappe.get_all(doctype, filters=filters, fields=columns, order_by="account")
		reference = [
			"total_amount",
			"outstanding_amount",
			"allocated_amount",
			"exchange_rate",
			"account",
			"due_date",
		]
		return {
			**ledgers,
			"payment": frappe.db.get_value("Payment Entry", payment, PAYMENT_COLUMNS, as_dict=True),
			"reference": frappe.db.get_value(
				"Payment Entry Reference", {"parent": payment}, reference, as_dict=True
			),
			"invoice": frappe.db.get_value("Sales Invoice", invoice.name, ["status", "outstanding_amount"]),
		}

	def moved_at_bank(self, payment: Document) -> float:
		account = f"Bulk Test Bank USD - {factories.ABBREVIATION}"
		filters = {"voucher_no": payment.name, "account": account, "is_cancelled": 0}
		debit, credit = frappe.db.get_value("GL Entry", filters, ["debit", "credit"])
		return debit - credit

	def newest_payment(self, bank_transaction: str) -> str:
		return frappe.db.get_value(
			"Bank Transaction Payments", {"parent": bank_transaction}, "payment_entry", order_by="idx desc"
		)

	def credit_note(self, amount: float) -> Document:
		return special_invoices.note(factories.create_test_sales_invoice, amount)

	def open_terms(self, invoice: Document) -> list[float]:
		return frappe.get_all(
			"Payment Schedule",
			filters={"parent": invoice.name},
			pluck="outstanding",
			order_by="due_date, idx",
		)
