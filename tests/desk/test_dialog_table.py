"""The table of the dialog: keyboard, order, height, narrow windows, many rows."""

from __future__ import annotations

import pytest

from tests.bench.bench import Bench
from tests.bench.servers import running_worker
from tests.desk.desk_page import ADDRESS_LIMIT, DeskPage

pytestmark = [pytest.mark.desk, pytest.mark.timeout(600)]


def test_keyboard_alone(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""Rows are ticked, and allocations are reached, without a mouse."""
	scene = bench.call("desk_scenes.make_ageing_deposit", mark=mark, amounts=[10.0] * 4, deposit=40.0)
	desk.open_found(scene, mark)
	table = desk.page.locator(".bulk-table")
	table.focus()
	table.press("Space")
	table.press("ArrowDown")
	table.press("ArrowDown")
	table.press("Shift+Space")
	assert desk.total("selected") == "30.00"
	table.press("Control+a")
	assert desk.total("selected") == "40.00"
	table.press("Enter")
	assert desk.page.evaluate("document.activeElement.className").startswith("bulk-table-allocation")


def test_from_the_table_to_the_reconciled_deposit_by_keyboard(
	bench: Bench, desk: DeskPage, mark: str
) -> None:
	"""A list can be pasted at once, Tab stays in the dialog, Ctrl+Enter submits."""
	scene = bench.call("desk_scenes.make_ageing_deposit", mark=mark, amounts=[10.0] * 3, deposit=30.0)
	desk.open_tool(scene)
	button = desk.page.locator(f".dt-cell button[data-name='{scene['bank_transaction']}']")
	button.focus()
	desk.page.keyboard.press("Enter")
	desk.page.wait_for_selector(".bulk-dialog.show .bulk-table [data-key]")
	desk.page.wait_for_timeout(600)
	assert desk.page.evaluate("document.activeElement.dataset.filter") == "text"
	desk.page.keyboard.insert_text("\n".join(scene["invoices"]))
	desk.page.wait_for_function("document.querySelector('[data-total=difference]').dataset.tone === 'even'")
	for key in ("Tab", "Shift+Tab"):
		for _press in range(60):
			desk.page.keyboard.press(key)
			assert desk.page.evaluate("!!document.activeElement.closest('.bulk-dialog')"), key
	desk.page.keyboard.press("Control+Enter")
	desk.page.wait_for_selector(".bulk-dialog", state="hidden")
	deposit = bench.call("scenes.read_deposit", name=scene["bank_transaction"])
	assert (deposit["status"], len(deposit["rows"])) == ("Reconciled", 3)


def test_a_run_by_keyboard(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""From the form over the list, the question and the progress back to the form: Tab, Enter, Ctrl+Enter."""
	scene = bench.call("desk_scenes.make_marked_deposit", count=50, mark=mark)
	keyboard = desk.page.keyboard
	desk.open_tool(scene)
	tab_to(desk, f"button[data-name='{scene['bank_transaction']}']")
	keyboard.press("Enter")
	desk.page.wait_for_selector(".bulk-dialog.show .bulk-table [data-key]")
	desk.page.wait_for_function("document.activeElement.dataset.filter === 'text'")
	keyboard.insert_text("\n".join(row["name"] for row in scene["invoices"]))
	desk.page.wait_for_function("document.querySelector('[data-total=difference]').dataset.tone === 'even'")
	keyboard.press("Control+Enter")
	desk.page.locator(".modal.show .frappe-confirm-message").wait_for()
	tab_to(desk, ".modal.show:not(.bulk-dialog) .btn-modal-primary")
	keyboard.press("Enter")
	with running_worker(bench):
		desk.wait_for_status("Completed", timeout=240)
	tab_to(desk, ".bulk-progress-dialog .btn-modal-primary")
	keyboard.press("Enter")
	desk.page.locator(".bulk-progress-dialog").wait_for(state="detached")
	deposit = bench.call("scenes.read_deposit", name=scene["bank_transaction"])
	assert (deposit["status"], len(deposit["rows"])) == ("Reconciled", 50)


def tab_to(desk: DeskPage, selector: str) -> None:
	"""Press Tab until it is at what the selector finds."""
	desk.page.locator(selector).wait_for()
	for _press in range(120):
		if desk.page.evaluate("selector => document.activeElement.matches(selector)", selector):
			return
		desk.page.keyboard.press("Tab")
	raise AssertionError(f"Tab does not reach {selector}")


def test_columns_sort(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""Each click on the head of a column sorts upwards, downwards, and not at all."""
	scene = bench.call("desk_scenes.make_ageing_deposit", mark=mark, amounts=[30.0, 10.0, 20.0], deposit=9.0)
	bench.call("desk_scenes.post_earlier", names=scene["invoices"], days=[1, 0, 2])
	desk.open_found(scene, mark)

	def shown() -> list[int]:
		rows = desk.page.locator(".bulk-table [data-key]").all()
		rows.sort(key=lambda row: int(row.get_attribute("aria-rowindex")))
		return [scene["invoices"].index(row.get_attribute("data-key").split("/")[1]) for row in rows]

	assert shown() == [2, 1, 0]
	upwards = {"open": [1, 2, 0], "posted": [2, 0, 1], "party": [0, 1, 2], "due": [2, 1, 0]}
	for column, expected in upwards.items():
		for order in (expected, expected[::-1], [2, 1, 0]):
			desk.page.click(f"[data-sort={column}]")
			assert shown() == order, column


def test_the_table_has_the_height_of_the_window(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""At 900 pixels 13 rows and their head are in sight, nothing is cut, also if nothing is found."""
	scene = bench.call("desk_scenes.make_ageing_deposit", mark=mark, amounts=[10.0] * 30, deposit=9.0)
	desk.open_tool(scene)
	desk.open_dialog(scene)
	desk.page.wait_for_timeout(600)
	table = desk.page.locator(".bulk-table").bounding_box()
	footer = desk.page.locator(".bulk-dialog .modal-footer").bounding_box()
	assert table["height"] >= 14 * 36
	assert table["y"] + table["height"] <= footer["y"] <= 900 - footer["height"]
	desk.find("NO-SUCH-TEXT")
	table, empty = (desk.page.locator(part).bounding_box() for part in (".bulk-table", ".bulk-empty"))
	assert desk.page.inner_text(".bulk-empty") == "No matching documents found"
	assert table["y"] + 36 < empty["y"] < empty["y"] + empty["height"] < table["y"] + table["height"]
	assert table["y"] + table["height"] <= desk.page.locator(".bulk-dialog .modal-footer").bounding_box()["y"]
	desk.page.keyboard.press("Escape")
	desk.page.wait_for_selector(".bulk-dialog", state="hidden")
	desk.wait_for_tidy_page()


def test_a_narrow_window_reaches_everything(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""At 390 pixels every part of a row is within the window."""
	scene = bench.call("desk_scenes.make_ageing_deposit", mark=mark, amounts=[10.0] * 3, deposit=30.0)
	desk.page.set_viewport_size({"width": 390, "height": 844})
	desk.open_tool(scene)
	desk.page.evaluate(
		"""name => {
			const { dialog_manager } = cur_frm.bank_reconciliation_data_table_manager;
			dialog_manager.show_dialog(name, () => {});
		}""",
		scene["bank_transaction"],
	)
	desk.page.wait_for_selector(".bulk-table [data-key]")
	desk.find(mark)
	desk.page.locator(".bulk-table .is-check input").first.click()
	row = desk.page.locator(".bulk-table [data-key]").first
	for name in ("document", "party", "posted", "due", "reference", "open", "allocation"):
		box = row.locator(f".is-{name}").bounding_box()
		assert box["x"] >= 0 and box["x"] + box["width"] <= 390, name
	assert row.locator(".bulk-table-allocation").is_visible()


def test_a_long_list_among_more_than_is_offered(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""The server is asked for its numbers in a way that no web server finds too long."""
	scene = bench.call("desk_scenes.make_ageing_deposit", mark=mark, amounts=[10.0], deposit=10.0)
	desk.pretend_rows(10, total=20)
	desk.open_tool(scene)
	desk.open_dialog(scene)
	numbers = [f"ACC-SINV-2031-{number:05}" for number in range(400)]
	with desk.page.expect_response("**/*get_open_invoices*") as answered:
		desk.page.fill("[data-filter=text]", "\n".join([scene["invoices"][0], *numbers]))
	assert answered.value.ok
	assert len(answered.value.url) < ADDRESS_LIMIT


def test_ten_thousand_rows(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""Select All and typing take less than 100 ms on a quiet machine; the table holds only what is in sight.

	With all rows in the page each of them would take seconds: so much is said here.
	"""
	scene = bench.call("desk_scenes.make_ageing_deposit", mark=mark, amounts=[10.0], deposit=10.0)
	desk.pretend_rows(10_000)
	desk.open_tool(scene)
	desk.open_dialog(scene)
	assert desk.shown_count() >= 10_000
	time_of = """selector => {
		const began = performance.now();
		document.querySelector(selector).click();
		document.body.offsetHeight;
		return performance.now() - began;
	}"""
	times = [desk.page.evaluate(time_of, ".bulk-table-head input") for _time in range(3)]
	assert "10,0" in desk.page.inner_text(".bulk-counts")
	assert sorted(times)[1] < 500, times
	desk.page.evaluate(
		"""() => {
			window.longest = 0;
			const measure = (task) => (longest = Math.max(longest, task.duration));
			const note = (list) => list.getEntries().forEach(measure);
			new PerformanceObserver(note).observe({ type: "longtask" });
		}"""
	)
	desk.page.locator("[data-filter=text]").press_sequentially("Customer 77", delay=90)
	desk.page.wait_for_timeout(300)
	assert desk.page.evaluate("longest") < 500
	assert desk.page.locator(".bulk-table [data-key]").count() < 60
