"""What an accountant sees of a run: in the dialog, after a reload, on other pages, in other tabs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.bench.bench import Bench
from tests.bench.judge import check_all_paid, check_nothing_left, read_books
from tests.bench.servers import running_worker
from tests.desk.desk_page import DeskPage, amount

pytestmark = [pytest.mark.desk, pytest.mark.timeout(900), pytest.mark.usefixtures("one_by_one")]


def make_deposit(bench: Bench, count: int, mark: str) -> dict:
	return bench.call("desk_scenes.make_marked_deposit", count=count, mark=mark)


def test_a_reload_finds_the_progress_again(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""The form shows a quiet line, and a click on it the dialog; at the end the table is up to date."""
	scene = make_deposit(bench, 120, mark)
	run = desk.start(scene, mark)
	with running_worker(bench):
		desk.wait_for_progress()
		desk.page.reload()
		desk.page.locator(f".bulk-strip-line[data-run='{run}']").click()
		desk.wait_for_progress()
		assert desk.shown_run() == run
		bar = desk.page.locator(".modal.show [role=progressbar]")
		assert "of 120 invoices" in (bar.get_attribute("aria-valuetext") or "")
		desk.wait_for_status("Completed", timeout=180)
	desk.press("Close")
	desk.page.locator(f".bulk-strip-line[data-run='{run}']").wait_for(state="detached")
	desk.page.locator(f".dt-cell button[data-name='{scene['bank_transaction']}']").wait_for(state="detached")
	check_all_paid(read_books(bench, scene, run), scene)


