"""The base of the conformance tests."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from advanced_bank_reconciliation.engine.records import Run
from advanced_bank_reconciliation.engine.requests import request_undo
from advanced_bank_reconciliation.engine.states import RunState
from advanced_bank_reconciliation.tests.conformance_harness import (
	USER,
	Books,
	Deposit,
	Harness,
	Ports,
	RecordingPublisher,
	work,
)
from advanced_bank_reconciliation.tests.conformance_judge import violations

if TYPE_CHECKING:
	from unittest import TestCase as Base
else:
	Base = object


class ConformanceCase(Base):
	"""Starts runs on the harness, lets workers loose on them, and judges their ends."""

	harness: Harness

	def listening(self, publisher: RecordingPublisher) -> Ports:
		"""The ports of the current process, with a publisher that can be looked at."""
		return replace(self.harness.ports(), publisher=publisher)

	def work(self, run: str, **limits: float) -> Run:
		return work(self.harness.ports(), run, **limits)

	def undo(self, run: str) -> None:
		"""A person asks for the undo, and a job takes it up."""
		ports = self.harness.ports()
		request_undo(run, USER, ports.store, ports.queue)
		self.work(run)

	def assert_ended(self, run: str, state: RunState, deposit: Deposit, before: Books) -> None:
		"""The run is in `state`, and the tables agree with everything that this promises."""
		self.harness.fresh_process()
		record = self.harness.read_run(run)
		self.assertEqual((record.state, record.reason if state is RunState.COMPLETED else ""), (state, ""))
		self.assertEqual(violations(before, self.harness.read_books(deposit), deposit, record), [])

	def assert_completed(self, run: str, deposit: Deposit, before: Books) -> None:
		self.assert_ended(run, RunState.COMPLETED, deposit, before)

	def assert_rolled_back(self, run: str, deposit: Deposit, before: Books) -> None:
		self.assert_ended(run, RunState.ROLLED_BACK, deposit, before)
