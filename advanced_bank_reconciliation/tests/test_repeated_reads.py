"""Within a batch the database is asked the same question once, and never answers with what is outdated."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from unittest.mock import patch

import frappe
from frappe.utils import now

from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.erpnext_adapter.erpnext_patches.repeated_reads import reading_once
from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase

# By the major version; ERPNext 16 reads an invoice that it has written once more.
MAX_STATEMENTS_AN_INVOICE = {15: 75, 16: 90}


class TestRepeatedReads(BulkTestCase):
	def setUp(self) -> None:
		self.customer = factories.create_test_customer("Bulk Test Customer 0")

	def statements_of(self, function: Callable[[], object]) -> int:
		"""How many statements reach the database."""
		run, count = type(frappe.db._cursor).execute, 0

		def execute(*given: object) -> object:
			nonlocal count
			count += 1
			return run(*given)

		with patch.object(type(frappe.db._cursor), "execute", execute):
			function()
		return count

	def name_of_customer(self) -> str:
		return frappe.db.get_value("Customer", self.customer, "customer_name")

	def test_the_same_question_is_asked_once(self) -> None:
		with reading_once():
			self.assertEqual(self.statements_of(self.name_of_customer), 1)
			self.assertEqual(self.statements_of(self.name_of_customer), 0)
			self.assertEqual(self.name_of_customer(), self.customer)
		self.assertEqual(self.statements_of(self.name_of_customer), 1)

	def test_another_question_is_another_one(self) -> None:
		with reading_once():
			self.name_of_customer()
			self.assertEqual(
				frappe.db.get_value("Customer", self.customer, "name", as_dict=True).name, self.customer
			)
			self.assertIsNone(frappe.db.get_value("Customer", "nobody", "customer_name"))

	def test_after_writing_to_the_table_the_question_is_asked_again(self) -> None:
		with reading_once():
			self.name_of_customer()
			frappe.db.set_value("Customer", self.customer, "customer_name", "another")
			self.assertEqual(self.name_of_customer(), "another")
			frappe.db.sql("update tabCustomer set customer_name = 'a third' where name = %s", self.customer)
			self.assertEqual(self.name_of_customer(), "a third")

	def test_after_writing_to_another_table_the_answer_is_kept(self) -> None:
		with reading_once():
			self.name_of_customer()
			frappe.db.set_value("Company", factories.COMPANY, "modified", now(), update_modified=False)
			self.assertEqual(self.statements_of(self.name_of_customer), 0)

	def test_after_a_rollback_to_a_savepoint_everything_is_asked_again(self) -> None:
		with reading_once():
			frappe.db.savepoint("before_writing")
			frappe.db.set_value("Customer", self.customer, "customer_name", "another")
			self.name_of_customer()
			frappe.db.rollback(save_point="before_writing")
			self.assertEqual(self.name_of_customer(), self.customer)

	def test_a_read_that_locks_is_always_asked(self) -> None:
		def lock() -> object:
			return frappe.db.get_value("Customer", self.customer, "customer_name", for_update=True)

		with reading_once():
			self.assertEqual([self.statements_of(lock) for _time in "ab"], [1, 1])

	def test_who_changes_an_answer_changes_it_for_nobody_else(self) -> None:
		def ask() -> list:
			return frappe.get_all("Customer", {"name": self.customer}, ["name", "customer_name"])

		with reading_once():
			ask()[0].customer_name = "changed"
			ask().clear()
			self.assertEqual(ask()[0].customer_name, self.customer)

	def test_statements_of_a_payment(self) -> None:
		"""A draft that is then submitted, with all checks: what each further invoice costs."""
		counts = []
		for count in (3, 3, 13):
			deposit, selection = factories.create_test_deposit(count)
			start = partial(reconciliation.start_at_once, deposit.name, selection)
			counts.append(self.statements_of(start))
		allowed = MAX_STATEMENTS_AN_INVOICE[int(frappe.__version__.partition(".")[0])]
		self.assertLess((counts[2] - counts[1]) / 10, allowed)
