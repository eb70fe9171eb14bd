"""Deductions in the dialog: rows under the table, one click for a small difference, and what is booked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.bench.bench import Bench
from tests.bench.judge import read_books
from tests.bench.servers import running_worker
from tests.desk.desk_page import DeskPage

pytestmark = [pytest.mark.desk, pytest.mark.timeout(600)]

COMPANY = "Bulk Test Company"
FEES, COMMISSION = "Marketing Expenses - BTC", "Commission on Sales - BTC"
FIELDS = "[data-rows=deductions]"


@pytest.fixture
def tolerant(bench: Bench) -> Iterator[None]:
	"""Differences of up to 5.00 are booked to the fees with one click, and two invoices are many."""
	defaults = [{"company": COMPANY, "account": FEES, "tolerance": 5}]
	bench.call("scenes.set_limits", deduction_defaults=defaults, background_threshold=2)
	yield
	bench.call("scenes.set_limits", deduction_defaults=[], background_threshold=50)


def opened(bench: Bench, desk: DeskPage, mark: str, amounts: list[float], deposit: float) -> dict:
	"""The dialog of a deposit, with all of its invoices ticked."""
	scene = bench.call("desk_scenes.make_ageing_deposit", mark=mark, amounts=amounts, deposit=deposit)
	desk.open_found(scene, mark)
	desk.tick_all()
	return scene


def note(desk: DeskPage) -> str:
	return desk.page.inner_text(".bulk-note")


def field(desk: DeskPage, name: str, row: int = 0) -> Any:
	return desk.page.locator(f"{FIELDS} .bulk-typed-row:not(.bulk-typed-head) .is-{name} input").nth(row)


def choose(desk: DeskPage, name: str, document: str) -> None:
	"""Type a document into a link field, take what is offered, and wait until it stands there."""
	field(desk, name).fill(document.split(" - ")[0])
	offered = desk.page.locator(".bulk-below .awesomplete [role=option][aria-selected=true]")
	offered.filter(has_text=document).wait_for()
	field(desk, name).press("Enter")
	desk.page.wait_for_function(
		"([selector, name]) => document.querySelector(selector).value === name",
		arg=[f"{FIELDS} .is-{name} input", document],
	)


def unallocated(bench: Bench, scene: dict) -> float:
	return bench.call("scenes.read_deposit", name=scene["bank_transaction"])["unallocated_amount"]


def booked(bench: Bench, scene: dict, account: str) -> float:
	return bench.call("scenes.booked", bank_transaction=scene["bank_transaction"], account=account)


@pytest.mark.by_version
@pytest.mark.usefixtures("tolerant")
def test_a_small_difference_is_booked_with_one_click(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""The fee is said in words, booked, asked about, and posted; every invoice is paid in full."""
	scene = opened(bench, desk, mark, [60.0, 40.0], 97.5)
	assert not desk.is_ready()
	assert "2.50 more than what is unallocated" in note(desk)
	desk.page.click("[data-action=book-difference]")
	assert [desk.total(name) for name in ("selected", "deductions", "net")] == ["100.00", "-2.50", "97.50"]
	assert (desk.total("difference"), desk.is_ready(), note(desk)) == ("0.00", True, "")
	desk.submit()
	question = desk.confirm()
	assert f"2.50 are deducted and booked to {FEES}." in question and "97.50" in question
	with running_worker(bench):
		desk.wait_for_status("Completed", timeout=180)
	assert f"Deducted: $ 2.50 to {FEES}" in desk.page.inner_text(".bulk-progress-deductions")
	books = read_books(bench, {**scene, "invoices": [{"name": name} for name in scene["invoices"]]})
	assert set(books["outstanding"].values()) == {0}
	assert books["transaction"]["unallocated_amount"] == 0
	assert booked(bench, scene, FEES) == 2.5


@pytest.mark.usefixtures("tolerant")
def test_what_was_deducted_is_chosen_again(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""A difference beyond the tolerance is said and not offered; the former rows are there afterwards, and
	cannot be submitted with an amount that could be meant otherwise.
	"""
	scene = opened(bench, desk, mark, [60.0, 40.0, 20.0], 107.5)
	assert "12.50 more" in note(desk) and "more than what one click may book" in note(desk)
	assert not desk.page.is_visible("[data-action=book-difference]")
	desk.page.click("[data-action=add-deduction]")
	field(desk, "amount").fill("12.5")
	field(desk, "description").fill("card fees")
	assert desk.is_ready()
	desk.submit()
	assert "12.50 are deducted" in desk.confirm()
	desk.shown_run()
	bench.call("scenes.cancel_invoice", name=scene["invoices"][2])
	with running_worker(bench):
		desk.wait_for_status("Rolled Back", timeout=180)
	desk.press("Choose Again")
	desk.page.wait_for_selector(".bulk-dialog.show .bulk-totals:has-text('2 selected')")
	values = [field(desk, name).input_value() for name in ("account", "amount", "description")]
	assert values == [FEES, "12.50", "card fees"]
	assert [desk.total(name) for name in ("selected", "net")] == ["100.00", "87.50"]
	field(desk, "amount").fill("1.875,00")
	desk.page.keyboard.press("Control+Enter")
	desk.page.locator(".modal.show .msgprint", has_text="Deduction 1: that is no amount.").wait_for()


def test_rows_by_keyboard_alone(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""What could be meant otherwise is not booked but said; rows come and go without a mouse."""
	scene = opened(bench, desk, mark, [100.0], 100.02)
	assert note(desk).endswith("0.02 of the Bank Transaction stay unallocated.")
	add = desk.page.locator("[data-action=add-deduction]")
	add.press("Enter")
	choose(desk, "account", COMMISSION)
	for typed, said in (("", "type its amount"), ("0", "type its amount"), ("1.875,00", "that is no amount")):
		field(desk, "amount").fill(typed)
		field(desk, "amount").press("Tab")
		assert f"Deduction 1: {said}" in note(desk) and not desk.is_ready(), typed
	field(desk, "amount").fill("-0.02")
	assert (desk.total("difference"), desk.is_ready()) == ("0.00", True)
	add.press("Enter")
	assert not desk.is_ready()
	remove = desk.page.locator(f"{FIELDS} .is-remove button").last
	remove.press("Enter")
	assert desk.page.evaluate("document.activeElement.value") == "-0.02"
	desk.page.keyboard.press("Control+Enter")
	desk.page.wait_for_selector(".bulk-dialog", state="hidden")
	assert (unallocated(bench, scene), booked(bench, scene, COMMISSION)) == (0, -0.02)


def test_the_servers_refusal_is_shown_in_full(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""Nothing is written, and the selection stays for another try."""
	scene = opened(bench, desk, mark, [100.0], 97.5)
	refused = (("Exchange Gain/Loss - BTC", "2"), ("Debtors - BTC", "0.5"))
	for row, (account, amount) in enumerate(refused):
		desk.page.click("[data-action=add-deduction]")
		field(desk, "account", row).fill(account)
		field(desk, "amount", row).fill(amount)
	desk.page.wait_for_function("document.querySelector('[data-total=difference]').dataset.tone === 'even'")
	desk.submit()
	refusal = desk.page.locator(".modal.show .msgprint", has_text="is for parties.")
	refusal.wait_for()
	assert "Exchange Gain/Loss - BTC takes the differences of exchange." in refusal.inner_text()
	assert unallocated(bench, scene) == 97.5
	assert desk.total("net") == "97.50"
	desk.errors.clear()
