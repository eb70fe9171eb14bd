"""Payments by party, asked for over HTTP."""

from __future__ import annotations

import json
from html import unescape
from http import HTTPStatus

import pytest

from tests.bench.bench import Bench
from tests.bench.desk_user import DeskUser
from tests.bench.judge import check_nothing_left, read_books

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

STARTING = ("create_payment_entries_bulk", "create_payment_entries_for_invoices")


@pytest.fixture(scope="module")
def accountant(bench: Bench) -> DeskUser:
	return DeskUser(bench, **bench.call("scenes.make_user", name="accountant", roles=["Accounts User"]))


def payments_of(bench: Bench, run: str) -> list[int]:
	"""How many invoices each payment of the run pays."""
	return sorted(count for _party, count in bench.call("scenes.payments_of", run=run))


def test_over_http(bench: Bench, accountant: DeskUser) -> None:
	"""Twenty-two invoices of ten customers: two customers have three. Sent again with another grouping it is
	no retry, and pays nothing.
	"""
	deposit = bench.call("scenes.make_deposit", count=22)
	arguments = {"bank_transaction_name": deposit["bank_transaction"], "invoices": deposit["invoices"]}
	done = accountant.tool("create_payment_entries_for_invoices", **arguments, grouping="Party")
	facts = done.json()["message"]
	assert (facts["status"], facts["processed"], facts["grouping"]) == ("Completed", 22, "Party")
	assert payments_of(bench, facts["run"]) == [2] * 8 + [3] * 2
	books = read_books(bench, deposit, facts["run"])
	assert set(books["payments_per_invoice"].values()) == {1} and set(books["outstanding"].values()) == {0}
	again = accountant.tool("create_payment_entries_for_invoices", **arguments, grouping="Party")
	assert again.json()["message"]["run"] == facts["run"]
	other = accountant.tool("create_payment_entries_for_invoices", **arguments, grouping="Invoice")
	assert other.status_code == HTTPStatus.EXPECTATION_FAILED
	assert read_books(bench, deposit, facts["run"]) == books


@pytest.mark.parametrize("endpoint", STARTING)
@pytest.mark.parametrize("value", ["Customer", "party", "<b>Party</b>"])
def test_an_unknown_grouping_over_http(bench: Bench, accountant: DeskUser, endpoint: str, value: str) -> None:
	"""One sentence, and nothing is written."""
	deposit = bench.call("scenes.make_deposit", count=2)
	before = read_books(bench, deposit)
	arguments = {"bank_transaction_name": deposit["bank_transaction"], "invoices": deposit["invoices"]}
	answer = accountant.tool(endpoint, **arguments, grouping=value)
	assert answer.status_code == HTTPStatus.EXPECTATION_FAILED
	(said,) = [json.loads(one)["message"] for one in json.loads(answer.json()["_server_messages"])]
	assert unescape(said) == f'Payments cannot be grouped by {value}. Choose "Invoice" or "Party".'
	assert "<" not in said
	check_nothing_left(read_books(bench, deposit), before)
