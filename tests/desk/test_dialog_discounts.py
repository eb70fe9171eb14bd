"""Early payment discounts in the dialog: taken and given back at the row, kept over a refusal, and booked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bench.bench import Bench
from tests.bench.judge import read_books
from tests.bench.servers import running_worker
from tests.desk.desk_page import DeskPage, origin

pytestmark = [pytest.mark.desk, pytest.mark.timeout(600)]

BADGE = ".bulk-discount"


@pytest.fixture
def in_background(bench: Bench) -> Iterator[None]:
	"""Two invoices are many."""
	bench.call("scenes.set_limits", background_threshold=2)
	yield
	bench.call("scenes.set_limits", background_threshold=50)


def figures(desk: DeskPage) -> list[str]:
	return [desk.total(name) for name in ("selected", "discounts", "net", "difference")]


def is_taken(desk: DeskPage) -> bool:
	return desk.page.get_attribute(BADGE, "aria-pressed") == "true"


@pytest.mark.by_version
@pytest.mark.usefixtures("in_background")
def test_from_the_badge_to_the_statement(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""By mouse and by keyboard; one of the invoices is cancelled meanwhile, the discount is chosen again."""
	scene = bench.call(
		"desk_scenes.make_discounted_deposit", mark=mark, amounts=[100.0, 50.0, 20.0], deposit=168.0
	)
	desk.open_tool(scene)
	desk.open_dialog(scene)
	desk.find(mark)
	desk.page.click(BADGE)
	assert is_taken(desk)
	desk.tick_all()
	assert figures(desk) == ["170.00", "-2.00", "168.00", "0.00"]
	desk.page.locator(".bulk-table").focus()
	for key, expected in (("d", False), ("d", True)):
		desk.page.keyboard.press("End")
		desk.page.keyboard.press(key)
		assert (is_taken(desk), desk.is_ready()) == (expected, expected)
	desk.submit()
	assert "2.00 of early payment discounts are taken." in desk.confirm()
	desk.shown_run()
	bench.call("scenes.cancel_invoice", name=scene["invoices"][2])
	with running_worker(bench):
		desk.wait_for_status("Rolled Back", timeout=180)
		desk.press("Choose Again")
		desk.page.wait_for_selector(".bulk-dialog.show .bulk-totals:has-text('2 selected')")
		assert figures(desk) == ["150.00", "-2.00", "148.00", "20.00"]
		desk.submit()
		desk.confirm()
		desk.wait_for_status("Completed", timeout=180)
	assert "Early payment discounts: $ 2.00" in desk.page.inner_text(".bulk-progress-deductions")
	books = read_books(bench, {**scene, "invoices": [{"name": name} for name in scene["invoices"][:2]]})
	assert set(books["outstanding"].values()) == {0}
	assert books["transaction"]["unallocated_amount"] == 20
	transaction, account = scene["bank_transaction"], scene["discount_account"]
	assert bench.call("scenes.booked", bank_transaction=transaction, account=account) == 2
	query = f"doctype=Bulk Reconciliation Run&name={desk.shown_run()}&format=Bulk Reconciliation Statement"
	desk.page.goto(f"{origin(bench)}/printview?{query}")
	assert "Early Payment Discount" in desk.page.inner_text(".reconciliation-statement")
