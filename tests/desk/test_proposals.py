"""Proposals in Desk: an OK beside the deposit, many chosen at once, and a line in the dialog."""

from __future__ import annotations

import random
import string

import pytest

from tests.bench.bench import Bench
from tests.bench.servers import running_worker
from tests.desk.desk_page import DeskPage

pytestmark = [pytest.mark.desk, pytest.mark.timeout(600)]


def words(count: int) -> list[str]:
	"""Names that no other customer has."""
	letters = random.SystemRandom()
	return ["".join(letters.choices(string.ascii_lowercase, k=9)).capitalize() for _word in range(count)]


def unallocated(bench: Bench, deposits: list[str]) -> list[float]:
	return [bench.call("scenes.read_deposit", name=name)["unallocated_amount"] for name in deposits]


def test_from_the_table_to_the_reconciled_deposits(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""One by its OK, one as it is proposed in the dialog, two chosen together with one progress."""
	scene = bench.call("desk_scenes.make_proposed_deposits", mark=mark, words=words(4))
	first, second, *others = scene["bank_transactions"]
	desk.open_tool(scene)
	desk.page.locator(".bulk-proposals-line", has_text="4 Bank Transactions have a sure proposal").wait_for()
	button = desk.page.locator(f"[data-proposal='{first}']")
	assert (button.get_attribute("title") or "").startswith("2 invoices: The bank's text reads like")
	button.click()
	desk.page.locator(f".dt-cell button[data-name='{first}']").wait_for(state="detached")
	assert unallocated(bench, [first, second]) == [0, 151.5]
	take_in_dialog(desk, scene, second)
	assert unallocated(bench, [second]) == [0]
	desk.page.locator(".bulk-proposals-line", has_text="2 Bank Transactions").wait_for()
	desk.page.click("[data-action=choose-proposals]")
	dialog = desk.page.locator(".bulk-many-dialog")
	assert "2 deposits with 4 invoices are chosen." in dialog.inner_text()
	with running_worker(bench):
		dialog.locator(".btn-modal-primary").click()
		dialog.locator("text=2 of 2 runs are completed, 4 of 4 invoices.").wait_for(timeout=120_000)
	assert unallocated(bench, others) == [0, 0]


def take_in_dialog(desk: DeskPage, scene: dict, deposit: str) -> None:
	"""Nothing is ticked before the click."""
	desk.page.locator(f".dt-cell button[data-name='{deposit}']").click()
	desk.page.wait_for_selector(".bulk-table [data-key]")
	offer = desk.page.locator(".bulk-proposal", has_text="Proposed: 2 invoices.")
	offer.wait_for()
	assert desk.total("selected") == "0.00"
	offer.locator("button").click()
	assert [desk.total(name) for name in ("selected", "difference")] == ["151.50", "0.00"]
	desk.submit()
	desk.page.wait_for_selector(".bulk-dialog", state="hidden", timeout=120_000)
