"""What stands where in windows of any width, in languages with long words and in one from right to left."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.bench.bench import Bench
from tests.desk.desk_page import DeskPage

pytestmark = [pytest.mark.desk, pytest.mark.timeout(600)]

WIDTHS = (1400, 1060, 1059, 800, 641, 390)
CUT = """selector => [...document.querySelectorAll(selector)]
	.filter((element) => element.offsetParent && element.scrollWidth > element.clientWidth)
	.map((element) => element.innerText)"""
HEADS = ".dt-header .dt-cell__content, .bulk-table-head .bulk-table-cell, .bulk-label"
NAMES = ".bulk-dialog .bulk-table [data-key] .bulk-table-name"
TABLE = ".bulk-dialog .bulk-table"
ROW = f"{TABLE} [data-key]"
BADGES = f"{ROW} .bulk-table-type, {ROW} .bulk-table-hint, {ROW} .is-document, {ROW} .is-party"


@pytest.mark.parametrize("language", ["de", "es", "ar"])
def test_heads_ticks_and_amounts_are_in_sight(
	bench: Bench, open_desk: Callable[..., DeskPage], mark: str, language: str
) -> None:
	"""Nothing is cut, the candidates do not scroll sideways; nor is the button of a reconciled deposit."""
	mark = f"RF18539007547034-{mark}"
	scene = bench.call("desk_scenes.make_ageing_deposit", mark=mark, amounts=[1234567.89], deposit=1234567.89)
	user = bench.call("scenes.make_user", name=f"wide-{language}", roles=["Accounts User"], language=language)
	desk = open_desk(user)
	desk.open_tool(scene)
	assert desk.page.evaluate(CUT, f"{HEADS}, .bulk-money, .dt-cell a") == []
	check_reference(desk, mark)
	desk.open_dialog(scene)
	desk.find(mark)
	desk.tick_all()
	for width in WIDTHS:
		desk.page.set_viewport_size({"width": width, "height": 900})
		desk.page.wait_for_timeout(250)
		check_dialog(desk, width)
	check_buttons(desk)
	desk.page.set_viewport_size({"width": 1400, "height": 900})
	desk.submit()
	undo = desk.page.locator(f".bulk-reconciled [data-undo='{scene['bank_transaction']}']")
	undo.wait_for()
	assert desk.page.evaluate(CUT, HEADS) == []
	check_last_column(desk, undo)


def check_reference(desk: DeskPage, reference: str) -> None:
	"""The reference of a deposit, of about 35 characters, is whole, and not under the actions."""
	text = desk.page.locator(".bulk-reference > span")
	assert text.inner_text() == reference
	# Less than a line: letters are higher than the lines are apart.
	assert text.evaluate("text => text.scrollHeight - text.clientHeight") < 8
	for width in (1280, 1400):
		desk.page.set_viewport_size({"width": width, "height": 900})
		desk.page.wait_for_timeout(250)
		actions = desk.page.locator(".dt-row-0 .dt-cell").last.bounding_box()
		box = text.bounding_box()
		assert box["x"] >= 0 and box["x"] + box["width"] <= actions["x"], width


def check_dialog(desk: DeskPage, width: int) -> None:
	assert desk.page.evaluate(CUT, HEADS) == [], width
	assert desk.page.evaluate(CUT, f"{TABLE}, {NAMES}, {BADGES}") == [], width
	parts = ("[type=checkbox]", ".is-open", ".bulk-table-allocation")
	for selector in (*(f"{TABLE} [data-key] {part}" for part in parts), ".bulk-dialog .btn-modal-primary"):
		box = desk.page.locator(selector).first.bounding_box()
		assert box["x"] >= 0 and box["x"] + box["width"] <= width, (width, selector)
	if width > 640:
		dialog = desk.page.locator(".bulk-dialog .modal-dialog").bounding_box()
		assert dialog["width"] >= min(width - 40, 1100)
	ends = (".btn-modal-primary", ".modal-footer")
	submit, footer = (desk.page.locator(f".bulk-dialog {part}").bounding_box() for part in ends)
	margins = submit["x"] - footer["x"], footer["x"] + footer["width"] - submit["x"] - submit["width"]
	assert min(margins) < 40, (width, "the button is at the end of its line")


def check_buttons(desk: DeskPage) -> None:
	"""Buttons of an advice have room between them."""
	desk.find("ONE\nTWO")
	read, match = (desk.page.locator(f"[data-action={name}]") for name in ("read-advice", "match-pasted"))
	gap = "([one, other]) => [one, other].map((button) => button.getBoundingClientRect())"
	one, other = desk.page.evaluate(gap, [read.element_handle(), match.element_handle()])
	assert (
		other["top"] > one["bottom"] or max(other["left"] - one["right"], one["left"] - other["right"]) >= 4
	)


def check_last_column(desk: DeskPage, undo: object) -> None:
	"""The button is whole, and in sight also if the window has become narrower."""
	cell = "button => button.closest('.dt-cell__content')"
	assert undo.evaluate(f"button => (({cell})(button)).scrollWidth <= (({cell})(button)).clientWidth")
	for width in (1060, 800, 641):
		desk.page.set_viewport_size({"width": width, "height": 900})
		desk.page.wait_for_timeout(250)
		box = undo.bounding_box()
		assert box["x"] >= 0 and box["x"] + box["width"] <= width, width


def test_rows_of_two_lines_by_keyboard(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""The row that the keyboard is at is in sight, below the head, also when the window changes."""
	scene = bench.call("desk_scenes.make_ageing_deposit", mark=mark, amounts=[10.0], deposit=10.0)
	desk.pretend_rows(200)
	desk.page.set_viewport_size({"width": 800, "height": 900})
	desk.open_tool(scene)
	desk.open_dialog(scene)
	desk.page.focus(TABLE)
	for key in ("End", "Home", "PageDown", "PageDown", "ArrowUp"):
		desk.page.keyboard.press(key)
		assert is_in_sight(desk), key
	desk.page.keyboard.press("Enter")
	desk.page.set_viewport_size({"width": 1400, "height": 900})
	desk.page.wait_for_timeout(250)
	desk.page.focus(TABLE)
	desk.page.keyboard.press("Space")
	assert is_in_sight(desk)
	assert desk.total("selected") == "10.00"


def is_in_sight(desk: DeskPage) -> bool:
	return desk.page.evaluate(
		"""() => {
			const table = document.querySelector(".bulk-dialog .bulk-table");
			const [row, head] = [".is-active", ".bulk-table-head"].map((part) =>
				table.querySelector(part).getBoundingClientRect()
			);
			return row.top >= head.bottom - 1 && row.bottom <= table.getBoundingClientRect().bottom + 1;
		}"""
	)
