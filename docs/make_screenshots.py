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
from tests.bench.servers import running_servers, running_worker  # noqa: E402
from tests.desk.conftest import find_chromium  # noqa: E402
from tests.desk.desk_page import DeskPage  # noqa: E402

INVOICES = 150
SIZE = {"width": 1280, "height": 860}
SCALE = 2


class Photographer:
	"""Takes the pictures with the sessions of one user.

	bench: whose servers are running; user: who is seen
	"""

	def __init__(self, bench: Bench, browser: Browser, user: dict):
		self.bench = bench
		self.browser = browser
		self.user = user

	@contextmanager
	def desk(self, theme: str = "light", size: dict | None = None) -> Iterator[DeskPage]:
		"""A tab of Desk in a theme and a size."""
		context = DeskPage.log_in(self.bench, self.browser, self.user, viewport=size or SIZE, scale=SCALE)
		desk = DeskPage(self.bench, context.new_page())
		desk.page.add_init_script(
			f"addEventListener('DOMContentLoaded', () => document.documentElement.dataset.theme = '{theme}')"
		)
		try:
			yield desk
		finally:
			context.close()

	def scene(self, mark: str) -> dict:
		return self.bench.call("desk_scenes.make_marked_deposit", count=INVOICES, mark=mark)


def take_all(photographer: Photographer) -> None:
	"""All pictures, in the order in which an accountant would see them."""
	_success(photographer, f"PAYOUT-{_stamp()}-1")
	_failure(photographer, f"PAYOUT-{_stamp()}-2")
	_cancelled(photographer, f"PAYOUT-{_stamp()}-3")
	_other_looks(photographer, f"PAYOUT-{_stamp()}-4")


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
		desk.show_run(run)
		desk.page.locator(".desk-alert .close").click()
		desk.page.wait_for_timeout(700)
		_shoot(desk, "completed")


def _failure(photographer: Photographer, mark: str) -> None:
	scene = photographer.scene(mark)
	with photographer.desk() as desk:
		desk.start(scene, mark)
		for number in (7, 43, 96):
			photographer.bench.call("scenes.cancel_invoice", name=scene["invoices"][number]["name"])
		with running_worker(photographer.bench):
			desk.wait_for_status("Rolled Back", timeout=180)
		_shoot(desk, "failed")


def _cancelled(photographer: Photographer, mark: str) -> None:
	scene = photographer.scene(mark)
	with photographer.desk() as desk:
		desk.start(scene, mark)
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
	with photographer.desk("dark") as desk:
		desk.open_tool(scene)
		_select(desk, scene, mark)
		_shoot(desk, "dialog-dark")
	with photographer.desk(size={"width": 480, "height": 860}) as desk:
		desk.open_tool(scene)
		_select(desk, scene, mark)
		_shoot(desk, "dialog-narrow")
	with photographer.desk() as desk:
		desk.open_tool(scene)
		desk.open_dialog(scene, mark)
		names = [invoice["name"] for invoice in scene["invoices"][:12]]
		desk.find("\n".join([*names, "INV-0815"]))
		_shoot(desk, "remittance")
		desk.find("")


def _select(desk: DeskPage, scene: dict, mark: str) -> None:
	desk.open_dialog(scene, mark)
	desk.find(mark)
	desk.page.click("[data-action=fill]")
	desk.page.wait_for_timeout(300)


def _shoot(desk: DeskPage, name: str) -> None:
	desk.page.screenshot(path=FOLDER / f"{name}.png")
	print(f"{name}.png")


def _stamp() -> str:
	return time.strftime("%H%M%S")


def main() -> None:
	path, executable = find_bench(), find_chromium()
	if path is None or executable is None:
		sys.exit("This wants a bench with ERPNext ($FRAPPE_BENCH) and Chromium ($CHROMIUM).")
	bench = Bench.at(path)
	FOLDER.mkdir(exist_ok=True)
	with running_servers(bench), sync_playwright() as playwright:
		browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
		user = bench.call("scenes.make_user", name="accountant", roles=["Accounts User"])
		take_all(Photographer(bench, browser, user))
		browser.close()


if __name__ == "__main__":
	main()
