"""Words that are stored in English, or are ERPNext's, in the language of who reads them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.bench.bench import Bench
from tests.desk.desk_page import DeskPage

pytestmark = [pytest.mark.desk, pytest.mark.timeout(600)]


@pytest.fixture
def german_desk(bench: Bench, open_desk: Callable[..., DeskPage]) -> DeskPage:
	return open_desk(bench.call("scenes.make_user", name="wide-de", roles=["Accounts User"], language="de"))


def test_the_record_of_an_advice_and_the_report_of_items(
	bench: Bench, german_desk: DeskPage, mark: str
) -> None:
	"""Formats, confidence, types of documents, states: in form, rows, list and report."""
	advice = bench.call("desk_scenes.make_recorded_advice", mark=mark)
	desk = german_desk
	desk.open(f"remittance-advice/{advice}")
	value = "[data-fieldname={}] .control-value:visible"
	desk.page.locator(value.format("format"), has_text="Tabelle").wait_for()
	desk.page.locator(".grid-row .btn-open-row").first.click()
	desk.page.locator(value.format("reference_doctype"), has_text="Ausgangsrechnung").wait_for()
	desk.page.locator(value.format("confidence"), has_text="Nummer und Betrag").wait_for()
	desk.page.keyboard.press("Escape")
	desk.go("List/Remittance Advice")
	desk.page.locator(".list-row", has_text=advice).locator("text=Tabelle").wait_for()
	desk.go("query-report/Bulk Reconciliation Items")
	row = desk.page.locator(".dt-scrollable .dt-row", has_text=advice)
	row.wait_for()
	texts = row.locator(".dt-cell").all_inner_texts()
	assert {"Ausgangsrechnung", "Zahlung", "Gebucht"} <= {text.strip() for text in texts}


def test_the_dialog(bench: Bench, german_desk: DeskPage, mark: str) -> None:
	"""Its title, its actions and its boxes; an action that is chosen in German is ERPNext's."""
	scene = bench.call("desk_scenes.make_ageing_deposit", mark=mark, amounts=[10.0], deposit=10.0)
	desk = german_desk
	desk.open_tool(scene)
	desk.open_dialog(scene)
	assert desk.page.inner_text(".bulk-dialog .modal-title").strip() == "Banktransaktion abgleichen"
	assert "Nur genauen Betrag zeigen" in desk.page.inner_text(".bulk-types")
	action = desk.page.locator(".bulk-dialog [data-fieldname=action] select")
	options = ["Beleg zuordnen", "Beleg erstellen", "Banktransaktion aktualisieren"]
	assert action.locator("option").all_inner_texts() == options
	action.select_option(label="Beleg erstellen")
	desk.page.locator(".bulk-dialog [data-fieldname=document_type] select").wait_for()
	action.select_option(label="Beleg zuordnen")
	desk.page.locator(".bulk-table [data-key]").first.wait_for()
