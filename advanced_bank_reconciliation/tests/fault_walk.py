"""Walks over every point at which a run can go wrong, and judges from the tables what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum

from advanced_bank_reconciliation.engine.requests import request_undo
from advanced_bank_reconciliation.engine.states import FORWARD_STATES, RunState
from advanced_bank_reconciliation.tests.conformance_harness import (
	USER,
	Books,
	Deposit,
	Harness,
	Ports,
	work,
	work_jobs,
)
from advanced_bank_reconciliation.tests.conformance_judge import violations
from advanced_bank_reconciliation.tests.faults import (
	Call,
	Calls,
	Fault,
	Killed,
	Moment,
	at_number,
	numbered,
	recover,
)

BESIDE_THE_BOOKS = frozenset({"publish_progress", "publish_completion", "enqueue"})


class Kind(Enum):
	"""What goes wrong at a point."""

	TRANSIENT = "transient"
	REFUSED = "refused"
	TIME_LIMIT = "time limit"
	KILLED = "killed"


@dataclass(frozen=True)
class Arranged:
	"""Where a scenario begins: a deposit, its run, and the books as they were before the run."""

	deposit: Deposit
	run: str
	before: Books


@dataclass(frozen=True)
class Scenario:
	"""What a process does.

	arrange: brings the run to where it begins; act: what the process does then
	asks_undo: somebody asks for the undo at the beginning, and asks again if that fails
	expected: the end
	"""

	name: str
	arrange: Callable[[Harness], Arranged]
	act: Callable[[Ports, str], object] = work
	asks_undo: bool = False
	expected: RunState = RunState.COMPLETED

	def perform(self, ports: Ports, run: str) -> None:
		if self.asks_undo:
			request_undo(run, USER, ports.store, ports.queue)
		self.act(ports, run)


@dataclass(frozen=True)
class Point:
	"""One way in which a run can go wrong."""

	call: Call
	moment: Moment
	kind: Kind

	def __str__(self) -> str:
		return f"{self.kind.value} {self.moment.value} call {self.call.number}, {self.call.name}"


Numbering = Callable[[Harness, Calls], Ports]
"""The ports of the current process, with what is to be numbered done as calls."""


def port_calls(harness: Harness, calls: Calls) -> Ports:
	"""Number every call that the engine makes over its ports."""
	return numbered(harness.ports(), calls)


def points_of(harness: Harness, scenario: Scenario, numbering: Numbering = port_calls) -> list[Point]:
	"""Let the scenario run undisturbed, and list every point of it."""
	arranged = harness.arrange(scenario.name, lambda: scenario.arrange(harness))
	calls = Calls()
	scenario.perform(numbering(harness, calls), arranged.run)
	found = _judge(harness, scenario, arranged, {scenario.expected})
	if found:
		raise AssertionError(f"{scenario.name} goes wrong undisturbed: {found}")
	return [Point(call, moment, kind) for call in calls.made for moment in Moment for kind in Kind]


def walk(
	harness: Harness, scenario: Scenario, points: Iterable[Point], numbering: Numbering = port_calls
) -> Iterator[str]:
	"""Let the scenario go wrong at each of `points`, and yield whatever is wrong in the end."""
	for point in points:
		arranged = harness.arrange(scenario.name, lambda: scenario.arrange(harness))
		try:
			_go_wrong(harness, scenario, arranged, point, numbering)
			found = _judge(harness, scenario, arranged, _allowed(scenario, point))
		except (Killed, Exception) as error:
			found = [f"{type(error).__name__}: {error}"]
		for sentence in found:
			yield f"{scenario.name}, {point}: {sentence}"


def _go_wrong(
	harness: Harness, scenario: Scenario, arranged: Arranged, point: Point, numbering: Numbering
) -> None:
	"""Let one process meet the fault, and fresh ones do the rest."""
	calls = Calls(Fault(at_number(point.call.number), point.moment, _error(harness, point.kind)))
	try:
		scenario.perform(numbering(harness, calls), arranged.run)
	except (Killed, Exception):
		harness.fresh_process()
	if scenario.asks_undo:
		_ask_again(harness, arranged.run)
	recover(harness, arranged.run)


def _ask_again(harness: Harness, run: str) -> None:
	"""Whoever asked for the undo and got an error asks again, unless it is under way."""
	record, ports = harness.read_run(run), harness.ports()
	under_way = record.cancel_requested and record.state in FORWARD_STATES
	if not under_way and record.state in FORWARD_STATES | {RunState.COMPLETED}:
		request_undo(run, USER, ports.store, ports.queue)


def _error(harness: Harness, kind: Kind) -> Callable[[], BaseException]:
	errors: dict[Kind, Callable[[], BaseException]] = {
		Kind.TRANSIENT: harness.transient_error,
		Kind.REFUSED: harness.refused_error,
		Kind.TIME_LIMIT: harness.time_limit_error,
		Kind.KILLED: Killed,
	}
	return errors[kind]


def _allowed(scenario: Scenario, point: Point) -> set[RunState]:
	"""A refusal of the books may turn a run round; nothing else may, nor a step that was committed."""
	is_committed = point.call.name == "commit" and point.moment is Moment.AFTER
	if point.kind is not Kind.REFUSED or is_committed or point.call.name in BESIDE_THE_BOOKS:
		return {scenario.expected}
	return {scenario.expected, RunState.ROLLED_BACK}


def _judge(harness: Harness, scenario: Scenario, arranged: Arranged, allowed: set[RunState]) -> list[str]:
	harness.fresh_process()
	record = harness.read_run(arranged.run)
	found = violations(arranged.before, harness.read_books(arranged.deposit), arranged.deposit, record)
	if record.state not in allowed:
		found.append(f"the run is {record.state.value}: {record.reason}")
	return found


def _queued(harness: Harness) -> Arranged:
	deposit = harness.make_deposit_to_walk()
	before = harness.read_books(deposit)
	return Arranged(deposit, harness.start(deposit), before)


def _with_a_bad_invoice(harness: Harness) -> Arranged:
	deposit = harness.make_deposit_to_walk()
	run = harness.start(deposit)
	harness.make_unpostable(harness.last_posted(run))
	return Arranged(deposit, run, harness.read_books(deposit))


def _half_way(harness: Harness) -> Arranged:
	arranged = _queued(harness)
	work_jobs(harness.ports(), arranged.run, 3)
	return arranged


def _completed(harness: Harness) -> Arranged:
	arranged = _queued(harness)
	work(harness.ports(), arranged.run)
	return arranged


def _shared(harness: Harness) -> Arranged:
	"""Payments over two invoices each, one over an invoice and a credit note."""
	deposit = replace(harness.make_deposit_to_walk(), grouping="Party")
	before = harness.read_books(deposit)
	return Arranged(deposit, harness.start(deposit), before)


SCENARIOS = (
	Scenario("forward", _queued),
	Scenario("forward, a job for each step", _queued, work_jobs),
	Scenario("an invoice of the last batch fails", _with_a_bad_invoice, expected=RunState.ROLLED_BACK),
	Scenario("cancelled half-way", _half_way, asks_undo=True, expected=RunState.ROLLED_BACK),
	Scenario("undone after completion", _completed, asks_undo=True, expected=RunState.ROLLED_BACK),
	Scenario("shared payments", _shared),
)
