"""Withdrawals of both kinds, fees of the bank, and vouchers that were there before, as a whole or in part."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import frappe
from erpnext.accounts.doctype.bank_reconciliation_tool.bank_reconciliation_tool import reconcile_vouchers
from frappe.model.document import Document

from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.oracle import OracleTestCase
from advanced_bank_reconciliation.tests.table_changes import TableChanges

BANK = f"Bulk Test Bank USD - {factories.ABBREVIATION}"


class TestAlong(OracleTestCase):
	def check_with(
		self, vouchers: Sequence[tuple[Document, float]], *invoices: Document, **values: Any
	) -> TableChanges:
		rows = [
			{"payment_doctype": voucher.doctype, "payment_name": voucher.name, "amount": amount}
			for voucher, amount in vouchers
		]
		return self.check(replace(self.scenario(*invoices, **values), vouchers=rows))

	def test_sales_and_purchases_on_one_withdrawal(self) -> None:
		"""A supplier is paid in part, and a customer gets part of a credit note."""
		sale = factories.open_sales_invoice()
		note = factories.open_sales_invoice(
			rate=-100, return_against=sale.name, update_outstanding_for_self=1
		)
		scenario = self.scenario(factories.create_test_purchase_invoice(rate=300), note, amount=-250)
		for row, amount in zip(scenario.selection, (200.0, -50.0), strict=True):
			row["allocated_amount"] = amount
		self.check(scenario)

	def test_a_payment_that_is_split_over_two_bank_transactions(self) -> None:
		"""It is cleared only by the one that takes the rest."""
		advance, invoice = factories.create_test_advance(100), factories.open_sales_invoice()
		rows = [{"payment_doctype": advance.doctype, "payment_name": advance.name, "amount": 60.0}]
		part = self.check_with([(advance, 60.0)], invoice, amount=160)
		self.assertNotIn(advance.name, self.cleared(part))
		other = factories.create_test_bank_transaction(40)
		reconcile_vouchers(other.name, json.dumps(rows))
		rest = self.check_with([(advance, 60.0)], invoice, amount=160)
		self.assertIn(advance.name, self.cleared(rest))

	def cleared(self, changes: TableChanges) -> set[str]:
		rows = changes.rows("tabPayment Entry")
		return {row["name"] for row in rows if row["clearance_date"] != "None"}

	def test_invoices_that_were_paid_when_they_were_written(self) -> None:
		mode = frappe.get_doc("Mode of Payment", "Wire Transfer")
		mode.append("accounts", {"company": factories.COMPANY, "default_account": BANK})
		mode.save()
		payment = {"mode_of_payment": mode.name, "account": BANK, "amount": 70}
		sale = factories.open_sales_invoice(rate=70, is_pos=1, payments=[payment])
		self.check_with([(sale, 70.0)], factories.open_sales_invoice(), amount=170)
		values: dict[str, Any] = {"is_paid": 1, "cash_bank_account": BANK, "paid_amount": 70}
		purchase = factories.create_test_purchase_invoice(rate=70, mode_of_payment=mode.name, **values)
		self.check_with([(purchase, 70.0)], factories.create_test_purchase_invoice(), amount=-170)

	def test_fees_that_stand_on_the_bank_transaction(self) -> None:
		"""What is matched is what the statement line moved; the fee that it names besides is not posted."""
		sale, purchase = factories.open_sales_invoice(), factories.create_test_purchase_invoice()
		self.check(self.scenario(sale, allocated=97.5, amount=100, excluded_fee=2.5))
		self.check(self.scenario(purchase, included_fee=2.5))
