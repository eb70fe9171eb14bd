"""Who may do what: a table of users and endpoints, each tried over HTTP with a real login."""

from __future__ import annotations

import json
import random
import string
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest
import requests

from tests.bench.bench import Bench
from tests.bench.desk_user import TOOL, DeskUser, Listener
from tests.bench.judge import check_nothing_left, read_books
from tests.bench.people import ALLOWED, FORBIDDEN, PEOPLE, REFUSED, log_in_everybody
from tests.bench.servers import running_worker

pytestmark = [pytest.mark.bench, pytest.mark.timeout(300)]

STARTING = ("create_payment_entries_bulk", "create_payment_entries_for_invoices")
RESTARTING = ("resume_bulk_reconciliation", "retry_bulk_reconciliation")
WRITING = (*STARTING, "cancel_bulk_reconciliation", *RESTARTING, "unmatch_vouchers", "start_proposals")
PROPOSING = ("get_proposal", "get_proposals")
OFFERING = ("get_open_invoices", "get_exchange_rates", "read_remittance_advice", "get_attached_advices")
READING = ("get_bulk_reconciliation", "get_active_bulk_reconciliations", *OFFERING, *PROPOSING)


@pytest.fixture(scope="module")
def users(bench: Bench) -> dict[str, DeskUser]:
	"""Everybody of the table, logged in."""
	return log_in_everybody(bench)


@pytest.fixture(scope="module")
def waiting(bench: Bench) -> dict:
	"""A deposit with a run that waits for a worker: `run` beside what `make_deposit` gives."""
	deposit = bench.call("scenes.make_deposit", count=3)
	owner = DeskUser(bench, **bench.call("scenes.make_user", name="rights-owner", roles=["Accounts User"]))
	return {**deposit, "run": owner.start(deposit).json()["message"]["run"]}


@pytest.fixture(scope="module")
def proposed(bench: Bench, users: dict[str, DeskUser]) -> dict:
	"""A deposit that names its customer, and what an accountant is told of it: `proposals`."""
	words = ["".join(random.SystemRandom().choices(string.ascii_lowercase, k=9))]
	scene = bench.call("desk_scenes.make_proposed_deposits", mark=f"RIGHTS-{words[0]}", words=words)
	answer = users["accountant"].get(f"{TOOL}.get_proposals", bank_account=scene["bank_account"])
	return {**scene, "proposals": answer.json()["message"]}


@pytest.mark.parametrize("name", PEOPLE)
def test_starting(bench: Bench, users: dict[str, DeskUser], name: str) -> None:
	deposit = bench.call("scenes.make_deposit", count=2)
	before = read_books(bench, deposit)
	for endpoint in STARTING:
		answer = users[name].tool(endpoint, **_selection(deposit))
		assert answer.status_code == PEOPLE[name].start, answer.text
		if PEOPLE[name].start is not ALLOWED:
			check_nothing_left(read_books(bench, deposit), before)


@pytest.mark.parametrize("name", PEOPLE)
def test_seeing(users: dict[str, DeskUser], waiting: dict, name: str) -> None:
	answer = users[name].get(f"{TOOL}.get_bulk_reconciliation", run=waiting["run"])
	assert answer.status_code == PEOPLE[name].see, answer.text
	listed = users[name].get(f"{TOOL}.get_active_bulk_reconciliations", bank_account=waiting["bank_account"])
	assert listed.status_code == PEOPLE[name].list, listed.text
	items = users[name].list("Bulk Reconciliation Item", run=waiting["run"])
	assert bool(items) == (PEOPLE[name].see is ALLOWED)
	if PEOPLE[name].list is ALLOWED:
		runs = [run["run"] for run in listed.json()["message"]]
		assert (waiting["run"] in runs) == (PEOPLE[name].see is ALLOWED)


