"""Several users and several workers at the same time, on the same deposits, invoices and customers."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http import HTTPStatus

import pytest
import requests

from tests.bench.bench import Bench
from tests.bench.desk_user import DeskUser
from tests.bench.judge import check_all_paid, read_books
from tests.bench.servers import running_worker

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

WORKERS = 4


@pytest.fixture(scope="module")
def accountants(bench: Bench) -> list[DeskUser]:
	"""Four users with the role Accounts User, each with a session of their own."""
	names = [f"accountant-{number}" for number in range(WORKERS)]
	users = [bench.call("scenes.make_user", name=name, roles=["Accounts User"]) for name in names]
	return [DeskUser(bench, **user) for user in users]


def send_at_once(
	users: Sequence[DeskUser], endpoint: str, deposits: Sequence[dict]
) -> list[requests.Response]:
	"""Each user starts their deposit, all in the same moment."""
	with ThreadPoolExecutor(len(users)) as pool:
		sent = [
			pool.submit(
				user.tool,
				endpoint,
				bank_transaction_name=deposit["bank_transaction"],
				invoices=deposit["invoices"],
			)
			for user, deposit in zip(users, deposits, strict=True)
		]
		return [answer.result() for answer in sent]


def test_four_workers_with_four_runs(bench: Bench, accountants: list[DeskUser]) -> None:
	"""Four deposits of the same ten customers go on side by side, and each is paid exactly once."""
	deposits = [bench.call("scenes.make_deposit", count=40) for _user in accountants]
	answers = send_at_once(accountants, "create_payment_entries_bulk", deposits)
	assert [answer.status_code for answer in answers] == [200] * len(answers), [one.text for one in answers]
	runs = [answer.json()["message"]["run"] for answer in answers]
	assert len(set(runs)) == WORKERS
	with ExitStack() as stack:
		for _number in range(WORKERS):
			stack.enter_context(running_worker(bench))
		for user, run in zip(accountants, runs, strict=True):
			user.wait_for(run, "Completed", timeout=240)
	for run, deposit in zip(runs, deposits, strict=True):
		check_all_paid(read_books(bench, deposit, run), deposit)


@pytest.mark.parametrize("endpoint", ["create_payment_entries_bulk", "create_payment_entries_for_invoices"])
def test_the_same_selection_at_the_same_time(
	bench: Bench, accountants: list[DeskUser], endpoint: str
) -> None:
	"""Four clicks in one moment are one run, and pay once."""
	deposit = bench.call("scenes.make_deposit", count=20)
	answers = send_at_once(accountants, endpoint, [deposit] * WORKERS)
	assert [answer.status_code for answer in answers] == [HTTPStatus.OK] * WORKERS, [
		answer.text for answer in answers
	]
	(run,) = {answer.json()["message"]["run"] for answer in answers}
	with running_worker(bench):
		accountants[0].wait_for(run, "Completed", timeout=120)
	check_all_paid(read_books(bench, deposit, run), deposit)


def test_one_invoice_for_four_deposits_at_the_same_time(bench: Bench, accountants: list[DeskUser]) -> None:
	"""One of them gets it; the others are refused with its name, and nothing of theirs is written."""
	deposits = [bench.call("scenes.make_deposit", count=10) for _user in accountants]
	shared = deposits[0]["invoices"][0]
	overlapping = [deposits[0]]
	for deposit in deposits[1:]:
		overlapping.append({**deposit, "invoices": [shared, *deposit["invoices"][1:]]})
	answers = send_at_once(accountants, "create_payment_entries_bulk", overlapping)
	started = [answer.status_code == HTTPStatus.OK for answer in answers]
	assert started.count(True) == 1, [answer.text for answer in answers]
	winner = started.index(True)
	for number, answer in enumerate(answers):
		if number != winner:
			assert shared["name"] in answer.text or "Another run has just taken" in answer.text, answer.text
			assert (
				read_books(bench, {**deposits[number], "invoices": deposits[number]["invoices"][1:]})[
					"payments"
				]
				== []
			)
	run = answers[winner].json()["message"]["run"]
	with running_worker(bench):
		accountants[winner].wait_for(run, "Completed", timeout=120)
	check_all_paid(read_books(bench, overlapping[winner], run), overlapping[winner])
