"""Workers that overtake each other, die and stumble in every order that chance comes up with."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest

from advanced_bank_reconciliation.engine.requests import request_undo
from advanced_bank_reconciliation.engine.states import ENDED_STATES, RunState
from advanced_bank_reconciliation.tests.conformance_harness import USER
from advanced_bank_reconciliation.tests.conformance_judge import violations
from advanced_bank_reconciliation.tests.fault_walk import SCENARIOS, Arranged
from advanced_bank_reconciliation.tests.faults import Fault, Killed, Moment, at_number, recover
from tests.conformance.sandbox_harness import SandboxHarness
from tests.conformance.turns import Worker

SCHEDULES = 400
MAX_TURNS = 120
MAX_WORKERS = 2
# Calls after which something goes wrong with a worker by itself; most schedules see several.
LATEST_FAULT = 60


@pytest.fixture(scope="module")
def harness() -> Iterator[SandboxHarness]:
	harness = SandboxHarness()
	yield harness
	harness.close()


class Schedule:
	"""One order of events, drawn from a seed."""

	def __init__(self, harness: SandboxHarness, seed: int):
		self.harness = harness
		self.chance = random.Random(seed)
		scenario = self.chance.choice(SCENARIOS[:3])
		self.has_bad_invoice = scenario.expected is RunState.ROLLED_BACK
		self.arranged: Arranged = harness.arrange(scenario.name, lambda: scenario.arrange(harness))
		self.workers: list[Worker] = []
		self.happened: list[str] = []
		self.overtaken = 0

	def play(self) -> None:
		"""Let things happen until the run has ended, or long enough."""
		happenings: list[tuple[Callable[[], None], int]] = [
			(self.step, 60),
			(self.overtake, 15),
			(self.kill, 8),
			(self.cancel, 1),
		]
		events, weights = zip(*happenings, strict=True)
		for _turn in range(MAX_TURNS):
			if self.harness.read_run(self.arranged.run).state in ENDED_STATES:
				break
			self.chance.choices(events, weights)[0]()
			self.judge_on_the_way()
		for worker in self.workers:
			if worker.is_alive:
				worker.kill()

	def step(self) -> None:
		"""One of the living workers does its next transaction; if none lives, one comes."""
		alive = [worker for worker in self.workers if worker.is_alive]
		if not alive:
			self.overtake()
			return
		worker = self.chance.choice(alive)
		worker.step()
		self.happened.append(f"worker {self.workers.index(worker)} steps")

	def overtake(self) -> None:
		"""Time passes, and one more worker comes."""
		alive = [worker for worker in self.workers if worker.is_alive]
		if len(alive) < MAX_WORKERS:
			self.harness.expire_lease(self.arranged.run)
			self.overtaken += bool(alive)
			self.workers.append(Worker(self.harness.another_process(), self.arranged.run, self.fault()))
			self.happened.append("a worker comes")

	def kill(self) -> None:
		alive = [worker for worker in self.workers if worker.is_alive]
		if alive:
			self.chance.choice(alive).kill()
			self.happened.append("a worker is killed")

	def cancel(self) -> None:
		ports = self.harness.ports()
		request_undo(self.arranged.run, USER, ports.store, ports.queue)
		self.happened.append("cancelled")

	def fault(self) -> Fault:
		errors: list[Callable[[], BaseException]] = [
			Killed,
			self.harness.transient_error,
			self.harness.time_limit_error,
		]
		number, moment = self.chance.randint(1, LATEST_FAULT), self.chance.choice(list(Moment))
		return Fault(at_number(number), moment, self.chance.choice(errors))

	def judge_on_the_way(self) -> None:
		"""At no moment is an invoice paid twice, nor a voucher of the user gone."""
		books = self.harness.read_books(self.arranged.deposit)
		paid = [invoice for invoices in books.payments.values() for invoice in invoices]
		assert len(paid) == len(set(paid)), self.happened
		assert books.standing == self.arranged.before.standing, self.happened
		assert not books.unexplained, self.happened

	def judge(self) -> None:
		"""In the end the run has ended well; without a reason it was not rolled back."""
		deposit, run = self.arranged.deposit, self.arranged.run
		record = self.harness.read_run(run)
		found = violations(self.arranged.before, self.harness.read_books(deposit), deposit, record)
		found += [str(error) for worker in self.workers for error in worker.surprises]
		assert found == [], self.happened
		has_reason = self.has_bad_invoice or "cancelled" in self.happened
		assert (record.state is RunState.ROLLED_BACK) == has_reason, (record.reason, self.happened)


def test_random_schedules(harness: SandboxHarness) -> None:
	"""Each schedule can be played again by its seed."""
	overtaken = 0
	for seed in range(SCHEDULES):
		schedule = Schedule(harness, seed)
		schedule.play()
		recover(harness, schedule.arranged.run)
		schedule.judge()
		overtaken += schedule.overtaken
	print(f"{SCHEDULES} schedules, {overtaken} times a worker was overtaken")
	assert overtaken > SCHEDULES
