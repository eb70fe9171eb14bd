"""Workers die, are overtaken, run out of time, and find the database or the events gone."""

from __future__ import annotations

from collections.abc import Callable

from advanced_bank_reconciliation.engine.errors import LeaseHeld, LeaseLost
from advanced_bank_reconciliation.engine.progress import Progress
from advanced_bank_reconciliation.engine.requests import request_undo
from advanced_bank_reconciliation.engine.states import RunState
from advanced_bank_reconciliation.tests.conformance_case import ConformanceCase
from advanced_bank_reconciliation.tests.conformance_harness import (
	USER,
	Ports,
	RecordingPublisher,
	work,
)
from advanced_bank_reconciliation.tests.faults import (
	Call,
	Calls,
	Fault,
	Killed,
	Moment,
	at_nth,
	numbered,
	recover,
)

READS = frozenset({"begin", "claim", "lock", "release"})


class WorkerTests(ConformanceCase):
	"""Whatever happens to workers, the run goes on from its checkpoint."""

	def failing(self, fault: Fault) -> tuple[Ports, Calls]:
		"""The ports of the current process, with something going wrong."""
		calls = Calls(fault)
		return numbered(self.harness.ports(), calls), calls

	def test_one_worker_at_a_time(self) -> None:
		"""A second worker comes while the first is at work: it is sent away, and the first goes on."""
		deposit = self.harness.make_deposit(4)
		before = self.harness.read_books(deposit)
		run, refusals = self.harness.start(deposit), []
		beside = self.harness.another_process()

		def try_too(told: Progress) -> None:
			if told.run.state is RunState.POSTING:
				with self.assertRaises(LeaseHeld) as refused:
					work(beside, run)
				refusals.append(refused.exception)

		work(self.listening(RecordingPublisher(try_too)), run)
		self.assertEqual(len(refusals), 3)
		self.assert_completed(run, deposit, before)

	def test_a_worker_that_was_overtaken_writes_nothing(self) -> None:
		"""A worker is silent for longer than its lease, another takes over and posts a batch; then the first
		one wakes up and goes on: it is stopped before it writes anything.
		"""
		deposit = self.harness.make_deposit(6)
		before = self.harness.read_books(deposit)
		run, calls = self.harness.start(deposit), Calls()
		others: list[int] = []
		beside = self.harness.another_process()

		def overtake(told: Progress) -> None:
			if told.run.posted == 2 and not others:
				self.harness.expire_lease(run)
				others.append(len(calls.made))
				dying = Calls(Fault(at_nth("publish_progress", 1), Moment.BEFORE, Killed))
				with self.assertRaises(Killed):
					work(numbered(beside, dying), run)

		with self.assertRaises(LeaseLost):
			work(numbered(self.listening(RecordingPublisher(overtake)), calls), run)
		written = {call.name for call in calls.made[others[0] :]} - READS
		self.assertEqual((written, self.harness.read_run(run).posted), (set(), 4))
		recover(self.harness, run)
		self.assert_completed(run, deposit, before)

	def test_a_dead_worker_is_found_and_its_run_goes_on(self) -> None:
		"""A worker dies after a batch: nobody takes the run before its lease is over, then a new one finishes
		it from the checkpoint.
		"""
		deposit = self.harness.make_deposit(4, voucher=75)
		before = self.harness.read_books(deposit)
		run = self.harness.start(deposit)
		ports, _calls = self.failing(Fault(at_nth("record_posted", 2), Moment.AFTER, Killed))
		with self.assertRaises(Killed):
			work(ports, run)
		self.harness.fresh_process()
		self.assertEqual(self.harness.read_run(run).posted, 2)
		self.assertNotIn(run, self.harness.abandoned_runs())
		self.harness.expire_lease(run)
		self.assertIn(run, self.harness.abandoned_runs())
		calls = Calls()
		work(numbered(self.harness.ports(), calls), run)
		self.assertEqual(calls.counts["record_posted"], 1)
		self.assert_completed(run, deposit, before)

	def test_a_deadlock_redoes_the_whole_batch(self) -> None:
		"""The second batch is posted when a deadlock rolls it back: it is posted again as a whole, once."""
		deposit = self.harness.make_deposit(5)
		before = self.harness.read_books(deposit)
		run = self.harness.start(deposit)
		fault = Fault(at_nth("post", 2), Moment.AFTER, self.harness.transient_error)
		ports, calls = self.failing(fault)
		work(ports, run)
		self.assertEqual((calls.counts["post"], calls.counts["record_posted"]), (4, 3))
		self.assert_completed(run, deposit, before)

	def test_deadlocks_without_end_are_given_up(self) -> None:
		"""Every batch but the first meets a deadlock: after so many attempts the run is undone."""
		deposit = self.harness.make_deposit(4)
		before = self.harness.read_books(deposit)
		run = self.harness.start(deposit)

		def later_posts(call: Call) -> bool:
			return call.name == "post" and call.nth > 1

		ports, calls = self.failing(Fault(later_posts, Moment.BEFORE, self.harness.transient_error))
		work(ports, run, attempts=3)
		self.assert_rolled_back(run, deposit, before)
		self.assertEqual(calls.counts["post"], 1 + 3 + 1)
		self.assertIn("3 attempts", self.harness.read_run(run).reason)

	def test_workers_that_die_again_and_again_are_given_up(self) -> None:
		"""Whoever posts the second batch dies, say for want of memory: in the end the run is undone."""
		deposit = self.harness.make_deposit(4)
		before = self.harness.read_books(deposit)
		run, limits = self.harness.start(deposit), {"attempts": 3}
		for _worker in range(3 + 1):
			fault = Fault(self.second_batch(run), Moment.AFTER, Killed)
			with self.assertRaises(Killed):
				work(self.failing(fault)[0], run, **limits)
			self.harness.fresh_process()
			self.harness.expire_lease(run)
		work(self.harness.ports(), run, **limits)
		self.assert_rolled_back(run, deposit, before)

	def second_batch(self, run: str) -> Callable[[Call], bool]:
		"""The posting of the second batch, by whichever worker comes to it."""
		return at_nth("post", 2 - bool(self.harness.read_run(run).posted))

	def test_events_that_cannot_be_published_change_nothing(self) -> None:
		"""The events are gone for the whole run, forward and back: the accounting does not care."""
		deposit = self.harness.make_deposit(4)
		before = self.harness.read_books(deposit)
		run = self.harness.start(deposit)

		def is_event(call: Call) -> bool:
			return call.name.startswith("publish")

		work(self.failing(Fault(is_event, Moment.BEFORE, ConnectionError))[0], run)
		self.assert_completed(run, deposit, before)
		ports, calls = self.failing(Fault(is_event, Moment.AFTER, ConnectionError))
		request_undo(run, USER, ports.store, ports.queue)
		work(ports, run)
		self.assertEqual(calls.counts["publish_completion"], 1)
		self.assert_rolled_back(run, deposit, before)

	def test_the_time_limit_hands_the_run_over(self) -> None:
		"""The job's time is up in the middle of the second batch: the batch is left undone, the run queued
		and free at once, and the next job finishes it.
		"""
		deposit = self.harness.make_deposit(5)
		before = self.harness.read_books(deposit)
		run = self.harness.start(deposit)
		ports, calls = self.failing(Fault(at_nth("post", 2), Moment.AFTER, self.harness.time_limit_error))
		work(ports, run)
		record = self.harness.read_run(run)
		self.assertEqual((record.state, record.posted), (RunState.POSTING, 2))
		self.assertEqual(calls.counts["enqueue"], 1)
		self.assertIn(run, self.harness.abandoned_runs())
		self.work(run)
		self.assert_completed(run, deposit, before)

	def test_a_slice_that_is_over_hands_the_run_over(self) -> None:
		"""Others wait for a worker: after each slice, here one step, the run goes to the end of the queue."""
		deposit = self.harness.make_deposit(4)
		before = self.harness.read_books(deposit)
		run = self.harness.start(deposit)
		posted = []
		for _job in range(5):
			self.assertIn(run, self.harness.abandoned_runs())
			posted.append(self.work(run, slice_seconds=0).posted)
		self.assertEqual(posted, [0, 2, 4, 4, 4])
		self.assert_completed(run, deposit, before)
