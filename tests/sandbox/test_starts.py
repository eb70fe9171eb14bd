"""Many start at once, each on a connection of its own: the database lets one of them through."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from advanced_bank_reconciliation.engine.errors import (
	BankTransactionBusy,
	ReconciliationError,
	SelectionRefused,
)
from sandbox.database import create_database, open_database
from sandbox.seed import Deposit, seed_deposit
from sandbox.start import start_run

PEOPLE = 6
ROUNDS = 10


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
	path = tmp_path / "books.sqlite"
	connection = create_database(path)
	yield path
	connection.close()


def seed(path: Path, count: int = 4) -> Deposit:
	with closing(open_database(path)) as connection:
		return seed_deposit(connection, count)


def all_at_once(path: Path, selections: list[tuple[str, list[dict]]]) -> list[str | ReconciliationError]:
	"""Start all of `(bank transaction, invoices)` at the same moment; return each one's run or refusal."""
	gate = threading.Barrier(len(selections))

	def start(selection: tuple[str, list[dict]]) -> str | ReconciliationError:
		with closing(open_database(path)) as connection:
			gate.wait()
			try:
				return start_run(connection, *selection).name
			except ReconciliationError as error:
				return error

	with ThreadPoolExecutor(len(selections)) as people:
		return list(people.map(start, selections))


def count_rows(path: Path, table: str) -> int:
	with closing(open_database(path)) as connection:
		return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def test_the_same_selection_is_one_run(path: Path) -> None:
	"""A double click that reaches two servers at the same moment, and is sent again by a proxy."""
	for number in range(1, ROUNDS + 1):
		deposit = seed(path)
		outcomes = all_at_once(path, [(deposit.bank_transaction, deposit.selection)] * PEOPLE)
		assert set(outcomes) == {f"RUN-{number:05}"}
	assert (count_rows(path, "run"), count_rows(path, "run_item")) == (ROUNDS, 4 * ROUNDS)


def test_different_selections_of_one_deposit(path: Path) -> None:
	"""Each of several people has ticked other invoices for the same deposit: one is first."""
	for _round in range(ROUNDS):
		deposit = seed(path, PEOPLE)
		outcomes = all_at_once(path, [(deposit.bank_transaction, [row]) for row in deposit.selection])
		check_one_was_first(outcomes, BankTransactionBusy)


def test_one_invoice_for_different_deposits(path: Path) -> None:
	"""Each of several people wants to pay the same invoice from a deposit of their own: one is first."""
	for _round in range(ROUNDS):
		deposits = [seed(path) for _person in range(PEOPLE)]
		shared = deposits[0].selection[:1]
		outcomes = all_at_once(path, [(deposit.bank_transaction, shared) for deposit in deposits])
		check_one_was_first(outcomes, SelectionRefused)


def check_one_was_first(
	outcomes: list[str | ReconciliationError], refusal: type[ReconciliationError]
) -> None:
	"""All others are refused, and told whose run it is."""
	(first,) = [outcome for outcome in outcomes if isinstance(outcome, str)]
	refused = [outcome for outcome in outcomes if isinstance(outcome, refusal)]
	assert len(refused) == PEOPLE - 1
	assert all(first in str(outcome) for outcome in refused)


def test_a_start_reads_as_often_for_many_as_for_few(path: Path) -> None:
	"""Invoices that are loaded one by one make a request with a thousand of them run out of time."""

	def queries(count: int) -> int:
		deposit, executed = seed(path, count), []
		with closing(open_database(path)) as connection:
			connection.set_trace_callback(executed.append)
			start_run(connection, deposit.bank_transaction, deposit.selection)
		return len([statement for statement in executed if statement.startswith("SELECT")])

	assert queries(500) == queries(2)
