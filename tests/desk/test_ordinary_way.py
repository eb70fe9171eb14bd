"""ERPNext's ordinary way and ours, for the same few invoices: what hands do, counted by the browser itself.

Ordinary is a Payment Entry for each invoice, made from it, and all of them matched in ERPNext's own tool.
A program does it: it neither reads nor thinks, and waits no longer than for the page. It is a measurement,
made with ORDINARY_WAY=1 in the environment: most of what it waits for is ERPNext's own.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from tests.bench.bench import Bench
from tests.desk.desk_page import LOAD_TIMEOUT, DeskPage

pytestmark = [
	pytest.mark.desk,
	pytest.mark.timeout(600),
	pytest.mark.skipif(not os.environ.get("ORDINARY_WAY"), reason="measured by hand, with ORDINARY_WAY=1"),
]

AMOUNTS = [100.0, 60.0, 40.0]
ROLES = ["System Manager", "Accounts Manager", "Accounts User"]
# What a person has pressed, whichever page was loaded in between. A modifier alone is no stroke.
COUNTING = """() => {
	const count = (name) => localStorage.setItem(name, Number(localStorage.getItem(name) || 0) + 1);
	addEventListener("mousedown", (event) => event.isTrusted && count("clicks"), true);
	addEventListener("keydown", (event) => {
		if (event.isTrusted && !["Shift", "Control", "Alt", "Meta"].includes(event.key)) count("strokes");
	}, true);
}"""


@dataclass(frozen=True)
class Effort:
	"""What one way took."""

	clicks: int
	strokes: int
	seconds: float

	def __str__(self) -> str:
		each = [part / len(AMOUNTS) for part in (self.clicks, self.strokes, self.seconds)]
		return "{} clicks, {} strokes, {:.1f} s; each invoice {:.1f}, {:.1f}, {:.1f} s".format(
			self.clicks, self.strokes, self.seconds, *each
		)


class Hands:
	"""A person at a page that counts."""

	def __init__(self, desk: DeskPage):
		self.desk, self.page = desk, desk.page
		self.page.add_init_script(f"({COUNTING})()")

	def effort_of(self, work: Callable[[], None]) -> Effort:
		before, began = self._counted(), time.monotonic()
		work()
		clicks, strokes = (now - then for now, then in zip(self._counted(), before, strict=True))
		return Effort(clicks, strokes, time.monotonic() - began)

	def _counted(self) -> list[int]:
		return self.page.evaluate(
			"['clicks', 'strokes'].map((name) => Number(localStorage.getItem(name) || 0))"
		)

	def paste(self, selector: str, text: str) -> None:
		"""Click into a field and paste over what stands there: two strokes, as by hand."""
		self.page.locator(f"{selector} >> visible=true").click()
		self.page.keyboard.press("Control+a")
		self.page.keyboard.press("Control+v")
		self.page.keyboard.insert_text(text)

	def make_payment(self, invoice: str, reference: str, date: str) -> None:
		"""From the list of invoices to a submitted Payment Entry. The way back to the list is not counted."""
		page = self.page
		self.paste(".standard-filter-section [data-fieldname=name] input", invoice)
		page.keyboard.press("Enter")
		page.locator(f".list-row a[data-name='{invoice}'] >> visible=true").click()
		page.locator(".page-actions button >> visible=true").filter(has_text="Create").click()
		page.locator(".dropdown-menu.show a", has_text="Payment").filter(has_not_text="Request").click()
		page.wait_for_function("window.cur_frm?.doctype === 'Payment Entry'", timeout=LOAD_TIMEOUT)
		self.paste("[data-fieldname=reference_no] input", reference)
		page.keyboard.press("Tab")
		page.keyboard.type(date)
		page.keyboard.press("Tab")
		page.keyboard.press("Control+s")
		page.wait_for_function("!cur_frm.is_new() && !cur_frm.is_dirty()", timeout=LOAD_TIMEOUT)
		page.locator(".primary-action >> visible=true").filter(has_text="Submit").click()
		page.get_by_role("button", name="Yes").click()
		page.wait_for_function("cur_frm.doc.docstatus === 1", timeout=LOAD_TIMEOUT)
		self.desk.go("List/Sales Invoice")

	def match_payments(self, scene: dict) -> None:
		"""In ERPNext's tool, from its table: its dialog lists the payments of the bank account.

		Where they come before the dialog is shown, version 15 draws no rows: it is opened once more.
		"""
		page = self.page
		boxes = page.locator(".modal.show .dt-scrollable .dt-row input[type=checkbox]")
		while boxes.count() < len(AMOUNTS):
			if page.locator(".modal.show").count():
				page.keyboard.press("Escape")
				page.locator(".modal.show").wait_for(state="hidden", timeout=LOAD_TIMEOUT)
			page.locator(f"button[data-name='{scene['bank_transaction']}']").click()
			page.locator(".modal.show .dt-scrollable").wait_for(timeout=LOAD_TIMEOUT)
			page.wait_for_timeout(1000)
		for place in range(len(AMOUNTS)):
			boxes.nth(place).click()
		page.locator(".modal.show .btn-modal-primary").click()
		page.locator(".modal.show").wait_for(state="hidden", timeout=LOAD_TIMEOUT)


@pytest.fixture
def default_bank(bench: Bench) -> Iterator[Callable[[str], None]]:
	yield lambda bank_account: bench.call("desk_scenes.set_default_bank", bank_account=bank_account)
	bench.call("desk_scenes.set_default_bank")


def open_erpnexts_tool(desk: DeskPage, scene: dict) -> None:
	"""With ERPNext's own dialog, not with ours in its place."""
	desk.open("")
	desk.page.evaluate("advanced_bank_reconciliation.loadDialogs = async () => {}")
	desk.go("Form/Bank Reconciliation Tool")
	desk.page.wait_for_function("cur_frm?.doctype === 'Bank Reconciliation Tool'", timeout=LOAD_TIMEOUT)
	desk.page.evaluate(
		"scene => cur_frm.set_value({company: scene.company, bank_account: scene.bank_account})", scene
	)
	desk.page.evaluate("cur_frm.trigger('make_reconciliation_tool')")
	desk.page.wait_for_selector(".dt-row [data-name]", timeout=LOAD_TIMEOUT)


