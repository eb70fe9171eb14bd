"""Scenes for soaks and outages: many deposits at once, runs as they are, and outages of the database."""

from __future__ import annotations

import time
from contextlib import suppress

import frappe
from pymysql.constants import COMMAND
from rq.timeouts import JobTimeoutException

from advanced_bank_reconciliation.erpnext_adapter.recovery import look_after_runs
from advanced_bank_reconciliation.erpnext_adapter.runs.run_store import FrappeRunStore
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import ITEM_DOCTYPE, RUN_DOCTYPE
from advanced_bank_reconciliation.erpnext_adapter.settings import DOCTYPE as SETTINGS
from advanced_bank_reconciliation.tests import factories


def make_deposits(counts: list[int]) -> list[dict]:
	"""One deposit for each of `counts`, over so many invoices, in the form of `scenes.make_deposit`."""
	factories.create_test_company()
	invoices = iter(_make_invoices(sum(counts)))
	return [_make_deposit([next(invoices) for _invoice in range(count)]) for count in counts]


def hold_numbers(runs: list[str], seconds: float = 60) -> None:
	"""Let nobody number a payment until all of `runs` have begun to post, and let go of all in one moment."""
	frappe.db.sql("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
	frappe.db.rollback()
	series = frappe.qb.DocType("Series")
	frappe.qb.from_(series).select(series.current).where(series.name.like("ACC-PAY-%")).for_update().run()
	deadline = time.monotonic() + seconds
	while frappe.db.count(RUN_DOCTYPE, {"name": ("in", runs), "state": "Posting"}) < len(runs):
		if time.monotonic() > deadline:
			raise TimeoutError("not all of the runs have begun")
		time.sleep(0.1)
	# From its beginning to its first number a batch has a way to go.
	time.sleep(1)
	frappe.db.rollback()


def run_rows(runs: list[str]) -> dict[str, dict]:
	"""What the table says of some runs, by name."""
	columns = ["name", "state", "total_items", "posted_items", "undone_items", "fencing_token", "attempts"]
	columns += ["lease_owner", "reason", "last_error", "ended_at"]
	rows = frappe.get_all(RUN_DOCTYPE, filters={"name": ("in", runs)}, fields=columns)
	return {row.name: row for row in rows}


def set_single_limits(**values: int | str) -> dict:
	"""Change settings past their validation; returns what they were."""
	before = {name: frappe.db.get_single_value(SETTINGS, name) for name in values}
	for name, value in values.items():
		frappe.db.set_single_value(SETTINGS, name, value)
	return before


def recover(runs: list[str]) -> list[str]:
	"""What the scheduler and who follows a run do, but for these runs alone."""
	return look_after_runs(runs)


def kill_connections(ports: list[int]) -> int:
	"""Cut the database connections that come from these ports; returns how many."""
	rows = frappe.db.sql("SHOW PROCESSLIST", as_dict=True)
	victims = [row.Id for row in rows if int((row.Host or ":0").rpartition(":")[2] or 0) in ports]
	for victim in victims:
		frappe.db.sql(f"KILL {int(victim)}")
	return len(victims)


def hold_invoices(names: list[str], bank_transaction: str) -> None:
	"""Keep the rows of some invoices locked, as a colleague's long transaction does, until a run of the
	deposit has met them twice.
	"""
	_see_what_others_commit()
	_lock_invoices(names)
	deadline = time.monotonic() + 90
	met = {"bank_transaction": bank_transaction, "attempts": (">", 1), "last_error": ("is", "set")}
	while not frappe.db.exists(RUN_DOCTYPE, met):
		if time.monotonic() > deadline:
			raise TimeoutError(f"No run of {bank_transaction} has met what is held")
		time.sleep(0.1)
	frappe.db.rollback()


def interrupt_between_query_and_answer() -> list:
	"""Have the time limit strike at the worst moment of a transaction; returns what the next query says."""
	with suppress(JobTimeoutException), FrappeRunStore(5).transaction():
		frappe.db._conn._execute_command(COMMAND.COM_QUERY, "SELECT 41")
		raise JobTimeoutException
	return frappe.db.sql("SELECT 42", pluck=True)


def cross_the_locks(run: str, posted: int) -> None:
	"""Make a deadlock with the worker of a run, of which the worker is the victim.

	Locks the last invoice of a later batch, waits until the run has `posted` so many and wants this one, and
	then wants the run's row. InnoDB gives up the transaction that has changed less.
	"""
	_see_what_others_commit()
	wanted = {"run": run, "position": posted + frappe.db.get_value(RUN_DOCTYPE, run, "batch_size") - 1}
	_lock_invoices([frappe.db.get_value(ITEM_DOCTYPE, wanted, "reference_name")])
	rows = [(frappe.generate_hash(length=12), "to be rolled back") for _row in range(3000)]
	frappe.db.bulk_insert("Error Log", ["name", "method"], rows)
	deadline = time.monotonic() + 60
	while frappe.db.get_value(RUN_DOCTYPE, run, "posted_items") < posted:
		if time.monotonic() > deadline:
			raise TimeoutError(f"{run} has not posted {posted}")
		time.sleep(0.02)
	time.sleep(4)
	frappe.db.get_value(RUN_DOCTYPE, run, "name", for_update=True)
	frappe.db.rollback()


def _see_what_others_commit() -> None:
	frappe.db.sql("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
	frappe.db.commit()


def _lock_invoices(names: list[str]) -> None:
	invoice = frappe.qb.DocType("Sales Invoice")
	frappe.qb.from_(invoice).select(invoice.name).where(invoice.name.isin(names)).for_update().run()


def _make_invoices(count: int) -> list[dict]:
	"""Of ten customers, each with an amount of their own."""
	copies = -(-count // factories.CUSTOMER_COUNT)
	groups = [
		factories.take_sales_invoices(f"Bulk Test Customer {number}", 50 + number * 1.37, count=copies)
		for number in range(factories.CUSTOMER_COUNT)
	]
	return [row for rows in zip(*groups, strict=True) for row in rows][:count]


def _make_deposit(selection: list[dict]) -> dict:
	total = sum(round(row["allocated_amount"] * 100) for row in selection) / 100
	transaction = factories.create_test_bank_transaction(total)
	return {
		"bank_transaction": transaction.name,
		"bank_account": transaction.bank_account,
		"invoices": selection,
	}
