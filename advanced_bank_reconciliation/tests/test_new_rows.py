"""The rows of a Bank Transaction are inserted together, and what Frappe does for each is not lost."""

from __future__ import annotations

from unittest.mock import patch

import frappe
from frappe.model.document import Document

from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.erpnext_adapter.erpnext_patches.new_rows import insert_together
from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase

CHILD = "Bank Transaction Payments"
CHECKED = frozenset({"payment_document", "payment_entry"})


class TestNewRows(BulkTestCase):
	def transaction_with(self, *vouchers: str) -> tuple[Document, list[Document]]:
		transaction = factories.create_test_bank_transaction(100)
		rows = [
			{"payment_document": "Payment Entry", "payment_entry": voucher, "allocated_amount": 10}
			for voucher in vouchers
		]
		return transaction, [transaction.append("payment_entries", row) for row in rows]

	def test_one_statement_for_all_vouchers_of_a_run(self) -> None:
		deposit, selection = factories.create_test_deposit(4)
		ask, seen = frappe.db.sql, []

		def sql(query: object, *values: object, **form: object) -> object:
			seen.append(str(query))
			return ask(query, *values, **form)

		with patch.object(frappe.db, "sql", sql):
			reconciliation.start_at_once(deposit.name, selection)
		self.assertEqual(len([one for one in seen if one.startswith(f"INSERT INTO `tab{CHILD}`")]), 1)
		rows = frappe.get_all(CHILD, {"parent": deposit.name}, ["idx", "docstatus", "owner"], order_by="idx")
		self.assertEqual([(row.idx, row.docstatus) for row in rows], [(1, 1), (2, 1), (3, 1), (4, 1)])

	def test_afterwards_a_row_is_written_as_ever(self) -> None:
		vouchers = [factories.create_test_advance(10).name for _number in range(2)]
		transaction, rows = self.transaction_with(*vouchers)
		insert_together(rows, CHECKED)
		transaction.save()
		rows[1].allocated_amount = 7
		rows[1].db_update()
		found = frappe.get_all(CHILD, {"parent": transaction.name}, pluck="allocated_amount", order_by="idx")
		self.assertEqual(found, [10, 7])

	def test_what_is_not_said_to_be_checked_is_checked(self) -> None:
		transaction, rows = self.transaction_with("No Such Payment")
		insert_together(rows, CHECKED - {"payment_entry"})
		with self.assertRaises(frappe.LinkValidationError):
			transaction.save()
