"""What the sandbox's books say, read for the post-conditions of a step."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from advanced_bank_reconciliation.engine.deductions import DeductionKey
from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.facts import StatementFacts, VoucherFacts
from advanced_bank_reconciliation.engine.records import Run
from sandbox.database import PAYMENT_DOCTYPE, to_amount

PAYMENTS = (
	"SELECT payment.*, sum(line.amount) AS difference, sum(line.amount * (line.account = 'Bank')) AS moved"
	" FROM payment LEFT JOIN journal_line AS line ON line.payment = payment.name"
)


def outstanding(
	connection: sqlite3.Connection, documents: Sequence[DocumentKey]
) -> Mapping[DocumentKey, Decimal]:
	"""See `Ledger.outstanding`. BEGIN IMMEDIATE has locked everything already."""
	rows = connection.execute(
		"SELECT doctype, name, outstanding FROM json_each(?) AS selected JOIN open_item"
		" ON doctype = json_extract(selected.value, '$[0]') AND name = json_extract(selected.value, '$[1]')",
		(json.dumps(documents),),
	)
	return {DocumentKey(row["doctype"], row["name"]): to_amount(row["outstanding"]) for row in rows}


def vouchers_of(
	connection: sqlite3.Connection, run: Run, marks: Collection[str] | None
) -> Sequence[VoucherFacts]:
	"""See `Ledger.vouchers_of`. What is undone is deleted here."""
	# The plus keeps SQLite from reading the whole run: the items' own index finds these few.
	of_items = "+run = :run AND run_item IN (SELECT value FROM json_each(:marks))"
	chosen = "run = :run" if marks is None else of_items
	rows = connection.execute(
		f"{PAYMENTS} WHERE {chosen} GROUP BY payment.name ORDER BY payment.number DESC",
		{"run": run.name, "marks": json.dumps(list(marks or ()))},
	).fetchall()
	names = [row["name"] for row in rows]
	settled, deducted = _settled(connection, names), _deducted(connection, names)
	unallocated, misbooked = _unallocated(connection, names), _misbooked(connection, names)
	return [
		VoucherFacts(
			key=DocumentKey(PAYMENT_DOCTYPE, row["name"]),
			item=row["run_item"],
			docstatus=row["posted"],
			is_balanced=row["difference"] == 0,
			moved=to_amount(row["moved"] or 0),
			settled=settled[row["name"]],
			unallocated=unallocated[row["name"]],
			deducted=deducted[row["name"]],
			is_cleared=bool(row["clearance_date"]),
			misbooked=tuple(misbooked[row["name"]]),
		)
		for row in rows
	]


def statement(connection: sqlite3.Connection, run: Run) -> StatementFacts:
	"""See `Ledger.statement`."""
	name = (run.bank_transaction,)
	query = "SELECT abs(amount) - allocated AS unallocated, cancelled FROM bank_transaction WHERE name = ?"
	line = connection.execute(query, name).fetchone()
	rows = connection.execute("SELECT payment, amount FROM bank_match WHERE bank_transaction = ?", name)
	return StatementFacts(
		rows={DocumentKey(PAYMENT_DOCTYPE, row["payment"]): to_amount(row["amount"]) for row in rows},
		unallocated=to_amount(line["unallocated"]),
	)


def _settled(connection: sqlite3.Connection, names: Sequence[str]) -> dict[str, dict[DocumentKey, Decimal]]:
	rows = connection.execute(
		"SELECT * FROM payment_reference WHERE payment IN (SELECT value FROM json_each(?))",
		(json.dumps(names),),
	)
	settled: dict[str, dict[DocumentKey, Decimal]] = defaultdict(dict)
	for row in rows:
		settled[row["payment"]][DocumentKey(row["doctype"], row["name"])] = to_amount(row["amount"])
	return settled


def _unallocated(connection: sqlite3.Connection, names: Sequence[str]) -> dict[str, Decimal]:
	"""By payment: what it takes off the party's account, and off no open item."""
	rows = connection.execute(
		"SELECT payment, sum(CASE WHEN account LIKE 'Customer %' THEN -amount ELSE amount END) -"
		" (SELECT coalesce(sum(amount), 0) FROM payment_reference WHERE payment = line.payment) AS amount"
		" FROM journal_line AS line WHERE payment IN (SELECT value FROM json_each(?))"
		" AND (account LIKE 'Customer %' OR account LIKE 'Supplier %') GROUP BY payment",
		(json.dumps(names),),
	)
	return defaultdict(Decimal, {row["payment"]: to_amount(row["amount"]) for row in rows})


def _deducted(connection: sqlite3.Connection, names: Sequence[str]) -> dict[str, dict[DeductionKey, Decimal]]:
	"""By payment: what it debits on accounts that are neither the bank's nor the party's."""
	rows = connection.execute(
		"SELECT payment, account, sum(amount) AS amount FROM journal_line WHERE payment IN"
		" (SELECT value FROM json_each(?)) AND account <> 'Bank' AND account NOT LIKE 'Customer %'"
		" AND account NOT LIKE 'Supplier %' GROUP BY payment, account HAVING sum(amount) <> 0",
		(json.dumps(names),),
	)
	deducted: dict[str, dict[DeductionKey, Decimal]] = defaultdict(dict)
	for row in rows:
		deducted[row["payment"]][DeductionKey(row["account"], "")] = to_amount(row["amount"])
	return deducted


def _misbooked(connection: sqlite3.Connection, names: Sequence[str]) -> dict[str, list[str]]:
	"""By payment: accounts of parties that owe none of the open items that it pays, and want no advance."""
	rows = connection.execute(
		"SELECT line.payment, line.account FROM journal_line AS line WHERE line.payment IN"
		" (SELECT value FROM json_each(?)) AND (account LIKE 'Customer %' OR account LIKE 'Supplier %')"
		" AND substr(account, 10) NOT IN (SELECT party FROM payment_reference AS reference JOIN open_item"
		" USING (doctype, name) WHERE reference.payment = line.payment)"
		" AND account NOT IN (SELECT doctype || ' ' || document FROM run_item JOIN payment"
		" ON payment.run_item = run_item.key WHERE payment.name = line.payment AND kind = 'advance')",
		(json.dumps(names),),
	)
	misbooked: dict[str, list[str]] = defaultdict(list)
	for row in rows:
		misbooked[row["payment"]].append(row["account"])
	return misbooked
