"""What an accountant finds and ticks in the dialog, and what is paid in the end."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

import pytest

from tests.bench.bench import Bench
from tests.bench.judge import read_books
from tests.bench.servers import running_worker
from tests.desk.desk_page import DeskPage, amount

pytestmark = [pytest.mark.desk, pytest.mark.timeout(600)]

MARKUP = '<img src=x onerror="window.hacked = 1">'


def test_sixty_of_two_hundred_through_a_filter(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""Rows ticked through a filter are the ones that are paid, and no others."""
	scene = bench.call("desk_scenes.make_marked_deposit", count=200, mark=mark, chosen=60)
	desk.open_tool(scene)
	desk.open_dialog(scene)
	desk.find(f"{mark} chosen")
	assert desk.shown_count() == 60
	desk.tick_all()
	desk.find(f"{mark} other")
	assert desk.shown_count() == 140
	assert "60 selected" in desk.page.inner_text(".bulk-totals")
	chosen = sum(invoice["allocated_amount"] for invoice in scene["invoices"][:60])
	assert amount(desk.total("selected")) == pytest.approx(chosen, abs=0.001)
	desk.submit()
	question = desk.confirm()
	assert "60 invoices" in question and "10 parties" in question and desk_format(chosen) in question
	with running_worker(bench):
		desk.wait_for_status("Completed", timeout=180)
	assert desk.percentage() == 100
	outstanding = read_books(bench, scene)["outstanding"]
	paid = {name for name, left in outstanding.items() if left == 0}
	assert paid == {invoice["name"] for invoice in scene["invoices"][:60]}


def test_fill_oldest_first_runs_at_once(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""The oldest debts are paid first, to the cent, and what is shown is what is sent."""
	amounts = [80.10, 60.20, 40.30, 20.40]
	scene = bench.call("desk_scenes.make_ageing_deposit", mark=mark, amounts=amounts, deposit=110.05)
	desk.open_found(scene, mark)
	desk.page.click("[data-action=fill]")
	assert desk.total("difference") == "0.00"
	assert desk.page.get_attribute("[data-total=difference]", "data-tone") == "even"
	shown = {
		row.get_attribute("data-key").split("/")[1]: row.locator(".bulk-table-allocation").input_value()
		for row in desk.page.locator(".bulk-table [data-key].is-checked").all()
	}
	with desk.page.expect_request("**/*create_payment_entries_for_invoices") as request:
		desk.submit()
	sent = json.loads(parse_qs(request.value.post_data)["invoices"][0])
	assert {row["name"]: row["allocated_amount"] for row in sent} == shown
	oldest = dict(zip(reversed(scene["invoices"]), ["20.40", "40.30", "49.35"], strict=False))
	assert shown == oldest
	desk.page.wait_for_selector(".bulk-dialog", state="hidden")
	books = read_books(bench, {**scene, "invoices": [{"name": name} for name in scene["invoices"]]})
	assert [books["outstanding"][name] for name in scene["invoices"]] == [80.1, 10.85, 0, 0]
	assert books["transaction"]["unallocated_amount"] == 0
	desk.page.locator(f".bulk-reconciled [data-undo='{scene['bank_transaction']}']").wait_for(
		state="attached"
	)


def test_pasted_remittance_advice(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""Numbers in any form are ticked at once, and those that are not found are named."""
	scene = bench.call("desk_scenes.make_ageing_deposit", mark=mark, amounts=[10.0] * 6, deposit=60.0)
	names = scene["invoices"]
	desk.open_tool(scene)
	desk.open_dialog(scene)
	desk.find(f"{names[0]}\n{names[1]}, {names[2].lower()} | NO-SUCH-1\nNO-SUCH-2")
	assert desk.total("selected") == "30.00"
	assert desk.shown_count() == 3
	notice = desk.page.inner_text(".bulk-notice")
	assert "3 of 5 numbers found" in notice
	assert "Not found: NO-SUCH-1, NO-SUCH-2" in notice
	desk.find("")
	assert desk.total("selected") == "30.00"


def test_a_second_list_after_the_selection_was_cleared(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""What the second list names is ticked, also what the first one had named."""
	scene = bench.call("desk_scenes.make_ageing_deposit", mark=mark, amounts=[10.0] * 6, deposit=60.0)
	names = scene["invoices"]
	desk.open_tool(scene)
	desk.open_dialog(scene)
	desk.find("\n".join(names))
	assert desk.total("selected") == "60.00"
	desk.page.click("[data-action=clear]")
	assert desk.total("selected") == "0.00"
	desk.find("\n".join(names[:4]))
	assert desk.total("selected") == "40.00"


def test_due_dates_are_typed_as_the_user_has_them(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""The filters of due dates speak the site's format, and are taken back by emptying them."""
	scene = bench.call("desk_scenes.make_ageing_deposit", mark=mark, amounts=[10.0] * 4, deposit=40.0)
	desk.open_found(scene, mark)
	second = desk.page.evaluate(
		"frappe.datetime.str_to_user(frappe.datetime.add_days(frappe.datetime.nowdate(), 2))"
	)
	desk.type_filter("from", second)
	assert desk.shown_count() == 3
	desk.type_filter("to", second)
	assert desk.shown_count() == 1
	desk.type_filter("from", "")
	assert desk.shown_count() == 2


def test_texts_are_never_markup(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""What a bank or a customer writes is shown as text: in the table, in the dialog, in the progress."""
	scene = bench.call("desk_scenes.make_hostile", mark=mark, markup=MARKUP)
	desk.open_found(scene, mark)
	assert MARKUP in desk.page.inner_text(".bulk-facts")
	assert MARKUP in desk.page.inner_text(".bulk-table [data-key]")
	failure = {"doctype": "Sales Invoice", "name": MARKUP, "reason": MARKUP}
	state = {"run": "BRR-0", "status": "Rolled Back", "total": 1, "current": 0, "message": MARKUP}
	show = "state => cur_frm.bank_reconciliation_data_table_manager.dialog_manager.showBulkProgressDialog("
	show += "{run: state.run, state, onChange(handler) { handler(state); return () => {}; }})"
	desk.page.evaluate(show, {**state, "failures": [failure]})
	desk.page.locator(".bulk-progress-failure").wait_for()
	assert MARKUP in desk.page.inner_text(".bulk-progress-failure-reason")
	assert desk.page.evaluate("window.hacked") is None


def desk_format(value: float) -> str:
	return f"{value:,.2f}"
