"""Dead workers are told from living ones, and who looks first queues their runs again, without writing."""

from __future__ import annotations

import subprocess
import sys
import unittest
from unittest.mock import MagicMock, patch

import frappe
from frappe.desk.form.load import getdoc
from redis.exceptions import ConnectionError

from advanced_bank_reconciliation.advanced_bank_reconciliation.doctype.advance_bank_reconciliation_tool.advance_bank_reconciliation_tool import (  # noqa: E501
	get_bulk_reconciliation,
)
from advanced_bank_reconciliation.engine.errors import LeaseHeld
from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.erpnext_adapter.job_queue import QUEUED_AGAIN, LongQueue
from advanced_bank_reconciliation.erpnext_adapter.recovery import look_after_runs
from advanced_bank_reconciliation.erpnext_adapter.runs import lease_owners, run_leases
from advanced_bank_reconciliation.erpnext_adapter.runs.lease_owners import is_gone, this_process
from advanced_bank_reconciliation.erpnext_adapter.runs.run_leases import AbandonedRun, abandoned_runs
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import ITEM_DOCTYPE, RUN_DOCTYPE
from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase
from advanced_bank_reconciliation.tests.test_races import somebody_else

NAME_AND_WAIT = (
	f"from {lease_owners.__name__} import this_process; print(this_process(), flush=True); input()"
)


def another_process() -> tuple[subprocess.Popen, str]:
	"""A process that waits, and its name as the owner of a lease."""
	words = [sys.executable, "-c", NAME_AND_WAIT]
	process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603 Python itself
	assert process.stdout
	return process, process.stdout.readline().strip()


def owner_that_was_killed() -> str:
	process, owner = another_process()
	process.kill()
	process.communicate()
	return owner


class TestLeaseOwners(unittest.TestCase):
	def test_a_process_that_lives(self) -> None:
		process, owner = another_process()
		self.assertEqual((is_gone(this_process()), is_gone(owner)), (False, False))
		process.communicate("go\n")

	def test_a_process_that_was_killed(self) -> None:
		"""Also while nobody has asked for its exit status yet."""
		process, owner = another_process()
		process.kill()
		while not is_gone(owner):
			self.assertIsNone(process.returncode)
		process.communicate()
		self.assertTrue(is_gone(owner))

	def test_its_number_may_be_another_ones_now(self) -> None:
		host, pid, start, machine = this_process().split()
		self.assertTrue(is_gone(f"{host} {pid} {int(start) - 1} {machine}"))

	def test_of_other_machines_nothing_is_known(self) -> None:
		host, pid, start, _machine = this_process().split()
		for owner in (
			f"{host} {pid} 1 elsewhere",
			f"{host} 99999999 {start} elsewhere",
			"worker 7",
			"",
			None,
		):
			self.assertFalse(is_gone(owner), owner)

	def test_a_machine_that_does_not_tell(self) -> None:
		owner = owner_that_was_killed()
		with patch.object(lease_owners, "_machine", return_value=""):
			self.assertFalse(is_gone(owner))
			self.assertFalse(is_gone(this_process()))


class RecoveryTestCase(BulkTestCase):
	def setUp(self) -> None:
		# The tests take their records back, not what Redis knows of them: names come again.
		for key in frappe.cache.get_keys(QUEUED_AGAIN):
			frappe.cache.delete(key)

	def queued_run(self) -> str:
		deposit, selection = factories.create_test_deposit(2)
		with patch.object(LongQueue, "enqueue"):
			return reconciliation.start_in_background(deposit.name, selection)["run"]

	def forget(self, run: str) -> None:
		frappe.db.delete(ITEM_DOCTYPE, {"run": run})
		frappe.db.delete(RUN_DOCTYPE, {"name": run})
		frappe.db.commit()

	def claimed_run(self, owner: str) -> str:
		run = self.queued_run()
		run_leases.claim(run, owner, 600)
		return run

	def found(self, run: str) -> list[AbandonedRun]:
		return abandoned_runs([run])


