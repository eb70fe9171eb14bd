"""A run of thousands of invoices costs for each invoice what a run of hundreds does."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from advanced_bank_reconciliation.engine.requests import request_undo
from advanced_bank_reconciliation.engine.states import RunState
from advanced_bank_reconciliation.tests.conformance_harness import (
	Ports,
	RecordingPublisher,
	RecordingQueue,
	work,
)
from sandbox.database import create_database
from sandbox.ledger import SqliteLedger
from sandbox.run_store import SqliteRunStore
from sandbox.seed import seed_deposit
from sandbox.start import start_run

FEW, MANY = 200, 2000
# Steps of SQLite's virtual machine between two ticks: counted, since seconds depend on the machine.
STEPS = 100
# Trees of the indexes are a little deeper; a list searched for each invoice would come to ten times as much.
TOLERANCE = 1.25


@contextmanager
def ticks(connection: sqlite3.Connection) -> Iterator[list[int]]:
	"""Count what the database does within the scope."""
	counted = [0]

	def tick() -> int:
		counted[0] += 1
		return 0

	connection.set_progress_handler(tick, STEPS)
	yield counted
	connection.set_progress_handler(None, 0)


def cost_of_each_invoice(folder: Path, count: int) -> dict[str, float]:
	"""Ticks for each invoice, of starting, posting and matching, and undoing a run over `count` of them."""
	with closing(create_database(folder / f"{count}.sqlite")) as connection:
		ports = Ports(
			SqliteLedger(connection), SqliteRunStore(connection), RecordingPublisher(), RecordingQueue()
		)
		deposit = seed_deposit(connection, count)
		with ticks(connection) as start:
			run = start_run(connection, deposit.bank_transaction, deposit.selection)
		with ticks(connection) as forward:
			assert work(ports, run.name).state is RunState.COMPLETED
		with ticks(connection) as back:
			request_undo(run.name, "accountant", ports.store, ports.queue)
			assert work(ports, run.name).state is RunState.ROLLED_BACK
	return {"start": start[0] / count, "forward": forward[0] / count, "back": back[0] / count}


def test_each_invoice_costs_the_same(tmp_path: Path) -> None:
	few, many = cost_of_each_invoice(tmp_path, FEW), cost_of_each_invoice(tmp_path, MANY)
	assert {part: many[part] for part in many if many[part] > few[part] * TOLERANCE} == {}, (few, many)
