"""A start that fails after it began to write leaves nothing, also if its caller catches that and commits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from unittest.mock import patch

import frappe

from advanced_bank_reconciliation.engine.records import Run
from advanced_bank_reconciliation.engine.states import RunState
from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.erpnext_adapter.job_queue import LongQueue
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import ITEM_DOCTYPE, RUN_DOCTYPE
from advanced_bank_reconciliation.erpnext_adapter.starting import new_runs, start
from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase
from advanced_bank_reconciliation.tests.test_races import somebody_else

STARTS = (reconciliation.start_in_background, reconciliation.start_at_once)


def deadlocking(*_arguments: object, **_options: object) -> None:
	"""What MariaDB does to the victim of a deadlock: the whole transaction is undone, savepoints too."""
	frappe.db._cursor.execute("ROLLBACK")
	raise frappe.QueryDeadlockError(1213, "Deadlock found")


def queued_run() -> Run:
	"""What a start gives back that does not look whether its run is still there."""
	return Run(
		name="RUN", job_id="job", bank_transaction="LINE", user="user", state=RunState.QUEUED, total=100
	)


@contextmanager
def refused_by_a_hook() -> Iterator[None]:
	with patch.object(new_runs, "read_for_update", side_effect=frappe.ValidationError("refused")):
		yield


@contextmanager
def deadlocked() -> Iterator[None]:
	with patch.object(frappe.db, "bulk_insert", deadlocking):
		yield


class TestRefusedHalfway(BulkTestCase):
	def make_deposit(self) -> None:
		"""A deposit of its own for each start."""
		frappe.db.rollback()
		with somebody_else():
			self.deposit, self.selection = factories.create_test_deposit(3)

	def each_start(self) -> Iterator[Callable]:
		for begin in STARTS:
			with self.subTest(begin.__name__):
				self.make_deposit()
				yield begin

	def records(self) -> list[int]:
		"""How many runs and items on the deposit another connection sees."""
		with somebody_else():
			filters = {"bank_transaction": self.deposit.name}
			return [frappe.db.count(doctype, filters) for doctype in (RUN_DOCTYPE, ITEM_DOCTYPE)]

	def start_and_commit(self, begin: Callable, error: type[Exception]) -> None:
		"""A caller that goes on whatever happens."""
		with self.assertRaises(error), patch.object(LongQueue, "enqueue") as enqueue:
			begin(self.deposit.name, self.selection)
		# A start also looks after runs that others have left behind.
		started = [call for call in enqueue.call_args_list if call.args[0].total == len(self.selection)]
		self.assertNotIn(self.deposit.name, [call.args[0].bank_transaction for call in started])
		frappe.db.commit()

	def test_an_invoice_that_another_run_takes_at_this_moment(self) -> None:
		"""This transaction does not see the other run; the unique key does."""
		for begin in self.each_start():
			frappe.db.get_value("Sales Invoice", self.selection[0]["name"], "outstanding_amount")
			with somebody_else(), patch.object(LongQueue, "enqueue"):
				other = factories.create_test_bank_transaction(50)
				row = {**self.selection[0], "allocated_amount": 50}
				reconciliation.start_in_background(other.name, [row])
			self.start_and_commit(begin, reconciliation.SelectionRefusedError)
			self.assertEqual(self.records(), [0, 0])

	def test_a_run_that_takes_the_deposit_at_this_moment(self) -> None:
		"""Somebody begins to undo a completed run, say. The first look does not see it."""
		for begin in self.each_start():
			with somebody_else(), patch.object(LongQueue, "enqueue"):
				reconciliation.start_in_background(self.deposit.name, self.selection[:1])
			self.selection = self.selection[1:]
			with patch.object(start, "_run_of_same_selection", return_value=None):
				self.start_and_commit(begin, reconciliation.SelectionRefusedError)
			self.assertEqual(self.records(), [1, 1])

	def test_a_refusal_after_everything_was_written(self) -> None:
		for begin in self.each_start():
			with refused_by_a_hook():
				self.start_and_commit(begin, frappe.ValidationError)
			self.assertEqual(self.records(), [0, 0])

	def test_a_deadlock_every_time(self) -> None:
		for begin in self.each_start():
			with deadlocked():
				self.start_and_commit(begin, frappe.QueryDeadlockError)
			self.assertEqual(self.records(), [0, 0])

	def test_a_deadlock_that_a_hook_has_swallowed(self) -> None:
		"""The database has undone the first half, and nobody said so: the second half does not stay alone."""
		insert_items = frappe.db.bulk_insert

		def insert_after_deadlock(*arguments: object, **options: object) -> None:
			with suppress(frappe.QueryDeadlockError):
				deadlocking()
			insert_items(*arguments, **options)

		for begin in self.each_start():
			with (
				patch.object(frappe.db, "bulk_insert", insert_after_deadlock),
				patch.object(new_runs, "read_for_update", return_value=queued_run()),
			):
				self.start_and_commit(begin, reconciliation.SelectionRefusedError)
			self.assertEqual(self.records(), [0, 0])

	def test_what_the_caller_wrote_before_stays(self) -> None:
		"""A refusal undoes the start, and nothing else."""
		for begin in self.each_start():
			frappe.db.set_value("Bank Transaction", self.deposit.name, "description", "written before")
			with refused_by_a_hook():
				self.start_and_commit(begin, frappe.ValidationError)
			with somebody_else():
				kept = frappe.db.get_value("Bank Transaction", self.deposit.name, "description")
			self.assertEqual(kept, "written before")

	def test_a_deadlock_that_takes_what_the_caller_wrote(self) -> None:
		"""It is not tried again then: the caller is told, and decides."""
		for begin in self.each_start():
			frappe.db.set_value("Bank Transaction", self.deposit.name, "description", "written before")
			with deadlocked():
				self.start_and_commit(begin, frappe.QueryDeadlockError)
			self.assertEqual(self.records(), [0, 0])
