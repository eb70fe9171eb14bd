"""A second save of what a run has written changes nothing, also with amounts that floats cannot hold."""

from __future__ import annotations

import frappe
from frappe.model.document import Document

from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase
from advanced_bank_reconciliation.tests.factories import deduction

# 760 - 649.71 is 110.28999999999996, and 0.1 + 0.2 is 0.30000000000000004.
RATES, DEPOSIT = (0.1, 0.2, 113.33), 760 - 649.71


class TestSavedAgain(BulkTestCase):
	def test_a_second_save_is_taken_and_changes_nothing(self) -> None:
		"""ERPNext compares what is saved with what is stored: a rounding of its own would be refused
		(UpdateAfterSubmitError), or leave a rest on the Bank Transaction.
		"""
		invoices = [factories.open_sales_invoice(rate=rate) for rate in RATES]
		deposit = factories.create_test_bank_transaction(DEPOSIT)
		selection = [
			{**row, "allocated_amount": row["allocated_amount"] + 1e-9}
			for row in factories.selection_of(invoices)
		]
		fee = deduction("Marketing Expenses", "3.34")
		run = reconciliation.start_at_once(deposit.name, selection, None, [fee])["run"]
		payments = frappe.get_all("Payment Entry", {"bulk_reconciliation_run": run}, pluck="name")
		self.assertEqual(len(payments), len(invoices))
		documents = [("Bank Transaction", deposit.name), *(("Payment Entry", name) for name in payments)]
		for document in documents:
			with self.subTest(document):
				before = self.figures(frappe.get_doc(*document))
				frappe.get_doc(*document).save()
				self.assertEqual(self.figures(frappe.get_doc(*document)), before)
		line = frappe.get_doc("Bank Transaction", deposit.name)
		self.assertEqual((line.status, line.unallocated_amount), ("Reconciled", 0))

	def figures(self, document: Document) -> dict:
		"""All that is stored, without times."""
		rows = document.as_dict(convert_dates_to_str=True)
		tables = {field.fieldname for field in document.meta.get_table_fields()}
		ignored = {"modified", "modified_by", "__onload"}
		return {
			key: [self.without(row, ignored) for row in value] if key in tables else value
			for key, value in rows.items()
			if key not in ignored
		}

	def without(self, row: dict, ignored: set[str]) -> dict:
		return {key: value for key, value in row.items() if key not in ignored}
