"""What goes wrong while payments are written by pattern: killed workers, deadlocks, wrong rows.

With `ABR_ALL_POINTS=1` all points of a run are walked over, with each kind of fault, instead of some.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import frappe
from frappe.utils import nowdate

from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns import audit, posting, writing
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.posting import PatternPosting
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import ITEM_DOCTYPE
from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.conformance_harness import Harness, Ports
from advanced_bank_reconciliation.tests.fault_walk import Arranged, Kind, Point, Scenario, points_of, walk
from advanced_bank_reconciliation.tests.faults import Calls
from advanced_bank_reconciliation.tests.settings import changed_settings
from advanced_bank_reconciliation.tests.test_conformance import OnErpnext

COUNT = 5
POINTS = 4
KINDS = (Kind.KILLED, Kind.TRANSIENT)


class Statements:
	"""Numbers the statements with which a batch is written by pattern, and lets one of them go wrong.

	owner, name: of the function that writes
	"""

	def __init__(self, owner: object = PatternPosting, name: str = "_write") -> None:
		self._calls = Calls()
		self._owner, self._name = owner, name
		self._write = getattr(owner, name)

	def number(self, harness: Harness, calls: Calls) -> Ports:
		self._calls = calls
		return harness.ports()

	@contextmanager
	def numbered(self) -> Iterator[None]:
		"""Number them in the scope."""

		def write(*arguments: Any) -> None:
			if self._calls.is_dead:
				self._calls = Calls()
			with _each_statement(self._calls):
				self._write(*arguments)

		with patch.object(self._owner, self._name, write):
			yield


@contextmanager
def _each_statement(calls: Calls) -> Iterator[None]:
	database = frappe.local.db
	ask = database.sql

	def sql(query: object, *values: Any, **form: Any) -> Any:
		return calls.make(str(query).split(None, 1)[0], lambda: ask(query, *values, **form))

	with patch.object(database, "sql", sql):
		yield


def _queued(harness: Harness) -> Arranged:
	deposit = harness.make_deposit(COUNT)
	before = harness.read_books(deposit)
	return Arranged(deposit, harness.start(deposit, batch_size=COUNT), before)


SCENARIO = Scenario("by pattern", _queued)


class TestPatternFaults(OnErpnext):
	def setUp(self) -> None:
		super().setUp()
		stack = ExitStack()
		stack.enter_context(changed_settings(pattern_posting="Automatic", audit_share=0))
		self.addCleanup(stack.close)

	def test_a_fault_at_a_statement(self) -> None:
		"""Some of the statements that write, other ones each day: the run completes, and pays once."""
		statements = Statements()
		with statements.numbered():
			points = points_of(self.harness, SCENARIO, statements.number)
			self.assertGreater(len(points), POINTS)
			chosen = some(points)
			self.assertEqual(list(walk(self.harness, SCENARIO, chosen, statements.number)), [])

	def test_what_slips_past_the_comparison_leaves_nothing(self) -> None:
		"""The post-conditions judge what is written by pattern as they judge all else."""
		for form in WRONG_FORMS:
			with self.subTest(form.__name__):
				deposit, selection = factories.create_test_deposit(COUNT)
				before = self.books(deposit.name, selection)
				with wrong_rows(form), self.assertRaises(reconciliation.SelectionRefusedError):
					reconciliation.start_at_once(deposit.name, selection)
				self.assertEqual(self.books(deposit.name, selection), before)

	def test_the_same_deposit_with_right_rows(self) -> None:
		"""The test of the one above: with nothing changed, it is written by pattern."""
		deposit, selection = factories.create_test_deposit(COUNT)
		with wrong_rows(lambda payment: None):
			run = reconciliation.start_at_once(deposit.name, selection)["run"]
		ways = frappe.get_all(ITEM_DOCTYPE, {"run": run}, pluck="posting_way")
		self.assertEqual(len([way for way in ways if way.startswith("as ")]), COUNT - 2)


def some(points: Sequence[Point]) -> Sequence[Point]:
	"""Other ones each day; all of them if the environment asks for it."""
	if os.environ.get("ABR_ALL_POINTS"):
		return points
	points = [point for point in points if point.kind in KINDS]
	return random.Random(nowdate()).sample(points, POINTS)


@contextmanager
def wrong_rows(form: Callable[[dict], None]) -> Iterator[None]:
	"""Change the rows of each payment before they are written, and let no comparison notice."""
	write = writing.write

	def write_wrong(candidates: Sequence, payments: Sequence[dict], *arguments: Any) -> None:
		for payment in payments:
			form(payment)
		write(candidates, payments, *arguments)

	with patch.object(posting, "write", write_wrong), patch.object(audit, "compare"):
		yield


def a_cent(payment: dict) -> None:
	"""Balanced, and wrong."""
	for row in payment["GL Entry"]:
		column = "debit" if row["debit"] else "credit"
		row[column] += 0.01
		row[f"{column}_in_account_currency"] += 0.01


def another_account(payment: dict) -> None:
	other = frappe.db.get_value("Account", {"company": factories.COMPANY, "account_type": "Payable"})
	(row,) = (row for row in payment["GL Entry"] if row["party"])
	row["account"] = other


def another_party(payment: dict) -> None:
	for row in (*payment["GL Entry"], *payment["Payment Ledger Entry"]):
		row["party"] = row["party"] and "Bulk Test Stranger"


def the_other_sign(payment: dict) -> None:
	for row in payment["Payment Ledger Entry"]:
		row["amount"], row["amount_in_account_currency"] = -row["amount"], -row["amount"]


def another_day(payment: dict) -> None:
	for row in payment["GL Entry"]:
		row["posting_date"] = "2020-01-01"


def no_ledger(payment: dict) -> None:
	payment["GL Entry"] = []


WRONG_FORMS: tuple[Callable[[dict], None], ...] = (
	a_cent,
	another_account,
	another_party,
	the_other_sign,
	another_day,
	no_ledger,
)
