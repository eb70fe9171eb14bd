"""ERPNext's banking page: the way to it, what the rows of a run tell it, and what it does to them.

If ERPNext has none, its field and its file are made here, and what it does to documents is done to them.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from unittest.mock import patch

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_field

from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase

ROWS = "Bank Transaction Payments"
FIELD = "reconciliation_type"


class TestReconciliationType(BulkTestCase):
	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		if not frappe.get_meta(ROWS).has_field(FIELD):
			cls.addClassCleanup(delete_field)
			options = "Matched\nVoucher Created"
			create_custom_field(ROWS, {"fieldname": FIELD, "fieldtype": "Select", "options": options})

	def test_the_runs_own_payments_are_told_from_the_users(self) -> None:
		"""The page cancels what is called created there when it takes a deposit's rows off."""
		advance, invoice = factories.create_test_advance(60), factories.open_sales_invoice()
		deposit = factories.create_test_bank_transaction(160)
		voucher = {"payment_doctype": advance.doctype, "payment_name": advance.name, "amount": 60}
		selection = factories.selection_of([invoice])
		reconciliation.start_at_once(deposit.name, selection, [voucher])
		kinds = {row.payment_entry: row.get(FIELD) for row in deposit.reload().payment_entries}
		self.assertEqual(kinds.pop(advance.name), "Matched")
		self.assertEqual(list(kinds.values()), ["Voucher Created"])

	def test_all_rows_taken_off_and_what_was_created_cancelled(self) -> None:
		"""As the page means to; its loop over half of the rows is refused, see `test_unmatching`."""
		advance = factories.create_test_advance(60)
		invoices = [factories.open_sales_invoice() for _number in range(3)]
		deposit = factories.create_test_bank_transaction(360)
		voucher = {"payment_doctype": advance.doctype, "payment_name": advance.name, "amount": 60}
		selection = factories.selection_of(invoices)
		before = self.books(deposit.name, selection)
		reconciliation.start_at_once(deposit.name, selection, [voucher])
		created = [row for row in deposit.reload().payment_entries if row.get(FIELD) == "Voucher Created"]
		for row in list(deposit.payment_entries):
			deposit.remove_payment_entry(row)
		deposit.save()
		for row in created:
			frappe.get_doc(row.payment_document, row.payment_entry).cancel()
		self.assertEqual(len(created), 3)
		self.assertEqual(self.books(deposit.name, selection), before)
		self.assertEqual(advance.reload().docstatus, 1)
		self.assertIsNone(advance.clearance_date)


class TestTheWayToIt(BulkTestCase):
	def has_button(self) -> bool:
		"""Whether the form is told to offer it, as the browser asks for the form."""
		tool = frappe.get_doc("Advance Bank Reconciliation Tool")
		tool.run_method("onload")
		return tool.get_onload("has_banking_page")

	def test_only_if_it_is_there(self) -> None:
		with tempfile.TemporaryDirectory() as folder:
			page = Path(folder) / "banking.html"
			with patch.object(frappe, "get_app_path", return_value=str(page)) as asked:
				self.assertFalse(self.has_button())
				page.touch()
				self.assertTrue(self.has_button())
		asked.assert_called_with("erpnext", "www", "banking.html")


def delete_field() -> None:
	frappe.delete_doc("Custom Field", f"{ROWS}-{FIELD}")
	frappe.db.commit()