class TestDeadOwners(RecoveryTestCase):
	def test_the_lease_of_the_living_stands(self) -> None:
		run = self.claimed_run(this_process())
		self.assertEqual(self.found(run), [])
		run_leases.end_lease_of_the_dead(run, None)
		with self.assertRaises(LeaseHeld):
			run_leases.claim(run, "another", 600)

	def test_the_lease_of_the_dead_ends_at_once(self) -> None:
		owner = owner_that_was_killed()
		run = self.claimed_run(owner)
		self.assertEqual([one.dead_owner for one in self.found(run)], [owner])
		self.assertFalse(get_bulk_reconciliation(run)["has_worker"])
		run_leases.end_lease_of_the_dead(run, None)
		self.assertEqual(run_leases.claim(run, "another", 600).fencing_token, 2)

	def test_a_death_elsewhere_is_believed_of_its_own_lease_alone(self) -> None:
		run = self.claimed_run("far-away 1 2 elsewhere")
		run_leases.end_lease_of_the_dead(run, "far-away 9 9 elsewhere")
		with self.assertRaises(LeaseHeld):
			run_leases.claim(run, "another", 600)
		run_leases.end_lease_of_the_dead(run, "far-away 1 2 elsewhere")
		run_leases.claim(run, "another", 600)

	def test_nobody_queues_up_behind_a_long_step(self) -> None:
		"""The lease is over, but its worker is in the middle of a step."""
		run = self.claimed_run(this_process())
		frappe.db.set_value(RUN_DOCTYPE, run, "lease_expires_at", "2000-01-01")
		frappe.db.commit()
		self.addCleanup(self.forget, run)
		run_leases.read_for_update(run)
		with somebody_else(), self.assertRaises(LeaseHeld):
			run_leases.claim(run, "another", 600)


class TestLookingAfter(RecoveryTestCase):
	def test_it_is_queued_once_however_many_look(self) -> None:
		run = self.claimed_run(owner_that_was_killed())
		with patch.object(LongQueue, "enqueue") as enqueue:
			self.assertEqual([look_after_runs([run]) for _look in range(3)], [[run]] * 3)
		self.assertEqual([call.args[0].name for call in enqueue.call_args_list], [run])

	def test_only_what_was_interrupted_goes_first(self) -> None:
		"""A run that its worker handed back after its time slice must not keep others from their turn."""
		for ends, goes_first in ((run_leases.release, False), (lambda run: None, True)):
			run = self.claimed_run(owner_that_was_killed())
			ends(run_leases.read_for_update(run))
			with self.subTest(goes_first), patch.object(LongQueue, "enqueue") as enqueue:
				look_after_runs([run])
				self.assertIs(enqueue.call_args.kwargs["at_front"], goes_first)

	def test_a_run_with_its_worker_is_left_alone(self) -> None:
		run = self.claimed_run(this_process())
		with patch.object(LongQueue, "enqueue") as enqueue:
			self.assertEqual(look_after_runs([run]), [])
		enqueue.assert_not_called()

	def test_without_redis_the_run_can_still_be_seen(self) -> None:
		run = self.claimed_run(owner_that_was_killed())
		with patch.object(LongQueue, "enqueue_again", side_effect=ConnectionError):
			self.assertEqual(get_bulk_reconciliation(run)["status"], "Queued")

	def test_a_start_looks_after_all_runs(self) -> None:
		run = self.claimed_run(owner_that_was_killed())
		deposit, selection = factories.create_test_deposit(1)
		with patch.object(LongQueue, "enqueue") as enqueue:
			reconciliation.start_at_once(deposit.name, selection)
		self.assertIn(run, [call.args[0].name for call in enqueue.call_args_list])

	def test_viewing_changes_nothing(self) -> None:
		"""The form of a run whose worker is gone is opened, and the run is asked for."""
		run = self.claimed_run(owner_that_was_killed())
		before = self.records(run)
		with patch.object(frappe, "enqueue") as enqueue:
			getdoc(RUN_DOCTYPE, run)
			get_bulk_reconciliation(run)
		self.assertEqual((self.records(run), enqueue.call_count), (before, 1))

	def records(self, run: str) -> tuple:
		about = {"reference_doctype": RUN_DOCTYPE, "reference_name": run}
		rows = frappe.db.get_value(RUN_DOCTYPE, run, "*"), frappe.get_all(ITEM_DOCTYPE, {"run": run}, ["*"])
		return (
			*rows,
			frappe.db.count("View Log", about),
			frappe.db.count("Version", {"docname": run}),
			frappe.db.count("Comment", about),
		)


