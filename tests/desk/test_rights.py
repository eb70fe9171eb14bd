"""Whoever may not reconcile is not offered to, and is refused clearly."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.bench.bench import Bench
from tests.bench.desk_user import TOOL
from tests.desk.desk_page import DeskPage

pytestmark = [pytest.mark.desk, pytest.mark.timeout(300)]


def test_who_may_only_read_sees_no_button(
	bench: Bench, open_desk: Callable[..., DeskPage], mark: str
) -> None:
	"""Who may not write sees the deposits, but nothing to press; the server refuses as well."""
	scene = bench.call("desk_scenes.make_ageing_deposit", mark=mark, amounts=[10.0], deposit=10.0)
	desk = open_desk(bench.call("desk_scenes.make_reader"))
	desk.open_tool(scene)
	desk.page.locator(".dt-cell", has_text=mark).first.wait_for()
	assert desk.page.locator(".dt-cell button[data-name]").count() == 0
	assert desk.page.locator("button", has_text="Auto Reconcile").count() == 0
	desk.page.evaluate(
		"""([method, bank_transaction_name, invoices]) => {
			frappe.call({ method, args: { bank_transaction_name, invoices } });
		}""",
		[
			f"{TOOL}.create_payment_entries_bulk",
			scene["bank_transaction"],
			[{"doctype": "Sales Invoice", "name": scene["invoices"][0], "allocated_amount": 10}],
		],
	)
	refusal = desk.page.locator(".msgprint")
	refusal.wait_for()
	assert "Bank Transaction" in refusal.inner_text()


def test_who_may_not_pay_is_not_offered_invoices(
	bench: Bench, open_desk: Callable[..., DeskPage], mark: str
) -> None:
	"""A user who may change Bank Transactions but make no payments can match vouchers only."""
	scene = bench.call("desk_scenes.make_ageing_deposit", mark=mark, amounts=[10.0], deposit=10.0)
	desk = open_desk(bench.call("desk_scenes.make_matcher"))
	desk.open_tool(scene)
	desk.press_actions(scene)
	desk.page.locator(".bulk-empty").wait_for()
	assert desk.page.locator(".frappe-control[data-fieldname=payment_entry]").is_visible()
	assert desk.page.locator("[data-fieldname=unpaid_sales_invoice]").count() == 0
