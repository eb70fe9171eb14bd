"""What Frappe's own export gives an auditor: every row of a run, as CSV and as a spreadsheet."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO, StringIO

import frappe
from frappe.desk.query_report import export_query
from openpyxl import load_workbook

from advanced_bank_reconciliation.tests.test_reports import ITEM, ITEMS, ReportTestCase


class TestExports(ReportTestCase):
	def setUp(self) -> None:
		super().setUp()
		self.addCleanup(setattr, frappe.local, "form_dict", frappe.local.form_dict)
		self.addCleanup(setattr, frappe.local, "response", frappe.local.response)

	def export(self, file_format: str) -> bytes:
		"""As Desk's menu asks for it: the rows that are shown, by their places."""
		frappe.local.response = frappe._dict()
		frappe.local.form_dict = frappe._dict(
			report_name=ITEMS,
			file_format_type=file_format,
			filters=json.dumps({"run": self.run_name}),
			visible_idx=json.dumps(list(range(12))),
		)
		export_query()
		content = frappe.local.response["filecontent"]
		return content.encode() if isinstance(content, str) else content

	def check(self, table: Sequence[Sequence]) -> None:
		"""table: the titles, then the rows, and at most a total of them"""
		titles = list(table[0])
		document, payment, amount = (titles.index(title) for title in ("Document", "Voucher", "Amount"))
		found = {
			(row[document], row[payment], Decimal(str(row[amount]))) for row in table[1:] if row[document]
		}
		columns = ["reference_name", "voucher", "cash_amount"]
		items = frappe.get_all(ITEM, {"run": self.run_name}, columns)
		expected = {(item.reference_name, item.voucher, Decimal(str(item.cash_amount))) for item in items}
		self.assertEqual(len(items), 12)
		self.assertEqual(found, expected)

	def test_delimited_text(self) -> None:
		self.check(list(csv.reader(StringIO(self.export("CSV").decode()))))

	def test_a_spreadsheet(self) -> None:
		sheet = load_workbook(BytesIO(self.export("Excel"))).active
		self.check(list(sheet.iter_rows(values_only=True)))

	def test_whoever_may_not_export_gets_nothing(self) -> None:
		self.person("export-stock", "Stock User")
		with self.assertRaises(frappe.PermissionError):
			self.export("CSV")
