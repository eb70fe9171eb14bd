"""What a deposit is too much, left as an advance from the dialog; judged from the tables."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bench.bench import Bench
from tests.bench.servers import running_worker
from tests.desk.desk_page import DeskPage

pytestmark = [pytest.mark.desk, pytest.mark.timeout(600)]

CUSTOMER = "Bulk Test Customer 1"
PARTY = "[data-rows=advance] .is-party input"


@pytest.fixture
def few_are_many(bench: Bench) -> Iterator[None]:
	bench.call("scenes.set_limits", background_threshold=2)
	yield
	bench.call("scenes.set_limits", background_threshold=50)


def opened(bench: Bench, desk: DeskPage, mark: str, amounts: list[float], deposit: float) -> dict:
	"""The dialog of a deposit, with all of its invoices ticked: each of another customer."""
	scene = bench.call("desk_scenes.make_ageing_deposit", mark=mark, amounts=amounts, deposit=deposit)
	desk.open_found(scene, mark)
	desk.tick_all()
	return scene


def left(bench: Bench, scene: dict) -> list[tuple[str, float]]:
	rows = bench.call("scenes.advances_of", bank_transaction=scene["bank_transaction"])
	return [(row["party"], row["amount"]) for row in rows]


@pytest.mark.by_version
@pytest.mark.usefixtures("few_are_many")
def test_the_rest_is_left_to_a_customer_that_is_chosen(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""Offered, chosen, said in the totals, in the question and of the run, posted and matched."""
	scene = opened(bench, desk, mark, [60.0, 40.0], 112.5)
	assert desk.page.inner_text("[data-action=leave-advance]") == "Leave 12.50 as an Advance …"
	desk.page.click("[data-action=leave-advance]")
	assert "choose a customer" in desk.page.inner_text(".bulk-note") and not desk.is_ready()
	desk.page.fill(PARTY, CUSTOMER)
	offered = desk.page.locator(".bulk-below .awesomplete [role=option][aria-selected=true]")
	offered.filter(has_text=CUSTOMER).wait_for()
	desk.page.press(PARTY, "Enter")
	desk.page.wait_for_function(
		"([selector, name]) => document.querySelector(selector).value === name", arg=[PARTY, CUSTOMER]
	)
	assert [desk.total(name) for name in ("selected", "advance", "difference")] == ["100.00", "12.50", "0.00"]
	assert desk.is_ready()
	desk.submit()
	question = desk.confirm()
	assert f"12.50 are left as an advance of {CUSTOMER}." in question
	with running_worker(bench):
		desk.wait_for_status("Completed", timeout=180)
	assert f"Advance of {CUSTOMER}: $ 12.50" in desk.page.inner_text(".bulk-progress-deductions")
	assert left(bench, scene) == [(CUSTOMER, -12.5)]
	deposit = bench.call("scenes.read_deposit", name=scene["bank_transaction"])
	assert (deposit["unallocated_amount"], len(deposit["rows"])) == (0, 3)


def test_one_customer_is_preset(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""Removed and left again with one click, posted at once."""
	scene = opened(bench, desk, mark, [100.0], 112.5)
	offer = desk.page.locator("[data-action=leave-advance]")
	assert offer.inner_text() == "Leave 12.50 as an Advance of Bulk Test Customer 0"
	offer.click()
	assert not offer.is_visible() and desk.is_ready()
	desk.page.click("[data-rows=advance] .is-remove button")
	assert desk.total("difference") == "12.50"
	offer.click()
	assert desk.total("difference") == "0.00"
	desk.submit()
	desk.page.wait_for_selector(".bulk-dialog", state="hidden")
	assert left(bench, scene) == [("Bulk Test Customer 0", -12.5)]
