"""Payments by pattern on a real bench: killed workers, two runs, other people beside them."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.bench.bench import Bench
from tests.bench.desk_user import DeskUser
from tests.bench.judge import check_all_paid, check_nothing_left, read_books
from tests.bench.servers import running_worker
from tests.bench.test_killed_worker import kill_all, kill_work_horse

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]


@pytest.fixture
def by_pattern(bench: Bench) -> None:
	bench.call("scenes.set_limits", pattern_posting="Automatic")


@pytest.fixture(scope="module")
def accountant(bench: Bench) -> DeskUser:
	return DeskUser(bench, **bench.call("scenes.make_user", name="accountant", roles=["Accounts User"]))


@pytest.mark.usefixtures("by_pattern")
def test_two_runs_in_one_moment_and_a_killed_worker(bench: Bench, accountant: DeskUser) -> None:
	"""Of the same customers, and both wait for the same number: each invoice is paid once."""
	deposits = [bench.call("scenes.make_deposit", count=120) for _number in range(2)]
	runs = [accountant.start(deposit).json()["message"]["run"] for deposit in deposits]
	with ThreadPoolExecutor(1) as colleague, running_worker(bench) as worker, running_worker(bench):
		held = colleague.submit(bench.call, "soak_scenes.hold_numbers", runs=runs)
		accountant.wait_until_posted(runs[0], 20)
		held.result()
		kill_work_horse(worker)
		for run in runs:
			accountant.wait_for(run, "Completed", timeout=240)
	books = [read_books(bench, deposit, run) for run, deposit in zip(runs, deposits, strict=True)]
	for run, deposit, of_run in zip(runs, deposits, books, strict=True):
		check_all_paid(of_run, deposit)
		check_written(bench, run)
	check_numbers([of_run["payments"] for of_run in books])


@pytest.mark.parametrize("action", ["Cancel Only", "Cancel and Delete"])
def test_a_killed_undo(bench: Bench, accountant: DeskUser, action: str) -> None:
	"""The undo of what was written by pattern goes on in another worker, and leaves nothing."""
	bench.call("scenes.set_limits", pattern_posting="Automatic", rollback_action=action)
	deposit = bench.call("scenes.make_deposit", count=100)
	before = read_books(bench, deposit)
	with running_worker(bench) as worker:
		run = accountant.start(deposit).json()["message"]["run"]
		accountant.wait_for(run, "Completed", timeout=240)
		check_written(bench, run)
		accountant.tool("cancel_bulk_reconciliation", run=run).raise_for_status()
		wait_until_some_are_undone(accountant, run)
		kill_all(worker)
	left = read_books(bench, deposit, run)
	assert 0 < len(left["payments"]) < len(deposit["invoices"]), "the worker was killed too late"
	with running_worker(bench):
		accountant.wait_for(run, "Rolled Back", timeout=400)
	check_nothing_left(read_books(bench, deposit, run), before)
	ways = bench.call("scenes.ways_of", run=run, column="undoing_way")
	assert sum(way.startswith("as ") for way in ways) > len(ways) / 2, ways


@pytest.mark.usefixtures("by_pattern")
def test_ordinary_payments_beside_a_run(bench: Bench, accountant: DeskUser) -> None:
	"""Somebody receives payments at the same time: one waits for the number of the other."""
	deposit = bench.call("scenes.make_deposit", count=120)
	with running_worker(bench), ThreadPoolExecutor(1) as colleague:
		received = colleague.submit(bench.call, "scenes.receive_payments", count=10)
		run = accountant.start(deposit).json()["message"]["run"]
		accountant.wait_for(run, "Completed", timeout=240)
		names = received.result(timeout=240)
	books = read_books(bench, deposit, run)
	check_all_paid(books, deposit)
	check_written(bench, run)
	assert len(set(names)) == 10
	assert not set(names) & set(books["payments"])


def check_numbers(payments: list[list[str]]) -> None:
	"""Of the payments of each run: together they have all numbers of a stretch, and each has parts of it."""
	numbers = [[int(name.rpartition("-")[2]) for name in of_run] for of_run in payments]
	together = sorted(number for of_run in numbers for number in of_run)
	assert together == [*range(together[0], together[0] + len(together))]
	assert max(map(min, numbers)) < min(map(max, numbers)), "they were not at work at the same time"


def check_written(bench: Bench, run: str) -> None:
	"""Most payments were written by pattern, and the run says so."""
	ways = bench.call("scenes.ways_of", run=run, column="posting_way")
	written = sum(way.startswith("as ") for way in ways)
	assert written > len(ways) / 2, ways
	told = f"Payments: {written} by pattern, {len(ways) - written} one by one: "
	assert bench.call("scenes.run_state", run=run)["posting_ways"].startswith(told)


def wait_until_some_are_undone(accountant: DeskUser, run: str) -> None:
	deadline = time.monotonic() + 120
	state = accountant.state(run)
	while state["status"] != "Rolling Back" or state["processed"] == state["total"]:
		assert time.monotonic() < deadline, state
		time.sleep(0.1)
		state = accountant.state(run)
