"""The tests of the tests: adapters with a mistake in them are found out."""

from __future__ import annotations

import unittest
from collections.abc import Callable
from contextlib import closing
from itertools import islice

import pytest

from advanced_bank_reconciliation.tests.conformance import ConformanceTests
from advanced_bank_reconciliation.tests.fault_walk import SCENARIOS, Scenario, points_of, walk
from tests.conformance import broken
from tests.conformance.sandbox_harness import SandboxHarness

# A walk is over as soon as it has found this much.
ENOUGH = 3
FORWARD, _a_job_for_each_step, FAILING, _cancelled, UNDONE, _shared = SCENARIOS


@pytest.mark.parametrize(
	("adapters", "scenario"),
	[
		({"store": broken.CheckpointApart}, FORWARD),
		({"store": broken.BelievesItsMemory}, FORWARD),
		({"store": broken.KeepsHolding}, FORWARD),
		({"store": broken.CleanUpRolledBack}, FAILING),
		({"ledger": broken.UndoesEverything}, FAILING),
		({"ledger": broken.ForgetsClearance}, UNDONE),
	],
	ids=lambda value: value.name if isinstance(value, Scenario) else next(iter(value.values())).__name__,
)
def test_the_walk_finds(adapters: dict[str, Callable], scenario: Scenario) -> None:
	"""The points are those of sound adapters; with the mistake the scenario goes wrong at some of them."""
	with closing(SandboxHarness()) as sound:
		points = points_of(sound, scenario)
	with closing(SandboxHarness(**adapters)) as harness:
		found = list(islice(walk(harness, scenario, points), ENOUGH))
	print("\n".join(found))
	assert len(found) == ENOUGH


@pytest.mark.parametrize(
	("adapters", "test"),
	[
		({"store": broken.NoFencing}, "test_a_worker_that_was_overtaken_writes_nothing"),
		({"store": broken.KeepsHolding}, "test_what_was_undone_can_be_started_anew"),
		({"ledger": broken.UndoesEverything}, "test_undo_of_a_completed_run"),
		({"ledger": broken.ForgetsClearance}, "test_undo_of_a_completed_run"),
	],
	ids=["NoFencing", "KeepsHolding", "UndoesEverything", "ForgetsClearance"],
)
def test_the_conformance_tests_find(adapters: dict[str, Callable], test: str) -> None:
	"""With the mistake the test fails; without it, it passes."""
	assert not _fails(test)
	assert _fails(test, **adapters)


def _fails(test: str, **adapters: Callable) -> bool:
	class OnAdapters(ConformanceTests, unittest.TestCase):
		def setUp(self) -> None:
			self.harness = SandboxHarness(**adapters)
			self.addCleanup(self.harness.close)

	result = unittest.TestResult()
	unittest.defaultTestLoader.loadTestsFromName(test, OnAdapters).run(result)
	assert result.testsRun == 1
	return not result.wasSuccessful()
