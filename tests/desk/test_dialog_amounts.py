"""Amounts that are typed into the rows of the dialog, or filled in."""

from __future__ import annotations

import pytest

from tests.bench.bench import Bench
from tests.bench.judge import read_books
from tests.desk.desk_page import DeskPage

pytestmark = [pytest.mark.desk, pytest.mark.timeout(600)]


def test_allocation_is_edited_in_the_row(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""A part of an invoice can be allocated; what does not fit is refused on the spot."""
	scene = bench.call("desk_scenes.make_ageing_deposit", mark=mark, amounts=[100.0], deposit=60.0)
	desk.open_found(scene, mark)
	desk.tick_all()
	assert desk.total("difference") == "-40.00"
	assert not desk.is_ready()
	allocation = desk.page.locator(".bulk-table-allocation")
	allocation.fill("100.01")
	allocation.press("Enter")
	assert allocation.input_value() == "100.00"
	allocation.fill("60")
	allocation.press("Enter")
	assert allocation.input_value() == "60.00"
	assert desk.total("difference") == "0.00"
	assert desk.is_ready()


def test_a_misread_amount_is_refused(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""What could be meant otherwise changes nothing, and cannot be submitted by the click that leaves it."""
	scene = bench.call("desk_scenes.make_ageing_deposit", mark=mark, amounts=[1875.0], deposit=3000.0)
	desk.open_tool(scene)
	desk.open_dialog(scene)
	desk.find("1,875.00")
	amounts = desk.page.locator(".bulk-table [data-key] .is-open").all_inner_texts()
	assert set(amounts) == {"1,875.00"}
	assert desk.page.locator(f"[data-key$='/{scene['invoices'][0]}']").is_visible()
	desk.find(mark)
	desk.tick_all()
	allocation = desk.page.locator(".bulk-table-allocation")
	for typed in ("187,5", "1.875,00", "1.875", "-5"):
		allocation.fill(typed)
		allocation.press("Enter")
		assert allocation.input_value() == "1,875.00", typed
	allocation.fill("187,5")
	desk.submit()
	desk.page.wait_for_timeout(700)
	assert desk.page.is_visible(".bulk-dialog")
	assert (
		read_books(bench, {**scene, "invoices": [{"name": name} for name in scene["invoices"]]})[
			"transaction"
		]["unallocated_amount"]
		== 3000
	)
	allocation.fill("1,800.5")
	allocation.press("Enter")
	assert desk.total("selected") == "1,800.50"


def test_fill_says_what_it_leaves_out(bench: Bench, desk: DeskPage, mark: str) -> None:
	scene = bench.call("desk_scenes.make_ageing_deposit", mark=mark, amounts=[40.0] * 4, deposit=60.0)
	desk.open_found(scene, mark)
	desk.page.click("[data-action=fill]")
	notice = desk.page.inner_text(".bulk-notice")
	assert "2 ticked, the oldest first, the last one in part." in notice
	assert "Left out: 2 that fall due later, for which nothing is left." in notice
