"""The oracle itself: it agrees with what is right, and catches what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from unittest.mock import patch

import frappe

from advanced_bank_reconciliation.tests import factories, table_recorder
from advanced_bank_reconciliation.tests.oracle import OracleTestCase, pay_by_hand, run_at_once
from advanced_bank_reconciliation.tests.production import as_in_production
from advanced_bank_reconciliation.tests.table_changes import (
	OWN_TABLES,
	TableChanges,
	changes_of,
	differences,
	whole_changes_of,
)

TABLES_OF_A_PAYMENT = {
	"tabBank Transaction",
	"tabBank Transaction Payments",
	"tabGL Entry",
	"tabPayment Entry",
	"tabPayment Entry Reference",
	"tabPayment Ledger Entry",
	"tabSales Invoice",
	"tabSeries",
	"tabVersion",
}


class TestOracle(OracleTestCase):
	def setUp(self) -> None:
		project = self.make_project()
		invoice = factories.create_test_sales_invoice(project=project)
		self.example = self.scenario(invoice)

	def make_project(self) -> str:
		values = {"project_name": "Oracle", "company": factories.COMPANY}
		return frappe.get_doc({"doctype": "Project", **values}).insert().name

	def test_every_table_of_a_payment_is_seen(self) -> None:
		self.assertEqual(self.check(self.example).tables(), TABLES_OF_A_PAYMENT)

	def test_no_table_is_missed(self) -> None:
		"""Whatever way a statement takes to the database, a table with another checksum is seen."""
		checksums: dict[str, int] = {}

		def act() -> None:
			checksums.update(self.checksums())
			run_at_once(self.example)
			frappe.db._conn.cursor().execute("update tabCurrency set enabled = 1 - enabled")
			now = self.checksums()
			changed.update(table for table in now if now[table] != checksums[table])

		changed: set[str] = set()
		seen = changes_of(act).tables()
		self.assertLessEqual({*TABLES_OF_A_PAYMENT, "tabCurrency"}, changed)
		self.assertEqual({table for table in changed if not OWN_TABLES.match(table)} - seen, set())

	def test_no_row_is_missed(self) -> None:
		"""The changes are those that one finds if one reads each table as a whole."""
		for settle in (run_at_once, pay_by_hand):
			whole = whole_changes_of(partial(settle, self.example))
			self.assertEqual(whole.tables(), TABLES_OF_A_PAYMENT)
			self.assertEqual(differences(whole, changes_of(partial(settle, self.example))), [])

	def test_of_a_ledger_only_what_is_written_is_read(self) -> None:
		read: set[str] = set()

		def keep_all(rows: table_recorder.TableRows) -> None:
			read.add(rows._table)

		with patch.object(table_recorder.TableRows, "_keep_all", keep_all):
			changes_of(partial(run_at_once, self.example))
		self.assertEqual(read & TABLES_OF_A_PAYMENT, set())

	def checksums(self) -> dict[str, int]:
		tables = ", ".join(f"`{table}`" for table in frappe.db.get_tables(cached=False))
		return {name.split(".")[1]: checksum for name, checksum in frappe.db.sql(f"checksum table {tables}")}

	def test_only_what_tests_do_at_once_is_done_at_once(self) -> None:
		"""A run that an earlier test has left behind, and that a start queues again, would commit."""
		with patch.object(frappe, "enqueue") as queued, as_in_production():
			frappe.enqueue("app.job", enqueue_after_commit=True)
			frappe.enqueue("frappe.job", now=False, enqueue_after_commit=True)
		self.assertEqual(
			[call.kwargs for call in queued.call_args_list],
			[{"enqueue_after_commit": True}, {"now": True, "enqueue_after_commit": False}],
		)

	def test_nothing_is_left_of_what_was_looked_at(self) -> None:
		name = self.example.selection[0]["name"]
		changes_of(lambda: run_at_once(self.example))
		self.assertEqual(frappe.db.get_value("Sales Invoice", name, "outstanding_amount"), 100)
		self.assertFalse(frappe.db.exists("Payment Entry Reference", {"reference_name": name}))

	def test_what_is_wrong_is_caught(self) -> None:
		expected = changes_of(lambda: pay_by_hand(self.example))
		for label, doctype, column, value in (
			("a cent", "GL Entry", "debit", 100.01),
			("the account", "GL Entry", "account", "Cash - BTC"),
			("the clearance date", "Payment Entry", "clearance_date", "2020-01-01"),
			("the project", "GL Entry", "project", None),
			("the cost center", "Payment Ledger Entry", "cost_center", "Main - BTC"),
			("the rate", "Payment Entry Reference", "exchange_rate", 1.01),
			("the sum in words", "Payment Entry", "in_words", "a lot"),
		):
			with self.subTest(label):
				found = changes_of(partial(self.run_wrongly, doctype, column, value))
				self.assertTrue([line for line in differences(expected, found) if f"tab{doctype}" in line])

	def run_wrongly(self, doctype: str, column: str, value: object) -> None:
		run_at_once(self.example)
		table = frappe.qb.DocType(doctype)
		link = {"Payment Entry": table.name, "Payment Entry Reference": table.parent}.get(
			doctype, table.voucher_no
		)
		frappe.qb.update(table).set(column, value).where(link == self.payment()).run()

	def test_one_row_too_many_or_too_few_is_caught(self) -> None:
		expected = changes_of(lambda: pay_by_hand(self.example))
		for action in (self.comment_on_payment, self.lose_a_row, self.lose_a_version):
			with self.subTest(action.__name__):
				found = self.found_after(action)
				self.assertTrue(differences(expected, found))

	def found_after(self, action: Callable[[], object]) -> TableChanges:
		def run() -> None:
			run_at_once(self.example)
			action()

		return changes_of(run)

	def comment_on_payment(self) -> None:
		frappe.get_doc("Payment Entry", self.payment()).add_comment("Comment", "one row too many")

	def lose_a_row(self) -> None:
		frappe.db.delete("GL Entry", {"voucher_no": self.payment(), "debit": 0})

	def lose_a_version(self) -> None:
		frappe.db.delete("Version", {"docname": self.payment()})

	def payment(self) -> str:
		filters = {"reference_name": self.example.selection[0]["name"]}
		return frappe.db.get_value("Payment Entry Reference", filters, "parent")
