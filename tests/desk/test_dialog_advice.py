"""A remittance advice in the dialog: its lines are ticked, its fees deducted, and it is booked."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.bench.bench import Bench
from tests.bench.judge import read_books
from tests.bench.servers import running_worker
from tests.desk.desk_page import DeskPage

pytestmark = [pytest.mark.desk, pytest.mark.timeout(600)]

CHARGES = "Marketing Expenses - BTC"


def wait_for_notice(desk: DeskPage, text: str) -> None:
	desk.page.locator(".bulk-notice", has_text=text).wait_for()


def opened(
	bench: Bench, desk: DeskPage, mark: str, deposit: float, amounts: Sequence[float] = (100.0, 50.0)
) -> dict:
	scene = bench.call("desk_scenes.make_ageing_deposit", mark=mark, amounts=[*amounts], deposit=deposit)
	desk.open_tool(scene)
	desk.open_dialog(scene, mark)
	return scene


def test_from_a_payout_report_of_150_lines_to_the_reconciled_deposit(
	bench: Bench, desk: DeskPage, mark: str
) -> None:
	"""Fees, two refunds, an unknown number and one that comes twice: three clicks, judged from the tables."""
	bench.call("desk_scenes.make_deduction_rule", code="bank charges", account=CHARGES)
	scene = bench.call("desk_scenes.make_payout", mark=mark, count=146, fee=0.35)
	desk.open_tool(scene)
	desk.open_dialog(scene, mark)
	lines = [";".join(map(str, line)).replace(".", ",") for line in scene["report"]]
	content = "\n".join(["Invoice no;Gross;Bank charges;Net", *lines])
	file = {"name": "payout.csv", "mimeType": "text/csv", "buffer": content.encode()}
	desk.page.set_input_files(".bulk-advice input[type=file]", files=[file])
	wait_for_notice(desk, "148 of 150 lines matched, 2 to look at.")
	notice = desk.page.inner_text(".bulk-notice")
	assert "(NOBODY-77777 12.34): No open item has this number." in notice
	assert f"{scene['report'][0][0]} is settled by line" in notice
	assert desk.total("difference") == "0.00" and desk.is_ready()
	desk.submit()
	desk.confirm()
	with running_worker(bench):
		desk.wait_for_status("Completed", timeout=300)
	books = read_books(bench, scene)
	assert (books["transaction"]["unallocated_amount"], books["unbalanced"], books["orphans"]) == (0, [], [])
	assert {*books["outstanding"].values(), *books["ledger_outstanding"].values()} == {0}
	booked = bench.call("scenes.booked", bank_transaction=scene["bank_transaction"], account=CHARGES)
	assert booked == 51.1


def test_a_question_is_answered_by_a_click_and_what_is_attached_is_offered(
	bench: Bench, desk: DeskPage, mark: str
) -> None:
	"""A name in place of a number: what is chosen for it is ticked. The file need not be chosen again."""
	scene = opened(bench, desk, mark, 161.27, [100.0, 61.27])
	(first, second), name = scene["invoices"], f"STORE {mark.split('-')[1]}"
	content = f"Invoice,Amount\n{first},100.00\n{name},61.27\n"
	file = {"name": f"{mark}.csv", "mimeType": "text/csv", "buffer": content.encode()}
	desk.page.set_input_files(".bulk-advice input[type=file]", files=[file])
	wait_for_notice(desk, "1 of 2 lines matched, 1 to look at.")
	desk.page.click(".bulk-dialog .btn-modal-close")
	desk.page.wait_for_selector(".bulk-dialog", state="hidden")
	desk.open_dialog(scene, mark)
	desk.page.locator("[data-action=read-attached]", has_text=f"{mark}.csv").click()
	wait_for_notice(desk, "1 of 2 lines matched, 1 to look at.")
	desk.page.locator("[data-action=choose-document]", has_text=second).click()
	wait_for_notice(desk, "All 2 lines matched.")
	desk.submit()
	desk.page.wait_for_selector(".bulk-dialog", state="hidden", timeout=120_000)
	read = bench.call("scenes.recorded_advice", bank_transaction=scene["bank_transaction"])
	assert read == [["Matched", first, ""], ["Chosen", second, name.lower().replace(" ", "")]]


def test_a_pasted_list_with_amounts_is_matched_as_an_advice(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""Beside their numbers the filter finds nothing but amounts; an advice is read line by line."""
	scene = opened(bench, desk, mark, 150.0)
	lines = [f"{scene['invoices'][0]}\t100.00", f"{scene['invoices'][1]}\t50.00"]
	desk.page.fill("[data-filter=text]", "\n".join(lines))
	desk.page.click("[data-action=match-pasted]")
	wait_for_notice(desk, "All 2 lines matched.")
	assert desk.page.input_value("[data-filter=text]") == ""
	assert [desk.total(name) for name in ("selected", "difference")] == ["150.00", "0.00"]
