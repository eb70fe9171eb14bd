"""One SQLite file: opening it, and transactions in which nobody else writes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from pathlib import Path

SCHEMA = Path(__file__).with_name("schema.sql")
PRECISION = 2
CURRENCY = "USD"
COMPANY = "Sandbox Company"
PAYMENT_DOCTYPE = "Payment"
DISCOUNT_ACCOUNT = "Early Payment Discounts"
DEDUCTION_ACCOUNTS = ("Bank Charges", "Write Off")
LOCK_TIMEOUT_SECONDS = 30.0


def create_database(path: Path) -> sqlite3.Connection:
	"""Make a new database file with empty books, and open it."""
	connection = open_database(path)
	connection.execute("PRAGMA journal_mode = WAL")
	connection.executescript(SCHEMA.read_text())
	return connection


def open_database(path: Path, lock_timeout: float = LOCK_TIMEOUT_SECONDS) -> sqlite3.Connection:
	"""Open a database file; statements outside of `transaction` commit by themselves.

	lock_timeout: seconds to wait for another writer
	"""
	connection = sqlite3.connect(path, timeout=lock_timeout, isolation_level=None, check_same_thread=False)
	connection.row_factory = sqlite3.Row
	connection.execute("PRAGMA foreign_keys = ON")
	return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
	"""Commit on leaving; roll back on any exception. BEGIN IMMEDIATE keeps every other writer out."""
	connection.execute("BEGIN IMMEDIATE")
	try:
		yield
		connection.execute("COMMIT")
	except BaseException:
		with suppress(sqlite3.Error):
			connection.execute("ROLLBACK")
		raise


def to_minor_units(amount: Decimal) -> int:
	"""An amount of money as the tables have it, in cents. Raises `ValueError` for parts of a cent."""
	minor_units = amount.scaleb(PRECISION)
	if minor_units != minor_units.to_integral_value():
		raise ValueError(f"{amount} is not a whole number of cents")
	return int(minor_units)


def to_amount(minor_units: int) -> Decimal:
	"""A number of cents as an amount of money."""
	return Decimal(minor_units).scaleb(-PRECISION)
