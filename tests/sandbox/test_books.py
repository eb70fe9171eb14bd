"""The sandbox's books guard themselves: what must never be is refused by the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.database import create_database, transaction
from sandbox.seed import seed_deposit

BANK_TRANSACTION = "BT-0001"


@pytest.fixture
def books(tmp_path: Path) -> Iterator[sqlite3.Connection]:
	"""Two invoices, a deposit over both, and one payment of 10.00 that is not posted yet."""
	connection = create_database(tmp_path / "books.sqlite")
	seed_deposit(connection, 2)
	connection.execute("INSERT INTO payment (name, party) VALUES ('PAY', 'Alder & Sons')")
	connection.execute("INSERT INTO journal_line VALUES ('PAY', 'Bank', 1000)")
	yield connection
	connection.close()


def balance(books: sqlite3.Connection) -> None:
	books.execute("INSERT INTO journal_line VALUES ('PAY', 'Customer Alder & Sons', -1000)")


@pytest.mark.parametrize(
	("statement", "reason"),
	[
		("UPDATE payment SET posted = 1 WHERE name = 'PAY'", "does not balance"),
		("UPDATE open_item SET outstanding = -1 WHERE name = 'SINV-00001'", "never_overpaid"),
		("UPDATE open_item SET outstanding = amount + 1 WHERE name = 'SINV-00001'", "never_overpaid"),
		(
			f"INSERT INTO bank_match VALUES ('{BANK_TRANSACTION}', 'PAY', 1001)",
			"more is matched than the payment",
		),
		(f"INSERT INTO bank_match VALUES ('{BANK_TRANSACTION}', 'NEVER', 1)", "FOREIGN KEY"),
	],
)
def test_what_must_not_be_is_refused(books: sqlite3.Connection, statement: str, reason: str) -> None:
	with pytest.raises(sqlite3.IntegrityError, match=reason):
		books.execute(statement)


def test_a_posted_payment_is_closed(books: sqlite3.Connection) -> None:
	balance(books)
	books.execute("UPDATE payment SET posted = 1 WHERE name = 'PAY'")
	with pytest.raises(sqlite3.IntegrityError, match="no more journal lines"):
		balance(books)


def test_a_matched_payment_cannot_be_deleted(books: sqlite3.Connection) -> None:
	balance(books)
	books.execute(f"INSERT INTO bank_match VALUES ('{BANK_TRANSACTION}', 'PAY', 1000)")
	with pytest.raises(sqlite3.IntegrityError, match="cannot be deleted"):
		books.execute("DELETE FROM payment WHERE name = 'PAY'")


def test_a_deposit_is_not_matched_beyond_its_amount(books: sqlite3.Connection) -> None:
	balance(books)
	books.execute("UPDATE bank_transaction SET amount = 999")
	with pytest.raises(sqlite3.IntegrityError, match="more is matched than the bank transaction"):
		books.execute(f"INSERT INTO bank_match VALUES ('{BANK_TRANSACTION}', 'PAY', 1000)")


def test_a_transaction_is_kept_or_not_as_a_whole(books: sqlite3.Connection) -> None:
	with pytest.raises(ZeroDivisionError), transaction(books):
		balance(books)
		raise ZeroDivisionError
	assert books.execute("SELECT count(*) FROM journal_line").fetchone()[0] == 1
