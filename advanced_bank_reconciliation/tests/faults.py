"""Numbers every call that the engine makes over its ports, and lets one of them go wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from advanced_bank_reconciliation.engine.requests import request_resume
from advanced_bank_reconciliation.engine.states import ENDED_STATES, RunState
from advanced_bank_reconciliation.tests.conformance_harness import MAX_PROCESSES, Harness, Ports, work

Result = TypeVar("Result")
# Looks at an error and nothing else: failing there would be failing at the call that raised the error.
PURE = frozenset({"classify"})
MAX_CALLS = 600


class Killed(BaseException):
	"""The process is gone: nothing of it goes on, and what it had not committed is lost."""


class Moment(Enum):
	"""When a call goes wrong."""

	BEFORE = "before"
	"""Nothing of it was done."""

	AFTER = "after"
	"""It was done, and only its answer is lost. After "commit" it is done for good."""


@dataclass(frozen=True)
class Call:
	"""One call. number: from 1; nth: the how many of its name, from 1"""

	number: int
	name: str
	nth: int


@dataclass(frozen=True)
class Fault:
	"""What goes wrong, and where.

	where: says of each call whether it goes wrong; error: makes what is raised
	"""

	where: Callable[[Call], bool]
	moment: Moment
	error: Callable[[], BaseException]


class Calls:
	"""The calls of one process, in order."""

	def __init__(self, fault: Fault | None = None):
		self.fault = fault
		self.made: list[Call] = []
		self.counts: Counter[str] = Counter()
		self.is_dead = False

	def make(self, name: str, function: Callable[[], Result]) -> Result:
		"""Do `function` as the next call, or let it go wrong."""
		call = self.begin(name)
		result = function()
		self.strike(call, Moment.AFTER)
		return result

	def strike(self, call: Call, moment: Moment) -> None:
		"""Raise the error if it is to be raised here."""
		if self.fault and self.fault.moment is moment and self.fault.where(call):
			error = self.fault.error()
			self.is_dead = isinstance(error, Killed)
			raise error

	def begin(self, name: str) -> Call:
		"""Count a call whose effect comes later. The caller strikes `AFTER` when it is there."""
		call = self._next(name)
		self.strike(call, Moment.BEFORE)
		return call

	def _next(self, name: str) -> Call:
		if self.is_dead:
			raise Killed("a dead process does nothing")
		if len(self.made) >= MAX_CALLS:
			raise Killed("the process goes on for ever")
		self.counts[name] += 1
		self.made.append(Call(len(self.made) + 1, name, self.counts[name]))
		return self.made[-1]


class Numbered:
	"""A port whose methods are calls of `calls`."""

	def __init__(self, port: object, calls: Calls):
		self._port = port
		self._calls = calls

	def __getattr__(self, name: str) -> Any:
		method = getattr(self._port, name)
		if name in PURE:
			return method
		return lambda *arguments: self._calls.make(name, lambda: method(*arguments))


class NumberedStore(Numbered):
	"""A RunStore whose transactions begin and commit as calls of their own."""

	@contextmanager
	def transaction(self) -> Iterator[None]:
		"""An error before the commit, or after the beginning, rolls back; one after the commit does not."""
		begin = self._calls.begin("begin")
		with self._port.transaction():  # type: ignore[attr-defined]
			self._calls.strike(begin, Moment.AFTER)
			yield
			commit = self._calls.begin("commit")
		self._calls.strike(commit, Moment.AFTER)


def numbered(ports: Ports, calls: Calls) -> Ports:
	"""The same ports, every call of theirs numbered by `calls`."""
	ledger: Any = Numbered(ports.ledger, calls)
	store: Any = NumberedStore(ports.store, calls)
	publisher: Any = Numbered(ports.publisher, calls)
	queue: Any = Numbered(ports.queue, calls)
	return Ports(ledger, store, publisher, queue)


def at_number(number: int) -> Callable[[Call], bool]:
	"""The call of this number."""
	return lambda call: call.number == number


def at_nth(name: str, nth: int) -> Callable[[Call], bool]:
	"""The `nth` call of this name, from 1."""
	return lambda call: (call.name, call.nth) == (name, nth)


def recover(harness: Harness, run: str) -> None:
	"""Let fresh processes do what is left, as the scheduler would have it; retry a refused undo.

	Raises `Killed` or `AssertionError` if that comes to no end.
	"""
	for _process in range(MAX_PROCESSES):
		harness.fresh_process()
		state = harness.read_run(run).state
		if state in ENDED_STATES:
			return
		ports = numbered(harness.ports(), Calls())
		if state is RunState.ATTENTION:
			request_resume(run, ports.store, ports.queue)
		harness.expire_lease(run)
		if run not in harness.abandoned_runs():
			raise AssertionError(f"{run} is {state.value}, and nobody would find it")
		work(ports, run)
	raise AssertionError(f"{run} comes to no end")
