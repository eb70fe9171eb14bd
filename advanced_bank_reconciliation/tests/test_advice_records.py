"""The record of a remittance advice: what it says of each line, with which run it lives, and who sees it."""

from __future__ import annotations

from collections.abc import Sequence
from unittest.mock import patch

import frappe

from advanced_bank_reconciliation.advanced_bank_reconciliation.doctype.advance_bank_reconciliation_tool.advance_bank_reconciliation_tool import (  # noqa: E501
	get_attached_advices,
)
from advanced_bank_reconciliation.advanced_bank_reconciliation.doctype.bulk_reconciliation_run.bulk_reconciliation_run import (  # noqa: E501
	BulkReconciliationRun,
)
from advanced_bank_reconciliation.engine.states import RunState
from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.erpnext_adapter.candidates.advice_sources import (
	RemittanceAdviceError,
	read_source,
)
from advanced_bank_reconciliation.erpnext_adapter.job_queue import LongQueue
from advanced_bank_reconciliation.tests import factories, scenes
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase
from advanced_bank_reconciliation.tests.test_remittance_advice import FEE_ACCOUNT, make_rule, read, upload

ADVICE = "Remittance Advice"


class TestAdviceRecords(BulkTestCase):
	def setUp(self) -> None:
		super().setUp()
		make_rule("fee")
		self.invoices = [factories.open_sales_invoice(rate=rate) for rate in (100, 50, 30)]
		first, second, third = (one.name for one in self.invoices)
		lines = ["Invoice,Text,Gross,Fee,Net", f"{first},,100.00,2.50,97.50", f"{second},,50.00,0,50.00"]
		lines += ["STORE-2,,30.00,0,30.00", "STORE-1,,7.00,0,7.00", ",Monthly fee,0.00,4.00,-4.00"]
		self.text = "\n".join(lines)
		self.deposit = factories.create_test_bank_transaction(123.5).name
		self.selection = [
			{"doctype": "Sales Invoice", "name": name, "allocated_amount": amount}
			for name, amount in ((first, 100), (third, 30))
		]
		self.deductions = [{"account": FEE_ACCOUNT, "amount": 6.5}]

	def start(self, **advice: object) -> str:
		source = read_source({"text": self.text, **advice} if "file" not in advice else advice)
		return reconciliation.start_at_once(
			self.deposit, self.selection, None, self.deductions, advice=source
		)["run"]

	def lines_of(self, run: str, *fields: str) -> Sequence[tuple]:
		filters = {"parent": run, "parenttype": ADVICE}
		return frappe.get_all("Remittance Advice Line", filters, [*fields], order_by="idx", as_list=True)

	def test_each_line_with_what_it_was_matched_to_and_why(self) -> None:
		"""One is paid, one left out, one chosen, one is a question (its choice is settled), one a fee."""
		first, second, third = (one.name for one in self.invoices)
		chosen = {2: third, 3: second}
		run = self.start(
			choices=[
				{"line": line, "doctype": "Sales Invoice", "name": name} for line, name in chosen.items()
			]
		)
		lines = self.lines_of(run, "state", "reference_name", "gross", "deduction", "deduction_code", "net")
		self.assertEqual(
			lines,
			(
				("Matched", first, 100, 2.5, "fee", 97.5),
				("Left Out", second, 50, 0, "", 50),
				("Chosen", third, 30, 0, "", 30),
				("Question", None, 7, 0, "", 7),
				("No Document", None, 0, 4, "fee", -4),
			),
		)
		reasons = [reason for (reason,) in self.lines_of(run, "reason")]
		self.assertEqual(reasons[0], "Number and amount agree.")
		self.assertIn(second, reasons[1])
		self.assertEqual(reasons[2], "Chosen by hand.")
		record = frappe.get_doc(ADVICE, run)
		self.assertEqual((record.total_lines, record.open_lines, record.format), (5, 2, "Table"))
		self.assertEqual((record.run, record.bank_transaction, record.text), (run, self.deposit, self.text))

	def test_a_name_is_learned_from_a_choice_until_the_run_is_undone(self) -> None:
		"""What a person chose for STORE-2 is what it means later, with the reason; what was undone is not."""
		third = self.invoices[2]
		run = self.start(choices=[{"line": 2, "doctype": "Sales Invoice", "name": third.name}])
		later = factories.open_sales_invoice(third.customer, rate=31.13)
		deposit = factories.create_test_bank_transaction(31.13).name
		text = "Invoice,Amount\nstore 2,31.13\n"
		(line,) = read(deposit, text=text)["lines"]
		self.assertEqual([one["name"] for one in line["taken"]], [later.name])
		self.assertEqual(line["confidence"], "learned name and amount")
		self.assertIn(third.customer, line["reason"])
		frappe.db.set_value("Bulk Reconciliation Run", run, "state", RunState.ROLLED_BACK.value)
		self.assertEqual(read(deposit, text=text)["lines"][0]["taken"], [])

	def test_what_is_attached_is_offered_to_who_may_read_it(self) -> None:
		attached = {"attached_to_doctype": "Bank Transaction", "attached_to_name": self.deposit}
		names = [upload(name, name.encode(), **attached) for name in ("payout.csv", "photo.png", "camt.xml")]
		offered = get_attached_advices(self.deposit)
		self.assertEqual({one["name"] for one in offered}, {names[0], names[2]})
		frappe.set_user(scenes.make_user("no-accounts", ["Employee"])["user"])
		with self.assertRaises(frappe.PermissionError):
			get_attached_advices(self.deposit)

	def test_the_file_goes_along_and_lives_as_long_as_the_run(self) -> None:
		file = upload("payout.csv", self.text.encode())
		run = self.start(file=file)
		attached = {"attached_to_doctype": ADVICE, "attached_to_name": run}
		url = frappe.db.get_value("File", file, "file_url")
		self.assertEqual(frappe.get_all("File", attached, pluck="file_url"), [url])
		self.assertEqual(frappe.db.get_value(ADVICE, run, "file"), url)
		frappe.delete_doc("Bulk Reconciliation Run", run)
		left = [
			frappe.db.count(doctype, filters)
			for doctype, filters in (
				(ADVICE, {"run": run}),
				("Remittance Advice Line", {"parent": run}),
				("File", attached),
			)
		]
		self.assertEqual(left, [0, 0, 0])

	def test_it_is_cleared_with_old_runs(self) -> None:
		run = self.start()
		frappe.db.set_value("Bulk Reconciliation Run", run, "modified", "2020-01-01", update_modified=False)
		BulkReconciliationRun.clear_old_logs(days=730)
		self.assertFalse(frappe.db.exists(ADVICE, run))

	def test_a_refused_start_keeps_nothing_and_an_unreadable_advice_starts_nothing(self) -> None:
		before = self.count_records(), frappe.db.count(ADVICE)
		self.selection[0]["allocated_amount"] = 1000
		with self.assertRaises(reconciliation.SelectionRefusedError):
			self.start()
		self.selection[0]["allocated_amount"] = 100
		with self.assertRaises(RemittanceAdviceError):
			self.start(text="%PDF-1.7")
		self.assertEqual((self.count_records(), frappe.db.count(ADVICE)), before)

	def undone(self) -> str:
		"""A run with the advice that was rolled back."""
		with patch.object(LongQueue, "enqueue"):
			run = reconciliation.start_in_background(
				self.deposit, self.selection, None, self.deductions, advice=read_source({"text": self.text})
			)["run"]
		state = {"state": RunState.ROLLED_BACK.value, "active_bank_transaction": None}
		frappe.db.set_value("Bulk Reconciliation Run", run, state)
		frappe.db.set_value("Bulk Reconciliation Item", {"run": run}, "active_document", None)
		return run

	def test_a_run_that_is_started_again_has_it_too(self) -> None:
		run = self.undone()
		with patch.object(LongQueue, "enqueue"):
			again = reconciliation.retry(run)["run"]
		self.assertNotEqual(again, run)
		columns = ("state", "reference_name", "gross", "reason", "allocated_amount")
		self.assertEqual(self.lines_of(again, *columns), self.lines_of(run, *columns))
		counts = [frappe.db.get_value(ADVICE, one, ["total_lines", "open_lines"]) for one in (run, again)]
		self.assertEqual(counts[0], counts[1])

	def test_a_run_over_others_keeps_it_and_says_what_it_does_not_pay(self) -> None:
		"""Without the first one, which was in the way, and with the second one, which was left out before."""
		first, second, _third = (one.name for one in self.invoices)
		self.selection[0] = {"doctype": "Sales Invoice", "name": second, "allocated_amount": 50}
		former = self.undone()
		self.selection[0] = {"doctype": "Sales Invoice", "name": first, "allocated_amount": 100}
		run = reconciliation.start_at_once(
			self.deposit, self.selection, None, self.deductions, advice=read_source({"run": former})
		)["run"]
		lines = self.lines_of(run, "state", "reference_name", "allocated_amount", "reason")
		self.assertEqual(lines[0], ("Matched", first, 100, "Ticked by hand."))
		self.assertEqual(lines[1], ("Left Out", second, 0, f"The run does not pay {second}."))
		self.assertEqual(
			lines[2:], self.lines_of(former, "state", "reference_name", "allocated_amount", "reason")[2:]
		)
		self.assertEqual(
			frappe.db.get_value(ADVICE, run, ["total_lines", "open_lines", "text"]), (5, 3, self.text)
		)

	def test_a_run_of_another_deposit_or_of_others_lends_no_advice(self) -> None:
		former = self.undone()
		other = factories.create_test_bank_transaction(123.5).name
		source = read_source({"run": former})
		with self.assertRaisesRegex(RemittanceAdviceError, "another Bank Transaction"):
			reconciliation.start_at_once(other, self.selection, None, self.deductions, advice=source)
		frappe.set_user(scenes.make_user("no-accounts", ["Employee"])["user"])
		with self.assertRaises(frappe.PermissionError):
			reconciliation.start_at_once(self.deposit, self.selection, None, self.deductions, advice=source)

	def test_who_may_not_see_the_run_does_not_see_it(self) -> None:
		run = self.start()
		company = factories.create_test_company("Bulk Test Other Company", "BTO")
		for name, confined in (("sees-advice", factories.COMPANY), ("sees-no-advice", company)):
			user = scenes.make_user(name, ["Accounts User"])["user"]
			scenes.confine(user, "Company", confined)
			may = [
				frappe.has_permission(doctype, "read", doc=run, user=user)
				for doctype in (ADVICE, "Bulk Reconciliation Run")
			]
			self.assertEqual(may, [confined == factories.COMPANY] * 2, name)
			self.assertFalse(frappe.has_permission(ADVICE, "write", doc=run, user=user))