@pytest.mark.parametrize("name", PEOPLE)
def test_statement_and_reports(users: dict[str, DeskUser], waiting: dict, name: str) -> None:
	"""Reports ask for the right to report as well, which the roles made for these tests lack."""
	page = users[name].page("printview", doctype="Bulk Reconciliation Run", name=waiting["run"])
	assert (page.ok and waiting["invoices"][0]["name"] in page.text) == (PEOPLE[name].see is ALLOWED)
	reports = bool(PEOPLE[name].roles) and PEOPLE[name].list is ALLOWED
	for report in ("Bulk Reconciliation Register", "Bulk Reconciliation Items"):
		filters = json.dumps({"from_date": "2000-01-01", "rows": 0})
		answer = users[name].get("frappe.desk.query_report.run", report_name=report, filters=filters)
		assert answer.ok == reports, answer.text
		sees = reports and PEOPLE[name].see is ALLOWED
		assert (waiting["run"] in answer.text) == sees


@pytest.mark.parametrize("name", PEOPLE)
def test_traces_on_the_documents(users: dict[str, DeskUser], waiting: dict, name: str) -> None:
	"""Who may not see the run finds neither its name nor its number on the deposit and the invoice."""
	for doctype, document in (
		("Bank Transaction", waiting["bank_transaction"]),
		("Sales Invoice", waiting["invoices"][0]["name"]),
	):
		form = users[name].get("frappe.desk.form.load.getdoc", doctype=doctype, name=document)
		sees = form.ok and PEOPLE[name].see is ALLOWED
		assert (waiting["run"] in form.text) == sees
		asked = {"doctype": doctype, "name": document, "items": '["Bulk Reconciliation Run"]'}
		counts = users[name].get("frappe.desk.notifications.get_open_count", **asked)
		assert counts.ok == form.ok, counts.text
		found = (
			[row["count"] for rows in counts.json()["message"]["count"].values() for row in rows]
			if sees
			else [0]
		)
		assert sum(found) == int(sees)


@pytest.mark.parametrize("name", PEOPLE)
def test_rates_and_advices(users: dict[str, DeskUser], waiting: dict, name: str) -> None:
	"""Only for who may read the Bank Transaction."""
	asked = {"bank_transaction_name": waiting["bank_transaction"]}
	answers = [
		users[name].get(f"{TOOL}.get_exchange_rates", **asked, currencies="[]"),
		users[name].get(f"{TOOL}.get_attached_advices", **asked),
		users[name].tool("read_remittance_advice", **asked, text="SINV-9 1.00"),
	]
	assert [one.status_code for one in answers] == [PEOPLE[name].offers] * 3


def test_nobody_reads_an_advice_in_somebody_elses_private_file(
	bench: Bench, users: dict[str, DeskUser], waiting: dict
) -> None:
	"""Who may read the Bank Transaction all the same, by a start as well as by reading."""
	file = bench.call("scenes.make_private_file", owner=users["manager"].user)
	asked = {"bank_transaction_name": waiting["bank_transaction"]}
	accountant = users["accountant"]
	assert accountant.tool("read_remittance_advice", **asked, file=file).status_code == FORBIDDEN
	start = accountant.tool(STARTING[0], **_selection(waiting), advice={"file": file})
	assert start.status_code == FORBIDDEN, start.text
	assert users["manager"].tool("read_remittance_advice", **asked, file=file).status_code == ALLOWED


@pytest.mark.parametrize("name", PEOPLE)
def test_proposals(users: dict[str, DeskUser], proposed: dict, name: str) -> None:
	"""Who may not read an invoice is not told that a deposit pays it."""
	person, (deposit,) = PEOPLE[name], proposed["bank_transactions"]
	answer = users[name].get(f"{TOOL}.get_proposal", bank_transaction_name=deposit)
	listed = users[name].get(f"{TOOL}.get_proposals", bank_account=proposed["bank_account"])
	assert answer.status_code == person.offers, answer.text
	assert listed.ok == person.reads_deposits, listed.text
	sees = person.offers is ALLOWED and "Customer" not in person.only
	assert [proposed["invoices"][0] in answer.text, deposit in listed.text] == [sees] * 2


@pytest.mark.parametrize("name", [name for name, person in PEOPLE.items() if person.start is not ALLOWED])
def test_starting_what_is_proposed(
	bench: Bench, users: dict[str, DeskUser], proposed: dict, name: str
) -> None:
	"""Nobody whom a start is refused starts a proposal that somebody else was told of."""
	(deposit,) = proposed["bank_transactions"]
	answer = users[name].tool("start_proposals", proposals=proposed["proposals"])
	started = [one["status"] for one in answer.json()["message"]] if answer.ok else []
	assert started in ([], ["outdated"], ["refused"]), answer.text
	assert bench.call("scenes.runs_of", bank_transaction=deposit) == []


