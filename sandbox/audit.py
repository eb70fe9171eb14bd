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
	"completed runs with unmatched payments": (
		"SELECT voucher FROM run_item JOIN run ON run.name = run_item.run WHERE run.state = 'Completed'"
		" AND kind = 'open item' AND voucher NOT IN (SELECT payment FROM bank_match)"
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
	found = {name: [row[0] for row in connection.execute(query)] for name, query in VIOLATIONS.items()}
	return Findings(
		payments=payments,
		customers=customers,
		matched=to_amount(matched),
		unallocated=to_amount(amount - matched),
		outstanding=to_amount(outstanding),
		violations={name: rows for name, rows in found.items() if rows},
	)