class TestFullQueue(RecoveryTestCase):
	def setUp(self) -> None:
		super().setUp()
		refusing = patch("frappe.utils.background_jobs._check_queue_size", self.too_many)
		refusing.start()
		self.addCleanup(refusing.stop)

	def too_many(self, _queue: object) -> None:
		frappe.throw("Too many queued background jobs.", frappe.QueueOverloaded)

	def test_a_start_is_refused_and_nothing_is_written(self) -> None:
		"""Also if its caller survives the error."""
		deposit, selection = factories.create_test_deposit(2)
		before = self.count_records()
		with self.assertRaises(frappe.ValidationError) as refused:
			reconciliation.start_in_background(deposit.name, selection)
		self.assertIn("Too many background jobs", str(refused.exception))
		self.assertEqual(self.count_records(), before)

	def test_few_invoices_need_no_queue(self) -> None:
		deposit, selection = factories.create_test_deposit(2)
		self.assertEqual(reconciliation.start_at_once(deposit.name, selection)["status"], "Completed")

	def test_a_run_that_is_recorded_waits(self) -> None:
		"""An undo is recorded, the scheduler goes on to the next run, and nobody sees an error."""
		deposit, selection = factories.create_test_deposit(2)
		run = reconciliation.start_at_once(deposit.name, selection)["run"]
		self.assertEqual(reconciliation.undo(run)["status"], "Rolling Back")
		self.assertEqual(look_after_runs([run]), [run])
		self.assertEqual(frappe.local.message_log, [])


class TestFrappesQueueLimit(BulkTestCase):
	def test_it_is_asked_as_before(self) -> None:
		"""Frappe refuses above what is configured, by an error that says so."""
		queue = MagicMock(count=1_000_000)
		with patch.dict(frappe.conf, {"max_queued_jobs": 1}), self.assertRaises(frappe.QueueOverloaded):
			self.refuse(queue)
		queue.count = 0
		self.refuse(queue)

	def refuse(self, queue: MagicMock) -> None:
		from advanced_bank_reconciliation.erpnext_adapter.erpnext_patches.queue_limit import refuse_if_full

		refuse_if_full(queue)


class TestRequestsFromPython(RecoveryTestCase):
	"""What the caller has not finished stays the caller's."""

	def test_neither_undo_nor_resume_commits(self) -> None:
		run = self.queued_run()
		frappe.db.commit()
		self.addCleanup(self.forget, run)
		unfinished = frappe.get_doc({"doctype": "ToDo", "description": "unfinished"}).insert().name
		with patch.object(LongQueue, "enqueue"):
			reconciliation.resume(run)
			reconciliation.undo(run)
		frappe.db.rollback()
		self.assertFalse(frappe.db.exists("ToDo", unfinished))
		self.assertFalse(frappe.db.get_value(RUN_DOCTYPE, run, "cancel_requested_by"))

	def test_a_refusal_takes_back_no_more_than_its_own(self) -> None:
		run = self.queued_run()
		unfinished = frappe.get_doc({"doctype": "ToDo", "description": "unfinished"}).insert().name
		frappe.db.set_value(RUN_DOCTYPE, run, {"state": "Rolled Back", "active_bank_transaction": None})
		for request in (reconciliation.undo, reconciliation.resume):
			with self.assertRaises(reconciliation.RequestRefusedError):
				request(run)
		self.assertTrue(frappe.db.exists("ToDo", unfinished))
