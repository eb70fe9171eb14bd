"""Within a batch the database is asked the same question once, and never answers with what is outdated."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from unittest.mock import patch

import frappe
from frappe.utils import now

from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.erpnext_adapter.erpnext_patches import links_of_deleted
from advanced_bank_reconciliation.erpnext_adapter.erpnext_patches.repeated_reads import reading_once
from advanced_bank_reconciliation.erpnext_adapter.erpnext_patches.statement_texts import (
	rows_read,
	rows_written,
)
from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.bulk_test_case import SETTINGS, BulkTestCase
from advanced_bank_reconciliation.tests.production import as_in_production
from advanced_bank_reconciliation.tests.settings import set_settings
from advanced_bank_reconciliation.tests.version import VERSION

# By the major version; ERPNext 16 reads an invoice that it has written once more.
# A site on which other tests have been, with dimensions and fields of their own, needs some more.
MAX_STATEMENTS_AN_INVOICE = {15: 75, 16: 90}
MAX_STATEMENTS_OF_AN_UNDO = {"Cancel Only": {15: 30, 16: 60}, "Cancel and Delete": {15: 45, 16: 75}}
# Questions about one customer, in each form that an answer may have.
SHARED: tuple[Callable[[str], object], ...] = (
	lambda name: frappe.db.get_value("Customer", name, "*", as_dict=True),
	lambda name: frappe.db.get_value("Customer", name, ["name", "customer_group"]),
	lambda name: frappe.db.get_values("Customer", {"name": name}, "*", as_dict=True),
	lambda name: frappe.get_all("Customer", {"customer_name": name}, pluck="name"),
	lambda name: frappe.get_all("Customer", {"customer_name": name}, ["name"], as_list=True),
	lambda name: frappe.db.sql("select name from `tabCustomer` where name = %s limit 1", name),
)
NOT_PLAIN: tuple[Callable[[str], object], ...] = (
	lambda name: frappe.db.sql("select count(*) from `tabCustomer` where name = %s", name),
	lambda name: frappe.db.sql("select name from `tabCustomer` where name = %s or name = 'nobody'", name),
	lambda name: frappe.db.sql("select name from `tabCustomer` where name = %s or name = %s", (name, name)),
	lambda name: frappe.db.sql("select distinct customer_group from `tabCustomer` where name = %s", name),
	lambda name: frappe.db.sql("select name from `tabCustomer` where name != %s order by name", name),
	lambda name: frappe.get_all("Customer", {"name": ("like", f"{name}%")}, pluck="name"),
)


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

	def test_a_read_that_locks_is_asked_once_until_somebody_writes(self) -> None:
		"""What is locked nobody else changes. It is the newest, and so answers no read without a lock."""

		def lock() -> object:
			return frappe.db.get_value("Customer", self.customer, "customer_name", for_update=True)

		with reading_once():
			self.assertEqual([self.statements_of(lock) for _time in "ab"], [1, 0])
			self.assertEqual(self.statements_of(self.name_of_customer), 1)
			frappe.db.set_value("Customer", self.customer, "customer_name", "another")
			self.assertEqual(lock(), "another")

	def test_a_read_whose_lock_may_be_refused_is_always_asked(self) -> None:
		def lock() -> object:
			return frappe.db.get_value("Customer", self.customer, "name", for_update=True, wait=False)

		with reading_once():
			self.assertEqual([self.statements_of(lock) for _time in "ab"], [1, 1])

	def test_a_write_to_another_row_changes_no_answer(self) -> None:
		other = factories.create_test_customer("Bulk Test Customer 1")
		with reading_once():
			self.name_of_customer()
			frappe.db.set_value("Customer", other, "customer_name", "another")
			self.assertEqual(self.statements_of(self.name_of_customer), 0)
			frappe.db.set_value("Customer", {"name": ("!=", other)}, "customer_name", "a third")
			self.assertEqual(self.name_of_customer(), "a third")

	def test_a_row_that_becomes_another_one(self) -> None:
		"""A write that changes the very column that tells the rows apart."""
		group = frappe.db.get_value("Customer", self.customer, "customer_group")

		def of_group() -> list:
			return frappe.get_all("Customer", {"customer_group": group, "name": self.customer}, pluck="name")

		with reading_once():
			frappe.db.set_value("Customer", self.customer, "customer_group", "other")
			self.assertEqual(of_group(), [])
			frappe.db.sql(
				"update `tabCustomer` set `customer_group` = %s where `customer_group` = 'other'", group
			)
			self.assertEqual(of_group(), [self.customer])

	def test_what_is_asked_of_one_is_asked_of_its_batch(self) -> None:
		names = [factories.create_test_customer(f"Bulk Test Customer {number}") for number in range(3)]
		for number, ask in enumerate(SHARED):
			with self.subTest(number):
				alone = [ask(name) for name in names]
				with reading_once(names):
					together = [ask(names[0])]
					others = self.statements_of(lambda: together.extend(map(ask, names[1:])))  # noqa: B023
				self.assertEqual((together, others), (alone, 0))

	def test_what_is_not_plain_is_asked_as_it_is(self) -> None:
		names = [factories.create_test_customer(f"Bulk Test Customer {number}") for number in range(3)]
		for number, ask in enumerate(NOT_PLAIN):
			with self.subTest(number):
				alone = [ask(name) for name in names]
				with reading_once(names):
					self.assertEqual([ask(name) for name in names], alone)

	def test_a_name_with_a_quote_is_asked_for_alone(self) -> None:
		with reading_once([self.customer, "O'Neill"]):
			self.assertEqual(self.name_of_customer(), self.customer)
			self.assertIsNone(frappe.db.get_value("Customer", "O'Neill", "customer_name"))

	def test_rows_that_a_write_may_touch(self) -> None:
		read = rows_read(
			"SELECT * FROM `tabNote` WHERE `parent`='A' AND `idx`=1 ORDER BY `idx` ASC FOR UPDATE"
		)
		statements = (
			"UPDATE `tabNote` SET `title`='it''s where `parent`=''A''' WHERE `parent`='B'",
			"DELETE FROM `tabNote` WHERE `parent`='B' AND `name` NOT IN ('x', 'y')",
			"DELETE FROM `tabNote` WHERE `parent`='A'",
			"DELETE FROM `tabNote` WHERE `parent`='a '",
			"DELETE FROM `tabNote` WHERE `parent`='Ä'",
			"DELETE FROM `tabNote` WHERE `parent`<>'B'",
			"UPDATE `tabNote` SET `parent`='A' WHERE `parent`='B'",
			"UPDATE `tabNote` SET `title`='x' WHERE `name`='B'",
			"UPDATE `tabNote` SET `title`='x' WHERE `parent`='B' OR `parent`='A'",
			"UPDATE `tabNote` JOIN `tabOther` ON 1 SET `title`='x' WHERE `parent`='B'",
		)
		written = [rows_written(statement) for statement in statements]
		found = [bool(read and rows and rows.are_apart_from(read)) for rows in written]
		self.assertEqual(found, [True, True, *[False] * 8])

	def test_a_question_of_a_batch_that_has_no_answer(self) -> None:
		with reading_once([self.customer, "nobody"]):
			self.name_of_customer()
			ask = partial(frappe.db.get_value, "Customer", "nobody", "customer_name")
			self.assertEqual(self.statements_of(ask), 0)
			self.assertIsNone(ask())

	def test_names_that_differ_only_in_case(self) -> None:
		"""To the database they are one: so each is asked about alone, and answered as ever."""
		ask = partial(frappe.db.get_value, "Customer", self.customer.upper(), "name")
		with reading_once([self.customer.upper(), "nobody"]):
			self.assertEqual(ask(), self.customer)

	def test_who_changes_an_answer_changes_it_for_nobody_else(self) -> None:
		def ask() -> list:
			return frappe.get_all("Customer", {"name": self.customer}, ["name", "customer_name"])

		with reading_once():
			ask()[0].customer_name = "changed"
			ask().clear()
			self.assertEqual(ask()[0].customer_name, self.customer)

	def by_controllers(self) -> None:
		"""Let ERPNext post and undo each payment of the test."""
		set_settings(pattern_posting="Never")
		self.addCleanup(frappe.clear_document_cache, SETTINGS, SETTINGS)

	def test_statements_of_a_payment(self) -> None:
		"""A draft that is then submitted, with all checks: what each further invoice costs."""
		self.by_controllers()
		counts = []
		for count in (3, 3, 13):
			deposit, selection = factories.create_test_deposit(count)
			start = partial(reconciliation.start_at_once, deposit.name, selection)
			counts.append(self.statements_of(start))
		self.assertLess((counts[2] - counts[1]) / 10, MAX_STATEMENTS_AN_INVOICE[VERSION])

	def test_statements_of_an_undo(self) -> None:
		"""What each further invoice costs, as outside of tests. What a job deletes afterwards is no part."""
		self.by_controllers()
		for action, allowed in MAX_STATEMENTS_OF_AN_UNDO.items():
			counts = []
			for count in (3, 3, 13):
				deposit, selection = factories.create_test_deposit(count)
				with self.undone_by(action):
					run = reconciliation.start_at_once(deposit.name, selection)["run"]
				with as_in_production(), patch.object(links_of_deleted, "delete_links_of"):
					counts.append(self.statements_of(partial(self.undo_run, run)))
			with self.subTest(action):
				self.assertLess((counts[2] - counts[1]) / 10, allowed[VERSION])
