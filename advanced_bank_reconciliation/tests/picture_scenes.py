"""Scenes for the pictures of the guide: runs of the last weeks, in the company of the pictures."""

from __future__ import annotations

import frappe
from frappe.model.document import Document

from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import ITEM_DOCTYPE, RUN_DOCTYPE
from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.desk_scenes import SHOWN_CUSTOMERS, set_default_company
from advanced_bank_reconciliation.tests.scenes import confine

FEE = 12.5
TIMES = ("creation", "started_at", "ended_at")


def make_past_runs(company: str, abbreviation: str, user: str, counts: list[int]) -> dict:
	"""A completed run for each number of invoices, the first one today, each other one some days before.

	user: who started them and sees no other company
	Returns `{"run", "bank_transaction", "bank_account", "company", "invoices", "payments"}` of the first one.
	"""
	factories.create_test_company(company, abbreviation)
	_confine_to(user, company)
	for amount in (1240.0, 385.75):
		_deposit(company, abbreviation, amount, "PAYOUT-2207")
	runs = [_finish(company, abbreviation, user, number, count) for number, count in enumerate(counts)]
	for number, run in enumerate(runs):
		_move_back(run["run"], days=number + number // 4)
	return runs[0]


def _confine_to(user: str, company: str) -> None:
	"""Let a user see this company and no other, whatever they saw before."""
	frappe.db.delete("User Permission", {"user": user, "allow": "Company"})
	confine(user, "Company", company)
	set_default_company(user, company)


def _finish(company: str, abbreviation: str, user: str, number: int, count: int) -> dict:
	parties = min(count, len(SHOWN_CUSTOMERS))
	invoices = []
	for place, customer in enumerate(SHOWN_CUSTOMERS[:parties]):
		rate, share = 84.5 + 17.3 * place + number, (count - place - 1) // parties + 1
		invoices += _invoices(company, customer, rate, share, is_seen=number == 0)
	amount = sum(row["allocated_amount"] for row in invoices) - FEE
	deposit = _deposit(company, abbreviation, amount, f"PAYOUT-{2206 - number}")
	deductions = [
		{"account": f"Commission on Sales - {abbreviation}", "amount": str(FEE), "description": "Card fees"}
	]
	run = _start_as(user, deposit.name, invoices, deductions)
	return {
		"run": run,
		"bank_transaction": deposit.name,
		"bank_account": deposit.bank_account,
		"company": company,
		"invoices": [row["name"] for row in invoices],
		"payments": frappe.get_all(ITEM_DOCTYPE, {"run": run}, pluck="voucher"),
	}


def _invoices(company: str, customer: str, rate: float, count: int, *, is_seen: bool) -> list[dict]:
	"""Those that are seen have numbers and a past as any; the others are from stock."""
	if not is_seen:
		return factories.take_sales_invoices(customer, rate, company, count=count)
	invoices = [factories.create_test_sales_invoice(customer, rate, company) for _number in range(count)]
	frappe.db.delete("Version", {"docname": ("in", [invoice.name for invoice in invoices])})
	return factories.selection_of(invoices)


def _deposit(company: str, abbreviation: str, amount: float, reference: str) -> Document:
	values = {"reference_number": reference, "description": "Payout of the web shop, see advice"}
	bank_account = _bank_account(company, abbreviation)
	return factories.create_test_bank_transaction(amount, company, bank_account=bank_account, **values)


def _bank_account(company: str, abbreviation: str) -> str:
	"""One with a name as real ones have."""
	name = f"Current {abbreviation} - Harbour Bank"
	if not frappe.db.exists("Bank Account", name):
		if not frappe.db.exists("Bank", "Harbour Bank"):
			frappe.get_doc({"doctype": "Bank", "bank_name": "Harbour Bank"}).insert()
		of_tests = factories.create_test_bank_account(company, purpose="pictures")
		frappe.db.set_value("Bank Account", of_tests, {"bank": "Harbour Bank"})
		frappe.rename_doc("Bank Account", of_tests, name, force=True, show_alert=False)
	return name


def _start_as(user: str, deposit: str, invoices: list[dict], deductions: list[dict]) -> str:
	before = frappe.session.user
	frappe.set_user(user)
	try:
		return reconciliation.start_at_once(deposit, invoices, deductions=deductions)["run"]
	finally:
		frappe.set_user(before)


def _move_back(run: str, days: int) -> None:
	"""As if it had been done so many days ago; its documents stay as they are."""
	times = frappe.db.get_value(RUN_DOCTYPE, run, TIMES, as_dict=True)
	earlier = {name: frappe.utils.add_days(time, -days) for name, time in times.items()}
	frappe.db.set_value(RUN_DOCTYPE, run, earlier, update_modified=False)
