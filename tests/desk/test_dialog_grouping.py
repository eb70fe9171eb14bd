"""One payment for each party, chosen in the dialog: fewer payments, and every invoice with its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bench.bench import Bench
from tests.bench.judge import read_books
from tests.bench.servers import running_worker
from tests.desk.desk_page import DeskPage

pytestmark = [pytest.mark.desk, pytest.mark.timeout(600)]

CHOICE = "[data-action=grouping]"


@pytest.fixture
def by_party(bench: Bench) -> Iterator[None]:
	"""The settings say so, and two invoices are many."""
	bench.call("scenes.set_limits", grouping="Party", background_threshold=2)
	yield
	bench.call("scenes.set_limits", grouping="Invoice", background_threshold=50)


def opened(bench: Bench, desk: DeskPage, mark: str, count: int) -> dict:
	"""The dialog of a deposit of two customers, with all of their invoices ticked."""
	scene = bench.call("desk_scenes.make_deposit_of_two", mark=mark, count=count)
	desk.open_found(scene, mark)
	assert not desk.page.is_visible(CHOICE)
	desk.tick_all()
	return scene


def chosen(desk: DeskPage) -> str:
	return desk.page.input_value(CHOICE)


@pytest.mark.by_version
def test_sixty_invoices_of_two_customers(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""Four payments instead of sixty, no more invoices in each than a batch has."""
	scene = opened(bench, desk, mark, 30)
	assert chosen(desk) == "Invoice"
	desk.page.select_option(CHOICE, label="Each Party")
	desk.submit()
	assert "Invoices of one party share payments." in desk.confirm()
	run = desk.shown_run()
	with running_worker(bench):
		desk.wait_for_status("Completed", timeout=180)
	customers = ["Bulk Test Customer 0", "Bulk Test Customer 1"]
	expected = [[customer, count] for customer in customers for count in (20, 10)]
	payments = bench.call("scenes.payments_of", run=run)
	assert sorted(payments) == sorted(expected)
	books = read_books(bench, {**scene, "invoices": [{"name": name} for name in scene["invoices"]]}, run)
	assert set(books["outstanding"].values()) == {0}
	assert set(books["payments_per_invoice"].values()) == {1}
	assert len(books["rows"]) == 4 and books["transaction"]["unallocated_amount"] == 0


@pytest.mark.usefixtures("by_party")
def test_the_settings_are_offered_first_and_a_choice_is_kept(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""Each invoice by itself, although the settings say otherwise. One of them fails, and what was chosen is
	there again with the others.
	"""
	scene = opened(bench, desk, mark, 2)
	assert chosen(desk) == "Party"
	desk.page.select_option(CHOICE, label="Each Invoice")
	desk.submit()
	assert "share payments" not in desk.confirm()
	run = desk.shown_run()
	bench.call("scenes.cancel_invoice", name=scene["invoices"][0])
	with running_worker(bench):
		desk.wait_for_status("Rolled Back", timeout=180)
	assert bench.call("scenes.run_state", run=run)["grouping"] == "Invoice"
	desk.press("Choose Again")
	desk.page.wait_for_selector(".bulk-dialog.show .bulk-totals:has-text('3 selected')")
	assert chosen(desk) == "Invoice"
