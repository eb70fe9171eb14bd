"""The main job on real ERPNext: HTTP, a real worker on the queue `long`, and the real socket server."""

from __future__ import annotations

import time

import pytest

from tests.bench.bench import Bench
from tests.bench.desk_user import DeskUser, Listener
from tests.bench.judge import check_all_paid, check_nothing_left, read_books
from tests.bench.reading import begin_reading, check_reader
from tests.bench.servers import running_worker

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900), pytest.mark.usefixtures("one_by_one")]


@pytest.fixture(scope="module")
def accountant(bench: Bench) -> DeskUser:
	"""Somebody with the role Accounts User and no other."""
	return DeskUser(bench, **bench.call("scenes.make_user", name="accountant", roles=["Accounts User"]))


@pytest.mark.by_version
def test_one_deposit_pays_many_invoices(bench: Bench, accountant: DeskUser) -> None:
	"""A deposit over many invoices of ten customers is posted, matched and told in the background.

	Whoever reads the books meanwhile sees each invoice paid with its voucher or not at all. In the browser a
	thousand are paid: see tests/desk/test_progress.py.
	"""
	count = 150
	deposit = bench.call("scenes.make_deposit", count=count)
	accountant.get("frappe.auth.get_logged_user")
	with running_worker(bench), Listener(accountant) as listener:
		began = time.monotonic()
		answer = accountant.start(deposit)
		answered_in = time.monotonic() - began
		assert answer.status_code == 200, answer.text
		started = answer.json()["message"]
		reader = begin_reading(bench, deposit, started["run"], timeout=count)
		accountant.wait_for(started["run"], "Completed", timeout=count)
		completion = listener.wait_for_completion()
	# Quiet machines need a few tenths; posting would take a minute.
	assert answered_in < 20
	assert started["status"] == "queued"
	assert started["total_invoices"] == count
	_check_events(listener, completion, count, started)
	check_all_paid(read_books(bench, deposit, started["run"]), deposit)
	check_reader(reader)


def test_the_users_own_voucher_is_matched_along(bench: Bench, accountant: DeskUser) -> None:
	"""A payment that was there before settles its part of the deposit."""
	deposit, voucher = _deposit_with_voucher(bench, 60)
	with running_worker(bench):
		run = accountant.start(deposit, [voucher]).json()["message"]["run"]
		accountant.wait_for(run, "Completed", timeout=120)
	check_all_paid(read_books(bench, deposit, run), deposit, [voucher])


@pytest.mark.by_version
def test_one_invoice_cannot_be_posted(bench: Bench, accountant: DeskUser) -> None:
	"""Invoice 97 of 150 is cancelled after the start: nothing of the run remains, and the reason is told."""
	deposit, voucher = _deposit_with_voucher(bench, 150)
	victim = deposit["invoices"][96]["name"]
	before = read_books(bench, deposit)
	run = accountant.start(deposit, [voucher]).json()["message"]["run"]
	bench.call("scenes.cancel_invoice", name=victim)
	with running_worker(bench), Listener(accountant) as listener:
		state = accountant.wait_for(run, "Rolled Back", timeout=180)
		completion = listener.wait_for_completion()
	assert [failure["name"] for failure in state["failures"]] == [victim]
	assert "cancelled" in state["failures"][0]["reason"] and victim in state["failures"][0]["reason"]
	assert completion["success"] is False and completion["processed"] == 0 and completion["failed"] == 1
	after = read_books(bench, deposit, run)
	check_nothing_left(after, before, ignoring=frozenset({victim}))
	assert bench.call("scenes.payment_state", name=voucher["payment_name"]) == {
		"docstatus": 1,
		"clearance_date": None,
	}


def test_the_same_start_twice_is_one_run(bench: Bench, accountant: DeskUser) -> None:
	"""A double click, and a request that is sent again after the end, give back the same run."""
	deposit = bench.call("scenes.make_deposit", count=50)
	first = accountant.start(deposit).json()["message"]
	second = accountant.start(deposit).json()["message"]
	assert second["run"] == first["run"]
	with running_worker(bench):
		accountant.wait_for(first["run"], "Completed", timeout=120)
	third = accountant.start(deposit).json()["message"]
	assert (third["run"], third["status"]) == (first["run"], "completed")
	check_all_paid(read_books(bench, deposit), deposit)


def test_cancel_and_undo(bench: Bench, accountant: DeskUser) -> None:
	"""Cancelled half-way, everything is undone; and so is a run that was complete."""
	deposit = bench.call("scenes.make_deposit", count=60)
	before = read_books(bench, deposit)
	with running_worker(bench):
		run = accountant.start(deposit).json()["message"]["run"]
		accountant.wait_until_posted(run, 20)
		accountant.tool("cancel_bulk_reconciliation", run=run).raise_for_status()
		state = accountant.wait_for(run, "Rolled Back", timeout=120)
		assert accountant.user in state["reason"]
		check_nothing_left(read_books(bench, deposit, run), before)
		again = accountant.tool("retry_bulk_reconciliation", run=run).json()["message"]["run"]
		accountant.wait_for(again, "Completed", timeout=120)
		check_all_paid(read_books(bench, deposit, again), deposit)
		accountant.tool("cancel_bulk_reconciliation", run=again).raise_for_status()
		accountant.wait_for(again, "Rolled Back", timeout=120)
	check_nothing_left(read_books(bench, deposit, again), before)


def _deposit_with_voucher(bench: Bench, count: int) -> tuple[dict, dict]:
	"""A deposit over `count` invoices and a payment that exists already."""
	return bench.call("scenes.make_deposit_with_voucher", count=count, amount=77.77)


def _check_events(listener: Listener, completion: dict, count: int, started: dict) -> None:
	"""The progress rose to 100 %, in the contract's form, and there was one completion."""
	percentages = [event["percentage"] for event in listener.progress]
	assert percentages == sorted(percentages) and percentages[-1] == 100
	assert len(set(percentages)) > 3
	keys = {"job_id", "run", "bank_transaction", "status", "current", "total", "percentage", "message"}
	assert all(set(event) == keys | {"eta_seconds"} for event in listener.progress)
	assert len(listener.completions) == 1
	assert completion["run"] == started["run"] and completion["success"] is True
	assert (completion["processed"], completion["failed"], completion["failures"]) == (count, 0, [])
