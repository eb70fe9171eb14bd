"""A remittance advice in the dialog: its lines are ticked, its fees deducted, and it is booked."""

from __future__ import annotations

import pytest

from tests.bench.bench import Bench
from tests.bench.judge import read_books
from tests.desk.desk_page import DeskPage

pytestmark = [pytest.mark.desk, pytest.mark.timeout(600)]

CHARGES = "Marketing Expenses - BTC"


def wait_for_notice(desk: DeskPage, text: str) -> None:
	desk.page.locator(".bulk-notice", has_text=text).wait_for()


def opened(bench: Bench, desk: DeskPage, mark: str, deposit: float) -> dict:
	scene = bench.call("desk_scenes.make_ageing_deposit", mark=mark, amounts=[100.0, 50.0], deposit=deposit)
	desk.open_tool(scene)
	desk.open_dialog(scene, mark)
	return scene


def test_a_file_fills_the_dialog_and_is_booked(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""Two lines with charges and a stranger's number: ticked, deducted, told, and posted to the cent."""
	bench.call("desk_scenes.make_deduction_rule", code="bank charges", account=CHARGES)
	scene = opened(bench, desk, mark, 147.5)
	first, second = scene["invoices"]
	lines = ["Invoice no;Gross;Bank charges;Net", f"{first};100,00;2,50;97,50", f"{second};50,00;0,00;50,00"]
	content = "\n".join([*lines, "NOBODY-1;7,00;0,00;7,00"])
	file = {"name": "payout.csv", "mimeType": "text/csv", "buffer": content.encode()}
	desk.page.set_input_files(".bulk-advice input[type=file]", files=[file])
	wait_for_notice(desk, "2 of 3 lines matched, 1 to look at.")
	assert "Line 4 (NOBODY-1 7.00): No open item has this number." in desk.page.inner_text(".bulk-notice")
	desk.page.wait_for_function("document.querySelector('.bulk-table').getAttribute('aria-rowcount') === '3'")
	assert desk.page.locator("[data-rows=deductions] .is-account input").input_value() == CHARGES
	assert desk.is_ready()
	desk.submit()
	desk.page.wait_for_selector(".bulk-dialog", state="hidden", timeout=120_000)
	books = read_books(bench, {**scene, "invoices": [{"name": name} for name in scene["invoices"]]})
	assert books["transaction"]["unallocated_amount"] == 0
	assert set(books["outstanding"].values()) == {0}
	booked = bench.call("scenes.booked", bank_transaction=scene["bank_transaction"], account=CHARGES)
	assert booked == 2.5


def test_a_pasted_list_with_amounts_is_matched_as_an_advice(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""Beside their numbers the filter finds nothing but amounts; an advice is read line by line."""
	scene = opened(bench, desk, mark, 150.0)
	lines = [f"{scene['invoices'][0]}\t100.00", f"{scene['invoices'][1]}\t50.00"]
	desk.page.fill("[data-filter=text]", "\n".join(lines))
	desk.page.click("[data-action=match-pasted]")
	wait_for_notice(desk, "All 2 lines matched.")
	assert desk.page.input_value("[data-filter=text]") == ""
	assert [desk.total(name) for name in ("selected", "difference")] == ["150.00", "0.00"]
