"""Books to try things out on: one deposit, and many invoices of ten customers that it pays."""

from __future__ import annotations

import random
import sqlite3
from dataclasses import dataclass
from decimal import Decimal

from sandbox.database import to_amount, transaction

CUSTOMERS = (
	"Alder & Sons",
	"Birch Trading",
	"Cedar Supplies",
	"Dogwood Ltd",
	"Elm Street Stores",
	"Fir Logistics",
	"Gum Tree Foods",
	"Hazel Interiors",
	"Ironwood Tools",
	"Juniper Books",
)
STATEMENT_DATE = "2026-01-31"


@dataclass(frozen=True)
class Deposit:
	"""What was seeded: the bank transaction, its amount, and a selection that settles it exactly."""

	bank_transaction: str
	amount: Decimal
	selection: list[dict]


def seed_deposit(connection: sqlite3.Connection, count: int) -> Deposit:
	"""Write `count` invoices and one deposit over all of them, beside what is there already.

	The same calls on a new database write the same books every time.
	"""
	chance = random.Random(count)  # noqa: S311 amounts, not secrets
	amounts = [chance.randint(500, 25_000) for _invoice in range(count)]
	with transaction(connection):
		first = connection.execute("SELECT count(*) FROM open_item").fetchone()[0]
		name = _insert_bank_transaction(connection, sum(amounts))
		rows = [_invoice_row(number, amount) for number, amount in enumerate(amounts, start=first)]
		connection.executemany(
			"INSERT INTO open_item (doctype, name, party, due_date, amount, outstanding, deposit)"
			" VALUES (?, ?, ?, ?, ?, ?, ?)",
			[(*row, name) for row in rows],
		)
	selection = [
		{"doctype": row[0], "name": row[1], "allocated_amount": str(to_amount(row[4]))} for row in rows
	]
	return Deposit(name, to_amount(sum(amounts)), selection)


def _insert_bank_transaction(connection: sqlite3.Connection, amount: int) -> str:
	number = connection.execute("SELECT count(*) FROM bank_transaction").fetchone()[0] + 1
	name = f"BT-{number:04}"
	connection.execute(
		"INSERT INTO bank_transaction (name, date, amount) VALUES (?, ?, ?)", (name, STATEMENT_DATE, amount)
	)
	return name


def _invoice_row(number: int, amount: int) -> tuple:
	name, party = f"SINV-{number + 1:05}", CUSTOMERS[number % len(CUSTOMERS)]
	return "Sales Invoice", name, party, f"2026-01-{number % 28 + 1:02}", amount, amount
