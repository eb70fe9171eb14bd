"""Names that a database takes for the same, in rows that only an import could have left so."""

from __future__ import annotations

import frappe

from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.pattern_test_case import COMPARED, FIRST, SomeTestCase
from advanced_bank_reconciliation.tests.test_undo_patterns import LEARNED, UndoPatternTestCase, payments_of


class TestPatternsOfSpellings(SomeTestCase):
	def test_a_credit_note_of_an_invoice(self) -> None:
		"""It decides on the status of the paid invoice."""
		invoices = self.sales()
		note = factories.create_test_sales_invoice("Bulk Test Customer 3", -10)
		frappe.db.set_value("Sales Invoice", note.name, "return_against", invoices[4].name.lower())
		self.compare(self.scenario(*invoices), [FIRST, COMPARED, "credit note"])

	def test_lines_of_an_invoice(self) -> None:
		"""The payment is of the project that the first of them names."""
		invoices = self.sales()
		project = frappe.get_doc({"doctype": "Project", "project_name": "Spelling"}).insert().name
		lines = {"parent": invoices[4].name}
		values = {"project": project, "parent": invoices[4].name.lower()}
		frappe.db.set_value("Sales Invoice Item", lines, values)
		self.compare(self.scenario(*invoices), [FIRST, COMPARED, "the invoice is not as it was"])

	def test_the_schedule_of_an_invoice(self) -> None:
		"""It decides whether an invoice that is paid in part is overdue."""
		invoices = self.sales()
		schedule = {"parent": invoices[4].name, "parenttype": "Sales Invoice"}
		frappe.db.set_value("Payment Schedule", schedule, "parent", invoices[4].name.lower())
		scenario = self.scenario(*invoices, allocated=10)
		self.compare(scenario, [FIRST, COMPARED, "the invoice is not as it was"])


class TestUndoPatternsOfSpellings(UndoPatternTestCase):
	def test_another_document_that_names_a_payment(self) -> None:
		run = self.completed(self.scenario(*self.sales()))
		payment = frappe.get_doc("Payment Entry", payments_of(run)[2])
		comment = payment.add_comment("Comment", "Look at this")
		frappe.db.set_value("Comment", comment.name, "reference_name", payment.name.lower())
		self.compare_undo(run, [*LEARNED, "another document names the payment"])

	def test_rows_of_a_payment(self) -> None:
		run = self.completed(self.scenario(*self.sales()))
		name = payments_of(run)[2]
		frappe.db.set_value("GL Entry", {"voucher_no": name}, "voucher_no", name.lower())
		self.compare_undo(run, [*LEARNED, "0 rows of GL Entry"])
