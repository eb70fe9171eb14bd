"""The record of runs guards itself against workers that come too late, each guard by itself.

In the ordinary course of things the run's locked row stops them before; here it is passed by.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from advanced_bank_reconciliation.engine.errors import (
	BankTransactionBusy,
	CheckpointConflict,
	ItemFailure,
	LeaseHeld,
)
from advanced_bank_reconciliation.engine.records import Run, Voucher
from advanced_bank_reconciliation.engine.states import RunState
from sandbox.database import create_database
from sandbox.run_store import SqliteRunStore
from sandbox.seed import Deposit, seed_deposit
from sandbox.start import start_run

LEASE_SECONDS = 60.0


class Clock:
	"""Stands still unless it is moved."""

	def __init__(self) -> None:
		self.now = 1000.0

	def __call__(self) -> float:
		return self.now


class Scene:
	"""A run over four invoices that a worker has claimed."""

	def __init__(self, connection: sqlite3.Connection):
		self.connection = connection
		self.clock = Clock()
		self.store = SqliteRunStore(connection, LEASE_SECONDS, self.clock)
		self.deposit: Deposit = seed_deposit(connection, 4)
		self.name = start_run(connection, self.deposit.bank_transaction, self.deposit.selection).name
		self.run = self.claim()

	def claim(self) -> Run:
		return self.store.claim(self.name, "worker")

	def overtake(self) -> Run:
		"""Let the lease run out and another worker come."""
		self.clock.now += LEASE_SECONDS + 1
		return self.claim()

	def posted(self, count: int) -> dict[str, Voucher]:
		"""What the ledger would have said of the first `count` pending items."""
		items = self.store.pending_items(self.run)[:count]
		return {
			item.key: Voucher(doctype="Payment", name=item.key, amount=item.cash_amount, is_own=True)
			for item in items
		}

	def complete(self) -> Run:
		run = self.store.change_state(self.run, RunState.POSTING)
		run = self.store.record_posted(run, self.posted(4))
		run = self.store.change_state(run, RunState.MATCHING)
		return self.store.change_state(run, RunState.COMPLETED)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
	connection = create_database(tmp_path / "books.sqlite")
	yield Scene(connection)
	connection.close()


def test_an_item_is_posted_once(scene: Scene) -> None:
	"""A second checkpoint over the same items fails, and with it the transaction that would pay twice."""
	vouchers = scene.posted(2)
	run = scene.store.record_posted(scene.run, vouchers)
	with pytest.raises(CheckpointConflict):
		scene.store.record_posted(run, vouchers)


def test_an_item_that_failed_is_not_posted(scene: Scene) -> None:
	vouchers = scene.posted(1)
	run = scene.store.record_failures(scene.run, [ItemFailure(next(iter(vouchers)), "on hold")])
	with pytest.raises(CheckpointConflict):
		scene.store.record_posted(run, vouchers)


def test_an_item_is_undone_once(scene: Scene) -> None:
	run = scene.store.record_posted(scene.run, scene.posted(2))
	items = scene.store.posted_items(run, 2)
	run = scene.store.record_undone(run, items)
	with pytest.raises(CheckpointConflict):
		scene.store.record_undone(run, items)


def test_the_newest_is_undone_first(scene: Scene) -> None:
	"""Batch by batch, and within each batch: what was posted last depends on nothing that came after."""
	run = scene.store.record_posted(scene.run, scene.posted(4))
	order = []
	for _batch in range(2):
		items = scene.store.posted_items(run, 2)
		order += [item.position for item in items]
		run = scene.store.record_undone(run, items)
	assert order == [3, 2, 1, 0]


def test_a_worker_that_was_overtaken_cannot_write(scene: Scene) -> None:
	"""Also if it would not have looked at the row before."""
	late = scene.run
	scene.overtake()
	with pytest.raises(CheckpointConflict):
		scene.store.change_state(late, RunState.POSTING)
	with pytest.raises(CheckpointConflict):
		scene.store.record_error(late, "too late")


def test_a_lease_is_given_back_by_its_owner_only(scene: Scene) -> None:
	"""A lock that anyone can release protects nobody."""
	late = scene.run
	owner = scene.overtake()
	scene.store.release(late)
	with pytest.raises(LeaseHeld):
		scene.claim()
	scene.store.release(owner)
	assert scene.claim().fencing_token == owner.fencing_token + 1


def test_each_step_extends_the_lease(scene: Scene) -> None:
	"""A run of an hour keeps its lease of a minute, as long as its worker shows a sign of life."""
	for _step in range(3):
		scene.clock.now += LEASE_SECONDS - 1
		scene.store.lock(scene.run)
	assert scene.store.abandoned_runs() == []
	with pytest.raises(LeaseHeld):
		scene.claim()


def test_a_run_that_has_ended_is_not_claimed(scene: Scene) -> None:
	scene.complete()
	with pytest.raises(LeaseHeld, match="Completed"):
		scene.claim()


def test_progress_forgives_earlier_attempts(scene: Scene) -> None:
	"""Attempts are counted since the last batch: a long run is not given up for errors far apart."""
	run = scene.store.record_error(scene.run, "database is locked")
	assert run.attempts == 2
	run = scene.store.record_posted(run, scene.posted(2))
	assert (run.attempts, scene.store.lock(run).attempts) == (0, 0)
	run = scene.store.record_error(run, "database is locked")
	run = scene.store.record_undone(run, scene.store.posted_items(run, 1))
	assert (run.attempts, scene.store.lock(run).attempts) == (0, 0)


def test_undoing_a_completed_run_takes_everything_again(scene: Scene) -> None:
	"""While it is undone, nobody starts anything with its deposit or its invoices."""
	run = scene.store.change_state(scene.complete(), RunState.ROLLING_BACK, "Undone by accountant")
	with pytest.raises(BankTransactionBusy, match=run.name):
		start_run(scene.connection, scene.deposit.bank_transaction, scene.deposit.selection[:1])
	assert _count_of_held(scene) == 4


@pytest.mark.parametrize("same_deposit", [True, False])
def test_a_completed_run_is_not_undone_under_another_run(scene: Scene, same_deposit: bool) -> None:
	"""Somebody works on the same deposit by now, or on one of the invoices: the undo is refused, naming the
	other run, and nothing has changed.
	"""
	run, other = scene.complete(), seed_deposit(scene.connection, 2)
	deposit, invoices = (scene.deposit, other) if same_deposit else (other, scene.deposit)
	selection = [{**invoices.selection[0], "allocated_amount": "1.00"}]
	second = start_run(scene.connection, deposit.bank_transaction, selection)
	with pytest.raises(BankTransactionBusy, match=second.name) as refused:
		scene.store.change_state(run, RunState.ROLLING_BACK, "Undone by accountant")
	assert refused.value.run == second.name
	assert scene.store.lock(run).state is RunState.COMPLETED
	assert _count_of_held(scene) == 0


def _count_of_held(scene: Scene) -> int:
	query = "SELECT count(*) FROM run_item WHERE run = ? AND active_document IS NOT NULL"
	return scene.connection.execute(query, (scene.name,)).fetchone()[0]
