"""Scenes for tests that look at a site from outside: set up and read with `bench execute`, all plain data."""

from __future__ import annotations

import json
import sys
import time
from select import select

import frappe
from erpnext.accounts.doctype.bank_reconciliation_tool.bank_reconciliation_tool import reconcile_vouchers
from frappe.permissions import add_permission, update_permission_property
from frappe.utils import add_days, flt, nowdate
from frappe.utils.background_jobs import get_queue
from frappe.utils.password import update_password

from advanced_bank_reconciliation.commands.watching import RunNews
from advanced_bank_reconciliation.custom_fields import RUN_MARK
from advanced_bank_reconciliation.erpnext_adapter.jobs import recover_abandoned_runs
from advanced_bank_reconciliation.erpnext_adapter.runs.run_leases import WORKING
from advanced_bank_reconciliation.erpnext_adapter.runs.run_view import describe_run
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import (
	ITEM_DOCTYPE,
	PAYMENT_DOCTYPE,
	RUN_DOCTYPE,
)
from advanced_bank_reconciliation.erpnext_adapter.settings import DOCTYPE as SETTINGS
from advanced_bank_reconciliation.tests import books, factories

CLOSED_PERIOD = "Bulk Test Period"
PASSWORD = "correct horse battery staple"


def make_user(name: str, roles: list[str], language: str = "en", domain: str = "bulk-test.example") -> dict:
	"""A user with exactly these roles, who can log in. Returns `{"user", "password"}`."""
	email = f"{name}@{domain}"
	if not frappe.db.exists("User", email):
		values = {"email": email, "first_name": name, "send_welcome_email": 0}
		frappe.get_doc({"doctype": "User", **values}).insert(ignore_permissions=True)
	user = frappe.get_doc("User", email)
	user.set("roles", [{"role": role} for role in roles])
	user.language = language
	user.save(ignore_permissions=True)
	update_password(email, PASSWORD)
	return {"user": email, "password": PASSWORD}


def make_deposit(count: int, beside: float = 0) -> dict:
	"""A deposit over `count` invoices. beside: how much more it is

	Returns `{"bank_transaction", "bank_account", "invoices"}`.
	"""
	transaction, selection = factories.create_test_deposit(count, beside=beside)
	return {
		"bank_transaction": transaction.name,
		"bank_account": transaction.bank_account,
		"invoices": selection,
	}


def advances_of(bank_transaction: str) -> list[dict]:
	"""What the Payment Ledger has unallocated of the payments on a Bank Transaction, as cash on the party's
	account: `{"account", "party", "amount"}`.
	"""
	matched = frappe.get_all("Bank Transaction Payments", {"parent": bank_transaction}, pluck="payment_entry")
	filters = {"voucher_no": ("in", matched), "against_voucher_type": "Payment Entry", "delinked": 0}
	return frappe.get_all("Payment Ledger Entry", filters, ["account", "party", "amount"])


def make_voucher(amount: float) -> dict:
	"""A Payment Entry that a user had before, as `regular_vouchers` wants it."""
	entry = factories.create_test_advance(amount)
	return {"payment_doctype": entry.doctype, "payment_name": entry.name, "amount": amount}


def receive_payments(count: int) -> list[str]:
	"""What a colleague does beside a run: ordinary payments, each of which holds its number series a while.
	Returns their names.
	"""
	factories.create_test_company()
	names = []
	for _number in range(count):
		names.append(factories.create_test_advance(10).name)
		time.sleep(0.5)
		frappe.db.commit()
	return names


def cancel_invoice(name: str) -> None:
	"""What a colleague does in the middle of a run."""
	frappe.get_doc("Sales Invoice", name).cancel()


def close_period(company: str) -> None:
	"""What an accountant does at the end of a month: no payments of these days any more."""
	period = frappe.new_doc("Accounting Period", period_name=f"{CLOSED_PERIOD} {company}", company=company)
	period.update({"start_date": add_days(nowdate(), -1), "end_date": add_days(nowdate(), 1)})
	period.append("closed_documents", {"document_type": "Payment Entry", "closed": 1})
	period.insert()


def freeze_books(company: str) -> None:
	"""No entries up to today any more: of one company on version 16, of all on version 15."""
	if frappe.get_meta("Company").has_field("accounts_frozen_till_date"):
		frappe.db.set_value("Company", company, "accounts_frozen_till_date", nowdate())
	else:
		frappe.db.set_single_value("Accounts Settings", "acc_frozen_upto", nowdate())


def open_period(company: str) -> None:
	"""Take the closing back."""
	filters = {"company": company, "period_name": ("like", f"{CLOSED_PERIOD}%")}
	for name in frappe.get_all("Accounting Period", filters=filters, pluck="name"):
		frappe.delete_doc("Accounting Period", name)


