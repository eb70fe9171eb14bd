"""Users who never leave ERPNext's Bank Reconciliation Tool find unpaid invoices there as well."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.bench.bench import Bench
from tests.bench.servers import running_worker
from tests.desk.desk_page import DeskPage
from tests.desk.test_advice_files import check_books
from tests.desk.test_dialog_advice import CHARGES, FEE
from tests.remittance.written_advices import WRITERS, rows_of

pytestmark = [pytest.mark.desk, pytest.mark.by_version, pytest.mark.timeout(600)]

COUNT = 56


def test_from_an_advice_to_the_books(bench: Bench, open_desk: Callable[..., DeskPage], mark: str) -> None:
	"""The whole way, in the background as well: found, read, ticked, posted, matched, recorded."""
	bench.call("desk_scenes.make_deduction_rules", codes=["bank charges"], account=CHARGES)
	scene = bench.call("desk_scenes.make_payout", mark=mark, count=COUNT, fee=FEE)
	manager = bench.call("scenes.make_user", name="manager", roles=["Accounts Manager", "System Manager"])
	desk = open_desk(manager)
	open_erpnexts_tool(desk, scene)
	desk.open_dialog(scene)
	assert desk.page.is_checked("[data-fieldname=unpaid_sales_invoice] input")
	desk.drop_file("payout.csv", WRITERS["decimal_comma.csv"](rows_of(scene["report"])))
	desk.wait_for_notice(f"{COUNT + 2} of {COUNT + 4} lines matched, 2 to look at.")
	assert desk.total("difference") == "0.00" and desk.is_ready()
	with running_worker(bench):
		desk.submit()
		desk.confirm()
		desk.wait_for_status("Completed", timeout=240)
	assert desk.errors == []
	check_books(bench, scene)


def open_erpnexts_tool(desk: DeskPage, scene: dict) -> None:
	"""Open ERPNext's form for the bank account of a scene, and wait for its table."""
	desk.open("bank-reconciliation-tool")
	desk.page.wait_for_function("window.cur_frm?.doctype === 'Bank Reconciliation Tool'")
	# ERPNext's form stumbles over a bank account that is chosen before its classes are there.
	desk.page.wait_for_function("!!window.erpnext?.accounts?.bank_reconciliation?.NumberCardManager")
	desk.errors.clear()
	desk.page.evaluate(
		"""async ({ company, bank_account }) => {
			await cur_frm.set_value("company", company);
			await cur_frm.set_value("bank_account", bank_account);
			cur_frm.trigger("make_reconciliation_tool");
		}""",
		scene,
	)
	desk.page.wait_for_selector(".dt-cell [data-name]")
