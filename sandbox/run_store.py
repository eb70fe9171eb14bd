"""The engine's RunStore port in SQLite."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace

from advanced_bank_reconciliation.engine.errors import (
	BankTransactionBusy,
	CheckpointConflict,
	ItemFailure,
	LeaseHeld,
	LeaseLost,
	RunNotFound,
)
from advanced_bank_reconciliation.engine.facts import ItemCounts
from advanced_bank_reconciliation.engine.records import Item, Run, Voucher
from advanced_bank_reconciliation.engine.states import (
	ENDED_STATES,
	WORKING_STATES,
	ItemState,
	RunState,
	check_transition,
)
from sandbox import run_items
from sandbox.database import transaction

WORKING = ", ".join(f"'{state.value}'" for state in sorted(WORKING_STATES))


class SqliteRunStore:
	"""States, checkpoints and leases.

	lease_seconds: how long a worker may be silent before another one takes its run over
	clock: seconds since the epoch, the same for all workers
	"""

	def __init__(
		self,
		connection: sqlite3.Connection,
		lease_seconds: float = 60.0,
		clock: Callable[[], float] = time.time,
	):
		self.connection = connection
		self.lease_seconds = lease_seconds
		self.clock = clock

	def transaction(self) -> AbstractContextManager[None]:
		return transaction(self.connection)

	def claim(self, run_name: str, worker: str) -> Run:
		now = self.clock()
		claimed = self.connection.execute(
			"UPDATE run SET fencing_token = fencing_token + 1, attempts = attempts + 1, lease_owner = ?,"
			f" lease_expires_at = ? WHERE name = ? AND state IN ({WORKING})"
			" AND (lease_expires_at IS NULL OR lease_expires_at < ?)",
			(worker, now + self.lease_seconds, run_name, now),
		).rowcount
		run = self.lock_for_request(run_name)
		if not claimed:
			raise LeaseHeld(f"Run {run_name} is {run.state.value}, or another worker is on it.")
		return run

	def lock(self, run: Run) -> Run:
		# BEGIN IMMEDIATE has locked the whole database already.
		current = self.lock_for_request(run.name)
		if current.fencing_token != run.fencing_token:
			raise LeaseLost(f"Run {run.name} was taken over by another worker.")
		if current.state in WORKING_STATES:
			self._write(current, lease_expires_at=self.clock() + self.lease_seconds)
		return current

	def release(self, run: Run) -> None:
		self.connection.execute(
			"UPDATE run SET lease_expires_at = NULL WHERE name = ? AND fencing_token = ?",
			(run.name, run.fencing_token),
		)

	def lock_for_request(self, run_name: str) -> Run:
		row = self.connection.execute("SELECT * FROM run WHERE name = ?", (run_name,)).fetchone()
		if row is None:
			raise RunNotFound(f"There is no run {run_name}.")
		return run_from_row(row)

	def change_state(self, run: Run, state: RunState, reason: str = "") -> Run:
		check_transition(run.name, run.state, state)
		if state is RunState.COMPLETED:
			self._require_complete(run)
		values: dict = {"state": state.value, "reason": reason, "attempts": 0}
		if state not in WORKING_STATES:
			values["lease_expires_at"] = None
		if state in ENDED_STATES:
			values["active_bank_transaction"] = None
			run_items.free(self.connection, run.name)
		elif run.state in ENDED_STATES:
			values["active_bank_transaction"] = run.bank_transaction
			self._hold(run)
		self._write(run, **values)
		return replace(run, state=state, reason=reason, attempts=0)

	def request_cancel(self, run: Run, user: str) -> Run:
		self._write(run, cancel_requested_by=user)
		return replace(run, cancel_requested_by=user)

	def record_posted(self, run: Run, vouchers: Mapping[str, Voucher]) -> Run:
		for key, voucher in vouchers.items():
			self._move_item(run, key, ItemState.PENDING, ItemState.POSTED, voucher=voucher.name)
		done = run.posted + len(vouchers)
		self._write(run, posted=done, attempts=0)
		return replace(run, posted=done, attempts=0)

	def record_undone(self, run: Run, items: Sequence[Item]) -> Run:
		for item in items:
			self._move_item(run, item.key, ItemState.POSTED, ItemState.UNDONE)
		done = run.undone + len(items)
		self._write(run, undone=done, attempts=0)
		return replace(run, undone=done, attempts=0)

	def record_matched(self, run: Run, matched: bool) -> Run:
		self._write(run, matched=int(matched))
		return replace(run, matched=matched)

	def record_failures(self, run: Run, failures: Sequence[ItemFailure]) -> Run:
		for failure in failures:
			self._move_item(run, failure.item, ItemState.PENDING, ItemState.FAILED, reason=failure.reason)
		return run

	def record_error(self, run: Run, error: str) -> Run:
		attempts = run.attempts + 1
		self._write(run, attempts=attempts, last_error=error)
		return replace(run, attempts=attempts, last_error=error)

	def pending_items(self, run: Run, size: int | None = None) -> Sequence[Item]:
		return run_items.pending(self.connection, run.name, size)

	def posted_items(self, run: Run, size: int | None = None) -> Sequence[Item]:
		return run_items.posted_newest_first(self.connection, run.name, size)

	def vouchers(self, run: Run) -> Sequence[Voucher]:
		return run_items.vouchers(self.connection, run.name)

	def counts(self, run: Run, items: Sequence[Item] | None = None) -> ItemCounts:
		return run_items.counts(self.connection, run.name, items)

	def failures(self, run: Run) -> Sequence[Item]:
		return run_items.failed(self.connection, run.name)

	def abandoned_runs(self) -> list[str]:
		"""Names of runs that need work and that no worker owns, oldest first."""
		rows = self.connection.execute(
			f"SELECT name FROM run WHERE state IN ({WORKING})"
			" AND (lease_expires_at IS NULL OR lease_expires_at < ?) ORDER BY number",
			(self.clock(),),
		)
		return [row["name"] for row in rows]

	def _require_complete(self, run: Run) -> None:
		counts = self.counts(run)
		if not 0 < run.total == counts.posted == counts.total:
			raise CheckpointConflict(
				f"Run {run.name} is not complete: {counts.posted} of {run.total} are posted."
			)

	def _hold(self, run: Run) -> None:
		holder = run_items.holder(self.connection, run)
		if holder:
			text = f"Run {holder} is working on the bank transaction or on a document of run {run.name}."
			raise BankTransactionBusy(text, holder)
		run_items.hold(self.connection, run.name)

	def _write(self, run: Run, **values: object) -> None:
		"""Change the run's row, unless another worker has taken the run over meanwhile."""
		columns = ", ".join(f"{column} = ?" for column in values)
		written = self.connection.execute(
			f"UPDATE run SET {columns} WHERE name = ? AND fencing_token = ?",
			(*values.values(), run.name, run.fencing_token),
		).rowcount
		if written != 1:
			raise CheckpointConflict(f"Run {run.name} was written by somebody else.")

	def _move_item(self, run: Run, key: str, before: ItemState, after: ItemState, **values: object) -> None:
		"""An item goes from one state to the next, or the whole step fails: posted at most once."""
		columns = "".join(f", {column} = ?" for column in values)
		moved = self.connection.execute(
			f"UPDATE run_item SET state = ?{columns} WHERE key = ? AND run = ? AND state = ?",
			(after.value, *values.values(), key, run.name, before.value),
		).rowcount
		if moved != 1:
			raise CheckpointConflict(f"Item {key} is not {before.value} any more.")


def run_from_row(row: sqlite3.Row) -> Run:
	"""A row of the table `run` as the engine's record."""
	return Run(
		name=row["name"],
		job_id=row["job_id"],
		bank_transaction=row["bank_transaction"],
		user=row["user"],
		state=RunState(row["state"]),
		total=row["total"],
		posted=row["posted"],
		undone=row["undone"],
		batch_size=row["batch_size"],
		matched=bool(row["matched"]),
		cancel_requested_by=row["cancel_requested_by"],
		reason=row["reason"],
		fencing_token=row["fencing_token"],
		attempts=row["attempts"],
		last_error=row["last_error"],
		advances=row["advances"],
	)
