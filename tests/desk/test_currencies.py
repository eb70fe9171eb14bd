"""Invoices in another currency than the bank account's, by the rates below the table."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

import pytest

from tests.bench.bench import Bench
from tests.bench.judge import read_books
from tests.desk.desk_page import DeskPage

pytestmark = [pytest.mark.desk, pytest.mark.timeout(600)]


def test_euros_are_paid_by_the_rate_below_the_table(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""Three times 11.11 euros are 36.00 dollars at 1.0801: what is shown is what is sent and paid."""
	scene = bench.call(
		"desk_scenes.make_foreign_deposit", mark=mark, euros=[11.11] * 3, dollars=50.0, deposit=86.0
	)
	desk.open_found(scene, mark)
	assert desk.shown_count() == 1
	desk.page.check("[data-action=every-currency]")
	desk.page.locator(".bulk-table .bulk-table-worth", has_text="12.22").nth(2).wait_for()
	assert desk.shown_count() == 4
	desk.tick_all()
	rate = desk.page.locator("[data-rate=EUR]")
	assert (rate.input_value(), desk.total("difference"), desk.is_ready()) == ("1.1", "-0.66", False)
	rate.fill("1,0801")
	rate.press("Enter")
	assert (rate.input_value(), desk.total("difference")) == ("1.1", "-0.66")
	rate.fill("1.0801")
	rate.press("Enter")
	assert (desk.total("selected"), desk.total("difference"), desk.is_ready()) == ("86.00", "0.00", True)
	with desk.page.expect_request("**/*create_payment_entries_for_invoices") as request:
		desk.submit()
	assert json.loads(parse_qs(request.value.post_data)["exchange_rates"][0]) == {"EUR": "1.0801"}
	desk.page.wait_for_selector(".bulk-dialog", state="hidden")
	books = read_books(bench, {**scene, "invoices": [{"name": name} for name in scene["invoices"]]})
	assert set(books["outstanding"].values()) == {0}
	assert books["transaction"]["unallocated_amount"] == 0
