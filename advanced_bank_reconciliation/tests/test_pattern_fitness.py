"""Which payments are fit for being written or undone by pattern, by the tables alone; none is posted here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any

import frappe

from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.facts import VoucherFacts
from advanced_bank_reconciliation.engine.records import Deduction, Item
from advanced_bank_reconciliation.erpnext_adapter.books.statement_lines import read_statement_line
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.kinds import Kind, sort_by_kind
from advanced_bank_reconciliation.erpnext_adapter.posting.undo_patterns import fitness
from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.pattern_test_case import SomeTestCase

CUSTOMER = "Bulk Test Customer 0"
OUTDATED, FOREIGN = "the invoice is not as it was", "foreign currency"
DIFFERS = "the invoice and its ledger differ"
INVOICES: dict[tuple[str, Any], str] = {
	("docstatus", 2): OUTDATED,
	("company", "Another Company"): OUTDATED,
	("currency", "EUR"): FOREIGN,
	("party_account_currency", "EUR"): FOREIGN,
	("conversion_rate", 2): FOREIGN,
	("customer", "Bulk Test Customer 1"): "another party",
	("is_return", 1): "is return (credit note)",
	("is_pos", 1): "include payment (pos)",
	("is_discounted", 1): "is discounted",
	("is_internal_customer", 1): "is internal customer",
	("is_opening", "Yes"): "is opening entry",
	("represents_company", factories.COMPANY): "internal transfer",
	("outstanding_amount", 49): DIFFERS,
	("outstanding_amount", 51): DIFFERS,
	("contact_person", "Nobody"): "a contact that is not there",
}
PARTIES = {
	"disabled": "the party is blocked",
	"is_frozen": "the party is blocked",
	"tax_withholding_category": "tax withholding",
}
ITEMS: tuple[tuple[dict, str], ...] = (
	({"allocated_amount": Decimal(-50)}, "credit note"),
	({"deductions": (Deduction(account="Sales", cost_center="", amount=Decimal(1)),)}, "deductions"),
	({"exchange_rate": Decimal(2)}, FOREIGN),
	({"bank_exchange_rate": Decimal(2)}, FOREIGN),
	({"cash_amount": Decimal(49)}, FOREIGN),
	({"allocated_amount": Decimal(51), "cash_amount": Decimal(51)}, DIFFERS),
)
CHANGED = "the payment is not as it was posted"
FACTS: tuple[tuple[dict, str | None], ...] = (
	({}, None),
	({"item": "unknown"}, "no item of the run"),
	({"docstatus": 2}, CHANGED),
	({"is_balanced": False}, CHANGED),
	({"moved": Decimal(49)}, CHANGED),
	({"settled": {}}, CHANGED),
	({"unallocated": Decimal(1)}, CHANGED),
	({"deducted": {("Sales", ""): Decimal(1)}}, CHANGED),
	({"is_cleared": True}, CHANGED),
	({"misbooked": ("another day",)}, CHANGED),
)


class TestPatternFitness(SomeTestCase):
	def setUp(self) -> None:
		super().setUp()
		self.invoice = factories.open_sales_invoice(CUSTOMER, 50)
		self.line = read_statement_line(factories.create_test_bank_transaction(50).name)
		amounts = {"allocated_amount": Decimal(50), "cash_amount": Decimal(50)}
		owed = {"doctype": "Sales Invoice", "document": self.invoice.name, **amounts}
		self.item = Item(key="1", position=0, group=0, party_type="Customer", party=CUSTOMER, **owed)

	def reason(self, *items: Item, with_terms: tuple[DocumentKey, ...] = ()) -> str | None:
		items = items or (self.item,)
		return sort_by_kind([items], self.line, with_terms).reasons.get(items[0].key)

	def kind(self) -> Kind:
		return next(iter(sort_by_kind([[self.item]], self.line, ()).kinds))

	@contextmanager
	def changed(self, doctype: str, name: Any, column: str, value: Any) -> Iterator[None]:
		frappe.db.savepoint("changed")
		frappe.db.set_value(doctype, name, column, value)
		yield
		frappe.db.rollback(save_point="changed")

	def test_a_plain_one(self) -> None:
		self.assertIsNone(self.reason())

	def test_kinds(self) -> None:
		"""What a payment takes from its invoice as it is; a project from a line if the invoice has none."""
		plain, line = self.kind(), {"parent": self.invoice.name}
		self.assertEqual(self.kind(), plain)
		for doctype, name, column in (
			("Sales Invoice", self.invoice.name, "letter_head"),
			("Sales Invoice", self.invoice.name, "cost_center"),
			("Sales Invoice", self.invoice.name, "project"),
			("Sales Invoice Item", line, "project"),
		):
			with self.subTest(f"{doctype}.{column}"), self.changed(doctype, name, column, "Another"):
				self.assertNotEqual(self.kind(), plain)

	def test_invoices(self) -> None:
		for (column, value), reason in INVOICES.items():
			with self.subTest(column), self.changed("Sales Invoice", self.invoice.name, column, value):
				self.assertEqual(self.reason(), reason)

	def test_parties(self) -> None:
		for column, reason in PARTIES.items():
			with self.subTest(column), self.changed("Customer", CUSTOMER, column, 1):
				self.assertEqual(self.reason(), reason)

	def test_items(self) -> None:
		for values, reason in ITEMS:
			with self.subTest(values):
				self.assertEqual(self.reason(replace(self.item, **values)), reason)
		self.assertEqual(self.reason(self.item, self.item), "several invoices in one payment")
		self.assertEqual(self.reason(with_terms=(self.item.reference,)), "payment terms")

	def test_documents_of_an_invoice(self) -> None:
		request = {"doctype": "Payment Request", "reference_name": self.invoice.name}
		of_invoice = {**request, "reference_doctype": "Sales Invoice"}
		dunned = {"doctype": "Overdue Payment", "sales_invoice": self.invoice.name}
		note = {"doctype": "Sales Invoice", "return_against": self.invoice.name}
		for document, reason in (
			({**of_invoice, "docstatus": 1}, "payment request"),
			({**of_invoice, "docstatus": 0}, "payment request"),
			({**of_invoice, "docstatus": 2}, None),
			({**request, "reference_doctype": "Sales Order", "docstatus": 1}, None),
			(dunned, "dunning"),
			({**note, "docstatus": 1}, "credit note"),
			({**note, "docstatus": 0}, None),
		):
			frappe.db.savepoint("document")
			frappe.get_doc({"name": "Pattern", **document}).db_insert()
			with self.subTest(document):
				self.assertEqual(self.reason(), reason)
			frappe.db.rollback(save_point="document")

	def test_payments_that_are_undone(self) -> None:
		paid = {self.item.reference: Decimal(50)}
		facts = VoucherFacts(
			key=DocumentKey("Payment Entry", "1"),
			item="1",
			docstatus=1,
			is_balanced=True,
			moved=Decimal(50),
			settled=paid,
		)
		items = {"1": self.item}
		for values, reason in FACTS:
			with self.subTest(values):
				self.assertEqual(fitness._reason_in_facts(replace(facts, **values), items), reason)
		other = DocumentKey("Sales Invoice", "2")
		two = replace(facts, settled={**paid, other: Decimal(1)})
		self.assertEqual(fitness._reason_in_facts(two, items), "several invoices in one payment")
		advance = {"1": replace(self.item, is_advance=True)}
		self.assertEqual(fitness._reason_in_facts(facts, advance), "advance")