def set_limits(**values: object) -> None:
	"""Change the settings of bulk reconciliation; they may name the tests' company and its accounts."""
	factories.create_test_company()
	frappe.get_doc(SETTINGS).update(values).save()


def ways_of(run: str, column: str) -> list[str]:
	"""How the payments of a run were posted, or undone. column: posting_way or undoing_way"""
	return frappe.get_all(ITEM_DOCTYPE, {"run": run}, pluck=column, order_by="position")


def payments_of(run: str) -> list[list]:
	"""The submitted payments of a run as `[party, number of invoices]`, in order."""
	filters = {RUN_MARK: run, "docstatus": 1}
	payments = frappe.get_all(PAYMENT_DOCTYPE, filters, ["name", "party"], order_by="party, name")
	reference = f"{PAYMENT_DOCTYPE} Reference"
	return [[one.party, frappe.db.count(reference, {"parent": one.name})] for one in payments]


def recover() -> list[str]:
	"""What the scheduler does every minute."""
	return recover_abandoned_runs()


def move_owner_elsewhere(run: str) -> None:
	"""Make it look as if a worker of another machine had the run: its process id means nothing here."""
	frappe.db.set_value(RUN_DOCTYPE, run, "lease_owner", "elsewhere 1 1 elsewhere", update_modified=False)


def waiting_jobs(run: str) -> list[str]:
	"""Ids of the jobs of a run that wait in the queue, or for the end of another job."""
	queue = get_queue("long")
	waiting = [*queue.job_ids, *queue.deferred_job_registry.get_job_ids()]
	return [job for job in waiting if run in job]


def run_state(run: str) -> dict:
	"""What the endpoint says of a run."""
	return describe_run(run)


def read_books(bank_transaction: str, invoices: list[str], run: str | None = None) -> dict:
	"""See `books.read_books`."""
	return books.read_books(bank_transaction, invoices, run)


def make_deposit_with_voucher(count: int, amount: float) -> tuple[dict, dict]:
	"""A deposit over `count` invoices and a payment of `amount` that somebody received before."""
	factories.create_test_company()
	voucher = make_voucher(amount)
	transaction, selection = factories.create_test_deposit(count, beside=amount)
	deposit = {"bank_transaction": transaction.name, "invoices": selection}
	return deposit, voucher


def make_matched_deposit(amounts: list[float]) -> dict:
	"""A deposit that is matched with payments that were received before. Beside the usual: `vouchers`."""
	factories.create_test_company()
	vouchers = [make_voucher(amount) for amount in amounts]
	transaction = factories.create_test_bank_transaction(sum(amounts))
	reconcile_vouchers(transaction.name, json.dumps(vouchers))
	return {"bank_transaction": transaction.name, "vouchers": vouchers}


def read_deposit(name: str) -> dict:
	"""What a Bank Transaction says of itself, and the vouchers that it is matched with."""
	columns = ["status", "reference_number", "party_type", "party", "allocated_amount", "unallocated_amount"]
	filters = {"parent": name, "parenttype": "Bank Transaction"}
	fields = ["payment_document", "payment_entry", "allocated_amount"]
	row = frappe.db.get_value("Bank Transaction", name, columns, as_dict=True)
	return {**row, "rows": frappe.get_all("Bank Transaction Payments", filters=filters, fields=fields)}


def booked(bank_transaction: str, account: str) -> float:
	"""What the payments of a Bank Transaction have on a ledger account: costs less income."""
	matched = {"parent": bank_transaction, "parenttype": "Bank Transaction"}
	payments = frappe.get_all("Bank Transaction Payments", matched, pluck="payment_entry")
	entries = {"voucher_no": ("in", payments), "account": account, "is_cancelled": 0}
	rows = frappe.get_all("GL Entry", entries, ["debit", "credit"])
	return flt(sum(row.debit - row.credit for row in rows), 2)


def make_private_file(owner: str) -> str:
	"""A file with an advice that belongs to one user and is attached to nothing; returns its name."""
	document = {"doctype": "File", "file_name": "advice.csv", "is_private": 1, "content": "Invoice\nSINV-9\n"}
	file = frappe.get_doc(document).insert()
	file.db_set("owner", owner)
	return file.name


def read_payout(bank_transaction: str, invoices: list[str], account: str) -> dict:
	"""The books of a payout, what of it is booked to an account, and what its record says of each line."""
	return {
		**read_books(bank_transaction, invoices),
		"booked": booked(bank_transaction, account),
		"advice": recorded_advice(bank_transaction),
	}


