"""Fixtures of the tests that need a bench, from outside and in the browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.bench.bench import Bench, find_bench
from tests.bench.servers import running_servers
from tests.bench.talking import talking

# On a crowded machine any example may take long; hypothesis would call that a failure.
settings.register_profile("at any pace", deadline=None)
settings.load_profile("at any pace")


@pytest.fixture(scope="session")
def bench() -> Iterator[Bench]:
	"""The bench with all of its servers running, but no worker."""
	path = find_bench()
	if path is None:
		pytest.skip("no bench with ERPNext: set FRAPPE_BENCH to its folder to run these tests")
	bench = Bench.at(path)
	with running_servers(bench), talking(bench) as talker:
		yield talker


@pytest.fixture(scope="module")
def one_by_one(bench: Bench) -> Iterator[None]:
	"""ERPNext posts each payment by itself: so there is time for what is to happen in the middle of a run."""
	bench.call("scenes.set_limits", pattern_posting="Never")
	yield
	bench.call("scenes.set_limits", pattern_posting="Automatic")
