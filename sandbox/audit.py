"""Judging the sandbox's books from the tables alone, with plain SQL."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from decimal import Decimal

from sandbox.database import to_amount

# Each query finds what must not be; none may find anything.
VIOLATIONS = {
	"payments whose journal does not balance": (
		"SELECT payment FROM journal_line GROUP BY payment HAVING sum(amount) <> 0"
	),
	"payments that are not posted": "SELECT name FROM payment WHERE posted = 0",
	"items posted without a payment": (
		"SELECT key FROM run_item WHERE state = 'Posted' AND voucher NOT IN (SELECT name FROM payment)"
	),
	"payments that no item of a run knows": (
		"SELECT payment FROM payment_reference WHERE payment NOT IN"
		" (SELECT voucher FROM run_item WHERE state = 'Posted')"
	),
	"outstanding amounts that the payments do not explain": (
		"SELECT name FROM open_item WHERE amount - outstanding <> (SELECT coalesce(sum(reference.amount), 0)"
		" FROM payment_reference AS reference WHERE reference.doctype = open_item.doctype"
		" AND reference.name = open_item.name)"
	),
	"bank transactions whose matches do not come to what is allocated": (
		"SELECT name FROM bank_transaction WHERE allocated <>"
		" (SELECT coalesce(sum(amount), 0) FROM bank_match WHERE bank_transaction = bank_transaction.name)"
	),
	"completed runs with unmatched payments": (
		"SELECT voucher FROM run_item JOIN run ON run.name = run_item.run WHERE run.state = 'Completed'"
		" AND kind <> 'existing voucher' AND voucher NOT IN (SELECT payment FROM bank_match)"
	),
	"undone runs with payments left": (
		"SELECT key FROM run_item JOIN run ON run.name = run_item.run WHERE run.state = 'Rolled Back'"
		" AND run_item.state = 'Posted'"
	),
	"ended runs that hold documents": (
		"SELECT key FROM run_item JOIN run ON run.name = run_item.run"
		" WHERE run.state IN ('Completed', 'Rolled Back') AND active_document IS NOT NULL"
	),
}


@dataclass(frozen=True)
class Findings:
	"""What the books say of one bank transaction, and everything that is wrong anywhere."""

	payments: int
	customers: int
	matched: Decimal
	unallocated: Decimal
	outstanding: Decimal
	violations: dict[str, list[str]]


def audit(connection: sqlite3.Connection, bank_transaction: str) -> Findings:
	"""Read everything anew."""
	payments, customers, matched = connection.execute(
		"SELECT count(*), count(DISTINCT payment.party), coalesce(sum(bank_match.amount), 0) FROM bank_match"
		" JOIN payment ON payment.name = bank_match.payment WHERE bank_transaction = ?",
		(bank_transaction,),
	).fetchone()
	query = "SELECT abs(amount) FROM bank_transaction WHERE name = ?"
	amount = connection.execute(query, (bank_transaction,)).fetchone()[0]
	outstanding = connection.execute("SELECT coalesce(sum(outstanding), 0) FROM open_item").fetchone()[0]
	return Findings(
		payments=payments,
		customers=customers,
		matched=to_amount(matched),
		unallocated=to_amount(amount - matched),
		outstanding=to_amount(outstanding),
		violations=find_violations(connection),
	)


def find_violations(connection: sqlite3.Connection) -> dict[str, list[str]]:
	"""Everything that is wrong anywhere in the books."""
	found = {name: [row[0] for row in connection.execute(query)] for name, query in VIOLATIONS.items()}
	return {name: rows for name, rows in found.items() if rows}


@dataclass(frozen=True)
class Ending:
	"""What the tables say of one deposit, its invoices and their payments; amounts in minor units."""

	amount: int
	matched: int
	invoices: int
	outstanding: int
	payments: int
	paid_twice: int
	unbalanced: int
	held: int

	@property
	def is_sound(self) -> bool:
		return not (self.paid_twice or self.unbalanced or self.held)

	@property
	def is_all(self) -> bool:
		"""Every invoice is paid once, and all of it is matched."""
		is_paid = self.payments == self.invoices and self.outstanding == 0
		return self.is_sound and is_paid and self.matched == self.amount

	@property
	def is_nothing(self) -> bool:
		"""No trace of a payment is left."""
		return self.is_sound and not (self.payments or self.matched) and self.outstanding == self.amount


def read_ending(connection: sqlite3.Connection, bank_transaction: str) -> Ending:
	"""Read one deposit that all of its invoices together settle exactly."""
	row = connection.execute(
		"WITH paid AS (SELECT reference.* FROM open_item JOIN payment_reference AS reference"
		" ON reference.doctype = open_item.doctype AND reference.name = open_item.name"
		" WHERE deposit = :name),"
		" lines AS (SELECT payment, sum(amount) AS balance, count(*) AS number FROM journal_line"
		" WHERE payment IN (SELECT payment FROM paid) GROUP BY payment)"
		" SELECT abs(amount) AS amount,"
		" (SELECT coalesce(sum(amount), 0) FROM bank_match WHERE bank_transaction = :name) AS matched,"
		" (SELECT count(*) FROM open_item WHERE deposit = :name) AS invoices,"
		" (SELECT coalesce(sum(outstanding), 0) FROM open_item WHERE deposit = :name) AS outstanding,"
		" (SELECT count(DISTINCT payment) FROM paid) AS payments,"
		" (SELECT count(*) - count(DISTINCT doctype || '/' || name) FROM paid) AS paid_twice,"
		" (SELECT count(DISTINCT payment) FROM paid)"
		" - (SELECT count(*) FROM lines WHERE balance = 0 AND number = 2) AS unbalanced,"
		" (SELECT count(*) FROM run_item JOIN run ON run.name = run_item.run"
		" WHERE run.bank_transaction = :name AND active_document IS NOT NULL) AS held"
		" FROM bank_transaction WHERE name = :name",
		{"name": bank_transaction},
	).fetchone()
	return Ending(**dict(row))
