"""Make the pictures of the guide: every state of the dialog and of its progress, on a real bench.

	python docs/make_screenshots.py

Wants what the tests in tests/desk want: a bench with ERPNext, and Chromium.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "screenshots"
sys.path.insert(0, str(FOLDER.parents[1]))

from playwright.sync_api import Browser, sync_playwright  # noqa: E402

from tests.bench.bench import Bench, find_bench  # noqa: E402
from tests.bench.prepare import build_assets  # noqa: E402
from tests.bench.servers import running_servers, running_worker  # noqa: E402
from tests.desk.conftest import find_chromium  # noqa: E402
from tests.desk.desk_page import DeskPage  # noqa: E402

INVOICES = 150
SIZE = {"width": 1280, "height": 860}
SCALE = 1
DOMAIN = "harbour.example"


class Photographer:
	"""Takes the pictures with the sessions of one user.

	bench: whose servers are running; user: who is seen
	"""

	def __init__(self, bench: Bench, browser: Browser, user: dict):
		self.bench = bench
		self.browser = browser
		self.user = user
		# A new company every time: what earlier pictures left open is not in it.
		self.company = f"Harbour Trading {time.strftime('%H%M%S')}"

	@contextmanager
	def desk(self, size: dict | None = None) -> Iterator[DeskPage]:
		"""A tab of Desk."""
		context = DeskPage.log_in(self.bench, self.browser, self.user, viewport=size or SIZE, scale=SCALE)
		desk = DeskPage(self.bench, context.new_page())
		try:
			yield desk
		finally:
			context.close()

	def scene(self, reference: str, beside: float = 0.0) -> dict:
		"""A deposit over invoices, in the company of these pictures. `beside`: how much more it is."""
		return self.bench.call(
			"desk_scenes.make_showcase",
			company=self.company,
			abbreviation=self.company[-6:],
			count=INVOICES,
			reference=reference,
			beside=beside,
		)


def take_all(photographer: Photographer) -> None:
	"""All pictures, in the order in which an accountant would see them."""
	_success(photographer, "PAYOUT-2207")
	_cancelled(photographer, "PAYOUT-2208")
	_other_looks(photographer, "PAYOUT-2209")
	_failure(photographer, "PAYOUT-2210")
	_deductions(photographer, "PAYOUT-2211")
	_attention(photographer, "PAYOUT-2212")
	_discounts(photographer, f"PAYOUT-{time.strftime('%H%M%S')}")
	_proposals(photographer, f"PAYOUT-{time.strftime('%H%M%S')}")
	_afterwards(photographer)


def _success(photographer: Photographer, mark: str) -> None:
	scene = photographer.scene(mark)
	with photographer.desk() as desk:
		desk.open_tool(scene)
		_shoot(desk, "form")
		_select(desk, scene, mark)
		_shoot(desk, "dialog")
		desk.submit()
		desk.page.wait_for_timeout(500)
		_shoot(desk, "confirmation")
		desk.confirm()
		run = desk.shown_run()
		with running_worker(photographer.bench):
			desk.wait_for_progress(30, timeout=180)
			_shoot(desk, "progress")
			desk.press("Run in Background")
			desk.page.wait_for_timeout(700)
			_shoot(desk, "background")
			desk.wait_for_notification(run, timeout=180)
		desk.page.wait_for_timeout(1500)
		_shoot(desk, "notification")
		desk.page.locator(".desk-alert .close").click()
		_shoot(desk, "reconciled")
		desk.show_run(run)
		desk.page.wait_for_timeout(700)
		_shoot(desk, "completed")


def _failure(photographer: Photographer, mark: str) -> None:
	scene = photographer.scene(mark)
	with photographer.desk() as desk:
		desk.start(scene, mark, text=mark.replace("PAYOUT", "PO"))
		for number in (7, 43, 96):
			photographer.bench.call("scenes.cancel_invoice", name=scene["invoices"][number]["name"])
		with running_worker(photographer.bench):
			desk.wait_for_status("Rolled Back", timeout=180)
		_shoot(desk, "failed")
		desk.open(f"bulk-reconciliation-run/{desk.shown_run()}")
		desk.page.wait_for_selector(".bulk-run-items tbody tr")
		desk.page.wait_for_timeout(700)
		_shoot(desk, "run")


def _attention(photographer: Photographer, mark: str) -> None:
	scene = photographer.scene(mark)
	with photographer.desk() as desk:
		desk.start(scene, mark, text=mark.replace("PAYOUT", "PO"))
		with running_worker(photographer.bench):
			desk.wait_for_progress(20, timeout=180)
			photographer.bench.call("scenes.close_period", company=scene["company"])
			desk.wait_for_status("Attention", timeout=180)
		_shoot(desk, "attention")


def _cancelled(photographer: Photographer, mark: str) -> None:
	scene = photographer.scene(mark)
	with photographer.desk() as desk:
		desk.start(scene, mark, text=mark.replace("PAYOUT", "PO"))
		with running_worker(photographer.bench):
			desk.wait_for_progress(20, timeout=180)
			desk.press("Cancel and Undo")
			desk.confirm()
			desk.wait_for_status("Rolling Back", timeout=60)
			desk.page.wait_for_timeout(700)
			_shoot(desk, "rolling-back")
			desk.wait_for_status("Rolled Back", timeout=180)
		_shoot(desk, "rolled-back")


def _other_looks(photographer: Photographer, mark: str) -> None:
	scene = photographer.scene(mark)
	with photographer.desk() as desk:
		desk.open_tool(scene)
		desk.page.evaluate("document.documentElement.dataset.theme = 'dark'")
		_select(desk, scene, mark)
		_shoot(desk, "dialog-dark")
	with photographer.desk(size={"width": 480, "height": 860}) as desk:
		desk.open_tool(scene)
		_select(desk, scene, mark)
		_shoot(desk, "dialog-narrow")
	with photographer.desk() as desk:
		desk.open_tool(scene)
		desk.open_dialog(scene)
		names = [invoice["name"] for invoice in scene["invoices"][:12]]
		desk.find("\n".join([*names, "INV-0815"]))
		_shoot(desk, "remittance")
		desk.find("")


def _deductions(photographer: Photographer, mark: str) -> None:
	scene = photographer.scene(mark, beside=-12.5)
	account = f"Commission on Sales - {photographer.company[-6:]}"
	defaults = [{"company": scene["company"], "account": account, "tolerance": 10}]
	photographer.bench.call("scenes.set_limits", deduction_defaults=defaults)
	with photographer.desk() as desk:
		desk.open_tool(scene)
		desk.open_dialog(scene)
		desk.find(mark.replace("PAYOUT", "PO"))
		desk.tick_all()
		desk.page.click("[data-action=add-deduction]")
		desk.page.keyboard.type("9.75")
		desk.page.locator("[data-rows=deductions] .is-description input").fill("Card fees")
		desk.page.wait_for_timeout(500)
		_shoot(desk, "deductions")
	photographer.bench.call("scenes.set_limits", deduction_defaults=[])


def _discounts(photographer: Photographer, mark: str) -> None:
	amounts = [840.0, 312.5, 96.4, 58.0, 410.0]
	scene = photographer.bench.call(
		"desk_scenes.make_discounted_deposit", mark=mark, amounts=amounts, deposit=sum(amounts) - 16.8
	)
	with photographer.desk() as desk:
		desk.open_tool(scene)
		desk.open_dialog(scene)
		desk.find(mark)
		desk.page.click(".bulk-discount")
		desk.tick_all()
		desk.page.wait_for_timeout(500)
		_shoot(desk, "discounts")


def _proposals(photographer: Photographer, mark: str) -> None:
	words = ["Northwind", "Meridian", "Larkspur", "Bluebell", "Juniper"]
	scene = photographer.bench.call("desk_scenes.make_proposed_deposits", mark=mark, words=words)
	with photographer.desk() as desk:
		desk.open_tool(scene)
		desk.page.locator("[data-proposal]").nth(len(words) - 1).wait_for()
		desk.page.locator("[data-proposal]").first.scroll_into_view_if_needed()
		_shoot(desk, "proposals")
		desk.page.click("[data-action=choose-proposals]")
		dialog = desk.page.locator(".bulk-many-dialog.show")
		dialog.locator(".btn-modal-primary").wait_for()
		desk.page.wait_for_timeout(700)
		_shoot(desk, "proposals-chosen")
		# Nothing may stay open, or the next pictures would have two sets that come to an amount.
		with running_worker(photographer.bench):
			dialog.locator(".btn-modal-primary").click()
			desk.page.locator("text=5 of 5 runs are completed").wait_for(timeout=300_000)
		desk.page.wait_for_timeout(700)
		_shoot(desk, "proposals-done")


def _afterwards(photographer: Photographer) -> None:
	"""Reports, statement, traces and dashboard, with what the other pictures left in their company."""
	bench, company = photographer.bench, photographer.company
	mary = bench.call("scenes.make_user", name="mary", roles=["Accounts User"], domain=DOMAIN)
	names = {"company": company, "abbreviation": company[-6:], "user": mary["user"]}
	counts = [24, 31, 18, 42, 27, 12, 36, 21, 29, 15, 33, 26]
	scene = bench.call("picture_scenes.make_past_runs", **names, counts=counts)
	with Photographer(bench, photographer.browser, mary).desk() as desk:
		_print(desk, scene)
		_register(desk, scene)
		_trace(desk, scene)
		_dashboard(desk)


def _print(desk: DeskPage, scene: dict) -> None:
	desk.open(f"print/Bulk Reconciliation Run/{scene['run']}")
	statement = desk.page.frame_locator(".print-preview iframe:visible").locator(".reconciliation-statement")
	statement.locator("h2").wait_for()
	desk.page.wait_for_timeout(1500)
	_shoot(desk, "statement")


def _register(desk: DeskPage, scene: dict) -> None:
	desk.open(f"query-report/Bulk Reconciliation Register?company={scene['company']}")
	desk.page.locator(".report-wrapper .dt-scrollable .dt-row").first.wait_for()
	desk.page.wait_for_timeout(1500)
	_shoot(desk, "register")


def _trace(desk: DeskPage, scene: dict) -> None:
	desk.open(f"sales-invoice/{scene['invoices'][0]}")
	entry = desk.page.locator(".timeline-content", has_text=scene["run"]).first
	entry.scroll_into_view_if_needed()
	desk.page.wait_for_timeout(1000)
	_shoot(desk, "trace")


def _dashboard(desk: DeskPage) -> None:
	desk.page.set_viewport_size({**SIZE, "height": 640})
	desk.open("dashboard-view/Bank Reconciliation")
	desk.page.locator(".number-widget-box .number").nth(4).wait_for()
	desk.page.locator(".dashboard-widget-box svg.frappe-chart").nth(2).wait_for()
	desk.page.wait_for_timeout(1500)
	_shoot(desk, "dashboard")


def _select(desk: DeskPage, scene: dict, mark: str) -> None:
	desk.open_dialog(scene)
	desk.page.click("[data-action=fill]")
	desk.page.wait_for_timeout(300)


def _shoot(desk: DeskPage, name: str) -> None:
	desk.page.screenshot(path=FOLDER / f"{name}.png")
	print(f"{name}.png")


def main() -> None:
	path, executable = find_bench(), find_chromium()
	if path is None or executable is None:
		sys.exit("This wants a bench with ERPNext ($FRAPPE_BENCH) and Chromium ($CHROMIUM).")
	bench = Bench.at(path)
	FOLDER.mkdir(exist_ok=True)
	with running_servers(bench), sync_playwright() as playwright:
		build_assets(bench)
		browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
		user = bench.call("scenes.make_user", name="accountant", roles=["Accounts User"], domain=DOMAIN)
		take_all(Photographer(bench, browser, user))
		browser.close()


if __name__ == "__main__":
	main()
