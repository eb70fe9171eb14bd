"""ERPNext has posted a payment otherwise than it would have been written: it posts all, and it stays so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from typing import Any, cast
from unittest.mock import patch

import frappe

from advanced_bank_reconciliation.engine.states import RunState
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns import audit, switch
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.switch import OFF_FOR
from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.bulk_test_case import SETTINGS
from advanced_bank_reconciliation.tests.oracle import Scenario
from advanced_bank_reconciliation.tests.pattern_batches import COMPARED, LEARNED, BatchesTestCase, Job
from advanced_bank_reconciliation.tests.settings import set_settings
from advanced_bank_reconciliation.tests.table_changes import changes_of, differences

OFF = "a difference was found with these versions"

Rows = Mapping[str, list[dict]]


class TestPatternDifferences(BatchesTestCase):
	def deposit(self, count: int) -> Scenario:
		"""Over invoices of one cost center, which their payments have in each entry."""
		scenario = super().deposit(count)
		names = [row["name"] for row in scenario.selection]
		cost_center = frappe.get_cached_value("Company", factories.COMPANY, "cost_center")
		frappe.db.set_value("Sales Invoice", {"name": ("in", names)}, "cost_center", cost_center)
		return scenario

	def test_the_audit_of_a_later_batch(self) -> None:
		"""What ERPNext posts is not any more what would have been written: it posts all, from now on."""
		for form, said in FORMS.items():
			with self.subTest(form.__name__):
				ways = self.post_until_it_differs(self.job(3), form)
				self.assertEqual(ways[0], COMPARED)
				self.assertEqual(len([way for way in ways[1:] if said in way]), 2, ways)

	def post_until_it_differs(self, job: Job, form: Callable[[Rows], None]) -> list[str]:
		"""Three batches: the second is audited and differs. Returns how its payments were posted."""
		set_settings(pattern_posting="Automatic", audit_share=1, **{OFF_FOR: ""})
		with patch.object(audit.LOTTERY, "random", return_value=1):
			self.assertEqual(job.post_batch(), LEARNED)
		with posted_otherwise(form), patch.object(audit.LOTTERY, "random", return_value=0):
			ways = job.post_batch()
		self.assertTrue(frappe.db.get_single_value(SETTINGS, OFF_FOR))
		self.assertEqual(job.post_batch(), [OFF] * 3)
		return ways

	def test_the_books_after_a_difference(self) -> None:
		"""The run goes to its end, and every row of every table is as ERPNext alone would have posted it."""
		scenario = self.deposit(9)

		def settle_with_a_difference() -> None:
			job = Job(scenario, 3)
			self.post_until_it_differs(job, no_dimension)
			self.assertEqual(job.finish().state, RunState.COMPLETED)

		expected = changes_of(partial(self.settle, scenario, 3, "Never"))
		lines = differences(expected, changes_of(settle_with_a_difference))
		# Where the Error Log is a table without transactions, it is not among the changes.
		self.assertEqual([line for line in lines if not line.startswith("tabError Log")], [])

	def test_off_until_a_version_changes(self) -> None:
		"""Of the app, of ERPNext or of Frappe, which takes another process: then all is learned anew."""
		apps = (
			(switch, "__version__"),
			*((import_module(app), "__version__") for app in ("erpnext", "frappe")),
		)
		job = self.job(4 + len(apps))
		self.post_until_it_differs(job, a_cent)
		for owner, name in apps:
			with self.subTest(owner.__name__), patch.object(owner, name, "999.0.0"):
				job.begin_another_process()
				self.assertEqual(job.post_batch(), LEARNED)
		job.begin_another_process()
		self.assertEqual(job.post_batch(), [OFF] * 3)


@contextmanager
def posted_otherwise(form: Callable[[Rows], None]) -> Iterator[None]:
	"""Change what the audit finds in the tables."""
	read = audit.read_rows

	def read_otherwise(name: str) -> Any:
		rows = cast(Rows, read(name))
		form(rows)
		return rows

	with patch.object(audit, "read_rows", read_otherwise):
		yield


def another_account(rows: Rows) -> None:
	rows["GL Entry"][0]["account"] = "Another"


def a_cent(rows: Rows) -> None:
	row = next(row for row in rows["GL Entry"] if row["debit"])
	row["debit"] += 0.01


def another_dimension(rows: Rows) -> None:
	rows["GL Entry"][0]["cost_center"] = "Another"


def no_dimension(rows: Rows) -> None:
	rows["GL Entry"][0]["cost_center"] = None


def against_another(rows: Rows) -> None:
	rows["GL Entry"][0]["against"] = "Another"


def a_new_column(rows: Rows) -> None:
	for row in rows["GL Entry"]:
		row["new_column"] = 0


def a_row_more(rows: Rows) -> None:
	rows["GL Entry"].append(dict(rows["GL Entry"][0]))


# What the run says, by what is otherwise.
FORMS: dict[Callable[[Rows], None], str] = {
	another_account: "GL Entry.account",
	a_cent: "GL Entry.debit",
	another_dimension: "GL Entry.cost_center",
	no_dimension: "GL Entry.cost_center",
	against_another: "GL Entry.against",
	a_new_column: "GL Entry.new_column",
	a_row_more: "GL Entry: 2 / 3",
}
