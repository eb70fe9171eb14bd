"""The statement of a run and the two reports, compared with sums of the tables; who may see what."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from shutil import which
from unittest import skipUnless

import frappe
from frappe.desk.query_report import run as run_report
from frappe.utils.print_utils import get_print
from pypdf import PdfReader

from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.tests import factories, scenes
from advanced_bank_reconciliation.tests.asset_server import served_assets
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase

REGISTER, ITEMS = "Bulk Reconciliation Register", "Bulk Reconciliation Items"
RUN, ITEM = "Bulk Reconciliation Run", "Bulk Reconciliation Item"
# Those that frappe-charts knows of what is used; others are drawn in any colour.
CHART_COLORS = {"green", "red", "grey", "orange", "blue"}
MARKUP = "<img src=x>"


class ReportTestCase(BulkTestCase):
	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		scenes.make_other_company()
		cls.deposit, selection = factories.create_test_deposit(
			12, beside=-2.5, description=f"Payout {MARKUP}"
		)
		cls.fees = [factories.deduction("Marketing Expenses", "3"), factories.deduction("Write Off", "-0.5")]
		cls.run_name = reconciliation.start_at_once(cls.deposit.name, selection, None, cls.fees)["run"]
		frappe.db.commit()

	def person(self, name: str, *roles: str, **only: str) -> None:
		"""Become somebody with these roles, who may see only these documents."""
		user = scenes.make_user(name, list(roles))["user"]
		for doctype, document in only.items():
			scenes.confine(user=user, doctype=doctype, name=document)
		frappe.set_user(user)


class TestStatement(ReportTestCase):
	def statement(self) -> str:
		return get_print(RUN, self.run_name)

	def test_it_is_the_default_and_says_everything(self) -> None:
		html = self.statement()
		for row in frappe.get_all(ITEM, {"run": self.run_name}, ["reference_name", "voucher", "party"]):
			for words in row.values():
				self.assertIn(words, html)
		fees = [fee["account"] for fee in self.fees]
		for words in (
			self.deposit.name,
			"Completed",
			"Total of 12 documents",
			"Before the deductions",
			*fees,
		):
			self.assertIn(words, html)
		self.assertNotIn(MARKUP, html)

	def test_its_sums_are_those_of_the_tables(self) -> None:
		statement = frappe.get_doc(RUN, self.run_name).statement()
		posted = frappe.get_all(ITEM, {"run": self.run_name}, pluck="voucher")
		received = frappe.get_all("Payment Entry", {"name": ("in", posted)}, pluck="received_amount")
		total = sum(Decimal(str(amount)) for amount in received)
		self.assertEqual(statement.total, total)
		self.assertEqual(statement.in_effect, total)
		self.assertEqual(sum(party["total"] for party in statement.parties), total)
		self.assertEqual(len(statement.parties), factories.CUSTOMER_COUNT)
		rows = frappe.get_all("Payment Entry Deduction", {"parent": ("in", posted)}, pluck="amount")
		self.assertEqual(statement.deducted, sum(Decimal(str(amount)) for amount in rows))
		paid = frappe.get_all("Payment Entry Reference", {"parent": ("in", posted)}, pluck="allocated_amount")
		self.assertEqual(statement.gross, sum(Decimal(str(amount)) for amount in paid))

	def test_an_undone_run_says_so(self) -> None:
		frappe.db.set_value(RUN, self.run_name, {"state": "Rolled Back", "reason": "Wrong deposit"})
		frappe.db.set_value(ITEM, {"run": self.run_name}, "state", "Undone")
		self.assertIn("Undone, nothing of it is in effect. Wrong deposit", self.statement())
		self.assertEqual(frappe.get_doc(RUN, self.run_name).statement().in_effect, 0)

	@skipUnless(which("wkhtmltopdf"), "wkhtmltopdf, with which Frappe makes PDFs, is not installed")
	def test_it_is_made_as_a_pdf(self) -> None:
		with served_assets():
			document = PdfReader(BytesIO(get_print(RUN, self.run_name, as_pdf=True)))
		text = "".join(page.extract_text() for page in document.pages)
		for invoice in frappe.get_all(ITEM, {"run": self.run_name}, pluck="reference_name"):
			self.assertIn(invoice, text)
		self.assertIn(self.deposit.name, text)

	def test_strangers_get_none(self) -> None:
		self.person("report-stock", "Stock User")
		self.assertRaises(frappe.PermissionError, self.statement)


class TestReports(ReportTestCase):
	def test_the_register_sums_the_table(self) -> None:
		found = run_report(REGISTER, {"company": factories.COMPANY, "rows": 0})
		columns = ["name", "total_amount", "total_items", "currency"]
		runs = frappe.get_all(RUN, {"company": factories.COMPANY}, columns)
		self.assertEqual(len(found["result"]), len(runs))
		deductions = frappe.get_all(
			"Bulk Reconciliation Deduction",
			{"parent": ("in", [run.name for run in runs])},
			["amount", "currency"],
		)
		of_deductions = [one for one in found["report_summary"] if one["label"].startswith("Deductions")]
		self.check_amounts(of_deductions, deductions, "amount")
		found["report_summary"] = [one for one in found["report_summary"] if one not in of_deductions]
		self.check_summary(found, sum(run.total_items for run in runs), runs, "total_amount")

	def test_the_items_sum_the_table(self) -> None:
		found = run_report(ITEMS, {"company": factories.COMPANY, "rows": 3})
		items = frappe.get_all(ITEM, {"company": factories.COMPANY}, ["cash_amount", "currency"])
		self.assertEqual(len(found["result"]), 3)
		self.check_summary(found, len(items), items, "cash_amount")

	def check_summary(self, found: dict, count: int, rows: list, column: str) -> None:
		"""The summary is of everything, whatever page is shown; so is the chart."""
		invoices, *amounts = found["report_summary"]
		self.assertEqual(invoices["value"], count)
		self.assertEqual(sum(found["chart"]["data"]["datasets"][0]["values"]), count)
		self.check_amounts(amounts, rows, column)
		self.assertLessEqual(set(found["chart"]["colors"]), CHART_COLORS)

	def check_amounts(self, amounts: list[dict], rows: list, column: str) -> None:
		"""One figure for each currency, the sum of the rows."""
		for amount in amounts:
			expected = sum(row[column] for row in rows if row.currency == amount["currency"])
			self.assertAlmostEqual(amount["value"], expected, 2)
		self.assertEqual(len(amounts), len({row.currency for row in rows}))

	def test_one_run(self) -> None:
		found = run_report(ITEMS, {"run": self.run_name})["result"]
		rows = {(row["reference_name"], row["voucher"]) for row in found}
		table = frappe.get_all(ITEM, {"run": self.run_name}, ["reference_name", "voucher"])
		self.assertEqual(rows, {(row.reference_name, row.voucher) for row in table})
		(run,) = [row for row in run_report(REGISTER, {"bank_transaction": self.deposit.name})["result"]]
		self.assertEqual((run["run"], run["in_effect"], run["state"]), (self.run_name, 12, "Completed"))
		self.assertEqual(run["deducted_amount"], 2.5)

	def test_the_period(self) -> None:
		for doctype, filters in ((RUN, {"name": self.run_name}), (ITEM, {"run": self.run_name})):
			frappe.db.set_value(doctype, filters, "creation", "2001-01-01", update_modified=False)
		wanted = {"run": self.run_name, "from_date": "2001-01-01", "to_date": "2001-01-01"}
		self.assertEqual(len(run_report(ITEMS, wanted)["result"]), 12)
		self.assertEqual(run_report(ITEMS, {**wanted, "from_date": "2001-01-02"})["result"], [])

	def test_strangers_are_refused(self) -> None:
		self.person("report-stock", "Stock User")
		for report in (REGISTER, ITEMS):
			with self.assertRaises(frappe.PermissionError):
				run_report(report, {})

	def test_an_auditor_reads_no_bank_transactions_but_the_reports(self) -> None:
		self.person("report-auditor", "Auditor")
		for report in (REGISTER, ITEMS):
			found = run_report(report, {"company": factories.COMPANY})
			self.assertIn(self.deposit.name, [row["bank_transaction"] for row in found["result"]])

	def test_another_companys_accountant_sees_neither_figures_nor_names(self) -> None:
		self.person("report-elsewhere", "Accounts User", Company="Another Bulk Test Company")
		for report in (REGISTER, ITEMS):
			found = run_report(report, {"company": factories.COMPANY})
			self.assertEqual(found["result"], [])
			self.assertEqual([figure["value"] for figure in found["report_summary"]], [0])
