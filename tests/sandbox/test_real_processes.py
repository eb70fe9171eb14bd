"""The sandbox's real processes, killed and stopped in the middle of a run."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Callable, Iterator

import pytest

from advanced_bank_reconciliation.engine.errors import BankTransactionBusy
from advanced_bank_reconciliation.engine.records import Run
from advanced_bank_reconciliation.engine.requests import request_undo
from sandbox.audit import audit
from sandbox.database import create_database
from sandbox.job_queue import LongQueue
from sandbox.listening import Listener
from sandbox.run_store import SqliteRunStore
from sandbox.seed import Deposit, seed_deposit
from sandbox.services import Services, running_sandbox
from sandbox.start import start_run
from tests.sandbox.processes import children_of, wait_until

BANK_TRANSACTION = "BT-0001"
COUNT = 3000


class Scene:
	"""A running sandbox with one seeded deposit."""

	def __init__(self, services: Services, connection: sqlite3.Connection, deposit: Deposit):
		self.services = services
		self.connection = connection
		self.deposit = deposit

	def start(self) -> Run:
		run = start_run(self.connection, BANK_TRANSACTION, self.deposit.selection)
		LongQueue(self.services.workplace).enqueue(run)
		return run

	def column(self, name: str) -> object:
		return self.connection.execute(f"SELECT {name} FROM run ORDER BY number DESC").fetchone()[0]

	def wait_until_posted(self, count: int) -> None:
		wait_until(lambda: self.column("posted") >= count, what=f"{count} postings")  # type: ignore[operator]

	def wait_for(self, state: str, seconds: float = 60) -> None:
		wait_until(lambda: self.column("state") == state, seconds, what=state)

	def check_all_paid(self) -> None:
		findings = audit(self.connection, BANK_TRANSACTION)
		assert findings.violations == {}
		assert findings.payments == len(self.deposit.selection)
		assert (findings.unallocated, findings.outstanding) == (0, 0)

	def check_nothing_left(self) -> None:
		findings = audit(self.connection, BANK_TRANSACTION)
		assert findings.violations == {}
		assert findings.payments == 0
		assert findings.unallocated == findings.outstanding == self.deposit.amount
		assert self.connection.execute("SELECT count(*) FROM payment").fetchone()[0] == 0


@pytest.fixture
def scene() -> Iterator[Scene]:
	with running_sandbox() as services:
		connection = create_database(services.workplace.database)
		yield Scene(services, connection, seed_deposit(connection, COUNT))
		connection.close()


def kill_work_horse(services: Services) -> None:
	"""Kill the process that does the job; the worker that forked it lives on."""
	for horse in children_of(services.processes["worker"].pid):
		os.kill(horse, signal.SIGKILL)


def kill_worker(services: Services) -> None:
	"""Kill the worker, and with it its work horse; start another one."""
	services.processes["worker"].kill()
	services.stop("worker")
	services.start("worker")


@pytest.mark.parametrize("kill", [kill_work_horse, kill_worker])
def test_a_killed_run_finds_its_own_way(scene: Scene, kill: Callable[[Services], None]) -> None:
	"""Killed three times at different places, the run is finished by whoever comes after."""
	scene.start()
	for share in (0.1, 0.4, 0.7):
		scene.wait_until_posted(int(COUNT * share))
		kill(scene.services)
	scene.wait_for("Completed")
	scene.check_all_paid()
	assert scene.column("fencing_token") >= 3  # type: ignore[operator]


def test_a_killed_undo_goes_on(scene: Scene) -> None:
	run = scene.start()
	scene.wait_until_posted(COUNT // 2)
	store = SqliteRunStore(scene.connection)
	request_undo(run.name, "accountant", store, LongQueue(scene.services.workplace))
	scene.wait_for("Rolling Back")
	kill_worker(scene.services)
	scene.wait_for("Rolled Back")
	scene.check_nothing_left()


def test_one_invoice_cannot_be_posted(scene: Scene) -> None:
	"""An invoice is cancelled after the start: nothing remains, and the run names it."""
	victim = scene.deposit.selection[COUNT - 5]["name"]
	run = start_run(scene.connection, BANK_TRANSACTION, scene.deposit.selection)
	scene.connection.execute("UPDATE open_item SET cancelled = 1 WHERE name = ?", (victim,))
	with Listener(scene.services.workplace, "accountant") as listener:
		LongQueue(scene.services.workplace).enqueue(run)
		scene.wait_for("Rolled Back")
		events = list(iter(lambda: listener.next_event(2), None))
	scene.check_nothing_left()
	assert [failure["name"] for failure in events[-1]["failures"]] == [victim]
	assert "was cancelled" in events[-1]["failures"][0]["reason"]
	assert events[-1]["success"] is False and events[-1]["failed"] == 1


def test_without_redis_the_accounting_goes_on(scene: Scene) -> None:
	"""Redis is killed in the middle: events are lost, payments are not."""
	scene.start()
	scene.wait_until_posted(COUNT // 10)
	scene.services.stop("redis")
	scene.wait_for("Completed", seconds=120)
	scene.check_all_paid()


def test_events_reach_their_user_alone(scene: Scene) -> None:
	with Listener(scene.services.workplace, "somebody else") as other:
		with Listener(scene.services.workplace, "accountant") as listener:
			scene.start()
			scene.wait_for("Completed")
			events = list(iter(lambda: listener.next_event(2), None))
		assert other.next_event(0.5) is None
	percentages = [event["percentage"] for event in events if "percentage" in event]
	assert percentages == sorted(percentages) and percentages[-1] == 100
	assert [event["success"] for event in events if "success" in event] == [True]


def test_a_start_that_is_sent_twice(scene: Scene) -> None:
	"""The same selection gives back the same run; another one for the same deposit is refused."""
	first = start_run(scene.connection, BANK_TRANSACTION, scene.deposit.selection)
	with pytest.raises(BankTransactionBusy, match=first.name):
		start_run(scene.connection, BANK_TRANSACTION, scene.deposit.selection[:1])
	assert scene.start().name == first.name
	scene.wait_for("Completed")
	assert scene.start().name == first.name
	scene.check_all_paid()
