"""What becomes of ticks and typed amounts if the dialog is closed, and which deposit a dialog is about."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

import pytest

from tests.bench.bench import Bench
from tests.desk.desk_page import TOOL_ROUTE, DeskPage

pytestmark = [pytest.mark.desk, pytest.mark.timeout(600)]

AGAIN = "What you had selected and typed here is there again."


def close(desk: DeskPage, key: str = "Escape") -> None:
	desk.page.wait_for_timeout(500)
	desk.page.keyboard.press(key)
	desk.page.wait_for_selector(".bulk-dialog", state="hidden")
	desk.page.wait_for_timeout(300)


def test_a_selection_outlives_its_dialog(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""The page is loaded anew with the dialog open: ticks, amounts and deductions are there again.

	What is not open any more is named, what was no amount is empty, what was sent is not kept. What a refusal
	names is not ticked any more.
	"""
	scene = bench.call("desk_scenes.make_ageing_deposit", mark=mark, amounts=[10.0] * 4, deposit=50.0)
	desk.open_found(scene, mark)
	desk.tick_all()
	first = desk.page.locator(".bulk-table-allocation").first
	first.fill("4.00")
	first.press("Enter")
	desk.page.click("[data-action=add-deduction]")
	amount = desk.page.locator("[data-rows=deductions] .is-amount input")
	amount.fill("nothing")
	desk.page.focus(".bulk-dialog .bulk-table")
	desk.page.reload()
	desk.page.wait_for_selector(f".dt-cell button[data-name='{scene['bank_transaction']}']")
	bench.call("scenes.cancel_invoice", name=scene["invoices"][1])
	desk.open_dialog(scene)
	assert scene["invoices"][1] in desk.wait_for_notice(AGAIN)
	assert desk.total("selected") == "24.00"
	assert amount.input_value() == ""
	desk.page.click("[data-rows=deductions] [aria-label=Remove]")
	bench.call("scenes.cancel_invoice", name=scene["invoices"][2])
	desk.submit()
	desk.close_message("is cancelled")
	desk.wait_for_notice(scene["invoices"][2])
	assert desk.total("selected") == "14.00"
	with desk.page.expect_request("**/*create_payment_entries_for_invoices") as request:
		desk.submit()
	sent = json.loads(parse_qs(request.value.post_data)["invoices"][0])
	assert sorted(row["allocated_amount"] for row in sent) == ["10.00", "4.00"]
	desk.page.wait_for_selector(".bulk-dialog", state="hidden")
	desk.page.wait_for_timeout(500)
	desk.open_dialog(scene)
	assert desk.total("selected") == "0.00"
	assert AGAIN not in desk.page.inner_text(".bulk-notice")


def test_each_deposit_has_its_own(desk: DeskPage, mark: str) -> None:
	"""What was ticked for one is not ticked for another, and what was cleared is gone."""
	one, other = desk.open_one_of_two(mark)
	selected = desk.total("selected")
	close(desk)
	desk.open_dialog(other)
	assert desk.total("selected") == "0.00"
	close(desk)
	desk.open_dialog(one)
	assert desk.total("selected") == selected != "0.00"
	desk.page.click("[data-action=clear]")
	close(desk)
	desk.open_dialog(one)
	assert desk.total("selected") == "0.00"


def test_answers_in_any_order(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""Two deposits are asked for, the second answer comes first: facts and candidates are of one."""
	scenes = bench.call("desk_scenes.make_payouts", mark=mark, count=2, fees=[0.0, 0.0])
	desk.open_tool(scenes[0])
	first, second = (scene["bank_transaction"] for scene in scenes)
	held = []
	desk.page.route(
		"**/api/method/frappe.client.get_value",
		lambda route: held.append(route) if first in (route.request.post_data or "") else route.continue_(),
	)
	click = "name => document.querySelector(`.dt-cell button[data-name='${name}']`).click()"
	desk.page.evaluate(click, first)
	desk.page.evaluate(click, second)
	desk.page.wait_for_selector(".bulk-dialog.show")
	asked = []
	desk.page.on("request", lambda request: asked.append(request.url))
	held[0].continue_()
	desk.page.locator(".bulk-facts", has_text=first).wait_for()
	desk.page.wait_for_selector(".bulk-table [data-key]")
	desk.page.wait_for_timeout(500)
	assert first in [address for address in asked if "get_open_invoices" in address][-1]


def test_the_button_before_the_dialog_is_made(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""ERPNext makes it after a question to the server; who is faster gets it as soon as it is there."""
	scene = bench.call("desk_scenes.make_ageing_deposit", mark=mark, amounts=[10.0], deposit=10.0)
	held = []
	desk.page.route("**/*get_doctypes_for_bank_reconciliation*", lambda route: held.append(route))
	desk.open(f"{TOOL_ROUTE}?company={scene['company']}&bank_account={scene['bank_account']}")
	desk.page.wait_for_selector(f".dt-cell button[data-name='{scene['bank_transaction']}']")
	desk.press_actions(scene)
	desk.page.wait_for_timeout(1000)
	for route in held:
		route.continue_()
	desk.page.wait_for_selector(".bulk-table [data-key]")
	assert desk.errors == []
