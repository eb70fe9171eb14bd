"""Both forms load with a cold cache, whatever order their scripts arrive in.

By hand with `$ABR_LOADS` as the number of loads of each form.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.bench.bench import Bench
from tests.desk.desk_page import DeskPage

pytestmark = [pytest.mark.desk, pytest.mark.by_version, pytest.mark.timeout(1800)]

LOADS = int(os.environ.get("ABR_LOADS", 3))
# ERPNext 15's own form draws its cards before its classes are there, if the server is slow to send them.
STUMBLES_OVER_ITSELF = "NumberCardManager"


@pytest.fixture
def manager(bench: Bench) -> dict:
	"""Who may open both."""
	return bench.call("scenes.make_user", name="manager", roles=["Accounts Manager", "System Manager"])


def test_our_form(bench: Bench, browser: object, manager: dict, mark: str) -> None:
	scene = bench.call("desk_scenes.make_ageing_deposit", mark=mark, amounts=[10.0], deposit=10.0)
	for desk in cold(bench, browser, manager):
		desk.open_tool(scene)


def test_erpnexts_form(bench: Bench, browser: object, manager: dict) -> None:
	for desk in cold(bench, browser, manager):
		desk.open("bank-reconciliation-tool")
		desk.page.wait_for_function("window.cur_frm?.doctype === 'Bank Reconciliation Tool'")
		desk.page.wait_for_function("!!window.erpnext?.accounts?.bank_reconciliation?.DialogManager")


def cold(bench: Bench, browser: object, user: dict) -> Iterator[DeskPage]:
	"""Tabs whose browser has loaded nothing before. An error in the console of one fails the test."""
	for _ in range(LOADS):
		context = DeskPage.log_in(bench, browser, user)
		desk = DeskPage(bench, context.new_page())
		desk.note_console()
		yield desk
		assert [error for error in desk.errors if STUMBLES_OVER_ITSELF not in error] == []
		context.close()
