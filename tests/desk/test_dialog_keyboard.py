"""The keyboard among a thousand rows, of which few are in the page, and where it goes on after a dialog."""

from __future__ import annotations

import pytest

from tests.bench.bench import Bench
from tests.desk.desk_page import DeskPage

pytestmark = [pytest.mark.desk, pytest.mark.timeout(600)]

COUNT = 1000
TABLE = ".bulk-dialog .bulk-table"
ROW_OF_THE_FOCUS = "Number(document.activeElement.closest('[aria-rowindex]')?.getAttribute('aria-rowindex'))"
IN_SIGHT = """index => {
	const table = document.querySelector(".bulk-dialog .bulk-table");
	const row = table.querySelector(`[aria-rowindex="${index}"]`)?.getBoundingClientRect();
	const head = table.querySelector(".bulk-table-head").getBoundingClientRect();
	return row?.top >= head.bottom - 1 && row.bottom <= table.getBoundingClientRect().bottom + 1;
}"""


def opened(bench: Bench, desk: DeskPage, mark: str) -> dict:
	"""A dialog with a thousand rows of ten each, all of them ticked, and the focus in the table."""
	scene = bench.call("desk_scenes.make_ageing_deposit", mark=mark, amounts=[10.0], deposit=10.0 * COUNT)
	desk.open_tool(scene)
	desk.pretend_rows(COUNT)
	desk.page.locator(f".dt-cell button[data-name='{scene['bank_transaction']}']").press("Enter")
	desk.page.wait_for_selector(f"{TABLE} [data-key]")
	desk.page.wait_for_function("document.activeElement.dataset.filter === 'text'")
	desk.page.focus(TABLE)
	desk.page.keyboard.press("Control+a")
	return scene


def active_row(desk: DeskPage) -> int:
	"""The row that screen readers are told of; it is marked, too."""
	row = desk.page.locator("#" + str(desk.page.get_attribute(TABLE, "aria-activedescendant")))
	assert "is-active" in str(row.get_attribute("class"))
	return int(row.get_attribute("aria-rowindex"))


def scroll_away(desk: DeskPage, pixels: int) -> None:
	desk.page.hover(TABLE)
	desk.page.mouse.wheel(0, pixels)
	desk.page.wait_for_function("document.querySelector('.bulk-dialog .bulk-table').scrollTop > 500")


def test_rows_that_are_not_in_the_page(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""Keys show the row they are for, Tab goes through all fields both ways, what is typed is not lost."""
	# A table that ends in the middle of a row.
	desk.page.set_viewport_size({"width": 1400, "height": 866})
	opened(bench, desk, mark)
	press = desk.page.keyboard.press
	press("End")
	assert active_row(desk) == COUNT + 1 and desk.page.evaluate(IN_SIGHT, COUNT + 1)
	press("Home")
	for key in ("Space", "Space", "Enter"):
		scroll_away(desk, 8000)
		press(key)
		assert active_row(desk) == 2 and desk.page.evaluate(IN_SIGHT, 2), key
	for key, last in (("Tab", 34), ("Shift+Tab", 2)):
		first = desk.page.evaluate(ROW_OF_THE_FOCUS)
		step = 1 if last > first else -1
		for expected in range(first + step, last + step, step):
			press(key)
			assert desk.page.evaluate(ROW_OF_THE_FOCUS) == expected
			desk.page.wait_for_function(IN_SIGHT, arg=expected)
	desk.page.keyboard.type("4.00")
	scroll_away(desk, 8000)
	assert desk.page.evaluate(ROW_OF_THE_FOCUS) == 2
	press("Enter")
	assert desk.total("difference") == "6.00"


def test_one_dialog_after_the_other(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""Ctrl+Enter asks, from the table and from a field; Escape closes what is on top, and nothing below."""
	scene = opened(bench, desk, mark)
	press = desk.page.keyboard.press
	question = desk.page.locator(".modal.show .frappe-confirm-message")
	for key in ("Home", "Enter"):
		press(key)
		before = desk.page.evaluate_handle("document.activeElement")
		press("Control+Enter")
		question.wait_for()
		desk.page.wait_for_timeout(400)
		press("Escape")
		question.wait_for(state="hidden")
		desk.page.wait_for_function("before => document.activeElement === before", arg=before)
		assert desk.total("selected") == "10,000.00"
	desk.page.click("[data-action=clear]")
	press("Control+Enter")
	message = desk.page.locator(".modal.show", has_text="Select at least one document.")
	message.wait_for()
	desk.page.wait_for_timeout(400)
	press("Escape")
	desk.page.wait_for_function("document.activeElement.dataset.action === 'clear'")
	press("Escape")
	at_button = "name => document.activeElement.dataset.name === name"
	desk.page.wait_for_function(at_button, arg=scene["bank_transaction"])


def test_the_next_deposit_is_at_hand(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""When one is reconciled and gone from the table, the focus is at the button in its place.

	In a window of 800 pixels: the dialog has all of it, and the button that undoes is in sight.
	"""
	desk.page.set_viewport_size({"width": 800, "height": 900})
	scenes = bench.call("desk_scenes.make_payouts", mark=mark, count=2, fees=[0.0, 0.0])
	desk.open_tool(scenes[0])
	names = desk.deposits()
	now = next(scene for scene in scenes if scene["bank_transaction"] == names[0])
	desk.page.locator(f".dt-cell button[data-name='{names[0]}']").press("Enter")
	desk.page.wait_for_selector(f"{TABLE} [data-key]")
	desk.page.wait_for_function("document.activeElement.dataset.filter === 'text'")
	assert desk.page.locator(".bulk-dialog .modal-dialog").bounding_box()["width"] > 750
	desk.page.keyboard.insert_text("\n".join(row["name"] for row in now["invoices"]))
	desk.page.wait_for_function("document.querySelector('[data-total=difference]').dataset.tone === 'even'")
	desk.page.keyboard.press("Control+Enter")
	desk.page.wait_for_function("name => document.activeElement.dataset.name === name", arg=names[1])
	assert desk.deposits() == [names[1]]
	undo = desk.page.locator(f".bulk-reconciled [data-undo='{names[0]}']")
	undo.wait_for()
	box = undo.bounding_box()
	assert box["x"] + box["width"] < 800
	link = desk.page.locator(".bulk-reconciled .dt-cell a", has_text=names[0])
	assert link.evaluate("link => link.parentElement.scrollWidth <= link.parentElement.clientWidth")
