"""A network that loses answers, a server that is too busy, another tab, a session that has ended."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.bench.bench import Bench
from tests.desk.desk_page import DeskPage, origin

pytestmark = [pytest.mark.desk, pytest.mark.timeout(600)]

SILENCE = "The server did not answer."
CANDIDATES = "**/*get_open_invoices*"
START = "**/*create_payment_entries_for_invoices"


def opened(bench: Bench, desk: DeskPage, mark: str) -> dict:
	"""A dialog in which the four invoices of a deposit are ticked."""
	scene = bench.call("desk_scenes.make_ageing_deposit", mark=mark, amounts=[10.0] * 4, deposit=40.0)
	desk.open_found(scene, mark)
	desk.tick_all()
	return scene


def is_paid_once(bench: Bench, scene: dict) -> bool:
	deposit = bench.call("scenes.read_deposit", name=scene["bank_transaction"])
	return (deposit["status"], len(deposit["rows"])) == ("Reconciled", 4)


def test_answers_that_are_lost(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""It is said so, and what was to be loaded can be loaded again; the payments are posted once."""
	scene = opened(bench, desk, mark)
	silence = desk.page.locator(".desk-alert", has_text=SILENCE)
	again = desk.page.locator(".bulk-dialog.show [data-action=load-again]")
	desk.page.route(CANDIDATES, lambda route: route.abort())
	desk.page.set_checked(".bulk-dialog input[data-fieldname=unpaid_purchase_invoice]", True)
	again.wait_for()
	assert silence.count() == 1
	assert (desk.shown_count(), desk.total("selected")) == (4, "40.00")
	desk.page.keyboard.press("Escape")
	desk.page.wait_for_selector(".bulk-dialog", state="hidden")
	desk.page.wait_for_timeout(400)
	desk.press_actions(scene)
	again.wait_for()
	desk.page.unroute(CANDIDATES)
	again.click()
	desk.page.wait_for_function("document.querySelector('[data-total=selected]')?.innerText === '40.00'")
	silence.locator(".close").click()
	desk.page.route(START, lambda route: (route.fetch(), route.abort()), times=1)
	desk.submit()
	silence.wait_for()
	desk.submit()
	desk.page.wait_for_selector(".bulk-dialog", state="hidden")
	assert is_paid_once(bench, scene)


def test_a_deadlock_is_not_the_end(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""Frappe tells the user to try again, and the button does."""
	scene = opened(bench, desk, mark)
	body = json.dumps({"exception": "frappe.exceptions.QueryDeadlockError: (1213, 'Deadlock found')"})
	answer = {"status": 417, "headers": {"Content-Type": "application/json"}, "body": body}
	desk.page.route(START, lambda route: route.fulfill(**answer), times=1)
	desk.submit()
	desk.close_message("conflicting request")
	desk.submit()
	desk.page.wait_for_selector(".bulk-dialog", state="hidden")
	assert is_paid_once(bench, scene)


def test_another_tab_and_the_end_of_the_session(
	bench: Bench, open_desk: Callable[..., DeskPage], mark: str
) -> None:
	"""Whoever has to log in again goes on in the dialog; what another tab has done is not done twice."""
	user = bench.call("scenes.make_user", name="forgetful", roles=["Accounts User"])
	one, other = open_desk(user), open_desk(user)
	scene = opened(bench, one, mark)
	other.open_found(scene, mark)
	other.tick_all()
	context = one.page.context
	context.clear_cookies()
	one.submit()
	one.close_message("Login to access")
	form = {"usr": user["user"], "pwd": user["password"]}
	assert context.request.post(f"{origin(bench)}/api/method/login", form=form).ok
	for desk in (one, other):
		desk.submit()
		desk.page.wait_for_selector(".bulk-dialog", state="hidden")
		desk.page.locator(".desk-alert", has_text="The payments of 4 invoices are posted").wait_for()
	assert is_paid_once(bench, scene)


def test_another_deposit_while_one_is_sent(desk: DeskPage, mark: str) -> None:
	"""Escape closes the dialog while the server works; whose dialog is opened then stays open."""
	_sent, other = desk.open_one_of_two(mark)
	held: list = []
	desk.page.route(START, lambda route: held.append(route))
	desk.submit()
	desk.page.wait_for_timeout(600)
	desk.page.keyboard.press("Escape")
	desk.page.wait_for_selector(".bulk-dialog", state="hidden")
	desk.page.wait_for_timeout(400)
	desk.page.locator(f".dt-cell button[data-name='{other['bank_transaction']}']").press("Enter")
	desk.page.locator(".bulk-facts", has_text=other["bank_transaction"]).wait_for()
	held[0].continue_()
	desk.page.locator(".desk-alert", has_text="are posted and matched").wait_for()
	desk.page.wait_for_timeout(1000)
	assert desk.page.locator(".bulk-dialog.show").count() == 1
	assert desk.deposits() == [other["bank_transaction"]]
