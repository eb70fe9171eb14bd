"""One tab of Desk, as a user sees it."""

from __future__ import annotations

import re
from base64 import b64encode
from typing import Any

from tests.bench.bench import Bench

TOOL_ROUTE = "advance-bank-reconciliation-tool"
LOAD_TIMEOUT = 60_000
# Characters of a request's first line that gunicorn takes if it is not told otherwise.
ADDRESS_LIMIT = 4094
MESSAGE = ".modal.show:not(.bulk-dialog)"


class DeskPage:
	"""A page and what can be done on it.

	bench: whose web server is running; page: a page of playwright
	"""

	def __init__(self, bench: Bench, page: Any):
		self.bench = bench
		self.page = page
		self.errors: list[str] = []
		page.on("pageerror", lambda error: self.errors.append(str(error)))

	def note_console(self) -> None:
		"""Count what the browser's console calls an error as one, too."""
		self.page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)

	@staticmethod
	def log_in(bench: Bench, browser: Any, user: dict, viewport: dict | None = None, scale: float = 1) -> Any:
		"""A browser context of its own with the user's session in it."""
		context = browser.new_context(
			viewport=viewport or {"width": 1400, "height": 900}, device_scale_factor=scale
		)
		form = {"usr": user["user"], "pwd": user["password"]}
		assert context.request.post(f"{origin(bench)}/api/method/login", form=form, timeout=LOAD_TIMEOUT).ok
		return context

	def forget(self) -> None:
		"""Leave nothing behind that the browser keeps for later pages of the user."""
		self.page.evaluate("window.localStorage?.clear()")

	def open(self, route: str) -> None:
		"""Load a page of Desk anew."""
		self.page.goto(f"{origin(self.bench)}/app/{route}", timeout=LOAD_TIMEOUT)
		self.page.wait_for_function("window.advanced_bank_reconciliation?.runs", timeout=LOAD_TIMEOUT)

	def go(self, route: str) -> None:
		"""Go to another page without loading Desk anew, as a click in it does."""
		self.page.evaluate("route => frappe.set_route(route)", route)
		self.page.wait_for_function("route => frappe.get_route_str().includes(route)", arg=route)

	def open_tool(self, scene: dict) -> None:
		"""Open the form for the bank account of a scene, and wait for its table."""
		self.open(f"{TOOL_ROUTE}?company={scene['company']}&bank_account={scene['bank_account']}")
		self.page.wait_for_selector(".dt-row [data-name], .bulk-reconciled", timeout=LOAD_TIMEOUT)

	def open_dialog(self, scene: dict) -> None:
		"""Press the button of the scene's Bank Transaction, and wait for the candidates."""
		self.press_actions(scene)
		self.page.wait_for_selector(".bulk-table [data-key]", timeout=LOAD_TIMEOUT)

	def pretend_rows(self, count: int, total: int | None = None) -> None:
		"""From now on the first invoice that the server offers stands for `count` of a thousand customers.

		total: how many there are in all, if the server offers only a part of them
		"""
		pretended = (count, total or count)
		self.page.route("**/*get_open_invoices*", lambda route: _answer_with_many(route, *pretended))

	def open_found(self, scene: dict, mark: str) -> None:
		"""Open the form and the dialog, and show of the candidates only those with the mark."""
		self.open_tool(scene)
		self.open_dialog(scene)
		self.find(mark)

	def open_one_of_two(self, mark: str) -> list[dict]:
		"""Make two deposits, and tick the invoices of the first in its dialog; returns both scenes."""
		scenes = self.bench.call("desk_scenes.make_payouts", mark=mark, count=2, fees=[0.0, 0.0])
		self.open_tool(scenes[0])
		self.open_dialog(scenes[0])
		self.find("\n".join(row["name"] for row in scenes[0]["invoices"]))
		return scenes

	def press_actions(self, scene: dict) -> None:
		self.page.locator(f".dt-cell button[data-name='{scene['bank_transaction']}']").click()

	def deposits(self) -> list[str]:
		"""The Bank Transactions in the table of unreconciled ones."""
		buttons = self.page.locator(".dt-cell button[data-name]").all()
		return [str(button.get_attribute("data-name")) for button in buttons]

	def find(self, text: str) -> None:
		"""Type into the text filter of the dialog, and wait until it has taken effect."""
		self.page.fill("[data-filter=text]", text)
		self.page.wait_for_timeout(150)
		self.page.wait_for_selector(".bulk-panel:not(.is-loading)")

	def type_filter(self, name: str, text: str) -> None:
		"""Type into one of the other filters, leave it, and wait until it has taken effect."""
		field = self.page.locator(f"[data-filter={name}]")
		if not field.is_visible():
			self.page.click("[data-action=more-filters]")
		field.fill(text)
		field.press("Tab")
		self.page.wait_for_timeout(150)
		self.page.wait_for_selector(".bulk-panel:not(.is-loading)")

	def tick_types(self, *fieldnames: str) -> None:
		"""Offer documents of exactly these types."""
		for box in self.page.locator(".bulk-dialog input[type=checkbox][data-fieldname]").all():
			if box.get_attribute("data-fieldname") not in ("exact_match", *fieldnames):
				box.set_checked(False)
		for fieldname in fieldnames:
			self.page.set_checked(f".bulk-dialog input[data-fieldname={fieldname}]", True)
		self.page.wait_for_timeout(300)
		self.page.wait_for_selector(".bulk-panel:not(.is-loading)")

	def fill_dialog(self, **values: str) -> None:
		"""Give fields of the dialog their values, in this order."""
		manager = "cur_frm.bank_reconciliation_data_table_manager.dialog_manager"
		for field in values.items():
			self.page.evaluate(f"(field) => {manager}.dialog.set_value(...field)", list(field))

	def drop_file(self, name: str, content: bytes) -> None:
		"""Drop a file on the candidates of the dialog."""
		dropped = self.page.evaluate_handle(
			"""([name, content]) => {
				const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
				const dropped = new DataTransfer();
				dropped.items.add(new File([bytes], name));
				return dropped;
			}""",
			[name, b64encode(content).decode()],
		)
		self.page.dispatch_event(".bulk-dialog .bulk-panel", "drop", {"dataTransfer": dropped})

	def wait_for_notice(self, text: str) -> str:
		"""Wait for a notice of the dialog with this text; returns all of it."""
		notice = self.page.locator(".bulk-notice", has_text=text)
		notice.wait_for()
		return notice.inner_text()

	def tick_all(self) -> None:
		self.page.click(".bulk-table-head input[type=checkbox]")

	def total(self, name: str) -> str:
		"""One of the totals as it is shown: unallocated, selected, difference."""
		return self.page.inner_text(f"[data-total={name}]")

	def shown_count(self) -> int:
		"""How many rows pass the filters."""
		return int(self.page.get_attribute(".bulk-table", "aria-rowcount")) - 1

	def is_ready(self) -> bool:
		"""Whether the dialog's button says that it can be pressed."""
		return self.page.get_attribute(".bulk-dialog .btn-modal-primary", "aria-disabled") == "false"

	def submit(self) -> None:
		self.page.click(".bulk-dialog .btn-modal-primary")

	def close_message(self, text: str) -> None:
		"""Wait for a message of Desk's with this text, and close it."""
		self.page.locator(MESSAGE, has_text=text).wait_for()
		self.page.wait_for_timeout(400)
		self.page.locator(f"{MESSAGE} .btn-modal-close").last.click()
		self.page.locator(MESSAGE).wait_for(state="hidden")

	def confirm(self) -> str:
		"""Say yes to the question that is open; returns the question."""
		question = self.page.locator(".modal.show:not(.bulk-dialog):not(.bulk-progress-dialog)").last
		text = question.locator(".modal-body").inner_text()
		question.locator(".btn-modal-primary").click()
		return text

	def start(self, scene: dict, mark: str, text: str | None = None) -> str:
		"""Tick everything that `text` (or else the mark) finds, and submit; returns the run."""
		self.open_tool(scene)
		self.open_dialog(scene)
		self.find(text or mark)
		self.tick_all()
		self.submit()
		self.confirm()
		self.page.wait_for_selector(".bulk-progress-dialog .bulk-progress-head")
		return self.shown_run()

	def show_run(self, run: str) -> None:
		"""Open the progress dialog of a run."""
		self.page.evaluate(
			"""run => cur_frm.bank_reconciliation_data_table_manager.dialog_manager.showBulkProgressDialog(
				advanced_bank_reconciliation.runs.watch(run)
			)""",
			run,
		)
		self.page.locator(".bulk-progress-dialog.show").wait_for()

	def shown_run(self) -> str:
		"""The run whose progress dialog is open."""
		title = self.page.locator(".bulk-progress-dialog.show .modal-title a")
		title.wait_for()
		return title.inner_text()

	def press(self, label: str) -> None:
		"""Press a button of the progress dialog."""
		self.page.locator(".bulk-progress-dialog.show .modal-footer button", has_text=label).click()

	def wait_for_status(self, status: str, timeout: float = 60) -> None:
		"""Wait until the progress dialog shows a state."""
		self.page.wait_for_selector(
			f".bulk-progress-dialog .bulk-progress[data-status='{status}']", timeout=timeout * 1000
		)

	def wait_for_progress(self, least: int = 1, timeout: float = 180) -> None:
		"""Wait until the bar stands at `least` percent or more, and not at the end."""
		self.page.wait_for_function(
			"""least => {
				const bar = document.querySelector(".modal.show [role=progressbar]");
				return bar && Number(bar.getAttribute("aria-valuenow")) >= least;
			}""",
			arg=least,
			timeout=timeout * 1000,
		)
		assert self.percentage() < 100

	def percentage(self) -> int:
		return int(self.page.get_attribute(".modal.show [role=progressbar]", "aria-valuenow"))

	def wait_for_tidy_page(self) -> None:
		"""Wait until closed dialogs have left nothing behind: no scroll bar, neither across nor of theirs."""
		self.page.wait_for_function(
			"""() => {
				const { body, documentElement: root } = document;
				const isOpen = document.querySelector(".modal-open, .modal-backdrop");
				const isLeft = isOpen || body.style.overflow || body.style.paddingRight;
				return !isLeft && root.scrollWidth <= root.clientWidth;
			}"""
		)

	def wait_for_notification(self, run: str, timeout: float = 60) -> str:
		"""Wait for the notification about a run; returns its text."""
		notification = self.notification(run).locator(f"[data-run='{run}']")
		notification.wait_for(timeout=timeout * 1000)
		return notification.inner_text()

	def notification(self, run: str) -> Any:
		"""The notification about a run; those of other runs may be shown beside it."""
		return self.page.locator(".desk-alert", has=self.page.locator(f"[data-run='{run}']"))


def _answer_with_many(route: Any, count: int, total: int) -> None:
	response = route.fetch()
	answer = response.json()
	message = answer["message"]
	template = dict(zip(message["columns"], message["rows"][0], strict=True))
	many = (
		{"name": f"MANY-{number:05}", "party_name": f"Customer {number % 1000}"} for number in range(count)
	)
	message["rows"] = [list((template | values).values()) for values in many]
	message["total"] = total
	route.fulfill(response=response, json=answer)


def origin(bench: Bench) -> str:
	return f"http://{bench.site}:{bench.config['webserver_port']}"


def amount(text: str) -> float:
	"""A shown amount as a number."""
	return float(re.sub(r"[^0-9.-]", "", text))
