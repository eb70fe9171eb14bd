"""A file of each kind, dropped on the dialog: from 150 lines to the books of the reconciled deposit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.bench.bench import Bench
from tests.desk.desk_page import DeskPage
from tests.remittance.written_advices import NOT_IN_A_BROWSER, WITHOUT_FEES, WRITERS, rows_of

pytestmark = [pytest.mark.desk, pytest.mark.timeout(600)]

CHARGES = "Marketing Expenses - BTC"
CODES = ["bank charges", "fee", "commission", "01"]
FEE = 0.35
# Two refunds, a number that is nobody's, and one that comes twice are lines besides.
COUNT = 146
NAMES = [name for name in WRITERS if name not in NOT_IN_A_BROWSER]


@pytest.fixture(scope="module")
def few_payments(bench: Bench) -> Iterator[None]:
	"""One for each customer, at once: payments of single invoices, and by a worker, are other tests'."""
	bench.call("scenes.set_limits", grouping="Party", background_threshold=200)
	yield
	bench.call("scenes.set_limits", grouping="Invoice", background_threshold=50)


@pytest.fixture(scope="module")
def payouts(bench: Bench, few_payments: None) -> dict[str, dict]:
	"""A deposit for each file."""
	bench.call("desk_scenes.make_deduction_rules", codes=CODES, account=CHARGES)
	fees = [0.0 if name in WITHOUT_FEES else FEE for name in NAMES]
	scenes = bench.call("desk_scenes.make_payouts", mark="FILES", count=COUNT, fees=fees)
	return dict(zip(NAMES, scenes, strict=True))


@pytest.fixture(scope="module")
def tool(bench: Bench, browser: Any, accountant: dict, payouts: dict[str, dict]) -> Iterator[DeskPage]:
	"""One tab with the form of their bank account."""
	context = DeskPage.log_in(bench, browser, accountant)
	desk = DeskPage(bench, context.new_page())
	desk.open_tool(next(iter(payouts.values())))
	yield desk
	context.close()


@pytest.mark.parametrize("name", NAMES)
def test_from_the_drop_to_the_books(
	bench: Bench, tool: DeskPage, payouts: dict[str, dict], name: str
) -> None:
	scene = payouts[name]
	tool.open_dialog(scene)
	tool.drop_file(name, WRITERS[name](rows_of(scene["report"])))
	notice = tool.wait_for_notice("148 of 150 lines matched, 2 to look at.")
	assert "NOBODY-77777" in notice and "No open item has this number." in notice
	assert f"{scene['report'][0][0]} is settled by line" in notice
	assert tool.total("difference") == "0.00" and tool.is_ready()
	tool.submit()
	tool.page.wait_for_selector(".bulk-dialog", state="hidden", timeout=240_000)
	check_books(bench, scene)
	assert tool.errors == []


def check_books(bench: Bench, scene: dict) -> None:
	"""Judged from the tables: all is paid once, the fees are booked, each line is recorded."""
	names = [invoice["name"] for invoice in scene["invoices"]]
	transaction = scene["bank_transaction"]
	books = bench.call("scenes.read_payout", bank_transaction=transaction, invoices=names, account=CHARGES)
	assert (books["transaction"]["unallocated_amount"], books["unbalanced"], books["orphans"]) == (0, [], [])
	assert {*books["outstanding"].values(), *books["ledger_outstanding"].values()} == {0}
	assert set(books["payments_per_invoice"].values()) == {1}
	# The two refunds have no fee; two lines are of no invoice: a number that is nobody's, and a second one.
	assert books["booked"] == pytest.approx((len(names) - 2) * scene["report"][0][2], abs=0.001)
	states = [state for state, _name, _learned in books["advice"]]
	assert (states.count("Matched"), len(states)) == (len(names), len(names) + 2)
