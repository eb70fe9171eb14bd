"""The loop that drives a run to its end, one transaction after another, whatever goes wrong between."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from advanced_bank_reconciliation.engine.errors import FailureKind, ItemFailure, ItemsRefused, LeaseLost
from advanced_bank_reconciliation.engine.limits import Limits
from advanced_bank_reconciliation.engine.messages import message
from advanced_bank_reconciliation.engine.pace import Pace
from advanced_bank_reconciliation.engine.ports import Ledger, Publisher, Queue, RunStore
from advanced_bank_reconciliation.engine.progress import completion_of, progress_of
from advanced_bank_reconciliation.engine.reasons import GIVEN_UP
from advanced_bank_reconciliation.engine.records import Item, Run
from advanced_bank_reconciliation.engine.states import FORWARD_STATES, WORKING_STATES, RunState
from advanced_bank_reconciliation.engine.steps import next_step

logger = logging.getLogger(__name__)


class Runner:
	"""Drives runs over one set of adapters. One runner serves one worker; it keeps no state of a run."""

	def __init__(
		self,
		*,
		ledger: Ledger,
		store: RunStore,
		publisher: Publisher,
		queue: Queue,
		limits: Limits,
		clock: Callable[[], float] = time.monotonic,
		sleep: Callable[[float], None] = time.sleep,
	):
		self.ledger = ledger
		self.store = store
		self.publisher = publisher
		self.queue = queue
		self.limits = limits
		self.clock = clock
		self.sleep = sleep

	def work_on(self, run_name: str, worker: str) -> Run:
		"""Claim a run and drive it until it ends, needs attention, or the time slice is over.

		worker: a name for the lease, for people to read
		Raises `LeaseHeld` or `RunNotFound` from the claim, `LeaseLost` when another worker has taken over,
		and the error itself when even recording it failed; the run can then be resumed from its checkpoint.
		"""
		with self.store.transaction():
			run = self.store.claim(run_name, worker)
		try:
			return self._drive(run)
		except Exception as error:
			if self.ledger.classify(error) is not FailureKind.TIME_LIMIT:
				raise
		# Out of the handler: what fails from here on was not raised while handling the time limit.
		logger.warning("Run %s: time limit reached, handing over", run.name)
		return self._hand_over(run)

	def work_at_once(self, run: Run) -> Run:
		"""Drive a run that was created in the caller's transaction to Completed, in that same transaction.

		Commits nothing and publishes nothing. Raises the first refusal as it is: the caller rolls back.
		"""
		while run.state in FORWARD_STATES:
			run = next_step(run)(run, self.ledger, self.store)
		return run

	def _drive(self, run: Run) -> Run:
		"""Step after step, at least one, until the run needs no more work or the time slice is over."""
		started = self.clock()
		pace = Pace(self.clock)
		while run.state in WORKING_STATES:
			run = self._advance(run)
			self._publish_progress(run, pace)
			if run.state in WORKING_STATES and self.clock() - started >= self.limits.slice_seconds:
				return self._hand_over(run)
		self._publish_completion(run)
		return run

	def _advance(self, run: Run) -> Run:
		"""Do one step in one transaction, or record why it could not be done."""
		try:
			with self.store.transaction():
				locked = self.store.lock(run)
				self._check_attempts(locked)
				return next_step(locked)(locked, self.ledger, self.store)
		except LeaseLost:
			raise
		except Exception as error:
			return self._recover(run, error)

	def _check_attempts(self, run: Run) -> None:
		"""Roll back a run whose workers die again and again at the same step."""
		if run.attempts > self.limits.attempts:
			raise AttemptsExhausted(message(GIVEN_UP, self.limits.attempts).text())

	def _recover(self, run: Run, error: Exception) -> Run:
		"""Record what went wrong in a transaction of its own; the step itself is rolled back already."""
		kind = FailureKind.REFUSED if isinstance(error, AttemptsExhausted) else self.ledger.classify(error)
		if kind is FailureKind.TIME_LIMIT:
			raise error
		if kind is FailureKind.TRANSIENT:
			return self._wait(run, error)
		logger.warning("Run %s: refused: %s", run.name, error)
		return self._persist(lambda: self._begin_rollback(run, error))

	def _wait(self, run: Run, error: Exception) -> Run:
		"""Count a transient failure and wait a growing time."""
		run = self._persist(lambda: self.store.record_error(self.store.lock(run), str(error)))
		seconds = self.limits.wait_after(max(1, run.attempts))
		logger.warning("Run %s: %s; trying again in %.1f s", run.name, error, seconds)
		self.sleep(seconds)
		return run

	def _persist(self, write: Callable[[], Run]) -> Run:
		"""Write in a transaction of its own, again and again while the database is out of reach."""
		for attempt in range(1, self.limits.attempts + 1):
			try:
				with self.store.transaction():
					return write()
			except LeaseLost:
				raise
			except Exception as error:
				if (
					attempt == self.limits.attempts
					or self.ledger.classify(error) is not FailureKind.TRANSIENT
				):
					raise
				self.sleep(self.limits.wait_after(attempt))
		raise AssertionError("unreachable: the last attempt returns or raises")

	def _begin_rollback(self, run: Run, error: Exception) -> Run:
		"""Record every item that failed, with its reason, and begin (or give up) the undo.

		run: as it was before the step that failed. Where the record has gone on since, the step or this very
		write was committed and only the answer was lost: then there is nothing to roll back.
		"""
		locked = self.store.lock(run)
		if _checkpoint(locked) != _checkpoint(run):
			return locked
		if locked.state is RunState.ROLLING_BACK:
			# The reason of the undo stays; the last error is why it cannot be done.
			failed = self.store.record_error(locked, str(error))
			return self.store.change_state(failed, RunState.ATTENTION, failed.reason)
		failures = self._failures(locked, error)
		locked = self.store.record_failures(locked, failures)
		reason = failures[0].reason if failures else str(error)
		return self.store.change_state(locked, RunState.ROLLING_BACK, reason)

	def _failures(self, run: Run, error: Exception) -> list[ItemFailure]:
		"""The items that failed in this batch, and those of later batches that would fail as well."""
		if not isinstance(error, ItemsRefused):
			return []
		failures = {failure.item: failure for failure in error.failures}
		others = [item for item in self.store.pending_items(run) if item.key not in failures]
		for failure in self._recheck(run, others):
			failures[failure.item] = failure
		return list(failures.values())

	def _recheck(self, run: Run, items: Sequence[Item]) -> Sequence[ItemFailure]:
		"""What else would fail. Never stands in the way of the rollback."""
		try:
			return self.ledger.recheck(run, items)
		except Exception as error:
			if self.ledger.classify(error) is not FailureKind.REFUSED:
				raise
			logger.warning("Run %s: the other items could not be checked", run.name, exc_info=True)
			return []

	def _hand_over(self, run: Run) -> Run:
		"""Give the lease back and let another job go on from the checkpoint, if anything is left to do."""
		run = self._persist(lambda: self._give_back(run))
		if run.state in WORKING_STATES:
			self.queue.enqueue(run)
		else:
			self._publish_completion(run)
		return run

	def _give_back(self, run: Run) -> Run:
		"""Release the lease and return what is recorded: the last step may have been committed unnoticed."""
		locked = self.store.lock(run)
		self.store.release(locked)
		return locked

	def _publish_progress(self, run: Run, pace: Pace) -> None:
		with self._surviving_publisher_failures():
			self.publisher.publish_progress(progress_of(run, pace.seconds_left(run)))

	def _publish_completion(self, run: Run) -> None:
		with self._surviving_publisher_failures():
			self.publisher.publish_completion(completion_of(run, self.store.failures(run)))

	@contextmanager
	def _surviving_publisher_failures(self) -> Iterator[None]:
		"""Accounting never fails because of a progress bar; but the job's time limit is not swallowed."""
		try:
			yield
		except Exception as error:
			if self.ledger.classify(error) is FailureKind.TIME_LIMIT:
				raise
			logger.warning("A progress event could not be published", exc_info=True)


def _checkpoint(run: Run) -> tuple[RunState, int, int, bool]:
	"""What every step changes and nothing else does."""
	return run.state, run.posted, run.undone, run.matched


class AttemptsExhausted(Exception):
	"""The same step was tried too often without progress."""
