"""Who sees the figures of the workspace, over HTTP with a real login."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import requests

from tests.bench.bench import APP, Bench
from tests.bench.desk_user import DeskUser
from tests.bench.people import ALLOWED, FORBIDDEN, PEOPLE, log_in_everybody

pytestmark = [pytest.mark.bench, pytest.mark.timeout(300)]

FIGURES = f"{APP}.erpnext_adapter.figures"
CARDS = ("get_invoices_per_run", "get_share_at_first_try", "get_seconds_per_hundred", "get_undone_runs")
PER_DAY, REASONS = "Invoices Reconciled per Day", "Reasons of Undone Runs"
OPEN = "Open Deposits by Currency"
CARD = Path(__file__).parents[2] / APP / APP / "number_card" / "open_deposits" / "open_deposits.json"
FILTERS = json.dumps({"company": "Bulk Test Company"})
NOTHING = "–"


@pytest.fixture(scope="module")
def users(bench: Bench) -> dict[str, DeskUser]:
	"""Everybody of the table, logged in, after a run of two invoices; another deposit is open."""
	users = log_in_everybody(bench)
	deposit = bench.call("scenes.make_deposit", count=2)
	selection = {"bank_transaction_name": deposit["bank_transaction"], "invoices": deposit["invoices"]}
	answer = users["accountant"].tool("create_payment_entries_for_invoices", **selection)
	assert answer.json()["message"]["status"] == "Completed", answer.text
	bench.call("scenes.make_deposit", count=1)
	return users


def chart(user: DeskUser, name: str) -> requests.Response:
	return user.get(f"{FIGURES}.get_chart", chart_name=name, filters=FILTERS)


@pytest.mark.parametrize("name", PEOPLE)
def test_figures_of_runs(users: dict[str, DeskUser], name: str) -> None:
	"""Those of the runs that one may read: a dash and zeros for who may read others alone."""
	cards = [users[name].get(f"{FIGURES}.{card}", filters=FILTERS) for card in CARDS]
	charts = [chart(users[name], one) for one in (PER_DAY, REASONS)]
	assert {one.status_code for one in (*cards, *charts)} == {PEOPLE[name].list}
	if PEOPLE[name].list is ALLOWED:
		sees = PEOPLE[name].see is ALLOWED
		shown = [card.json()["message"] for card in cards]
		assert [one != NOTHING for one in shown[:3]] == [sees] * 3
		assert sees or shown[3] == 0
		assert (sum(charts[0].json()["message"]["datasets"][0]["values"]) > 0) == sees
		assert sees or charts[1].json()["message"] == {}


@pytest.mark.parametrize("name", PEOPLE)
def test_figures_of_deposits(users: dict[str, DeskUser], name: str) -> None:
	card = json.loads(CARD.read_text())
	company = [["Bank Transaction", "company", "=", "Bulk Test Company"]]
	filters = json.dumps([*json.loads(card["filters_json"]), *company])
	count = users[name].call(
		"frappe.desk.doctype.number_card.number_card.get_result", doc=json.dumps(card), filters=filters
	)
	answers = [count, chart(users[name], OPEN)]
	reads, sees = PEOPLE[name].reads_deposits, PEOPLE[name].offers is ALLOWED
	assert [one.status_code for one in answers] == [ALLOWED if reads else FORBIDDEN] * 2, count.text
	if reads:
		assert [bool(one.json()["message"]) for one in answers] == [sees] * 2


@pytest.mark.parametrize("endpoint", [*CARDS, "get_chart"])
def test_without_login(bench: Bench, users: dict[str, DeskUser], endpoint: str) -> None:
	address = f"{users['manager'].origin}/api/method/{FIGURES}.{endpoint}"
	asked = {"chart_name": PER_DAY, "filters": FILTERS}
	answer = requests.get(address, params=asked, headers={"X-Frappe-Site-Name": bench.site}, timeout=30)
	assert answer.status_code == FORBIDDEN, answer.text
