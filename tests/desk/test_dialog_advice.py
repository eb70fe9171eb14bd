"""What a remittance advice asks in the dialog, and how it goes along with runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from tests.bench.bench import Bench
from tests.bench.servers import running_worker
from tests.desk.desk_page import DeskPage
from tests.remittance.written_advices import WRITERS, rows_of

pytestmark = [pytest.mark.desk, pytest.mark.timeout(600)]

CHARGES = "Marketing Expenses - BTC"
FEE = 0.35
COUNT = 56


def opened(
	bench: Bench, desk: DeskPage, mark: str, deposit: float, amounts: Sequence[float] = (100.0, 50.0)
) -> dict:
	scene = bench.call("desk_scenes.make_ageing_deposit", mark=mark, amounts=[*amounts], deposit=deposit)
	desk.open_tool(scene)
	desk.open_dialog(scene)
	return scene


def attached_payout(bench: Bench, desk: DeskPage, mark: str) -> dict:
	"""A deposit in whose dialog the file that says what it pays was read."""
	bench.call("desk_scenes.make_deduction_rules", codes=["bank charges"], account=CHARGES)
	scene = bench.call("desk_scenes.make_payout", mark=mark, count=COUNT, fee=FEE)
	desk.open_tool(scene)
	desk.open_dialog(scene)
	content = WRITERS["decimal_comma.csv"](rows_of(scene["report"]))
	choose(desk, content)
	desk.wait_for_notice(f"{COUNT + 2} of {COUNT + 4} lines matched, 2 to look at.")
	return scene


def go_on(desk: DeskPage) -> None:
	desk.press("Go On with the Other 57")
	desk.confirm()


def choose_again(desk: DeskPage) -> None:
	desk.press("Choose Again")
	desk.page.wait_for_selector(".bulk-dialog .bulk-table [data-key]")
	desk.submit()
	desk.confirm()


@pytest.mark.parametrize("way", [go_on, choose_again])
def test_who_starts_again_without_what_was_in_the_way_takes_the_advice_along(
	bench: Bench, desk: DeskPage, mark: str, way: Callable[[DeskPage], None]
) -> None:
	"""An invoice is cancelled meanwhile: the run of the others has its fees and says what it leaves out."""
	scene = attached_payout(bench, desk, mark)
	victim = scene["invoices"][7]["name"]
	desk.submit()
	desk.confirm()
	desk.page.wait_for_selector(".bulk-progress-dialog .bulk-progress-head")
	bench.call("scenes.cancel_invoice", name=victim)
	with running_worker(bench):
		desk.wait_for_status("Rolled Back", timeout=240)
		way(desk)
		desk.wait_for_status("Completed", timeout=240)
	check_advice_along(bench, scene, victim, COUNT * FEE)


def check_advice_along(bench: Bench, scene: dict, victim: str, fees: float) -> None:
	"""The completed run has the record of all lines; the one of the victim is left out."""
	transaction = scene["bank_transaction"]
	runs = bench.call("scenes.runs_of", bank_transaction=transaction)
	assert [state for _run, state in runs] == ["Rolled Back", "Completed"]
	lines = bench.call("scenes.advice_of_run", run=runs[-1][0])
	assert [name for state, name in lines if state == "Left Out"] == [victim]
	assert len(lines) == len(scene["report"])
	booked = bench.call("scenes.booked", bank_transaction=transaction, account=CHARGES)
	assert booked == pytest.approx(fees, abs=0.001)


def test_a_question_is_answered_by_a_click_and_what_is_attached_is_offered(
	bench: Bench, desk: DeskPage, mark: str
) -> None:
	"""A name in place of a number: what is chosen for it is ticked. The file need not be chosen again."""
	scene = opened(bench, desk, mark, 161.27, [100.0, 61.27])
	(first, second), name = scene["invoices"], f"STORE {mark.split('-')[1]}"
	content = f"Invoice,Amount\n{first},100.00\n{name},61.27\n"
	file = {"name": f"{mark}.csv", "mimeType": "text/csv", "buffer": content.encode()}
	desk.page.set_input_files(".bulk-advice input[type=file]", files=[file])
	desk.wait_for_notice("1 of 2 lines matched, 1 to look at.")
	desk.page.click(".bulk-dialog .btn-modal-close")
	desk.page.wait_for_selector(".bulk-dialog", state="hidden")
	desk.open_dialog(scene)
	desk.page.locator("[data-action=read-attached]", has_text=f"{mark}.csv").click()
	desk.wait_for_notice("1 of 2 lines matched, 1 to look at.")
	desk.page.locator("[data-action=choose-document]", has_text=second).click()
	desk.wait_for_notice("All 2 lines matched.")
	desk.submit()
	desk.page.wait_for_selector(".bulk-dialog", state="hidden", timeout=120_000)
	read = bench.call("scenes.recorded_advice", bank_transaction=scene["bank_transaction"])
	assert read == [["Matched", first, ""], ["Chosen", second, name.lower().replace(" ", "")]]


def choose(desk: DeskPage, content: bytes) -> None:
	"""Give the dialog a file of this content."""
	file = {"name": "advice.csv", "mimeType": "text/csv", "buffer": content}
	desk.page.set_input_files(".bulk-advice input[type=file]", files=[file])


def answer(desk: DeskPage, **values: str) -> str:
	"""Say how the advice is meant, and have it remembered; returns the question."""
	field = f"select[data-fieldname={next(iter(values))}]"
	dialog = desk.page.locator(".bulk-advice-question.show", has=desk.page.locator(field))
	dialog.locator(field).wait_for()
	question = dialog.locator("p").first.inner_text()
	for fieldname, value in values.items():
		dialog.locator(f"select[data-fieldname={fieldname}]").select_option(value)
	assert dialog.locator("input[data-fieldname=remembers]").is_checked()
	dialog.locator(".btn-modal-primary").click()
	dialog.wait_for(state="hidden")
	return question


def test_columns_and_decimals_are_asked_for_once(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""Nothing tells what the titles mean, or what 1,250 is; the next file is read as was said."""
	scene = opened(bench, desk, mark, 1350.0, [1250.0, 100.0])
	# A row with digits in it would be taken for one of a list without titles.
	word = mark.translate(str.maketrans("0123456789", "abcdefghij")).replace("-", "")
	titles = f"Whose {word};Sum {word}"
	first, second = (
		f"{titles}\n{name};{amount}\n"
		for name, amount in zip(scene["invoices"], ("1,250", "100"), strict=True)
	)
	choose(desk, first.encode())
	question = answer(desk, reference=titles.split(";")[0], gross=titles.split(";")[1])
	assert "column" in question
	question = answer(desk, decimal=".")
	assert "1,250" in question
	desk.wait_for_notice("All 1 lines matched.")
	assert desk.total("selected") == "1,250.00"
	desk.open_tool(scene)
	desk.open_dialog(scene)
	choose(desk, f"{first}{second.splitlines()[1]}\n".encode())
	desk.wait_for_notice("All 2 lines matched.")
	assert [desk.total(name) for name in ("selected", "difference")] == ["1,350.00", "0.00"]
	assert desk.page.locator(".bulk-advice-question").count() == 0


def test_a_pasted_list_with_amounts_is_matched_as_an_advice(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""Beside their numbers the filter finds nothing but amounts; an advice is read line by line."""
	scene = opened(bench, desk, mark, 150.0)
	lines = [f"{scene['invoices'][0]}\t100.00", f"{scene['invoices'][1]}\t50.00"]
	desk.page.fill("[data-filter=text]", "\n".join(lines))
	desk.page.click("[data-action=match-pasted]")
	desk.wait_for_notice("All 2 lines matched.")
	assert desk.page.input_value("[data-filter=text]") == ""
	assert [desk.total(name) for name in ("selected", "difference")] == ["150.00", "0.00"]


def test_the_list_of_formats_says_which_services_need_none(desk: DeskPage) -> None:
	desk.open("remittance-format")
	known = desk.page.locator(".inner-page-message", has_text="Read without an entry here")
	known.wait_for()
	assert "Stripe balance history" in known.inner_text() and "Amazon settlement" in known.inner_text()
