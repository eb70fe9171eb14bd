"""Payments by pattern on a real bench: two workers beside each other, one of them killed in the middle."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bench.bench import Bench
from tests.bench.desk_user import DeskUser
from tests.bench.judge import check_all_paid, read_books
from tests.bench.servers import running_worker
from tests.bench.test_killed_worker import kill_work_horse

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]


@pytest.fixture
def by_pattern(bench: Bench) -> Iterator[None]:
	bench.call("scenes.set_limits", pattern_posting="Automatic")
	yield
	bench.call("scenes.set_limits", pattern_posting="Never")


@pytest.mark.usefixtures("by_pattern")
def test_two_runs_and_a_killed_worker(bench: Bench) -> None:
	"""Of the same customers and with numbers of the same series: each invoice is paid once."""
	accountant = DeskUser(bench, **bench.call("scenes.make_user", name="accountant", roles=["Accounts User"]))
	deposits = [bench.call("scenes.make_deposit", count=120) for _number in range(2)]
	runs = [accountant.start(deposit).json()["message"]["run"] for deposit in deposits]
	with running_worker(bench) as worker, running_worker(bench):
		accountant.wait_until_posted(runs[0], 20)
		kill_work_horse(worker)
		for run in runs:
			accountant.wait_for(run, "Completed", timeout=240)
	for run, deposit in zip(runs, deposits, strict=True):
		check_all_paid(read_books(bench, deposit, run), deposit)
		ways = bench.call("scenes.ways_of_posting", run=run)
		assert sum(way.startswith("as ") for way in ways) > len(ways) / 2, ways
