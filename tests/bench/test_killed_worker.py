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

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def accountant(bench: Bench) -> DeskUser:
	return DeskUser(bench, **bench.call("scenes.make_user", name="accountant", roles=["Accounts User"]))


@pytest.fixture(autouse=True)
def short_leases(bench: Bench) -> Iterator[None]:
	"""A worker that is silent for five seconds counts as dead."""
	bench.call("scenes.set_limits", lease_seconds=5)
	yield
	bench.call("scenes.set_limits", lease_seconds=60)


def kill_work_horse(worker: subprocess.Popen) -> None:
	"""Kill the process that RQ forked for the job; its parent lives on."""
	children = Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split()
	assert children, "the worker has no work horse"
	for child in children:
		os.kill(int(child), signal.SIGKILL)


def kill_all(worker: subprocess.Popen) -> None:
	"""Kill the worker with everything it started, as a power cut does."""
	kill_work_horse(worker)
	worker.kill()
	worker.wait()


@pytest.mark.parametrize("kill", [kill_work_horse, kill_all])
def test_another_worker_finishes(bench: Bench, accountant: DeskUser, kill: Callable) -> None:
	"""Killed after some batches: once the lease is over, the run goes on from its checkpoint to the end."""
	deposit = bench.call("scenes.make_deposit", count=100)
	run = _kill_in_the_middle(bench, accountant, deposit, kill)
	with running_worker(bench):
		_recover_after_lease(bench, accountant, run)
		state = accountant.wait_for(run, "Completed", "Rolled Back", timeout=180)
	assert state["status"] == "Completed"
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
		_recover_after_lease(bench, accountant, run)
		accountant.wait_for(run, "Rolled Back", timeout=180)
	check_nothing_left(read_books(bench, deposit, run), before)


def test_the_scheduler_finds_an_abandoned_run(bench: Bench, accountant: DeskUser) -> None:
	"""Nobody does anything: Frappe's own scheduler and a worker are enough."""
	deposit = bench.call("scenes.make_deposit", count=60)
	run = _kill_in_the_middle(bench, accountant, deposit, kill_all)
	bench.run("enable-scheduler")
	try:
		with running_scheduler(bench), running_worker(bench, "long,default,short"):
			accountant.wait_for(run, "Completed", timeout=300)
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


def _recover_after_lease(bench: Bench, accountant: DeskUser, run: str) -> None:
	"""Do what the scheduler does every minute, until the lease is over."""
	deadline = time.monotonic() + 60
	while time.monotonic() < deadline:
		if run in (bench.call("scenes.recover") or []):
			return
		time.sleep(0.5)
	raise AssertionError(f"{run} was not found to be abandoned: {accountant.state(run)}")
