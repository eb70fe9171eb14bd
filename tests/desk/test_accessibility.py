"""What those find who do not see the page, or not well: axe-core has nothing serious or critical to say."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.accessibility import grave_problems
from tests.bench.bench import Bench
from tests.bench.servers import running_worker
from tests.desk.desk_page import DeskPage

pytestmark = [pytest.mark.desk, pytest.mark.timeout(1200)]

# Not ours: Desk has them on every page. Fields that are read only are as grey as Frappe's theme has them.
FRAPPE = (".navbar", ".layout-side-section", ".page-head", ".scroll-to-top", ".like-disabled-input")
# Nor these: filters of reports, buttons and colours of widgets, grids, and the timeline below a form.
FRAPPE_OF_PAGES = (
	*(".page-form", ".widget-control", ".chart-actions", ".indicator-pill"),
	*(".form-grid-container", ".form-footer"),
)
NARROW = {"width": 390, "height": 844}
DIALOG = ".bulk-dialog.show"
QUESTION = ".modal.show:not(.bulk-dialog)"
PROGRESS = ".bulk-progress-dialog.show"


def check(desk: DeskPage, within: str | None = None) -> None:
	desk.page.wait_for_timeout(500)
	assert grave_problems(desk.page, within, FRAPPE) == []


def check_form_of(desk: DeskPage, run: str) -> None:
	desk.open(f"bulk-reconciliation-run/{run}")
	desk.page.locator(".bulk-run-items tbody tr").first.wait_for()
	check(desk)


def test_the_form_and_the_dialog(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""Deposits, rows that are ticked in part, a deduction, filters, and what is not found; also as cards."""
	scene = bench.call("desk_scenes.make_ageing_deposit", mark=mark, amounts=[10.0] * 6, deposit=40.0)
	desk.open_tool(scene)
	check(desk)
	desk.open_dialog(scene)
	desk.page.click("[data-action=more-filters]")
	desk.find("\n".join([*scene["invoices"], "NO-SUCH-NUMBER"]))
	desk.page.click("[data-action=add-deduction]")
	desk.page.keyboard.type("9.75")
	desk.page.locator(".bulk-table-allocation").first.fill("1.00")
	desk.page.keyboard.press("Tab")
	check(desk, DIALOG)
	desk.page.set_viewport_size(NARROW)
	check(desk, DIALOG)


def test_discounts(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""One that is offered, and one that is taken."""
	scene = bench.call("desk_scenes.make_discounted_deposit", mark=mark, amounts=[100.0, 20.0], deposit=98.0)
	desk.open_found(scene, mark)
	check(desk, DIALOG)
	desk.page.click(".bulk-discount")
	check(desk, DIALOG)


def test_a_run(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""The question before it, its progress in each state, what is reconciled in the end, and its own form."""
	scene = bench.call("desk_scenes.make_marked_deposit", count=60, mark=mark)
	desk.open_found(scene, mark)
	desk.tick_all()
	desk.submit()
	check(desk, QUESTION)
	desk.confirm()
	bench.call("scenes.cancel_invoice", name=scene["invoices"][7]["name"])
	check(desk, PROGRESS)
	with running_worker(bench):
		desk.wait_for_status("Rolled Back", timeout=240)
		check(desk, PROGRESS)
		desk.press("Go On with the Other 59")
		desk.confirm()
		desk.wait_for_status("Completed", timeout=240)
	check(desk, PROGRESS)
	run = desk.shown_run()
	desk.press("Close")
	desk.page.locator(f".bulk-reconciled [data-undo='{scene['bank_transaction']}']").wait_for()
	check(desk)
	check_form_of(desk, run)


def test_a_run_that_needs_attention(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""In its dialog, in the strip above the table, and in its own form: a closed period refuses an undo."""
	scene = bench.call("desk_scenes.make_marked_deposit", count=50, mark=mark)
	run = desk.start(scene, mark)
	with running_worker(bench):
		desk.wait_for_status("Completed", timeout=240)
		desk.press("Close")
		bench.call("scenes.close_period", company=scene["company"])
		try:
			desk.page.click(f".bulk-reconciled [data-undo='{scene['bank_transaction']}']")
			desk.confirm()
			desk.wait_for_status("Attention", timeout=240)
		finally:
			bench.call("scenes.open_period", company=scene["company"])
		check(desk, PROGRESS)
		desk.press("Close")
		desk.page.locator(f".bulk-strip-line[data-run='{run}']").wait_for()
		check(desk)
		check_form_of(desk, run)
		desk.page.locator(".page-actions button", has_text="Finish Undoing").click()
		desk.confirm()
		desk.page.locator(".form-dashboard [data-status='Rolled Back']").wait_for(timeout=180_000)


def test_a_bar_that_moves(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""In the dialog and above the table, while a batch is posted and another one waits."""
	scene = bench.call("desk_scenes.make_marked_deposit", count=60, mark=mark)
	run = desk.start(scene, mark)
	news = {"run": run, "status": "Posting", "current": 20, "total": 60, "percentage": 33}
	desk.page.evaluate("news => advanced_bank_reconciliation.runs.watch(news.run).update(news)", news)
	desk.page.locator(f"{PROGRESS} .bulk-progress.is-moving[data-status='Posting']").wait_for()
	assert grave_problems(desk.page, PROGRESS, FRAPPE) == []
	desk.press("Run in Background")
	desk.page.locator(f".bulk-strip-line[data-run='{run}']").wait_for()
	check(desk, ".bulk-strip")


@pytest.mark.parametrize(
	("route", "shown"),
	[
		("query-report/Bulk Reconciliation Register", ".report-wrapper .dt-row"),
		("query-report/Bulk Reconciliation Items", ".report-wrapper .dt-row"),
		("query-report/Bulk Reconciliation Health", ".report-wrapper .dt-row"),
		("bank-reconciliation", ".widget.links-widget-box"),
		("dashboard-view/Bank Reconciliation", ".number-widget-box .number"),
		("advance-bank-reconciliation-settings", ".form-layout"),
		("deduction-rule/new", ".form-layout"),
		("remittance-format/new", ".form-layout"),
	],
)
def test_pages(bench: Bench, open_desk: Callable[..., DeskPage], route: str, shown: str) -> None:
	"""Reports, figures and forms that Frappe draws from our definitions."""
	check_page(open_desk(make_manager(bench)), route, shown)


def test_the_record_of_an_advice(bench: Bench, open_desk: Callable[..., DeskPage], mark: str) -> None:
	"""Its lines are matched, left out, a question, and of nobody; it leads to its run."""
	advice = bench.call("desk_scenes.make_recorded_advice", mark=mark)
	states = [state for state, _document in bench.call("scenes.advice_of_run", run=advice)]
	assert states == ["Matched", "Left Out", "Question", "Not Found"]
	desk = open_desk(make_manager(bench))
	check_page(desk, f"remittance-advice/{advice}", ".grid-row[data-idx='4']")
	assert desk.page.locator(f"[data-fieldname=run] a[href$='{advice}']").is_visible()


def make_manager(bench: Bench) -> dict:
	return bench.call("scenes.make_user", name="manager", roles=["Accounts Manager", "System Manager"])


def check_page(desk: DeskPage, route: str, shown: str) -> None:
	desk.open(route)
	desk.page.locator(shown).first.wait_for()
	desk.page.wait_for_timeout(1500)
	assert grave_problems(desk.page, None, (*FRAPPE, *FRAPPE_OF_PAGES)) == []
