"""Credit and debit notes, returns and POS invoices, compared with the ordinary way in every table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import frappe
from frappe.model.document import Document

from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.oracle import OracleTestCase


class TestNotes(OracleTestCase):
	def note(self, create: Any, amount: float) -> Document:
		"""A credit or debit note with an outstanding amount of its own."""
		invoice = create(rate=amount)
		return create(rate=-amount, return_against=invoice.name, update_outstanding_for_self=1)

	def test_a_credit_note_that_is_paid_out(self) -> None:
		self.check(self.scenario(self.note(factories.create_test_sales_invoice, 100)))

	def test_part_of_a_credit_note(self) -> None:
		note = self.note(factories.create_test_sales_invoice, 100)
		self.check(self.scenario(note, allocated=-30.5))

	def test_a_debit_note_that_is_paid_back(self) -> None:
		self.check(self.scenario(self.note(factories.create_test_purchase_invoice, 100)))

	def test_part_of_a_debit_note(self) -> None:
		note = self.note(factories.create_test_purchase_invoice, 100)
		self.check(self.scenario(note, allocated=-30.5))

	def test_a_note_that_is_netted_with_an_invoice_of_its_party(self) -> None:
		"""An accountant adds the note to the draft of the invoice's payment."""
		for create in (factories.create_test_sales_invoice, factories.create_test_purchase_invoice):
			with self.subTest(create.__name__):
				note, invoice = self.note(create, 31.27), create(rate=1000)
				scenario = self.scenario(invoice, note)
				self.check(replace(scenario, by_hand=scenario.selection[:1], prepare=self.add(note)))

	def add(self, note: Document) -> Any:
		def prepare(entry: Document, row: dict) -> None:
			amount = note.outstanding_amount
			reference = {"reference_doctype": note.doctype, "reference_name": note.name}
			entry.append("references", {**reference, "allocated_amount": amount})
			entry.paid_amount = entry.received_amount = 1000 + amount

		return prepare

	def test_a_pos_invoice_that_is_paid_in_part(self) -> None:
		cash = frappe.db.get_value(
			"Account", {"company": factories.COMPANY, "account_type": "Cash", "is_group": 0}
		)
		payment = {"mode_of_payment": "Cash", "account": cash, "amount": 40}
		invoice = factories.create_test_sales_invoice(is_pos=1, payments=[payment])
		self.assertEqual(invoice.outstanding_amount, 60)
		self.check(self.scenario(invoice))

	def test_an_invoice_that_a_return_has_reduced(self) -> None:
		invoice = factories.create_test_sales_invoice(rate=100)
		item = {"item_code": factories.ITEM, "qty": -1, "rate": 30}
		factories.create_test_sales_invoice(
			rate=-30, return_against=invoice.name, items=[item], update_outstanding_for_self=0
		)
		self.assertEqual(invoice.reload().outstanding_amount, 70)
		self.check(self.scenario(invoice))
