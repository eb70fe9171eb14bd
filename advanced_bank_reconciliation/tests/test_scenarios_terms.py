"""Payment terms whose sum is a cent off the invoice, compared with the ordinary way in every table.

ERPNext cannot pay the last cent of such an invoice by hand: it takes no more for a term than is outstanding
of it. So an accountant gets there here as a programmer would help out: more is outstanding of the terms while
the payment is posted. Everything else has to be ERPNext's own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import frappe
from frappe.model.document import Document

from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.tests import currencies, factories
from advanced_bank_reconciliation.tests.factories import create_test_purchase_invoice as purchase
from advanced_bank_reconciliation.tests.factories import create_test_sales_invoice as sale
from advanced_bank_reconciliation.tests.oracle import OracleTestCase, Scenario, pay_by_hand

KINDS = (sale, purchase)


def pay_by_hand_with_room(scenario: Scenario) -> None:
	"""`pay_by_hand`, with a whole dollar more outstanding of each term until it is done."""
	(row,) = scenario.selection
	schedule = frappe.qb.DocType("Payment Schedule")
	for more in (1, -1):
		update = frappe.qb.update(schedule).set(schedule.outstanding, schedule.outstanding + more)
		update.where(schedule.parent == row["name"]).run()
		if more > 0:
			pay_by_hand(scenario)


def terms_of(invoice: Document) -> list[tuple]:
	columns = ["outstanding", "paid_amount", "base_outstanding", "base_paid_amount"]
	return frappe.get_all("Payment Schedule", {"parent": invoice.name}, columns, order_by="idx", as_list=True)


class TestOddCents(OracleTestCase):
	def invoice(self, create: Callable[..., Document], amount: float) -> Document:
		terms = factories.create_test_terms()
		return create(rate=amount, payment_terms_template=terms, disable_rounded_total=1)

	def test_terms_that_come_to_a_cent_more(self) -> None:
		"""Two terms of 10.14 for 20.27: an accountant pays 10.13 of the second."""
		for create in KINDS:
			with self.subTest(create.__name__):
				self.check(self.scenario(self.invoice(create, 20.27)).with_terms(10.14, 10.13))

	def test_terms_that_come_to_a_cent_less(self) -> None:
		"""Two terms of 10.14 for 20.29: nothing of it stays open, and nothing of the payment unallocated."""
		for create in KINDS:
			with self.subTest(create.__name__):
				scenario = self.scenario(self.invoice(create, 20.29)).with_terms(10.14, 10.15)
				changes = self.check(scenario, pay_by_hand_with_room)
				(paid,) = changes.rows(f"tab{scenario.selection[0]['doctype']}")
				self.assertEqual((float(paid["outstanding_amount"]), paid["status"]), (0, "Paid"))

	def test_part_of_it(self) -> None:
		for create in KINDS:
			with self.subTest(create.__name__):
				scenario = self.scenario(self.invoice(create, 20.29), allocated=15)
				self.check(scenario.with_terms(10.14, 4.86))

	def test_the_last_cent_alone(self) -> None:
		"""All terms were paid by hand; the button *Payment* then offers none of them."""
		invoice = self.invoice(sale, 20.29)
		pay_by_hand(self.scenario(invoice, allocated=20.28).with_terms(10.14, 10.14))
		scenario = self.scenario(invoice.reload())
		self.assertEqual(invoice.outstanding_amount, 0.01)
		last = invoice.payment_schedule[-1].payment_term
		self.check(replace(scenario, prepare=self.refer_to(last)), pay_by_hand_with_room)

	def refer_to(self, term: str) -> Callable[[Document, dict], None]:
		def prepare(entry: Document, row: dict) -> None:
			reference = {"reference_doctype": row["doctype"], "reference_name": row["name"]}
			amounts = {"allocated_amount": row["allocated_amount"], "payment_term_outstanding": 0}
			entry.references = []
			entry.append("references", {**reference, **amounts, "payment_term": term})

		return prepare

	def test_a_rest_that_is_too_small_for_a_term(self) -> None:
		"""ERPNext passes over a term with no more than 0.10 outstanding: the invoice is paid, it says."""
		invoice = self.invoice(sale, 100)
		pay_by_hand(self.scenario(invoice, allocated=99.95).with_terms(50, 49.95))
		self.check(self.scenario(invoice.reload()), pay_by_hand_with_room)

	def test_terms_that_are_converted(self) -> None:
		"""Euros owed in dollars at 1.0837: each part rounds, and the terms with it."""
		terms = factories.create_test_terms()
		invoice = currencies.create_invoice_owed_in_company_currency(
			conversion_rate=1.0837, payment_terms_template=terms
		)
		before = terms_of(invoice)
		for amount in (15, 54.19, invoice.outstanding_amount - 69.19):
			selection = factories.selection_of([invoice])
			selection[0]["allocated_amount"] = round(amount, 2)
			line = factories.create_test_bank_transaction(round(amount, 2))
			reconciliation.start_at_once(line.name, selection)
		self.assertEqual((invoice.reload().outstanding_amount, invoice.status), (0, "Paid"))
		self.assertEqual([round(row[0], 1) for row in terms_of(invoice)], [0, 0])
		self.assertNotEqual(terms_of(invoice), before)

	def test_a_payment_that_is_cancelled_by_hand_leaves_the_terms_of_before(self) -> None:
		for amount in (20.29, 0.09):
			with self.subTest(amount):
				invoice = self.invoice(sale, amount)
				before = [row[:2] for row in terms_of(invoice)]
				scenario = self.scenario(invoice)
				reconciliation.start_at_once(scenario.bank_transaction.name, list(scenario.selection))
				frappe.get_last_doc("Payment Entry", {"docstatus": 1}).cancel()
				self.assertEqual([row[:2] for row in terms_of(invoice)], before)
				self.assertEqual(invoice.reload().outstanding_amount, amount)
