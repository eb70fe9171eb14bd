"""Outages that pass: servers that go away, cut connections, locks, deadlocks, time limits, lost jobs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis

from tests.bench.bench import Bench
from tests.bench.desk_user import DeskUser
from tests.bench.judge import check_all_paid, check_nothing_left, read_books
from tests.bench.outages import IMPATIENT, Outages, Workers, children_of, ports_of, wait_for_end
from tests.bench.talking import talking

pytestmark = [pytest.mark.bench, pytest.mark.disruptive, pytest.mark.timeout(300)]

BATCH = 5
COUNT = 60
LIMITS = {"batch_size": BATCH, "lease_seconds": 5, "pattern_posting": "Never"}


@pytest.fixture(scope="session")
def outages(bench: Bench) -> Iterator[Outages]:
	outages = Outages(bench)
	yield outages
	outages.stop_own()


@pytest.fixture(autouse=True, scope="module")
def small_batches(bench: Bench) -> Iterator[None]:
	"""Small batches one by one, and short leases, so that an outage comes in the middle of a run."""
	before = bench.call("soak_scenes.set_single_limits", **LIMITS)
	yield
	bench.call("soak_scenes.set_single_limits", **before)


@pytest.fixture(scope="module")
def accountant(bench: Bench) -> DeskUser:
	return DeskUser(bench, **bench.call("scenes.make_user", name="accountant", roles=["Accounts User"]))


@pytest.fixture
def deposit(bench: Bench) -> dict:
	return bench.call("soak_scenes.make_deposits", counts=[COUNT])[0]


@pytest.mark.parametrize("server", ["redis_queue", "redis_cache", "socketio", "mariadb"])
def test_a_server_is_away_for_a_while(
	bench: Bench, accountant: DeskUser, deposit: dict, outages: Outages, server: str
) -> None:
	"""Three seconds in the middle of a run; then nobody does anything."""
	before = read_books(bench, deposit)
	with Workers(bench) as workers:
		run = _start(accountant, deposit)
		accountant.wait_until_posted(run, 2 * BATCH)
		with outages.without(server):
			time.sleep(3)
		row = wait_for_end(bench, run, workers)
	_check_all_or_nothing(bench, deposit, before, row)


def test_cut_connections(bench: Bench, accountant: DeskUser, deposit: dict) -> None:
	"""An administrator kills the worker's connection, again and again: done again from the checkpoint."""
	with Workers(bench) as workers:
		run = _start(accountant, deposit)
		cut = 0
		for share in (1, 3, 5):
			accountant.wait_until_posted(run, share * BATCH)
			(horse,) = children_of(workers.process.pid)
			cut += bench.call("soak_scenes.kill_connections", ports=ports_of(horse))
		row = wait_for_end(bench, run, workers)
	assert cut >= 3
	assert row["state"] == "Completed" and row["fencing_token"] == 1, row
	assert row["last_error"]
	check_all_paid(read_books(bench, deposit, run), deposit)


def test_a_lock_that_somebody_holds_for_too_long(bench: Bench, accountant: DeskUser, deposit: dict) -> None:
	"""The lock wait times out, the whole batch is done again: nothing of it is lost or done twice."""
	names = [invoice["name"] for invoice in deposit["invoices"][3 * BATCH : 4 * BATCH]]
	with talking(bench) as colleague, ThreadPoolExecutor() as pool, Workers(bench, IMPATIENT) as workers:
		arguments = {"names": names, "bank_transaction": deposit["bank_transaction"]}
		held = pool.submit(colleague.call, "soak_scenes.hold_invoices", **arguments)
		run = _start(accountant, deposit)
		row = wait_for_end(bench, run, workers)
		held.result()
	assert row["state"] == "Completed" and row["fencing_token"] == 1, row
	assert "Lock wait timeout" in row["last_error"]
	check_all_paid(read_books(bench, deposit, run), deposit)


def test_a_deadlock(bench: Bench, accountant: DeskUser, deposit: dict) -> None:
	"""InnoDB gives up the worker's transaction, with all of its savepoints: the batch is done again."""
	run = _start(accountant, deposit)
	arguments = {"run": run, "posted": 3 * BATCH}
	with talking(bench) as colleague, ThreadPoolExecutor() as pool:
		crossing = pool.submit(colleague.call, "soak_scenes.cross_the_locks", **arguments)
		time.sleep(3)
		with Workers(bench) as workers:
			crossing.result()
			row = wait_for_end(bench, run, workers)
	assert row["state"] == "Completed" and row["fencing_token"] == 1, row
	assert "Deadlock" in row["last_error"]
	check_all_paid(read_books(bench, deposit, run), deposit)


def test_the_time_limit_of_a_job(bench: Bench, accountant: DeskUser, deposit: dict) -> None:
	"""RQ stops the job; another one goes on from the checkpoint, without the scheduler."""
	before = bench.call("soak_scenes.set_single_limits", time_limit=4)
	try:
		with Workers(bench):
			run = _start(accountant, deposit)
			accountant.wait_for(run, "Completed", timeout=150)
	finally:
		bench.call("soak_scenes.set_single_limits", **before)
	assert bench.call("soak_scenes.run_rows", runs=[run])[run]["fencing_token"] > 1
	check_all_paid(read_books(bench, deposit, run), deposit)


def test_a_time_limit_between_a_query_and_its_answer(bench: Bench) -> None:
	"""The next query does not get the answer of the last one."""
	assert bench.call("soak_scenes.interrupt_between_query_and_answer") == [42]


def test_a_long_run_lets_others_have_their_turn(bench: Bench, accountant: DeskUser, deposit: dict) -> None:
	"""With slices of one second, a small run that was started later is done first, by the same worker."""
	small = bench.call("soak_scenes.make_deposits", counts=[BATCH])[0]
	before = bench.call("soak_scenes.set_single_limits", slice_seconds=1)
	try:
		with Workers(bench):
			run = _start(accountant, deposit)
			accountant.wait_until_posted(run, BATCH)
			later = _start(accountant, small)
			accountant.wait_for(run, "Completed", timeout=150)
	finally:
		bench.call("soak_scenes.set_single_limits", **before)
	rows = bench.call("soak_scenes.run_rows", runs=[run, later])
	assert rows[run]["fencing_token"] > 2
	assert rows[later]["state"] == "Completed" and rows[later]["ended_at"] < rows[run]["ended_at"]
	check_all_paid(read_books(bench, deposit, run), deposit)
	check_all_paid(read_books(bench, small, later), small)


def test_a_job_that_its_worker_took_to_the_grave(bench: Bench, accountant: DeskUser, deposit: dict) -> None:
	"""A worker dies right after it took the job from the queue: the job's status stays "queued" for ever."""
	run = _start(accountant, deposit)
	queue = redis.from_url(bench.config["redis_queue"])
	assert queue.delete(*queue.scan_iter("rq:queue:*:long"))
	with Workers(bench) as workers:
		row = wait_for_end(bench, run, workers)
	assert row["state"] == "Completed", row
	check_all_paid(read_books(bench, deposit, run), deposit)


def _start(accountant: DeskUser, deposit: dict) -> str:
	answer = accountant.start(deposit)
	answer.raise_for_status()
	return answer.json()["message"]["run"]


def _check_all_or_nothing(bench: Bench, deposit: dict, before: dict, row: dict) -> None:
	books = read_books(bench, deposit, row["name"])
	if row["state"] == "Completed":
		check_all_paid(books, deposit)
	else:
		check_nothing_left(books, before)
