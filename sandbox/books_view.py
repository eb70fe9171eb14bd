"""What the sandbox's page shows, as plain data."""

from __future__ import annotations

import sqlite3

from advanced_bank_reconciliation.engine.progress import failure_fact, progress_of
from advanced_bank_reconciliation.engine.states import ACTIVE_STATES, FORWARD_STATES, RunState
from sandbox.audit import audit
from sandbox.database import to_amount
from sandbox.run_store import SqliteRunStore

MAX_ROWS = 500


def describe_books(connection: sqlite3.Connection) -> dict:
	"""The newest deposit, its invoices (the first 500), and its newest run, if any."""
	line = _newest_line(connection)
	name = line["name"]
	runs = connection.execute(
		"SELECT name FROM run WHERE bank_transaction = ? ORDER BY number DESC", (name,)
	).fetchone()
	return {
		"bank_transaction": name,
		"date": line["date"],
		"amount": f"{to_amount(line['amount']):,.2f}",
		"unallocated": f"{audit(connection, name).unallocated:,.2f}",
		"invoices": [_invoice(row) for row in _invoices(connection, name)[:MAX_ROWS]],
		"run": runs["name"] if runs else None,
	}


def describe_run(store: SqliteRunStore, name: str) -> dict:
	"""The state of a run: the keys of both of its events. Raises `RunNotFound`."""
	run = store.lock_for_request(name)
	failures = store.failures(run)
	return {
		**progress_of(run).event(),
		"success": run.state is RunState.COMPLETED if run.state not in ACTIVE_STATES else None,
		"processed": run.posted - run.undone,
		"failed": len(failures),
		"failures": [failure_fact(item) for item in failures],
		"can_cancel": run.state in FORWARD_STATES and not run.cancel_requested_by,
	}


def latest_deposit(connection: sqlite3.Connection) -> tuple[str, list[dict]]:
	"""The newest deposit, and a selection of all that is outstanding of its invoices."""
	name = _newest_line(connection)["name"]
	selection = [
		{
			"doctype": row["doctype"],
			"name": row["name"],
			"allocated_amount": str(to_amount(row["outstanding"])),
		}
		for row in _invoices(connection, name)
		if row["outstanding"]
	]
	return name, selection


def count_of_invoices(connection: sqlite3.Connection) -> int:
	"""How many invoices the newest deposit was seeded for."""
	return len(_invoices(connection, _newest_line(connection)["name"]))


def _newest_line(connection: sqlite3.Connection) -> sqlite3.Row:
	return connection.execute("SELECT * FROM bank_transaction ORDER BY name DESC").fetchone()


def _invoices(connection: sqlite3.Connection, bank_transaction: str) -> list[sqlite3.Row]:
	query = "SELECT * FROM open_item WHERE deposit = ? ORDER BY name"
	return connection.execute(query, (bank_transaction,)).fetchall()


def _invoice(row: sqlite3.Row) -> list[str]:
	amounts = [f"{to_amount(row[column]):,.2f}" for column in ("amount", "outstanding")]
	return [row["name"], row["party"], row["due_date"], *amounts]
