"""The sandbox's books guard themselves: what must never be is refused by the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from sandbox.database import create_database, to_minor_units, transaction
from sandbox.seed import seed_deposit
from sandbox.start import start_run

BANK_TRANSACTION = "BT-0001"


@pytest.fixture
def books(tmp_path: Path) -> Iterator[sqlite3.Connection]:
	"""Two invoices, a deposit over both, a draft of a payment, and a posted one, both of 10.00."""
	connection = create_database(tmp_path / "books.sqlite")
	seed_deposit(connection, 2)
	for name in ("DRAFT", "PAY"):
		connection.execute("INSERT INTO payment (name, party) VALUES (?, 'Alder & Sons')", (name,))
		connection.execute("INSERT INTO journal_line VALUES (?, 'Bank', 1000)", (name,))
	connection.execute("INSERT INTO journal_line VALUES ('PAY', 'Customer Alder & Sons', -1000)")
	connection.execute("UPDATE payment SET posted = 1 WHERE name = 'PAY'")
	yield connection
	connection.close()


@pytest.mark.parametrize(
	("statement", "reason"),
	[
		("UPDATE payment SET posted = 1 WHERE name = 'DRAFT'", "does not balance"),
		(
			"INSERT INTO payment (name, party, posted) VALUES ('NEW', 'Alder & Sons', 1)",
			"only after its journal",
		),
		("INSERT INTO journal_line VALUES ('PAY', 'Bank', 1)", "no more journal lines"),
		("UPDATE journal_line SET amount = 999 WHERE payment = 'PAY'", "never changed"),
		("DELETE FROM journal_line WHERE payment = 'PAY'", "never deleted"),
		("UPDATE open_item SET outstanding = -1 WHERE name = 'SINV-00001'", "never_overpaid"),
		("UPDATE open_item SET outstanding = amount + 1 WHERE name = 'SINV-00001'", "never_overpaid"),
		(f"INSERT INTO bank_match VALUES ('{BANK_TRANSACTION}', 'DRAFT', 1000)", "only a posted payment"),
		(f"INSERT INTO bank_match VALUES ('{BANK_TRANSACTION}', 'PAY', 1001)", "matched than the payment"),
		(f"INSERT INTO bank_match VALUES ('{BANK_TRANSACTION}', 'NEVER', 1)", "FOREIGN KEY"),
	],
)
def test_what_must_not_be_is_refused(books: sqlite3.Connection, statement: str, reason: str) -> None:
	with pytest.raises(sqlite3.IntegrityError, match=reason):
		books.execute(statement)


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_is_matched_by_less_than_a_cent(books: sqlite3.Connection, amount: int) -> None:
	with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
		books.execute(f"INSERT INTO bank_match VALUES ('{BANK_TRANSACTION}', 'PAY', ?)", (amount,))


def test_a_payment_pays_no_invoice_with_nothing(books: sqlite3.Connection) -> None:
	with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
		books.execute("INSERT INTO payment_reference VALUES ('DRAFT', 'Sales Invoice', 'SINV-00001', 0)")


def test_one_active_run_for_a_deposit_and_for_an_invoice(books: sqlite3.Connection) -> None:
	"""Whatever starts a run, a second one is refused by the tables themselves."""
	second = seed_deposit(books, 1)
	first = [{"doctype": "Sales Invoice", "name": "SINV-00001", "allocated_amount": "1.00"}]
	start_run(books, BANK_TRANSACTION, first)
	start_run(books, second.bank_transaction, second.selection)
	with pytest.raises(sqlite3.IntegrityError, match="active_bank_transaction"):
		books.execute("UPDATE run SET active_bank_transaction = ?", (BANK_TRANSACTION,))
	with pytest.raises(sqlite3.IntegrityError, match="active_document"):
		books.execute("UPDATE run_item SET active_document = 'Sales Invoice/SINV-00001'")


def test_a_matched_payment_stays_as_it_is(books: sqlite3.Connection) -> None:
	books.execute(f"INSERT INTO bank_match VALUES ('{BANK_TRANSACTION}', 'PAY', 1000)")
	with pytest.raises(sqlite3.IntegrityError, match="cannot be deleted"):
		books.execute("DELETE FROM payment WHERE name = 'PAY'")
	with pytest.raises(sqlite3.IntegrityError, match="never changed"):
		books.execute("UPDATE bank_match SET amount = 1")


def test_what_is_taken_back_can_be_matched_again(books: sqlite3.Connection) -> None:
	books.execute("UPDATE bank_transaction SET amount = 1000")
	for _time in range(2):
		books.execute(f"INSERT INTO bank_match VALUES ('{BANK_TRANSACTION}', 'PAY', 1000)")
		assert books.execute("SELECT allocated FROM bank_transaction").fetchone()[0] == 1000
		books.execute("DELETE FROM bank_match")
	assert books.execute("SELECT allocated FROM bank_transaction").fetchone()[0] == 0


def test_a_deposit_is_not_matched_beyond_its_amount(books: sqlite3.Connection) -> None:
	books.execute("UPDATE bank_transaction SET amount = 999")
	with pytest.raises(sqlite3.IntegrityError, match="never_exceeded"):
		books.execute(f"INSERT INTO bank_match VALUES ('{BANK_TRANSACTION}', 'PAY', 1000)")


def test_the_same_payment_in_full_on_two_deposits(books: sqlite3.Connection) -> None:
	"""Once it is matched to one deposit, nothing of it is left for another."""
	second = seed_deposit(books, 2).bank_transaction
	books.execute(f"INSERT INTO bank_match VALUES ('{BANK_TRANSACTION}', 'PAY', 600)")
	with pytest.raises(sqlite3.IntegrityError, match="more is matched than the payment"):
		books.execute("INSERT INTO bank_match VALUES (?, 'PAY', 401)", (second,))
	books.execute("INSERT INTO bank_match VALUES (?, 'PAY', 400)", (second,))


@pytest.mark.parametrize("amount", ["649.715", "0.001"])
def test_parts_of_a_cent_are_no_money(amount: str) -> None:
	with pytest.raises(ValueError, match="whole number of cents"):
		to_minor_units(Decimal(amount))


def test_a_transaction_is_kept_or_not_as_a_whole(books: sqlite3.Connection) -> None:
	with pytest.raises(ZeroDivisionError), transaction(books):
		books.execute("INSERT INTO journal_line VALUES ('DRAFT', 'Customer Alder & Sons', -1000)")
		raise ZeroDivisionError
	assert books.execute("SELECT count(*) FROM journal_line WHERE payment = 'DRAFT'").fetchone()[0] == 1
