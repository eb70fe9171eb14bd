"""What cancelling does to some payments of a kind, and neither the first nor the second of them shows."""

from __future__ import annotations

import frappe

from advanced_bank_reconciliation.tests.test_undo_patterns import LEARNED, UndoPatternTestCase, payments_of


class TestUndoPatternsOfSome(UndoPatternTestCase):
	def test_an_invoice_whose_advances_come_to_another_total(self) -> None:
		"""ERPNext adds them up again (delink_advance_entries)."""
		invoices = self.sales()
		run = self.completed(self.scenario(*invoices))
		frappe.db.set_value("Sales Invoice", invoices[0].name, "total_advance", 5)
		self.compare_undo(run, [*LEARNED, "advance"])

	def test_an_advance_with_more_decimals_than_its_currency_has(self) -> None:
		"""ERPNext rounds each; so another total comes of the same advances."""
		invoices = self.sales()
		run = self.completed(self.scenario(*invoices))
		row = {"doctype": "Sales Invoice Advance", "parent": invoices[0].name, "parenttype": "Sales Invoice"}
		names = {"reference_type": "Journal Entry", "reference_name": "Imported", "parentfield": "advances"}
		frappe.get_doc({**row, **names, "allocated_amount": 5.336}).db_insert()
		frappe.db.set_value("Sales Invoice", invoices[0].name, "total_advance", 5.336)
		self.compare_undo(run, [*LEARNED, "advance"])

	def test_entries_that_have_got_their_lasting_names(self) -> None:
		"""As ERPNext gives them once an hour (rename_gle_sle_docs)."""
		run = self.completed(self.scenario(*self.sales()))
		entries = frappe.get_all("GL Entry", {"voucher_no": ("in", payments_of(run))}, pluck="name")
		for number, name in enumerate(sorted(entries)):
			frappe.db.set_value("GL Entry", name, {"name": f"ACC-GLE-9999-{number:05d}", "to_rename": 0})
		self.compare_undo(run)
