"""The tests of the tests: adapters with a mistake in them are found out."""

from __future__ import annotations

import unittest
from collections.abc import Callable
from contextlib import closing
from itertools import chain, islice

import pytest

from advanced_bank_reconciliation.tests.conformance import ConformanceTests
from advanced_bank_reconciliation.tests.fault_walk import SCENARIOS, points_of, walk
from tests.conformance import broken
from tests.conformance.sandbox_harness import SandboxHarness

# A walk is over as soon as it has found this much.
ENOUGH = 3
BY_THE_WALK: dict[type, dict] = {
	broken.CheckpointApart: {"store": broken.CheckpointApart},
	broken.CleanUpRolledBack: {"store": broken.CleanUpRolledBack},
	broken.UndoesEverything: {"ledger": broken.UndoesEverything},
	broken.ForgetsClearance: {"ledger": broken.ForgetsClearance},
	broken.KeepsHolding: {"store": broken.KeepsHolding},
	broken.BelievesItsMemory: {"store": broken.BelievesItsMemory},
}


@pytest.mark.parametrize("mistake", BY_THE_WALK, ids=lambda mistake: mistake.__name__)
def test_the_walk_finds(mistake: type) -> None:
	"""Points are those of sound adapters; some scenario goes wrong at some of them."""
	with closing(SandboxHarness()) as sound, closing(SandboxHarness(**BY_THE_WALK[mistake])) as harness:
		walks = (walk(harness, one, points_of(sound, one)) for one in reversed(SCENARIOS))
		found = chain.from_iterable(walks)
		found_first = list(islice(found, ENOUGH))
	print("\n".join(found_first))
	assert len(found_first) == ENOUGH


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
