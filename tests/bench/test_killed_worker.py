"""Workers that are killed in the middle of a run, for real."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.bench.bench import Bench
from tests.bench.desk_user import DeskUser
from tests.bench.judge import check_all_paid, check_nothing_left, read_books
from tests.bench.servers import running_scheduler, running_worker

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600), pytest.mark.usefixtures("one_by_one")]

# Far less than any lease or tick of a scheduler, and enough for a machine that is busy.
AT_ONCE_SECONDS = 15
# More than a lease.
STOPPED_SECONDS = 25


@pytest.fixture(scope="module")
def accountant(bench: Bench) -> DeskUser:
	return DeskUser(bench, **bench.call("scenes.make_user", name="accountant", roles=["Accounts User"]))


@pytest.fixture
def endless_leases(bench: Bench) -> Iterator[None]:
	"""Nobody could wait for the end of a lease."""
	bench.call("scenes.set_limits", lease_seconds=3600)
	yield
	bench.call("scenes.set_limits", lease_seconds=15)


def work_horses(worker: subprocess.Popen) -> list[int]:
	"""The processes that RQ forked for a job."""
	children = Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split()
	assert children, "the worker has no work horse"
	return [int(child) for child in children]


def kill_work_horse(worker: subprocess.Popen) -> None:
	"""Kill the process that RQ forked for the job; its parent lives on."""
	_signal(work_horses(worker), signal.SIGKILL)


def kill_all(worker: subprocess.Popen) -> None:
	"""Kill the worker with everything it started, as a power cut does."""
	kill_work_horse(worker)
	worker.kill()
	worker.wait()


@pytest.mark.usefixtures("endless_leases")
def test_a_worker_notices_the_death_of_its_own_work_horse(bench: Bench, accountant: DeskUser) -> None:
	"""Nobody looks, and no scheduler runs: the worker alone goes on, at once, and leaves nothing in Redis."""
	deposit = bench.call("scenes.make_deposit", count=60)
	with running_worker(bench) as worker:
		run = accountant.start(deposit).json()["message"]["run"]
		accountant.wait_until_posted(run, 20)
		kill_work_horse(worker)
		posted = _posted(bench, run)
		began = time.monotonic()
		while _posted(bench, run) <= posted:
			assert time.monotonic() - began < AT_ONCE_SECONDS, "the run stands still"
			time.sleep(0.1)
		_wait_without_looking(bench, run, "Completed")
	check_all_paid(read_books(bench, deposit, run), deposit)
	assert bench.call("scenes.waiting_jobs", run=run) == []


@pytest.mark.usefixtures("endless_leases")
def test_who_follows_a_run_finds_its_worker_dead(bench: Bench, accountant: DeskUser) -> None:
	"""The whole worker is gone, and another one is there: the next look at the run queues it again."""
	deposit = bench.call("scenes.make_deposit", count=60)
	run = _kill_in_the_middle(bench, accountant, deposit, kill_all)
	with running_worker(bench):
		accountant.wait_for(run, "Completed", timeout=180)
	check_all_paid(read_books(bench, deposit, run), deposit)


def test_a_worker_of_another_machine_counts_as_dead_after_its_lease(
	bench: Bench, accountant: DeskUser
) -> None:
	"""Of its process nothing can be known: the lease tells, 15 seconds after its last step."""
	deposit = bench.call("scenes.make_deposit", count=60)
	run = _kill_in_the_middle(bench, accountant, deposit, kill_all)
	bench.call("scenes.move_owner_elsewhere", run=run)
	posted, began = accountant.state(run)["current"], time.monotonic()
	with running_worker(bench):
		accountant.wait_until_posted(run, posted + 1)
		assert 5 < time.monotonic() - began < 30
		accountant.wait_for(run, "Completed", timeout=180)
	check_all_paid(read_books(bench, deposit, run), deposit)


def test_a_worker_that_was_stopped_past_its_lease_wakes_up(bench: Bench, accountant: DeskUser) -> None:
	"""Another one may have taken the run over: who wakes up writes nothing that was written already."""
	deposit = bench.call("scenes.make_deposit", count=60)
	with running_worker(bench) as worker:
		run = accountant.start(deposit).json()["message"]["run"]
		accountant.wait_until_posted(run, 20)
		stopped = work_horses(worker)
		_signal(stopped, signal.SIGSTOP)
		with running_worker(bench):
			_look_for(accountant, run, STOPPED_SECONDS)
			_signal(stopped, signal.SIGCONT)
			accountant.wait_for(run, "Completed", timeout=180)
			time.sleep(2)
	check_all_paid(read_books(bench, deposit, run), deposit)


def test_a_killed_undo_goes_on(bench: Bench, accountant: DeskUser) -> None:
	"""A worker that dies while it undoes leaves the rest of the undo to the next one."""
	deposit = bench.call("scenes.make_deposit", count=80)
	before = read_books(bench, deposit)
	with running_worker(bench) as worker:
		run = accountant.start(deposit).json()["message"]["run"]
		accountant.wait_until_posted(run, 60)
		accountant.tool("cancel_bulk_reconciliation", run=run).raise_for_status()
		accountant.wait_for(run, "Rolling Back", timeout=60)
		kill_all(worker)
	with running_worker(bench):
		accountant.wait_for(run, "Rolled Back", timeout=180)
	check_nothing_left(read_books(bench, deposit, run), before)


def test_the_scheduler_finds_an_abandoned_run(bench: Bench, accountant: DeskUser) -> None:
	"""Nobody does anything: Frappe's own scheduler and a worker are enough."""
	deposit = bench.call("scenes.make_deposit", count=60)
	run = _kill_in_the_middle(bench, accountant, deposit, kill_all)
	bench.run("enable-scheduler")
	try:
		with running_scheduler(bench), running_worker(bench, "long,default,short"):
			_wait_without_looking(bench, run, "Completed")
	finally:
		bench.run("disable-scheduler")
	check_all_paid(read_books(bench, deposit, run), deposit)


def _kill_in_the_middle(bench: Bench, accountant: DeskUser, deposit: dict, kill: Callable) -> str:
	"""Start a run, kill its worker after the first batch, and leave half of it done."""
	with running_worker(bench) as worker:
		run = accountant.start(deposit).json()["message"]["run"]
		accountant.wait_until_posted(run, 20)
		kill(worker)
	books = read_books(bench, deposit, run)
	assert 0 < len(books["payments"]) < len(deposit["invoices"]), "the worker was killed too late"
	return run


def _signal(processes: list[int], number: signal.Signals) -> None:
	for process in processes:
		os.kill(process, number)


def _look_for(accountant: DeskUser, run: str, seconds: float) -> None:
	"""Follow a run, so that it is looked after."""
	deadline = time.monotonic() + seconds
	while time.monotonic() < deadline:
		accountant.state(run)
		time.sleep(1)


def _posted(bench: Bench, run: str) -> int:
	"""Read in the table: asking the endpoint would look after the run."""
	return bench.call("soak_scenes.run_rows", runs=[run])[run]["posted_items"]


def _wait_without_looking(bench: Bench, run: str, state: str) -> None:
	deadline = time.monotonic() + 400
	while (row := bench.call("soak_scenes.run_rows", runs=[run])[run])["state"] != state:
		assert time.monotonic() < deadline, row
		time.sleep(0.5)
