"""A pattern is kept over the batches of a job, as long as nothing says that it may not be true any more."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from unittest.mock import patch

import frappe
from frappe.model.document import Document

from advanced_bank_reconciliation.engine.errors import ItemsRefused
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns import site_state
from advanced_bank_reconciliation.tests import factories, scenes
from advanced_bank_reconciliation.tests.other_apps import hook_of_another_app
from advanced_bank_reconciliation.tests.pattern_batches import (
	COMPARED,
	FIRST,
	LEARNED,
	WRITTEN,
	BatchesTestCase,
)
from advanced_bank_reconciliation.tests.production import as_in_production
from advanced_bank_reconciliation.tests.statements import counted_statements
from advanced_bank_reconciliation.tests.table_changes import changes_of, differences

# What an invoice costs in a run of 120 in batches of 20, and each further one: start, posting and matching.
MOST_STATEMENTS, MOST_STATEMENTS_OF_ONE_MORE = 6.5, 3


def hooked(payment: Document, method: str) -> None:
	pass


class TestPatternsOverBatches(BatchesTestCase):
	def test_the_same_in_every_table(self) -> None:
		"""In batches of three, and of one: then the third payment of a kind is its first pattern."""
		scenario = self.deposit(6)
		for size in (3, 1):
			with self.subTest(size):
				expected, found = (
					changes_of(partial(self.settle, scenario, size, way)) for way in ("Never", "Automatic")
				)
				self.assertEqual(differences(expected, found), [])
				few = ["too few invoices of the kind"] * (2 if size == 1 else 0)
				self.assertEqual(self.ways, [*few, *LEARNED, *[WRITTEN] * (3 - len(few))])

	def test_statements(self) -> None:
		"""All of a run, by its size: what is learned once is no part of what an invoice costs."""
		counts = {}
		for batches in (1, 2, 6):
			scenario = self.deposit(batches * 20)
			with as_in_production(), counted_statements() as statements:
				self.settle(scenario, 20, "Automatic")
			self.assertEqual(self.ways, [FIRST, COMPARED, *[WRITTEN] * (batches * 20 - 2)])
			counts[batches] = len(statements)
		self.assertLess((counts[6] - counts[2]) / 80, MOST_STATEMENTS_OF_ONE_MORE, counts)
		self.assertLess(counts[6] / 120, MOST_STATEMENTS, counts)

	def test_another_process_learns_anew(self) -> None:
		job = self.job(2)
		job.post_batch()
		job.begin_another_process()
		self.assertEqual(job.post_batch(), LEARNED)

	def test_learned_again_after_each_change_of_the_site(self) -> None:
		"""Also if the change leaves the time of the last change as it was."""
		changes = changes_of_site()
		job = self.job(len(changes) + 2)
		self.assertEqual(job.post_batch(), LEARNED)
		self.assertEqual(job.post_batch(), [WRITTEN] * 3)
		for name, change in changes.items():
			with self.subTest(name), change():
				self.assertEqual(job.post_batch(), LEARNED)

	def test_a_rule_of_the_site_and_its_end(self) -> None:
		job = self.job(3)
		job.post_batch()
		rule = frappe.get_doc({"doctype": "Workflow", "document_type": "Payment Entry", "is_active": 1})
		rule.name = "Pattern Workflow"
		rule.db_insert()
		self.assertEqual(job.post_batch(), ["Workflow Pattern Workflow"] * 3)
		frappe.db.delete("Workflow", rule.name)
		self.assertEqual(job.post_batch(), LEARNED)

	def test_a_hook_of_another_app(self) -> None:
		job = self.job(2)
		job.post_batch()
		with hook_of_another_app("on_submit", hooked):
			self.assertEqual(job.post_batch(), [f"hook {hooked.__module__}.hooked"] * 3)

	def test_a_period_that_was_closed_meanwhile(self) -> None:
		"""ERPNext refuses the next payment, as it would refuse each."""
		job = self.job(2)
		job.post_batch()
		scenes.close_period(factories.COMPANY)
		with self.assertRaisesRegex(ItemsRefused, "closed"):
			job.post_batch()

	def test_a_batch_that_was_rolled_back_leaves_no_pattern(self) -> None:
		"""Its next try gives the same number to the payment of the same item."""
		job = self.job(2)
		frappe.db.savepoint("before_the_batch")
		self.assertEqual(job.post_batch(), LEARNED)
		frappe.db.rollback(save_point="before_the_batch")
		self.assertEqual(job.post_batch(), LEARNED)
		self.assertEqual(job.post_batch(), [WRITTEN] * 3)

	def test_the_first_payment_was_cancelled_meanwhile(self) -> None:
		job = self.job(2)
		job.post_batch()
		name = frappe.get_all("Payment Entry", order_by="name desc", limit=3, pluck="name")[-1]
		frappe.db.set_value("Payment Entry", name, "docstatus", 2, update_modified=False)
		self.assertEqual(job.post_batch(), LEARNED)


def changes_of_site() -> dict[str, Callable[[], AbstractContextManager]]:
	"""What somebody changes between two batches; what is not in a table is changed for the scope."""

	def changed(table: str, column: str, value: object) -> Callable[[], AbstractContextManager]:
		def change() -> AbstractContextManager:
			row = frappe.qb.DocType(table)
			name = frappe.get_all(table, pluck="name", limit=1)[0]
			frappe.qb.update(row).set(row[column], value).where(row.name == name).run()
			return nullcontext()

		return change

	def new(table: str) -> Callable[[], AbstractContextManager]:
		def change() -> AbstractContextManager:
			frappe.qb.into(frappe.qb.DocType(table)).columns("name").insert("Patterns").run()
			return nullcontext()

		return change

	def setting() -> AbstractContextManager:
		frappe.db.set_single_value("Accounts Settings", "make_payment_via_journal_entry", 1)
		return nullcontext()

	return {
		"account": changed("Account", "account_number", "P-1"),
		"company": changed("Company", "phone_no", "1"),
		"cost center": changed("Cost Center", "cost_center_number", "P-1"),
		"share of a cost center": new("Cost Center Allocation Percentage"),
		"rights": new("Has Role"),
		"filter of a dimension": new("Accounting Dimension Filter"),
		"field": new("Custom Field"),
		"closed period": new("Accounting Period"),
		"setting": setting,
		"day": partial(patch.object, site_state, "nowdate", return_value="2999-12-31"),
	}