@pytest.mark.parametrize("name", PEOPLE)
def test_being_offered_invoices(bench: Bench, users: dict[str, DeskUser], name: str) -> None:
	"""Nobody is offered what they may not read."""
	deposit = bench.call("scenes.make_deposit", count=2)
	words = {"bank_transaction_name": deposit["bank_transaction"], "doctypes": '["Sales Invoice"]'}
	answer = users[name].get(f"{TOOL}.get_open_invoices", **words)
	assert answer.status_code == PEOPLE[name].offers, answer.text
	if PEOPLE[name].offers is ALLOWED:
		message = answer.json()["message"]
		customers = {row[message["columns"].index("party")] for row in message["rows"]}
		only = PEOPLE[name].only.get("Customer")
		assert customers == {only} if only else {"Bulk Test Customer 0", "Bulk Test Customer 1"} <= customers


@pytest.mark.parametrize("name", PEOPLE)
def test_unmatching(bench: Bench, users: dict[str, DeskUser], name: str) -> None:
	deposit = bench.call("scenes.make_matched_deposit", amounts=[10.0, 20.0, 30.0])
	answer = users[name].tool("unmatch_vouchers", bank_transaction_name=deposit["bank_transaction"])
	assert answer.status_code == PEOPLE[name].unmatch, answer.text
	left = bench.call("scenes.read_deposit", name=deposit["bank_transaction"])["rows"]
	assert len(left) == (0 if PEOPLE[name].unmatch is ALLOWED else 3)


def test_who_may_see_one_customer_may_pay_that_one(bench: Bench, users: dict[str, DeskUser]) -> None:
	"""The invoices of others are refused like those that do not exist, and are named."""
	deposit = bench.call("scenes.make_deposit", count=2)
	own, foreign = deposit["invoices"]
	refused = users["one-customer"].tool(STARTING[0], **_selection(deposit))
	assert foreign["name"] in refused.text and own["name"] not in refused.text
	allowed = users["one-customer"].tool(STARTING[1], **{**_selection(deposit), "invoices": [own]})
	assert allowed.json()["message"]["status"] == "Completed", allowed.text


@pytest.mark.parametrize("doctype", ["Account", "Cost Center"])
def test_nothing_is_deducted_to_what_one_may_not_read(bench: Bench, doctype: str) -> None:
	"""Who is confined to one account or cost center is refused another one, and nothing is written."""
	own = {"Account": "Write Off - BTC", "Cost Center": "Main - BTC"}
	fees = bench.call("scenes.make_cost_center", name="Fees")
	other = {"Account": "Marketing Expenses - BTC", "Cost Center": fees}[doctype]
	deposit = bench.call("scenes.make_deposit", count=2)
	user = bench.call("scenes.make_user", name=f"deducts-{doctype[:4].lower()}", roles=["Accounts User"])
	bench.call("scenes.confine", user=user["user"], doctype=doctype, name=own[doctype])
	confined, before = DeskUser(bench, **user), read_books(bench, deposit)
	account, cost_center = {**own, doctype: other}.values()
	row = {"account": account, "cost_center": cost_center, "amount": "2.50"}
	for endpoint in STARTING:
		answer = confined.tool(endpoint, **_selection(deposit), deductions=[row])
		assert answer.status_code == REFUSED, answer.text
		assert f"{doctype} {other} does not exist, or you may not read it." in answer.text
	check_nothing_left(read_books(bench, deposit), before)
	if doctype == "Cost Center":
		# The invoices of who is confined to an account are out of sight with theirs.
		row["cost_center"] = own[doctype]
		assert confined.tool(STARTING[1], **_selection(deposit), deductions=[row]).ok


