"""A run goes wrong in the middle of a port's call: at every single statement of SQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import islice
from typing import Any

import pytest

from advanced_bank_reconciliation.engine.records import Item, Voucher
from advanced_bank_reconciliation.tests.conformance_harness import Harness, Ports
from advanced_bank_reconciliation.tests.fault_walk import (
	SCENARIOS,
	Kind,
	Point,
	Scenario,
	points_of,
	walk,
)
from advanced_bank_reconciliation.tests.faults import Calls, Moment
from sandbox.ledger import SqliteLedger
from tests.conformance.sandbox_harness import SandboxHarness

FORWARD, _a_job_for_each_step, FAILING, _cancelled, UNDONE, _shared = SCENARIOS
KINDS = (Kind.TRANSIENT, Kind.KILLED)
# Undoing five payments and a matched voucher takes more; fewer would mean that some are passed over.
FEWEST_STATEMENTS = 60
ENOUGH = 3


class NumberedConnection:
	"""A connection whose statements are calls, each with the statement's first word as its name."""

	def __init__(self, connection: sqlite3.Connection, calls: Calls):
		self._connection = connection
		self._calls = calls

	def execute(self, statement: str, values: Sequence | dict = ()) -> sqlite3.Cursor:
		name = statement.split()[0].lower()
		return self._calls.make(name, lambda: self._connection.execute(statement, values))


def statements(harness: Harness, calls: Calls) -> Ports:
	"""Number every statement that the current process executes."""
	assert isinstance(harness, SandboxHarness)
	connection: Any = NumberedConnection(harness.connection, calls)
	return harness.ports_on(connection)


def statement_points(harness: Harness, scenario: Scenario) -> list[Point]:
	"""Before each statement, which is after the one before it; a rollback itself can only be cut short."""
	return [
		point
		for point in points_of(harness, scenario, statements)
		if point.moment is Moment.BEFORE
		and point.kind in KINDS
		and (point.call.name != "rollback" or point.kind is Kind.KILLED)
	]


@pytest.fixture
def harness() -> Iterator[SandboxHarness]:
	harness = SandboxHarness()
	yield harness
	harness.close()


@pytest.mark.parametrize("scenario", [FORWARD, FAILING, UNDONE], ids=lambda scenario: scenario.name)
def test_every_statement(harness: SandboxHarness, scenario: Scenario) -> None:
	"""A payment has its references and not yet its journal, its journal and is not yet posted, is undone by
	half: a deadlock or death there leaves nothing of it behind.
	"""
	points = statement_points(harness, scenario)
	print(f"{scenario.name}: {len(points)} points")
	assert len(points) > FEWEST_STATEMENTS * len(KINDS)
	assert list(walk(harness, scenario, points, statements)) == []


class CommitsDrafts(SqliteLedger):
	"""Commits the draft of a payment before it is posted, as a document is saved before it is submitted."""

	def _post_payment(self, group: Sequence[Item]) -> Voucher:
		self._new_payment(group[0].party)
		self.connection.execute("COMMIT")
		self.connection.execute("BEGIN IMMEDIATE")
		return super()._post_payment(group)


def test_a_draft_left_behind_is_found() -> None:
	"""The test of the test."""
	with closing(SandboxHarness()) as sound:
		points = statement_points(sound, FORWARD)
	with closing(SandboxHarness(ledger=CommitsDrafts)) as harness:
		assert len(list(islice(walk(harness, FORWARD, points, statements), ENOUGH))) == ENOUGH