@pytest.mark.by_version
def test_run_in_background_and_hear_of_it_elsewhere(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""No scroll bar is left behind; on another page the notification comes, with a link to the run."""
	scene = make_deposit(bench, 60, mark)
	run = desk.start(scene, mark)
	desk.press("Run in Background")
	desk.page.locator(f".bulk-strip-line[data-run='{run}']").wait_for()
	desk.wait_for_tidy_page()
	desk.go("List/Sales Invoice")
	with running_worker(bench):
		text = desk.wait_for_notification(run, timeout=120)
	assert "60 invoices" in text
	desk.notification(run).locator("a", has_text="Show the run").click()
	desk.page.wait_for_url(f"**/bulk-reconciliation-run/{run}")
	desk.page.reload()
	# Under the bell, which need not be open for that.
	bell = desk.page.locator(f".notification-item[href$='/bulk-reconciliation-run/{run}']").first
	bell.wait_for(state="attached")
	assert "60 invoices" in (bell.text_content() or "")


def test_cancel_half_way_undoes_everything(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""Cancel and Undo leaves nothing behind and is no error; the same again is asked for, and printed."""
	scene = make_deposit(bench, 100, mark)
	before = read_books(bench, scene)
	run = desk.start(scene, mark)
	with running_worker(bench):
		desk.wait_for_progress(20)
		desk.press("Cancel and Undo")
		desk.confirm()
		desk.wait_for_status("Rolled Back", timeout=180)
		assert "Everything is undone" in desk.page.inner_text(".bulk-progress-message")
		assert desk.page.get_attribute(".bulk-progress-dialog .bulk-progress", "data-tone") == "muted"
		check_nothing_left(read_books(bench, scene, run), before)
		assert desk.page.inner_text(".bulk-progress-dialog .btn-modal-primary") == "Close"
		desk.press("Start Again")
		assert "100 invoices" in desk.confirm()
		desk.wait_for_status("Completed", timeout=180)
	again = desk.shown_run()
	assert again != run
	check_all_paid(read_books(bench, scene, again), scene)
	desk.press("Print")
	statement = desk.page.frame_locator(".print-preview iframe:visible").locator(".reconciliation-statement")
	statement.locator("h2", has_text=scene["bank_transaction"]).wait_for()
	assert f"Sales Invoice {scene['invoices'][7]['name']}" in statement.inner_text()


def test_a_failing_invoice_shows_its_reason(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""The invoice that somebody cancelled meanwhile is named, with its reason and a link."""
	scene = make_deposit(bench, 60, mark)
	victim = scene["invoices"][7]["name"]
	desk.start(scene, mark)
	bench.call("scenes.cancel_invoice", name=victim)
	with running_worker(bench):
		desk.wait_for_status("Rolled Back", timeout=120)
	link = desk.page.locator(".bulk-progress-failure-name")
	assert link.inner_text() == victim
	assert link.get_attribute("href").endswith(f"/sales-invoice/{victim}")
	assert "cancelled" in desk.page.inner_text(".bulk-progress-failure-reason")
	desk.press("Start Again")
	desk.confirm()
	refusal = desk.page.locator(".msgprint-dialog.show, .msgprint").first
	refusal.wait_for()
	assert victim in refusal.inner_text()


def test_go_on_without_what_was_in_the_way(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""Two of 60 invoices are cancelled meanwhile: the others are paid, and it is said what stays open."""
	scene = make_deposit(bench, 60, mark)
	desk.start(scene, mark)
	victims = [scene["invoices"].pop(number) for number in (7, 7)]
	for victim in victims:
		bench.call("scenes.cancel_invoice", name=victim["name"])
	with running_worker(bench):
		desk.wait_for_status("Rolled Back", timeout=120)
		desk.press("Go On with the Other 58")
		question = desk.confirm()
		left = sum(victim["allocated_amount"] for victim in victims)
		assert "58 invoices" in question and f"{left:,.2f}" in question
		desk.wait_for_status("Completed", timeout=120)
	run = desk.shown_run()
	desk.press("Show the Run")
	desk.page.wait_for_url(f"**/bulk-reconciliation-run/{run}")
	books = read_books(bench, scene, run)
	assert {books["outstanding"][row["name"]] for row in scene["invoices"]} == {0}
	assert books["transaction"]["unallocated_amount"] == pytest.approx(left, abs=0.001)


def test_choose_again(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""The deposit opens with the former ticks and amounts, without the invoice that was in the way."""
	scene = make_deposit(bench, 60, mark)
	desk.start(scene, mark)
	victim = scene["invoices"].pop(7)
	bench.call("scenes.cancel_invoice", name=victim["name"])
	with running_worker(bench):
		desk.wait_for_status("Rolled Back", timeout=120)
	desk.press("Choose Again")
	desk.page.wait_for_selector(".bulk-dialog.show .bulk-totals:has-text('59 selected')")
	assert desk.shown_count() == 59
	assert desk.page.locator(".bulk-dialog.show .bulk-table").bounding_box()["height"] >= 14 * 36
	assert "59 selected" in desk.page.inner_text(".bulk-totals")
	rest = sum(row["allocated_amount"] for row in scene["invoices"])
	assert amount(desk.total("selected")) == pytest.approx(rest, abs=0.001)


def test_two_tabs(bench: Bench, open_desk: Callable[..., DeskPage], mark: str) -> None:
	"""A tab hears of what another one started: it shows its progress and its end, and no second start."""
	scene = make_deposit(bench, 80, mark)
	first, second = open_desk(), open_desk()
	second.open_tool(scene)
	run = first.start(scene, mark)
	with running_worker(bench):
		line = second.page.locator(f".bulk-strip-line[data-run='{run}']")
		line.wait_for()
		second.press_actions(scene)
		assert second.shown_run() == run
		second.press("Run in Background")
		for tab in (first, second):
			tab.page.wait_for_function(
				"run => advanced_bank_reconciliation.runs.watch(run).state.status === 'Completed'",
				arg=run,
				timeout=180_000,
			)
	first.wait_for_status("Completed")
	second.wait_for_notification(run)
	line.wait_for(state="detached")
	check_all_paid(read_books(bench, scene, run), scene)
	assert first.errors + second.errors == []


def test_undo_from_the_table_of_reconciled_ones(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""A completed run is undone as a whole from the form, and the deposit can be reconciled again."""
	beside = {"mark": mark, "amounts": [10.0], "deposit": 10.0}
	earlier = bench.call("desk_scenes.make_ageing_deposit", **beside)
	scene = make_deposit(bench, 50, mark)
	later = bench.call("desk_scenes.make_ageing_deposit", **beside)
	before = read_books(bench, scene)
	run = desk.start(scene, mark, f"{mark} other")
	with running_worker(bench):
		desk.wait_for_status("Completed", timeout=120)
		desk.press("Next Deposit")
		facts = desk.page.locator(".bulk-dialog.show .bulk-facts")
		facts.wait_for()
		assert any(one["bank_transaction"] in facts.inner_text() for one in (earlier, later))
		desk.page.wait_for_selector(".bulk-table [data-key]")
		desk.page.keyboard.press("Escape")
		desk.page.locator(".bulk-dialog.show").wait_for(state="detached")
		desk.page.locator(f".bulk-reconciled [data-undo='{scene['bank_transaction']}']").click()
		assert run in desk.confirm()
		desk.wait_for_status("Rolled Back", timeout=120)
	check_nothing_left(read_books(bench, scene, run), before)
	desk.press("Close")
	desk.wait_for_tidy_page()
	desk.open_dialog(scene)
	desk.find(f"{mark} other")
	assert desk.shown_count() == 50
	assert set(desk.deposits()) == {one["bank_transaction"] for one in (earlier, scene, later)}


def test_the_only_deposit_comes_back(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""The table that was empty after the last deposit was reconciled shows it again after the undo."""
	scene = bench.call("desk_scenes.make_ageing_deposit", mark=mark, amounts=[10.0], deposit=10.0)
	desk.open_found(scene, mark)
	desk.tick_all()
	desk.submit()
	undo = desk.page.locator(f".bulk-reconciled [data-undo='{scene['bank_transaction']}']")
	with running_worker(bench):
		undo.click()
		desk.confirm()
		desk.wait_for_status("Rolled Back", timeout=60)
	desk.press("Close")
	desk.open_dialog(scene)


def test_a_refused_undo_is_shown_until_it_is_done(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""A period that is closed meanwhile takes no payment and no undo; later the undo is finished."""
	scene = make_deposit(bench, 100, mark)
	before = read_books(bench, scene)
	run = desk.start(scene, mark)
	with running_worker(bench):
		desk.wait_for_progress(20)
		bench.call("scenes.close_period", company=scene["company"])
		try:
			desk.wait_for_status("Attention", timeout=120)
		finally:
			bench.call("scenes.open_period", company=scene["company"])
		assert "closed" in desk.page.inner_text(".bulk-progress-message").lower()
		desk.press("Close")
		desk.page.reload()
		desk.page.locator(f".bulk-strip-line[data-run='{run}']").wait_for()
		desk.press_actions(scene)
		desk.press("Finish Undoing")
		question = desk.confirm()
		assert "closed" in question.lower() and "Undone by" not in question
		desk.wait_for_status("Rolled Back", timeout=120)
	check_nothing_left(read_books(bench, scene, run), before)


def test_without_a_socket(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""No event ever arrives: the progress and the end are seen all the same."""
	desk.page.route("**/socket.io/**", lambda route: route.abort())
	scene = make_deposit(bench, 60, mark)
	desk.start(scene, mark)
	with running_worker(bench):
		desk.wait_for_progress(timeout=120)
		desk.wait_for_status("Completed", timeout=120)


def test_a_closed_dialog_leaves_other_listeners_alone(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""Somebody else's handler of the same event still hears of the end."""
	scene = make_deposit(bench, 50, mark)
	run = desk.start(scene, mark)
	desk.page.evaluate(
		"""() => {
			window.heard = [];
			frappe.realtime.on("bulk_reconciliation_complete", (event) => heard.push(event.run));
		}"""
	)
	desk.press("Run in Background")
	with running_worker(bench):
		desk.wait_for_notification(run, timeout=120)
	assert desk.page.evaluate("heard") == [run]
