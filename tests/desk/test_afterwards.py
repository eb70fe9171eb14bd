"""What is there when runs are done: reports, figures, connections and timelines of documents."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.bench.bench import Bench
from tests.desk.desk_page import DeskPage, amount

pytestmark = [pytest.mark.desk, pytest.mark.timeout(600)]

AMOUNTS = [[100.0, 50.5, 20.0], [30.25, 10.0]]
FEE = 2.5
COUNT = 5
TOTAL = sum(map(sum, AMOUNTS))
DEPOSITED = TOTAL - FEE * len(AMOUNTS)
SUMMARY = """() => {
	const items = [...document.querySelectorAll(".report-summary .summary-item")];
	const textOf = (item) => (part) => item.querySelector(part).innerText.trim();
	return Object.fromEntries(items.map((item) => [".summary-label", ".summary-value"].map(textOf(item))));
}"""
COLUMN = """title => {
	const heads = [...document.querySelectorAll(".dt-header .dt-cell--header")];
	const { colIndex } = heads.find((head) => head.innerText.trim() === title).dataset;
	const cells = [...document.querySelectorAll(`.dt-scrollable .dt-cell--col-${colIndex}`)];
	return cells.map((cell) => cell.innerText);
}"""
RUNS = ".document-link[data-doctype='Bulk Reconciliation Run']"


@pytest.fixture(scope="module")
def finished(bench: Bench) -> list[dict]:
	"""Completed runs on a bank account of their own."""
	mark = f"AFTERWARDS-{int(time.time())}"
	return bench.call("desk_scenes.make_finished_runs", mark=mark, amounts=AMOUNTS, fee=FEE)


def test_summaries_of_reports_are_sums_of_their_tables(desk: DeskPage, finished: list[dict]) -> None:
	"""Of the Register with its chart, and of the items; both have the runs of the bank account alone."""
	register = show_report(desk, "Bulk Reconciliation Register", finished[0]["bank_account"], len(AMOUNTS))
	assert sorted(column(desk, "Run")) == sorted(scene["run"] for scene in finished)
	assert total(desk, "Invoices") == amount(register["Invoices"]) == COUNT
	assert total(desk, "Amount") == amount(register["Amount in USD"]) == DEPOSITED
	assert total(desk, "Deductions") == amount(register["Deductions in USD"]) == FEE * len(AMOUNTS)
	assert "Completed" in desk.page.locator(".chart-wrapper .chart-legend").text_content()
	items = show_report(desk, "Bulk Reconciliation Items", finished[0]["bank_account"], COUNT)
	assert sorted(column(desk, "Voucher")) == sorted(name for scene in finished for name in scene["payments"])
	assert amount(items["Invoices"]) == COUNT
	assert total(desk, "Amount") == amount(items["Amount in USD"]) == DEPOSITED
	# Frappe's charts draw anew what has another size by now, also if it was taken off the page meanwhile.
	desk.errors[:] = [error for error in desk.errors if "removeChild" not in error]


def show_report(desk: DeskPage, report: str, bank_account: str, rows: int) -> dict:
	"""Open one of our reports for one bank account; returns what its summary says."""
	desk.open(f"query-report/{report}?bank_account={bank_account}")
	desk.page.wait_for_function("rows => frappe.query_report?.data?.length === rows", arg=rows)
	desk.page.locator(".dt-scrollable .dt-row").nth(rows - 1).wait_for()
	return desk.page.evaluate(SUMMARY)


def column(desk: DeskPage, title: str) -> list[str]:
	"""What a report shows below a title."""
	return desk.page.evaluate(COLUMN, title)


def total(desk: DeskPage, title: str) -> float:
	return pytest.approx(sum(map(amount, column(desk, title))), abs=0.001)


def test_a_card_of_the_workspace_counts_its_table(
	bench: Bench, open_desk: Callable[..., DeskPage], mark: str
) -> None:
	"""Open deposits of the user's default company, and a click on their number lists them."""
	scene = bench.call("desk_scenes.make_ageing_deposit", mark=mark, amounts=[10.0], deposit=10.0)
	user = bench.call("scenes.make_user", name="of-one-company", roles=["Accounts User"])
	bench.call("desk_scenes.set_default_company", user=user["user"], company=scene["company"])
	desk = open_desk(user)
	desk.open("bank-reconciliation")
	number = desk.page.locator(".number-widget-box", has_text="Open Deposits").locator(".number")
	number.wait_for()
	counted = bench.call("desk_scenes.count_open_deposits", company=scene["company"])
	assert amount(number.inner_text()) == counted > 0
	number.click()
	desk.page.wait_for_url("**/app/bank-transaction?**unallocated_amount**")
	rows = desk.page.locator(".page-container:visible .list-row")
	rows.nth(min(counted, 20) - 1).wait_for()
	assert rows.count() == min(counted, 20)
	assert desk.errors == []


def test_documents_lead_to_their_run(desk: DeskPage, finished: list[dict]) -> None:
	"""By *Connections* and in the timeline: the Bank Transaction, an invoice, a payment."""
	scene = finished[0]
	desk.open(f"bank-transaction/{scene['bank_transaction']}")
	check_traces(desk, scene["run"])
	for doctype, name in (("Sales Invoice", scene["invoices"][0]), ("Payment Entry", scene["payments"][0])):
		desk.go(f"Form/{doctype}/{name}")
		check_traces(desk, scene["run"])


def check_traces(desk: DeskPage, run: str) -> None:
	form = desk.page.locator(".page-container:visible")
	form.locator(".timeline-content", has_text=f"Bulk reconciliation {run} was completed").wait_for()
	tab = form.locator(".form-tabs .nav-link", has_text="Connections")
	if tab.count():
		tab.click()
	connection = form.locator(f"{RUNS} .document-link-badge")
	connection.locator(".count", has_text="1").wait_for()
	connection.locator(".badge-link").click()
	desk.page.locator(".page-container:visible .list-row", has_text=run).wait_for()