def ordinary(hands: Hands, scene: dict, mark: str) -> Effort:
	"""Finding list and tool is not counted, nor loading them; the day is today, as ERPNext enters it."""
	desk = hands.desk
	desk.open("sales-invoice")
	desk.page.wait_for_selector(".list-row", timeout=LOAD_TIMEOUT)
	today = desk.page.evaluate("frappe.datetime.str_to_user(frappe.datetime.get_today())")

	def pay() -> None:
		for invoice in scene["invoices"]:
			hands.make_payment(invoice, mark, today)

	paying = hands.effort_of(pay)
	open_erpnexts_tool(desk, scene)
	matching = hands.effort_of(lambda: hands.match_payments(scene))
	print(f"paying: {paying}; matching: {matching}")
	seconds = paying.seconds + matching.seconds
	return Effort(paying.clicks + matching.clicks, paying.strokes + matching.strokes, seconds)


def ours(hands: Hands, scene: dict, mark: str) -> Effort:
	"""Paste what the invoices have in common into the dialog's search, where it begins, and tick each."""
	desk = hands.desk
	desk.open_tool(scene)

	def reconcile() -> None:
		desk.open_dialog(scene)
		desk.page.keyboard.press("Control+v")
		desk.page.keyboard.insert_text(mark)
		for invoice in scene["invoices"]:
			desk.page.locator(f".bulk-table [data-key$='{invoice}'] input[type=checkbox]").click()
		desk.submit()
		desk.page.wait_for_selector(".bulk-dialog", state="hidden", timeout=LOAD_TIMEOUT)

	return hands.effort_of(reconcile)


def test_a_few_invoices_take_less_than_in_the_ordinary_way(
	bench: Bench, open_desk: Callable[..., DeskPage], default_bank: Callable[[str], None], mark: str
) -> None:
	"""Both end reconciled, judged from the tables."""
	user = bench.call("scenes.make_user", name="of-all-work", roles=ROLES)
	by_hand, with_ours = (
		bench.call("desk_scenes.make_ageing_deposit", mark=one, amounts=AMOUNTS, deposit=sum(AMOUNTS))
		for one in (mark, f"{mark} ours")
	)
	hands = Hands(open_desk(user))
	ourselves = ours(hands, with_ours, f"{mark} ours")
	default_bank(by_hand["bank_account"])
	by_erpnext = ordinary(hands, by_hand, mark)
	print(f"{len(AMOUNTS)} invoices in the ordinary way: {by_erpnext}\nours: {ourselves}")
	for scene in (by_hand, with_ours):
		deposit = bench.call("scenes.read_deposit", name=scene["bank_transaction"])
		assert (deposit["unallocated_amount"], deposit["status"]) == (0, "Reconciled")
		assert len(deposit["rows"]) == len(AMOUNTS)
	assert (ourselves.clicks, ourselves.strokes) == (len(AMOUNTS) + 2, 1)
	assert by_erpnext.clicks > 2 * ourselves.clicks and by_erpnext.strokes > 0