@pytest.mark.parametrize("endpoint", STARTING)
def test_no_advance_of_a_customer_that_one_may_not_read(bench: Bench, endpoint: str) -> None:
	"""Who is confined to one customer is refused another one's advance, and nothing is written."""
	deposit = bench.call("scenes.make_deposit", count=1, beside=12.5)
	user = bench.call("scenes.make_user", name="leaves-advances", roles=["Accounts User"])
	bench.call("scenes.confine", user=user["user"], doctype="Customer", name="Bulk Test Customer 0")
	confined, before = DeskUser(bench, **user), read_books(bench, deposit)
	advance = {"party_type": "Customer", "party": "Bulk Test Customer 1"}
	answer = confined.tool(endpoint, **_selection(deposit), advance=advance)
	assert answer.status_code == REFUSED, answer.text
	assert "Customer Bulk Test Customer 1 does not exist, or you may not read it." in answer.text
	check_nothing_left(read_books(bench, deposit), before)
	own = json.dumps({**advance, "party": "Bulk Test Customer 0", "amount": "12.50"})
	assert confined.tool(endpoint, **_selection(deposit), advance=own).ok
	if endpoint == STARTING[1]:
		(left,) = bench.call("scenes.advances_of", bank_transaction=deposit["bank_transaction"])
		assert (left["party"], left["amount"]) == ("Bulk Test Customer 0", -12.5)


@pytest.mark.parametrize("name", [name for name, person in PEOPLE.items() if person.undo is FORBIDDEN])
def test_nobody_else_undoes_a_run(users: dict[str, DeskUser], waiting: dict, name: str) -> None:
	"""Guessing a run's name does not help, and a run that is not there is refused in the same words."""
	for endpoint in ("cancel_bulk_reconciliation", *(RESTARTING if PEOPLE[name].start is FORBIDDEN else ())):
		known = users[name].tool(endpoint, run=waiting["run"])
		unknown = users[name].tool(endpoint, run="BRR-0000-00000")
		assert known.status_code == unknown.status_code == FORBIDDEN, known.text
	assert users["accountant"].state(waiting["run"])["status"] == "Queued"


@pytest.mark.parametrize("endpoint", WRITING)
def test_nothing_is_written_by_get(users: dict[str, DeskUser], waiting: dict, endpoint: str) -> None:
	arguments: dict[str, Any] = {"run": waiting["run"], "bank_transaction_name": waiting["bank_transaction"]}
	answer = users["manager"].get(f"{TOOL}.{endpoint}", **arguments, invoices="[]")
	assert answer.status_code == FORBIDDEN, answer.text


@pytest.mark.parametrize("endpoint", [*WRITING, *READING])
def test_without_login(bench: Bench, users: dict[str, DeskUser], endpoint: str) -> None:
	address = f"{users['manager'].origin}/api/method/{TOOL}.{endpoint}"
	answer = requests.post(address, json={"run": "x"}, headers={"X-Frappe-Site-Name": bench.site}, timeout=30)
	assert answer.status_code == FORBIDDEN, answer.text


@pytest.mark.parametrize("endpoint", WRITING)
def test_a_forged_request_is_refused(users: dict[str, DeskUser], waiting: dict, endpoint: str) -> None:
	"""Once Desk has given the session a token, a request without it is not the user's own."""
	manager = users["manager"]
	manager.session.get(f"{manager.origin}/app", timeout=60).raise_for_status()
	answer = manager.tool(endpoint, run=waiting["run"], **_selection(waiting))
	assert answer.status_code == HTTPStatus.BAD_REQUEST, answer.text
	assert "CSRFTokenError" in answer.text


def test_events_reach_their_user_alone(bench: Bench, users: dict[str, DeskUser]) -> None:
	deposit = bench.call("scenes.make_deposit", count=5)
	other = DeskUser(bench, **bench.call("scenes.make_user", name="rights-other", roles=["Accounts Manager"]))
	with running_worker(bench), Listener(other) as stranger, Listener(users["accountant"]) as listener:
		run = users["accountant"].start(deposit).json()["message"]["run"]
		users["accountant"].wait_for(run, "Completed", timeout=120)
		listener.wait_for_completion()
	assert stranger.progress == [] and stranger.completions == []


@pytest.fixture(autouse=True, scope="module")
def nothing_waits(bench: Bench) -> Iterator[None]:
	"""Let a worker finish what the tests have queued."""
	yield
	with running_worker(bench):
		bench.call("scenes.wait_until_idle", seconds=120)


def _selection(deposit: dict) -> dict:
	return {"bank_transaction_name": deposit["bank_transaction"], "invoices": deposit["invoices"]}
