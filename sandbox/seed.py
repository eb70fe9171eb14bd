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
BANK_TRANSACTION = "BT-0001"
STATEMENT_DATE = "2026-01-31"


@dataclass(frozen=True)
class Deposit:
	"""What was seeded: the bank transaction, its amount, and a selection that settles it exactly."""

	bank_transaction: str
	amount: Decimal
	selection: list[dict]


def seed_deposit(connection: sqlite3.Connection, count: int) -> Deposit:
	"""Write `count` invoices, the same ones every time, and one deposit over all of them."""
	chance = random.Random(count)  # noqa: S311 amounts, not secrets
	amounts = [chance.randint(500, 25_000) for _invoice in range(count)]
	rows = [_invoice_row(number, amount) for number, amount in enumerate(amounts)]
	with transaction(connection):
		connection.executemany(
			"INSERT INTO open_item (doctype, name, party, due_date, amount, outstanding)"
			" VALUES (?, ?, ?, ?, ?, ?)",
			rows,
		)
		connection.execute(
			"INSERT INTO bank_transaction (name, date, amount) VALUES (?, ?, ?)",
			(BANK_TRANSACTION, STATEMENT_DATE, sum(amounts)),
		)
	selection = [
		{"doctype": row[0], "name": row[1], "allocated_amount": str(to_amount(row[4]))} for row in rows
	]
	return Deposit(BANK_TRANSACTION, to_amount(sum(amounts)), selection)


def _invoice_row(number: int, amount: int) -> tuple:
	name, party = f"SINV-{number + 1:05}", CUSTOMERS[number % len(CUSTOMERS)]
	return "Sales Invoice", name, party, f"2026-01-{number % 28 + 1:02}", amount, amount
