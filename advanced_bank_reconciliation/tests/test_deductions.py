"""Deductions of a run, judged from ERPNext's own ledgers and against its ordinary way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe.model.document import Document

from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.erpnext_adapter.runs.run_deductions import requested
from advanced_bank_reconciliation.tests import factories, scenes
from advanced_bank_reconciliation.tests.factories import deduction
from advanced_bank_reconciliation.tests.oracle import OracleTestCase
from advanced_bank_reconciliation.tests.other_apps import hook_of_another_app
from advanced_bank_reconciliation.tests.table_changes import TableChanges

FEE, COMMISSION = "Marketing Expenses", "Commission on Sales"


def book_elsewhere(entry: Document, *_arguments: object) -> None:
	"""What a hook of another app might do."""
	for row in entry.deductions:
		row.account = deduction(COMMISSION, "1")["account"]


class TestDeductionsAgainstTheOrdinaryWay(OracleTestCase):
	"""The same rows typed into the payments by hand."""

	def invoice(self, rate: float) -> Document:
		return factories.open_sales_invoice(rate=rate)

	def compare(
		self, amount: float, invoices: list[Document], rows: list[dict], typed: dict[int, list[dict]]
	) -> TableChanges:
		"""typed: by the number of the invoice"""
		by_hand = {invoices[number].name: of_payment for number, of_payment in typed.items()}
		return self.check(self.scenario(*invoices, amount=amount).with_deductions(*rows, typed=by_hand))

	def test_an_invoice_less_a_fee(self) -> None:
		"""100.00 less 2.50 arrive as 97.50."""
		fee = deduction(FEE, "2.50")
		changes = self.compare(97.5, [self.invoice(100)], [fee], {0: [fee]})
		(row,) = changes.rows("tabPayment Entry Deduction")
		self.assertEqual((row["account"], row["amount"]), (fee["account"], "2.5"))

	def test_amounts_that_floats_cannot_add(self) -> None:
		"""0.10 + 0.20 is not 0.30 there: nothing is left over on the payment."""
		fee = deduction(FEE, "0.20")
		self.compare(0.1, [self.invoice(0.3)], [fee], {0: [fee]})

	def test_three_invoices_less_two_fees(self) -> None:
		"""The largest payment has both, each on its account."""
		fees = [deduction(COMMISSION, "7.31"), deduction(FEE, "2.50")]
		invoices = [self.invoice(rate) for rate in (30, 51, 20)]
		self.compare(91.19, invoices, fees, {1: fees})

	def test_a_surplus(self) -> None:
		"""A customer pays 0.02 too much: it is an income."""
		surplus = deduction("Write Off", "-0.02")
		self.compare(100.02, [self.invoice(100)], [surplus], {0: [surplus]})

	def test_bank_charges_on_top_of_a_withdrawal(self) -> None:
		"""A bill of 80.00 takes 82.50 out."""
		charge = deduction(FEE, "2.50")
		self.compare(-82.5, [factories.create_test_purchase_invoice(rate=80)], [charge], {0: [charge]})


class TestDeductions(OracleTestCase):
	"""The run's record, its undo, and what is refused."""

	def setUp(self) -> None:
		self.invoices = [factories.open_sales_invoice(rate=rate) for rate in (100, 40)]
		self.selection = factories.selection_of(self.invoices)
		self.transaction = factories.create_test_bank_transaction(137.5)

	def test_retried_runs_have_the_same(self) -> None:
		"""What was asked for is in the record, to the cent, also after it was split over two payments."""
		self.transaction = factories.create_test_bank_transaction(39.99)
		fee = {**deduction(FEE, "100.01"), "project": "", "cost_center": f"Main - {factories.ABBREVIATION}"}
		state = reconciliation.start_at_once(self.transaction.name, self.selection, None, [fee])
		run = frappe.get_doc("Bulk Reconciliation Run", state["run"])
		self.assertEqual([row.amount for row in run.deductions], [99.99, 0.02])
		self.assertEqual(requested(run.name), [{**fee, "amount": 100.01}])
		self.assertEqual((state["deductions"], run.deducted_amount), (requested(run.name), 100.01))
		self.assertEqual(run.total_amount, 39.99)

	def test_the_same_selection_again(self) -> None:
		"""The fee belongs to the selection: twice the same is one run, another fee is not the same."""
		fee = deduction(FEE, "2.50")
		first = reconciliation.start_in_background(self.transaction.name, self.selection, None, [fee])
		again = reconciliation.start_in_background(self.transaction.name, self.selection, None, [fee])
		self.assertEqual(first["run"], again["run"])
		with self.assertRaises(frappe.ValidationError):
			other = [deduction(COMMISSION, "2.50")]
			reconciliation.start_in_background(self.transaction.name, self.selection, None, other)

	def test_all_that_is_wrong_in_one_message(self) -> None:
		"""Accounts that ERPNext would not book to, beside what is wrong with the invoices."""
		abbreviation = factories.ABBREVIATION
		bank = frappe.db.get_value("Bank Account", self.transaction.bank_account, "account")
		other = factories.create_test_bank_account(factories.COMPANY, purpose="Savings")
		other_bank = frappe.db.get_value("Bank Account", other, "account")
		rows = [
			deduction("No Such", "1"),
			deduction("Indirect Expenses", "1"),
			deduction("Debtors", "1"),
			deduction("Exchange Gain/Loss", "1"),
			{"account": bank, "amount": "1"},
			{"account": other_bank, "amount": "1"},
			{**deduction(FEE, "1"), "cost_center": f"No Such - {abbreviation}"},
			{**deduction(FEE, "1"), "cost_center": factories.COMPANY + f" - {abbreviation}"},
			{**deduction(FEE, "1"), "project": "PROJ-1"},
		]
		refusal = self.refusal_of(self.transaction.name, self.selection, None, rows)
		for sentence in (
			f"Account No Such - {abbreviation} does not exist, or you may not read it.",
			f"Account Indirect Expenses - {abbreviation} is a group.",
			f"Account Debtors - {abbreviation} is for parties.",
			f"Account Exchange Gain/Loss - {abbreviation} takes the differences of exchange.",
			f"Account {bank} is the bank account itself.",
			f"Account {other_bank} is a bank account.",
			f"Cost Center No Such - {abbreviation} does not exist, or you may not read it.",
			f"Cost Center {factories.COMPANY} - {abbreviation} is a group.",
			"ERPNext books it to the project of the invoice. Leave PROJ-1 out.",
		):
			self.assertIn(sentence, refusal)

	def test_erpnext_has_no_project_of_a_deduction(self) -> None:
		"""If a version gets the field, a project need not be refused any more."""
		self.assertFalse(frappe.get_meta("Payment Entry Deduction").has_field("project"))

	def test_disabled_and_foreign(self) -> None:
		with self.disabled("Account", deduction(FEE, "1")["account"]):
			refusal = self.refusal_of(self.transaction.name, self.selection, None, [deduction(FEE, "2.50")])
		self.assertIn("is disabled.", refusal)
		other = frappe.db.get_value("Account", {"company": ("!=", factories.COMPANY), "is_group": 0})
		if other:
			row = {"account": other, "amount": "2.50"}
			refusal = self.refusal_of(self.transaction.name, self.selection, None, [row])
			self.assertIn(f"not to {factories.COMPANY}", refusal)

	@contextmanager
	def disabled(self, doctype: str, name: str) -> Iterator[None]:
		frappe.db.set_value(doctype, name, "disabled", 1)
		try:
			yield
		finally:
			frappe.db.set_value(doctype, name, "disabled", 0)

	def test_a_cost_center_that_the_user_may_not_read(self) -> None:
		"""Who is confined to one cost center books a fee to no other, as ERPNext has it."""
		other = scenes.make_cost_center("Fees")
		user = scenes.make_user("confined-to-main", ["Accounts User"])["user"]
		scenes.confine(user, "Cost Center", f"Main - {factories.ABBREVIATION}")
		frappe.set_user(user)
		rows = [{**deduction(FEE, "2.50"), "cost_center": other}]
		refusal = self.refusal_of(self.transaction.name, self.selection, None, rows)
		self.assertIn(f"Cost Center {other} does not exist, or you may not read it.", refusal)

	def test_a_selection_that_does_not_fit(self) -> None:
		refusal = self.refusal_of(self.transaction.name, self.selection, None, [deduction(FEE, "2.49")])
		self.assertIn("0.01 too much", refusal)

	def test_a_payment_that_deducts_something_else_is_no_success(self) -> None:
		"""Another app changes the account of the draft: the ledgers are read before the commit."""
		with hook_of_another_app("before_submit", book_elsewhere):
			with self.assertRaises(reconciliation.SelectionRefusedError) as refused:
				rows = [deduction(FEE, "2.50")]
				reconciliation.start_at_once(self.transaction.name, self.selection, None, rows)
		self.assertIn("does not deduct what it should", str(refused.exception))
