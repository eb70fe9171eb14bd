"""Vouchers that a user had before and cannot have matched along: refused at the start, with the reason."""

from __future__ import annotations

import json

import frappe
from erpnext.accounts.doctype.bank_reconciliation_tool.bank_reconciliation_tool import reconcile_vouchers
from frappe.model.document import Document
from frappe.utils import nowdate

from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase


def row_of(voucher: Document, amount: float) -> dict:
	return {"payment_doctype": voucher.doctype, "payment_name": voucher.name, "amount": amount}


def create_fee_journal(amount: float) -> Document:
	"""A submitted Journal Entry: a bank charge of `amount`."""
	bank = frappe.db.get_value(
		"Bank Account", factories.create_test_bank_account(factories.COMPANY), "account"
	)
	account = frappe.db.get_value("Account", {"company": factories.COMPANY, "account_name": "Bank Charges"})
	account = account or frappe.db.get_value(
		"Account", {"company": factories.COMPANY, "root_type": "Expense", "is_group": 0, "account_type": ""}
	)
	cost_center = frappe.get_cached_value("Company", factories.COMPANY, "cost_center")
	rows = [
		{"account": bank, "credit_in_account_currency": amount},
		{"account": account, "debit_in_account_currency": amount, "cost_center": cost_center},
	]
	values = {"company": factories.COMPANY, "posting_date": nowdate(), "accounts": rows}
	values |= {"voucher_type": "Bank Entry", "cheque_no": "FEE", "cheque_date": nowdate()}
	return frappe.get_doc({"doctype": "Journal Entry", **values}).insert().submit()


class TestExistingVouchers(BulkTestCase):
	def setUp(self) -> None:
		self.deposit, self.selection = factories.create_test_deposit(2, beside=100)

	def refused_for(self, voucher: Document, amount: float, said: str) -> None:
		text = self.refusal_of(self.deposit.name, self.selection, [row_of(voucher, amount)])
		self.assertIn(said, text)
		self.assertEqual(text.count("<br>"), 0)

	def test_on_this_very_bank_transaction(self) -> None:
		"""Matched in part by hand: ERPNext takes no second row of it."""
		payment = factories.create_test_advance(150)
		reconcile_vouchers(self.deposit.name, json.dumps([row_of(payment, 40)]))
		frappe.db.set_value(
			"Bank Transaction Payments", {"payment_entry": payment.name}, "allocated_amount", 40
		)
		frappe.get_doc("Bank Transaction", self.deposit.name).save()
		self.refused_for(payment, 10, f"{payment.name} is on Bank Transaction {self.deposit.name} already")

	def test_a_fee_on_a_deposit(self) -> None:
		"""2.50 that went out is no part of a deposit, also if a payment outweighs it."""
		fee = create_fee_journal(2.5)
		self.refused_for(
			fee, 2.5, f"{fee.name} took money out, but Bank Transaction {self.deposit.name} is a"
		)

	def test_a_payment_received_on_a_withdrawal(self) -> None:
		withdrawal = factories.create_test_bank_transaction(-100)
		invoice = factories.create_test_purchase_invoice(rate=60)
		payment = factories.create_test_advance(40)
		rows = factories.selection_of([invoice])
		text = self.refusal_of(withdrawal.name, rows, [row_of(payment, 40)])
		self.assertIn(
			f"{payment.name} brought money in, but Bank Transaction {withdrawal.name} is a with", text
		)

	def test_a_payment_of_another_bank_account(self) -> None:
		account = factories.create_test_bank_account(factories.COMPANY, purpose="Other")
		payment = factories.create_test_advance(40, bank_account=account)
		self.refused_for(payment, 40, f"{payment.name} moved no money on the bank account of")

	def test_a_payment_that_another_bank_transaction_has_in_full(self) -> None:
		payment = factories.create_test_advance(40)
		other = factories.create_test_bank_transaction(40)
		reconcile_vouchers(other.name, json.dumps([row_of(payment, 40)]))
		self.refused_for(payment, 40, f"{payment.name} has nothing left")

	def test_a_journal_in_the_direction_is_matched_along(self) -> None:
		"""Bank charges on a withdrawal, beside an invoice."""
		fee, invoice = create_fee_journal(2.5), factories.create_test_purchase_invoice(rate=60)
		withdrawal = factories.create_test_bank_transaction(-62.5)
		rows = factories.selection_of([invoice])
		reconciliation.start_at_once(withdrawal.name, rows, [row_of(fee, 2.5)])
		self.assertEqual(frappe.db.get_value("Bank Transaction", withdrawal.name, "status"), "Reconciled")
		self.assertTrue(frappe.db.get_value("Journal Entry", fee.name, "clearance_date"))
