"""The form of one run: the same progress, questions and rights as in the dialogs."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.bench.bench import Bench
from tests.bench.judge import check_all_paid, check_nothing_left, read_books
from tests.bench.servers import running_worker
from tests.desk.desk_page import DeskPage

pytestmark = [pytest.mark.desk, pytest.mark.timeout(600), pytest.mark.usefixtures("one_by_one")]

WAYS = re.compile(r"Payments: \d+ by pattern, \d+ one by one: .*first of its kind")
VIEW = ".form-dashboard .bulk-progress"


def wait_for_status(desk: DeskPage, status: str) -> None:
	desk.page.wait_for_selector(f"{VIEW}[data-status='{status}']", timeout=180_000)


def button(desk: DeskPage, label: str) -> object:
	return desk.page.locator(
		".page-actions .inner-toolbar button, .page-actions button", has_text=label
	).first


def hold_drawing(desk: DeskPage) -> None:
	"""Draw the form anew, and let what it loads for that wait until `held()` is called in the page."""
	desk.page.evaluate(
		"""() => {
			const load = advanced_bank_reconciliation.loadRunPage;
			const wait = new Promise((resolve) => (window.held = resolve));
			advanced_bank_reconciliation.loadRunPage = () => wait.then(load);
			cur_frm.refresh();
		}"""
	)


@pytest.mark.by_version
def test_it_follows_the_run_and_undoes_it(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""From the middle of the work to its end, then undone with a question that says what becomes of it."""
	scene = bench.call("desk_scenes.make_marked_deposit", count=100, mark=mark)
	before = read_books(bench, scene)
	run = desk.start(scene, mark)
	with running_worker(bench):
		desk.wait_for_progress()
		desk.open(f"bulk-reconciliation-run/{run}")
		button(desk, "Cancel and Undo").wait_for()
		hold_drawing(desk)
		desk.page.wait_for_function(
			"run => advanced_bank_reconciliation.runs.watch(run).state.status === 'Completed'",
			arg=run,
			timeout=180_000,
		)
		desk.page.evaluate("held()")
		wait_for_status(desk, "Completed")
		assert "100 of 100" in desk.page.inner_text(f"{VIEW} .bulk-progress-count")
		# The worker may also end a run that another test has left, and that is news.
		assert desk.page.locator(f".desk-alert [data-run='{run}']").count() == 0
		assert desk.page.locator(".bulk-run-items tbody tr").count() == 100
		check_all_paid(read_books(bench, scene, run), scene)
		button(desk, "Undo").click()
		question = desk.confirm()
		assert run in question and "100 invoices will be open again" in question
		assert "Its payments will be cancelled" in question
		wait_for_status(desk, "Rolled Back")
	assert desk.page.get_attribute(VIEW, "data-tone") == "muted"
	check_nothing_left(read_books(bench, scene, run), before)
	button(desk, "Start Again").wait_for()


def test_it_says_which_way_its_payments_went(bench: Bench, desk: DeskPage, mark: str) -> None:
	scene = bench.call("desk_scenes.make_marked_deposit", count=50, mark=mark)
	bench.call("scenes.set_limits", pattern_posting="Automatic")
	try:
		run = desk.start(scene, mark)
		with running_worker(bench):
			desk.wait_for_status("Completed", timeout=180)
	finally:
		bench.call("scenes.set_limits", pattern_posting="Never")
	desk.open(f"bulk-reconciliation-run/{run}")
	desk.page.locator(".form-dashboard", has_text=WAYS).wait_for()
	check_all_paid(read_books(bench, scene, run), scene)


def test_who_may_only_look_has_nothing_to_press(
	bench: Bench, desk: DeskPage, open_desk: Callable[..., DeskPage], mark: str
) -> None:
	"""An auditor sees state and progress, and no button; looking changes nothing."""
	scene = bench.call("desk_scenes.make_marked_deposit", count=50, mark=mark)
	run = desk.start(scene, mark)
	auditor = open_desk(bench.call("scenes.make_user", name="auditor", roles=["Auditor"]))
	auditor.open(f"bulk-reconciliation-run/{run}")
	auditor.page.locator(".bulk-run-items tbody tr").first.wait_for()
	auditor.page.wait_for_timeout(1000)
	assert auditor.page.locator(".page-actions button", has_text="Undo").count() == 0
	assert auditor.page.locator(".page-actions button", has_text="Resume").count() == 0
	assert auditor.errors == []
