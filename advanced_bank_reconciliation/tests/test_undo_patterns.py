"""Payments that are undone by pattern are what ERPNext would have made of them, in every table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any
from unittest.mock import patch

import frappe
from frappe.model.document import Document
from frappe.utils import add_days, nowdate

from advanced_bank_reconciliation.engine.errors import PostConditionFailed
from advanced_bank_reconciliation.erpnext_adapter.posting.failures import OutdatedSnapshot
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns import columns
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.kinds import Candidate
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.switch import OFF_FOR
from advanced_bank_reconciliation.erpnext_adapter.posting.undo_patterns import undoing, writing
from advanced_bank_reconciliation.erpnext_adapter.posting.undo_patterns.outcome import Outcome
from advanced_bank_reconciliation.erpnext_adapter.posting.undo_patterns.pattern import Undoable, UndoPattern
from advanced_bank_reconciliation.erpnext_adapter.posting.undo_patterns.writing import unpaid_invoice
from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.bulk_test_case import SETTINGS
from advanced_bank_reconciliation.tests.oracle import Scenario
from advanced_bank_reconciliation.tests.other_apps import hook_of_another_app
from advanced_bank_reconciliation.tests.pattern_test_case import ONE_BY_ONE, PatternTestCase, run_by
from advanced_bank_reconciliation.tests.settings import set_settings
from advanced_bank_reconciliation.tests.site_test_case import change_settings
from advanced_bank_reconciliation.tests.table_changes import TableChanges, changes_of, differences

PARTIES = (0, 1, 1, 2, 2)
LEARNED = ["first of its kind", "compared with its kind"]

Form = Callable[[Outcome], None]
hooked: list[str] = []


def note(payment: Document, method: str) -> None:
	hooked.append(payment.name)


class UndoPatternTestCase(PatternTestCase):
	"""action: what an undo does with the payments"""

	action = "Cancel Only"

	def setUp(self) -> None:
		super().setUp()
		set_settings(audit_share=0)

	def sales(self, **values: Any) -> list[Document]:
		return [
			factories.open_sales_invoice(f"Bulk Test Customer {party}", 50 + number * 1.37, **values)
			for number, party in enumerate(PARTIES)
		]

	def completed(self, scenario: Scenario, way: str = "Automatic") -> str:
		"""A run that has posted a scenario."""
		set_settings(rollback_action=self.action, **{OFF_FOR: ""})
		run_by(way, scenario)
		return frappe.get_last_doc("Bulk Reconciliation Run").name

	def undo_by(self, way: str, run: str) -> None:
		set_settings(pattern_posting=way)
		self.assertEqual(self.undo_run(run).state.value, "Rolled Back")
		self.reasons = undoing_reasons(run)

	def compare_undo(self, run: str, reasons: Sequence[str] = LEARNED) -> TableChanges:
		"""Undo a run both ways, from the same database, and see that every row of every table is the same."""
		expected = changes_of(partial(self.undo_by, "Never", run))
		found = changes_of(partial(self.undo_by, "Automatic", run))
		self.assertEqual(differences(expected, found), [])
		self.assertEqual(sorted(self.reasons), sorted(reasons))
		return found


def undoing_reasons(run: str) -> list[str]:
	"""Why ERPNext undid payments one by one, the newest first."""
	ways = frappe.get_all(
		"Bulk Reconciliation Item", {"run": run}, pluck="undoing_way", order_by="position desc"
	)
	return [way.removeprefix(ONE_BY_ONE) for way in ways if way and way.startswith(ONE_BY_ONE)]


class TestUndoPatterns(UndoPatternTestCase):
	"""hooks: events of other apps; noticed: forms of wrong rows"""

	hooks: tuple[str, ...] = ("on_cancel",)

	@property
	def noticed(self) -> Sequence[Form]:
		return (a_wrong_account, a_cent, an_unlinked_row, no_reverse, another_outstanding)

	def test_sales(self) -> None:
		found = self.compare_undo(self.completed(self.scenario(*self.sales())))
		self.assert_left(found)

	def assert_left(self, found: TableChanges) -> None:
		self.assertEqual([row["docstatus"] for row in found.rows("tabPayment Entry")], ["2"] * len(PARTIES))

	def test_purchases(self) -> None:
		invoices = [
			factories.create_test_purchase_invoice(f"Bulk Test Supplier {party}", 50 + number * 1.37)
			for number, party in enumerate(PARTIES)
		]
		self.compare_undo(self.completed(self.scenario(*invoices)))

	def test_parts_of_overdue_invoices(self) -> None:
		dates = {"posting_date": add_days(nowdate(), -40), "due_date": add_days(nowdate(), -9)}
		invoices = self.sales(set_posting_time=1, **dates)
		self.compare_undo(self.completed(self.scenario(*invoices, allocated=10.01)))

	def test_what_controllers_posted(self) -> None:
		run = self.completed(self.scenario(*self.sales()), way="Never")
		self.compare_undo(run)

	def test_two_kinds(self) -> None:
		cost_center = frappe.db.get_value("Company", factories.COMPANY, "cost_center")
		invoices = [*self.sales(), *self.sales(cost_center=cost_center)]
		self.compare_undo(self.completed(self.scenario(*invoices)), LEARNED * 2)

	def test_each_is_compared_if_all_are_audited(self) -> None:
		run = self.completed(self.scenario(*self.sales()))
		set_settings(audit_share=100)
		self.compare_undo(run, ["first of its kind", *["compared with its kind"] * 4])

	def test_what_is_not_plain_goes_one_by_one(self) -> None:
		template = factories.create_test_terms()
		terms = factories.create_test_sales_invoice(payment_terms_template=template)
		run = self.completed(self.scenario(terms, *self.sales()))
		self.compare_undo(run, [*LEARNED, "payment terms"])

	def test_what_somebody_changed_goes_one_by_one(self) -> None:
		"""The second of the undo is compared, the third is changed."""
		changes: dict[str, dict] = {
			"Payment Entry": {"remarks": "Mine"},
			"Payment Entry Reference": {"bill_no": "X"},
			"GL Entry": {"cost_center": None, "remarks": "Mine"},
			"Payment Ledger Entry": {"remarks": "Mine"},
		}
		for doctype, values in changes.items():
			with self.subTest(doctype):
				run = self.completed(self.scenario(*self.sales()))
				self.change(doctype, payments_of(run)[2], values)
				column = list(values)[-1]
				changed = f"the payment is not as it was posted: {doctype}.{column}"
				self.compare_undo_after(run, changed)

	def change(self, doctype: str, payment: str, values: dict) -> None:
		table = columns.TABLES[doctype]
		frappe.db.set_value(doctype, {table.name: payment}, dict(values))

	def compare_undo_after(self, run: str, reason: str) -> None:
		expected = changes_of(partial(self.undo_by, "Never", run))
		found = changes_of(partial(self.undo_by, "Automatic", run))
		self.assertEqual(differences(expected, found), [])
		self.assertEqual(len(self.reasons), 3)
		self.assertIn(reason, "".join(self.reasons))

	def test_what_another_document_names_goes_one_by_one(self) -> None:
		run = self.completed(self.scenario(*self.sales()))
		payment = frappe.get_doc("Payment Entry", payments_of(run)[2])
		payment.add_comment("Comment", "Look at this")
		self.compare_undo(run, [*LEARNED, "another document names the payment"])

	def test_a_hook_of_another_app_is_run_for_each_payment(self) -> None:
		for event in self.hooks:
			run = self.completed(self.scenario(*self.sales()))
			hooked.clear()
			with self.subTest(event), hook_of_another_app(event, note):
				self.undo_by("Automatic", run)
			self.assertEqual(len(hooked), len(PARTIES))
			self.assertEqual(self.reasons, [f"hook {note.__module__}.note"] * len(PARTIES))

	def test_an_immutable_ledger(self) -> None:
		"""ERPNext reverses its entries and changes none; whatever a run says, no payment is deleted."""
		run = self.completed(self.scenario(*self.sales()))
		with change_settings("Accounts Settings", enable_immutable_ledger=1):
			found = self.compare_undo(run)
		self.assertEqual({row["is_cancelled"] for row in found.rows("tabGL Entry")}, {"0"})
		self.assertNotIn("tabDeleted Document", found.new)

	def test_a_bank_account_that_is_none_any_more(self) -> None:
		run = self.completed(self.scenario(*self.sales()))
		bank_account = frappe.db.get_value("Bulk Reconciliation Run", run, "bank_account")
		account = frappe.db.get_value("Bank Account", bank_account, "account")
		frappe.db.set_value("Account", account, "account_type", "")
		frappe.clear_document_cache("Account", account)
		self.addCleanup(frappe.clear_document_cache, "Account", account)
		reason = f"Account {account} is not of the type Bank. Set its Account Type first."
		self.compare_undo(run, [reason] * len(PARTIES))

	def test_each_wrong_row_is_noticed(self) -> None:
		"""ERPNext undoes all, the run and the Error Log say so, and the books are right."""
		for form in self.noticed:
			run = self.completed(self.scenario(*self.sales()))
			expected = changes_of(partial(self.undo_by, "Never", run))
			with self.subTest(form.__name__), derived_wrongly(form):
				found = changes_of(partial(self.undo_and_look, run))
				lines = differences(expected, found)
				self.assertEqual([line for line in lines if not line.startswith("tabError Log")], [])
				self.assertEqual((len(self.reasons), self.is_off, self.is_logged), (len(PARTIES), True, True))
				self.assertIn("a difference was found", self.reasons[-1])

	def undo_and_look(self, run: str) -> None:
		set_settings(**{OFF_FOR: ""})
		self.undo_by("Automatic", run)
		self.is_off = bool(frappe.db.get_single_value(SETTINGS, OFF_FOR))
		titles = frappe.get_all("Error Log", pluck="method", order_by="creation desc", limit=1)
		self.is_logged = titles == ["Pattern Posting: a difference to ERPNext"]

	def test_what_slips_past_the_comparison_is_refused(self) -> None:
		"""The post-conditions judge what is cancelled by pattern as they judge all else."""
		for form in (an_unlinked_row, a_payment_that_stands, entries_that_stand):
			run = self.completed(self.scenario(*self.sales()))
			frappe.db.savepoint("before_the_undo")
			with self.subTest(form.__name__), derived_wrongly(form), patch.object(undoing, "_compare"):
				with self.assertRaises(PostConditionFailed):
					self.undo_by("Automatic", run)
			frappe.db.rollback(save_point="before_the_undo")

	def test_an_invoice_that_gets_too_much_is_refused(self) -> None:
		run = self.completed(self.scenario(*self.sales()))

		def with_too_much(candidate: Candidate) -> Document:
			invoice = unpaid_invoice(candidate)
			invoice.outstanding_amount += 0.01
			return invoice

		with patch.object(writing, "unpaid_invoice", with_too_much), self.assertRaises(PostConditionFailed):
			self.undo_by("Automatic", run)

	def test_a_row_that_changed_since_it_was_read(self) -> None:
		"""Cancelled, or of a customer who got another name: the reverse would be of the former one."""
		run = self.completed(self.scenario(*self.sales()))
		write = undoing.write
		for column, value in (("is_cancelled", 1), ("party", "Another")):

			def write_late(*arguments: Any, column: str = column, value: object = value) -> None:
				payment: Undoable = arguments[1][0]
				frappe.db.set_value("GL Entry", {"voucher_no": payment.name}, column, value)
				write(*arguments)

			frappe.db.savepoint("before_the_undo")
			with self.subTest(column), patch.object(undoing, "write", write_late):
				with self.assertRaises(OutdatedSnapshot):
					self.undo_by("Automatic", run)
			frappe.db.rollback(save_point="before_the_undo")


def payments_of(run: str) -> list[str]:
	"""In the order in which they are undone."""
	rows = {"run": run, "voucher": ("is", "set")}
	return frappe.get_all("Bulk Reconciliation Item", rows, pluck="voucher", order_by="position desc")


@contextmanager
def derived_wrongly(form: Form) -> Iterator[None]:
	"""Change what would be written for each payment."""
	derive = UndoPattern.derive

	def derive_wrongly(pattern: UndoPattern, one: Undoable) -> Outcome:
		outcome = derive(pattern, one)
		form(outcome)
		return outcome

	with patch.object(UndoPattern, "derive", derive_wrongly):
		yield


def a_wrong_account(outcome: Any) -> None:
	outcome.added["GL Entry"][0]["account"] = f"Sales - {factories.ABBREVIATION}"


def a_cent(outcome: Any) -> None:
	outcome.added["GL Entry"][0]["debit"] += 0.01


def an_unlinked_row(outcome: Any) -> None:
	outcome.changed["Payment Ledger Entry"][0]["delinked"] = 0


def no_reverse(outcome: Any) -> None:
	outcome.added["GL Entry"].pop()


def another_outstanding(outcome: Any) -> None:
	outcome.changed["Payment Entry Reference"][0]["outstanding_amount"] += 1


def a_payment_that_stands(outcome: Any) -> None:
	outcome.changed["Payment Entry"][0]["docstatus"] = 1


def entries_that_stand(outcome: Any) -> None:
	for row in outcome.changed["GL Entry"]:
		row["is_cancelled"] = 0