def recorded_advice(bank_transaction: str) -> list[list[str]]:
	"""State, document and learned name of each line of the advice with which it was reconciled."""
	advice = frappe.db.get_value("Remittance Advice", {"bank_transaction": bank_transaction})
	columns = ["state", "reference_name", "learned_name"]
	rows = frappe.get_all("Remittance Advice Line", {"parent": advice}, columns, order_by="idx", as_list=True)
	return [list(row) for row in rows]


def runs_of(bank_transaction: str) -> list[list[str]]:
	"""Name and state of its runs, the oldest first."""
	filters = {"bank_transaction": bank_transaction}
	rows = frappe.get_all(
		"Bulk Reconciliation Run", filters, ["name", "state"], order_by="creation", as_list=True
	)
	return [list(row) for row in rows]


def advice_of_run(run: str) -> list[list[str]]:
	"""State and document of each line of the advice that a run keeps."""
	columns = ["state", "reference_name"]
	rows = frappe.get_all("Remittance Advice Line", {"parent": run}, columns, order_by="idx", as_list=True)
	return [list(row) for row in rows]


def payment_state(name: str) -> dict:
	"""Whether a Payment Entry is submitted, and when it was cleared."""
	row = frappe.db.get_value("Payment Entry", name, ["docstatus", "clearance_date"], as_dict=True)
	return {"docstatus": row.docstatus, "clearance_date": row.clearance_date and str(row.clearance_date)}


def make_other_company() -> str:
	"""A company that the tests do not work in, with a bank account of its own."""
	return factories.create_test_company("Another Bulk Test Company", "ABTC")


def make_cost_center(name: str, company: str = factories.COMPANY) -> str:
	"""A cost center of a company; returns its full name."""
	abbreviation = frappe.get_cached_value("Company", company, "abbr")
	full_name = f"{name} - {abbreviation}"
	if not frappe.db.exists("Cost Center", full_name):
		values = {"cost_center_name": name, "company": company}
		parent = {"parent_cost_center": f"{company} - {abbreviation}"}
		frappe.get_doc({"doctype": "Cost Center", **values, **parent}).insert()
	return full_name


def make_role(name: str, permissions: dict[str, list[str]]) -> str:
	"""A role with exactly these permissions, by document type; returns its name."""
	if not frappe.db.exists("Role", name):
		frappe.get_doc({"doctype": "Role", "role_name": name, "desk_access": 1}).insert()
	for doctype, kinds in permissions.items():
		if not frappe.db.exists("Custom DocPerm", {"parent": doctype, "role": name}):
			add_permission(doctype, name)
		for kind in kinds:
			update_permission_property(doctype, name, 0, kind, 1)
	return name


def make_api_key(name: str, roles: list[str]) -> str:
	"""A user with these roles, and a key of theirs for the API: `key:secret`."""
	user = frappe.get_doc("User", make_user(name, roles)["user"])
	user.api_key, user.api_secret = frappe.generate_hash(length=15), frappe.generate_hash(length=15)
	secret = user.api_secret
	user.save(ignore_permissions=True)
	return f"{user.api_key}:{secret}"


def hear_of(run: str, api_key: str, seconds: float) -> str:
	"""Wait for the first event of a run, as `bulk-reconcile watch` does; says "woken" if one came.

	It waits no longer than who has called it: until the input ends.
	"""
	deadline = time.monotonic() + seconds
	with RunNews(run, api_key) as news:
		print("listening", flush=True)
		is_woken = news.wait(0)
		while not is_woken and time.monotonic() < deadline and not select([sys.stdin], [], [], 0)[0]:
			is_woken = news.wait(0.5)
		return "woken" if is_woken else news.problem or "silence"


def sessions() -> list[str]:
	"""Ids of all sessions of the site; nobody is logged in with the one of guests."""
	kept = [sid for sid in map(frappe.as_unicode, frappe.cache.hgetall("session")) if sid != "Guest"]
	return sorted([*kept, *frappe.db.sql("SELECT sid FROM tabSessions", pluck=True)])


def confine(user: str, doctype: str, name: str) -> None:
	"""Let a user see one document of a type and no other."""
	values = {"user": user, "allow": doctype, "for_value": name}
	if not frappe.db.exists("User Permission", values):
		frappe.get_doc({"doctype": "User Permission", **values}).insert()


def wait_until_idle(seconds: float) -> None:
	"""Wait until no run of the site needs work any more. Raises `TimeoutError`."""
	deadline = time.monotonic() + seconds
	while frappe.db.count("Bulk Reconciliation Run", {"state": ("in", WORKING)}):
		if time.monotonic() > deadline:
			raise TimeoutError("runs are still active")
		recover_abandoned_runs()
		time.sleep(0.5)
		frappe.db.rollback()
