"""What ERPNext's own dialog can do is still there: matching, creating and updating, and taking it back."""

from __future__ import annotations

import pytest

from tests.bench.bench import Bench
from tests.desk.desk_page import DeskPage

pytestmark = [pytest.mark.desk, pytest.mark.timeout(300)]


def read_deposit(bench: Bench, scene: dict) -> dict:
	return bench.call("scenes.read_deposit", name=scene["bank_transaction"])


def test_match_vouchers_and_unmatch_them(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""Two payments that were there before are matched, then taken off; they stay what they were."""
	scene = bench.call("desk_scenes.make_deposit_of_vouchers", mark=mark, amounts=[60.5, 39.5])
	before = read_deposit(bench, scene)
	desk.open_tool(scene)
	desk.open_dialog(scene)
	desk.tick_types("payment_entry")
	desk.tick_all()
	assert desk.total("difference") == "0.00"
	desk.submit()
	desk.page.wait_for_selector(".bulk-dialog", state="hidden")
	matched = read_deposit(bench, scene)
	assert {row["payment_entry"]: row["allocated_amount"] for row in matched["rows"]} == dict(
		zip(scene["vouchers"], [60.5, 39.5], strict=True)
	)
	assert matched["status"] == "Reconciled"
	unmatch = desk.page.locator(f".bulk-reconciled [data-undo='{scene['bank_transaction']}']")
	assert unmatch.inner_text() == "Unmatch"
	unmatch.click()
	assert scene["bank_transaction"] in desk.confirm()
	desk.page.locator(f".dt-cell button[data-name='{scene['bank_transaction']}']").wait_for()
	unmatch.wait_for(state="detached")
	assert read_deposit(bench, scene) == before
	for voucher in scene["vouchers"]:
		state = bench.call("scenes.payment_state", name=voucher)
		assert state == {"docstatus": 1, "clearance_date": None}


def test_create_a_payment(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""An advance of a customer becomes a Payment Entry that is matched at once."""
	scene = bench.call("desk_scenes.make_ageing_deposit", mark=mark, amounts=[10.0], deposit=45.0)
	desk.open_tool(scene)
	desk.open_dialog(scene)
	desk.fill_dialog(
		action="Create Voucher",
		document_type="Payment Entry",
		reference_number=mark,
		party_type="Customer",
		party="Bulk Test Customer 0",
	)
	desk.submit()
	desk.page.wait_for_selector(".bulk-dialog", state="hidden")
	deposit = read_deposit(bench, scene)
	assert (deposit["status"], deposit["unallocated_amount"]) == ("Reconciled", 0)
	assert [row["payment_document"] for row in deposit["rows"]] == ["Payment Entry"]
	desk.page.locator(f".bulk-reconciled [data-undo='{scene['bank_transaction']}']").wait_for(
		state="attached"
	)


def test_update_the_bank_transaction(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""Party and reference are written to the Bank Transaction, and the table shows them."""
	scene = bench.call("desk_scenes.make_ageing_deposit", mark=mark, amounts=[10.0], deposit=10.0)
	desk.open_tool(scene)
	desk.open_dialog(scene)
	desk.fill_dialog(
		action="Update Bank Transaction",
		reference_number=f"{mark}-NEW",
		party_type="Customer",
		party="Bulk Test Customer 1",
	)
	desk.submit()
	desk.page.wait_for_selector(".bulk-dialog", state="hidden")
	deposit = read_deposit(bench, scene)
	assert deposit["reference_number"] == f"{mark}-NEW"
	assert (deposit["party_type"], deposit["party"]) == ("Customer", "Bulk Test Customer 1")
	desk.page.locator(".dt-cell", has_text=f"{mark}-NEW").first.wait_for()
