"""The form around the tables: what it offers to whom, what it fills in, and what a run changes in it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.bench.bench import Bench
from tests.desk.desk_page import ADDRESS_LIMIT, TOOL_ROUTE, DeskPage

pytestmark = [pytest.mark.desk, pytest.mark.by_version, pytest.mark.timeout(600)]

NARROW = 800
DIRECTIONS = {"en": "ltr", "ar": "rtl"}
SCROLL = """way => {
	const body = document.querySelector(".dt-scrollable");
	body.scrollTo({ left: getComputedStyle(body).direction === "rtl" ? -way : way });
}"""
SUMMARY = ".report-summary .summary-item"


def test_who_may_not_upload_is_not_offered_to(
	bench: Bench, desk: DeskPage, open_desk: Callable[..., DeskPage], mark: str
) -> None:
	"""ERPNext lets System Managers alone import bank statements."""
	scene = bench.call("desk_scenes.make_ageing_deposit", mark=mark, amounts=[10.0], deposit=10.0)
	manager = bench.call("scenes.make_user", name="manager", roles=["Accounts Manager", "System Manager"])
	for tab, count in ((desk, 0), (open_desk(manager), 1)):
		tab.open_tool(scene)
		assert tab.page.locator("button", has_text="Auto Reconcile").count() > 0
		# A later version of ERPNext than those that are tested has a page of its own.
		has_page = (bench.path / "apps/erpnext/erpnext/www/banking.html").is_file()
		assert tab.page.locator("button[data-label=Banking]").count() == int(has_page)
		assert (tab.page.locator("button[data-label='Upload%20Bank%20Statement']").count() > 0) == bool(count)


def test_hundreds_of_reconciled_deposits(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""Their runs are looked for in a way that no web server finds too long."""
	scene = bench.call("desk_scenes.make_ageing_deposit", mark=mark, amounts=[10.0], deposit=10.0)
	runs: list[Any] = []

	def answer(route: Any) -> None:
		asked = route.request.url + (route.request.post_data or "")
		if "Run" in asked:
			runs.append(route.request)
			return route.continue_()
		row = {"date": "2026-01-01", "deposit": 1, "allocated_amount": 1, "currency": "USD"}
		rows = [{**row, "name": f"ACC-BTN-2031-{number:05}"} for number in range(500)]
		return route.fulfill(json={"message": rows})

	desk.page.route("**/*reportview.get_list*", answer)
	desk.open_tool(scene)
	desk.page.locator(".bulk-reconciled .dt-row").nth(5).wait_for(state="attached")
	assert [run.response().ok and len(run.url) < ADDRESS_LIMIT for run in runs] == [True]


def test_the_only_bank_account_is_chosen(bench: Bench, desk: DeskPage) -> None:
	"""A balance that nobody typed is no difference; one that is typed is."""
	company = f"Lone Account {time.strftime('%d%H%M%S')}"
	values = {"company": company, "abbreviation": company[-8:], "count": 1, "reference": "PAYOUT-0001"}
	scene = bench.call("desk_scenes.make_showcase", **values)
	desk.open(f"{TOOL_ROUTE}?company={company}")
	desk.page.wait_for_selector(".dt-row [data-name]")
	assert desk.page.evaluate("cur_frm.doc.bank_account") == scene["bank_account"]
	assert desk.page.locator(".dt-row a", has_text=scene["bank_transaction"]).is_visible()
	desk.page.locator(SUMMARY).nth(1).wait_for()
	assert [one.is_visible() for one in desk.page.locator(SUMMARY).all()] == [False, True, False]
	desk.page.evaluate("cur_frm.set_value('bank_statement_closing_balance', 12)")
	desk.page.locator(SUMMARY).nth(2).wait_for()
	assert desk.page.locator(f"{SUMMARY} .text-danger").is_visible()


def test_a_deposit_says_who_works_on_it(
	bench: Bench, desk: DeskPage, open_desk: Callable[..., DeskPage], mark: str
) -> None:
	"""Another user sees the run that is queued instead of Actions, and whose it is."""
	scene = bench.call("desk_scenes.make_marked_deposit", count=50, mark=mark)
	colleague = open_desk(bench.call("scenes.make_user", name="colleague", roles=["Accounts User"]))
	run = desk.start(scene, mark)
	mine = desk.page.locator(f".dt-cell button[data-name='{scene['bank_transaction']}']")
	mine.filter(has_text="Show Progress").wait_for()
	colleague.open_tool(scene)
	button = colleague.page.locator(f".dt-cell button[data-name='{scene['bank_transaction']}']")
	colleague.page.locator(".dt-cell button", has_text="Show Progress").wait_for()
	assert "accountant" in button.get_attribute("title")
	line = colleague.page.locator(f".bulk-strip-line[data-run='{run}']")
	assert "started by accountant" in line.inner_text()
	button.click()
	assert colleague.shown_run() == run
	assert colleague.errors == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_buttons_stay_in_sight(
	bench: Bench, open_desk: Callable[..., DeskPage], mark: str, language: str
) -> None:
	"""The table is wider than the page; its last column, and the head of it, is where the table ends."""
	scene = bench.call("desk_scenes.make_ageing_deposit", mark=mark, amounts=[10.0], deposit=10.0)
	who = {"name": f"narrow-{language}", "roles": ["Accounts User"], "language": language}
	desk = open_desk(bench.call("scenes.make_user", **who))
	desk.page.set_viewport_size({"width": NARROW, "height": 900})
	desk.open_tool(scene)
	assert desk.page.evaluate("document.dir || document.documentElement.dir || 'ltr'") == DIRECTIONS[language]
	for way in (0, 9999, 300):
		desk.page.evaluate(SCROLL, way)
		desk.page.wait_for_timeout(200)
		head, cell = (
			desk.page.locator(f"{part} .dt-cell:last-child").first.bounding_box()
			for part in (".dt-header", ".dt-scrollable")
		)
		assert head and cell and head["x"] == pytest.approx(cell["x"], abs=1)
		assert 0 <= cell["x"] and cell["x"] + cell["width"] <= NARROW


def test_no_amount_is_cut(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""A deposit of a million is there to the cent, in all of its columns."""
	scene = bench.call("desk_scenes.make_ageing_deposit", mark=mark, amounts=[10.0], deposit=1234567.89)
	desk.open_tool(scene)
	amounts = desk.page.locator(".dt-scrollable .dt-cell__content", has_text="1,234,567.89")
	assert amounts.count() == 2
	for cell in amounts.all():
		assert cell.evaluate("cell => cell.scrollWidth <= cell.clientWidth")
