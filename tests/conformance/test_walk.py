"""A run goes wrong at every point there is, in every way, and always ends well."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from advanced_bank_reconciliation.tests.fault_walk import SCENARIOS, Kind, Scenario, points_of, walk
from advanced_bank_reconciliation.tests.faults import Moment
from tests.conformance.sandbox_harness import SandboxHarness

# Calls of a scenario; fewer would mean that the walk passes something over.
FEWEST_CALLS = 25
WAYS = len(Moment) * len(Kind)


@pytest.fixture
def harness() -> Iterator[SandboxHarness]:
	harness = SandboxHarness()
	yield harness
	harness.close()


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_every_point(harness: SandboxHarness, scenario: Scenario) -> None:
	"""Before and after each call a deadlock, a refusal, the time limit, or death."""
	points = points_of(harness, scenario)
	print(f"{scenario.name}: {len(points)} points")
	assert len(points) > FEWEST_CALLS * WAYS
	assert list(walk(harness, scenario, points)) == []
