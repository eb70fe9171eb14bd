"""Credit and debit notes, returns and POS invoices, compared with the ordinary way in every table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from frappe.model.document import Document

from advanced_bank_reconciliation.tests import factories, special_invoices
from advanced_bank_reconciliation.tests.oracle import OracleTestCase
from advanced_bank_reconciliation.tests.special_invoices import note as note_of


class TestNotes(OracleTestCase):
	def test_a_credit_note_that_is_paid_out(self) -> None:
		self.check(self.scenario(note_of(factories.create_test_sales_invoice, 100)))

	def test_part_of_a_credit_note(self) -> None:
		note = note_of(factories.create_test_sales_invoice, 100)
		self.check(self.scenario(note, allocated=-30.5))

	def test_a_debit_note_that_is_paid_back(self) -> None:
		self.check(self.scenario(note_of(factories.create_test_purchase_invoice, 100)))

	def test_part_of_a_debit_note(self) -> None:
		note = note_of(factories.create_test_purchase_invoice, 100)
		self.check(self.scenario(note, allocated=-30.5))

	def test_a_note_that_is_netted_with_an_invoice_of_its_party(self) -> None:
		"""All of both, and parts. An accountant adds the note to the draft of the invoice's payment."""
		for create, paid, taken in (
			(factories.create_test_sales_invoice, 100.0, -31.27),
			(factories.create_test_sales_invoice, 70.0, -20.0),
			(factories.create_test_purchase_invoice, 100.0, -31.27),
			(factories.create_test_purchase_invoice, 70.0, -20.0),
		):
			with self.subTest(create.__name__, paid=paid):
				note, invoice = note_of(create, 31.27), create()
				sign = 1 if invoice.doctype == "Sales Invoice" else -1
				scenario = self.scenario(invoice, note, amount=round(sign * (paid + taken), 2))
				first, other = scenario.selection
				first["allocated_amount"], other["allocated_amount"] = paid, taken
				self.check(replace(scenario, by_hand=[first], prepare=self.add(other)))

	def add(self, other: dict) -> Callable[[Document, dict], None]:
		def prepare(entry: Document, row: dict) -> None:
			amount = other["allocated_amount"]
			reference = {"reference_doctype": other["doctype"], "reference_name": other["name"]}
			entry.append("references", {**reference, "allocated_amount": amount})
			entry.paid_amount = entry.received_amount = round(row["allocated_amount"] + amount, 2)

		return prepare

	def test_a_pos_invoice_that_is_paid_in_part(self) -> None:
		invoice = special_invoices.partly_paid_at_a_till()
		self.assertEqual(invoice.outstanding_amount, 60)
		self.check(self.scenario(invoice))

	def test_an_invoice_that_a_return_has_reduced(self) -> None:
		invoice = special_invoices.reduced_by_a_return(factories.create_test_sales_invoice)
		self.assertEqual(invoice.outstanding_amount, 70)
		self.check(self.scenario(invoice))
