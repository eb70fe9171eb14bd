"""The engine's Ledger port: a double-entry ledger in SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from itertools import groupby

from rq.timeouts import BaseTimeoutException

from advanced_bank_reconciliation.engine.deductions import total_of
from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.errors import (
	FailureKind,
	ItemFailure,
	ItemsRefused,
	ReconciliationError,
)
from advanced_bank_reconciliation.engine.facts import StatementFacts, VoucherFacts
from advanced_bank_reconciliation.engine.records import Item, Run, Voucher
from sandbox import voucher_facts
from sandbox.database import PAYMENT_DOCTYPE, to_amount, to_minor_units

TRANSIENT_ERROR = ("locked", "busy", "disk I/O")


class MatchingRefused(ReconciliationError):
	"""The bank transaction does not take the vouchers."""


class SqliteLedger:
	"""Posts payments, each with its journal lines, inside the caller's transaction."""

	def __init__(self, connection: sqlite3.Connection):
		self.connection = connection

	def post(self, run: Run, items: Sequence[Item]) -> Mapping[str, Voucher]:
		refused = self.recheck(run, items)
		if refused:
			raise ItemsRefused(refused)
		vouchers: dict[str, Voucher] = {}
		for _group, members in groupby(items, key=lambda item: item.group):
			group = list(members)
			voucher = self._post_payment(run, group)
			vouchers |= {item.key: voucher for item in group}
		return vouchers

	def match(self, run: Run, vouchers: Sequence[Voucher]) -> None:
		date = self._date_of(run.bank_transaction)
		for voucher in vouchers:
			amount = to_minor_units(voucher.amount)
			values = (run.bank_transaction, voucher.name, amount)
			self.connection.execute("INSERT INTO bank_match VALUES (?, ?, ?)", values)
			self._clear_if_fully_matched(voucher.name, date)

	def unmatch(self, run: Run, vouchers: Sequence[Voucher]) -> None:
		for voucher in vouchers:
			where = (run.bank_transaction, voucher.name)
			self.connection.execute(
				"DELETE FROM bank_match WHERE bank_transaction = ? AND payment = ?", where
			)
			self.connection.execute(
				"UPDATE payment SET clearance_date = (SELECT former_clearance_date FROM run_item"
				" WHERE run = ? AND kind = 'existing voucher' AND document = payment.name) WHERE name = ?",
				(run.name, voucher.name),
			)

	def undo(self, run: Run, vouchers: Sequence[VoucherFacts]) -> None:
		for _doctype, name in (facts.key for facts in vouchers):
			self.connection.execute(
				"UPDATE open_item SET outstanding = outstanding + reference.amount FROM payment_reference AS"
				" reference WHERE reference.payment = ? AND reference.doctype = open_item.doctype"
				" AND reference.name = open_item.name",
				(name,),
			)
			self.connection.execute("DELETE FROM payment WHERE name = ?", (name,))

	def recheck(self, run: Run, items: Sequence[Item]) -> Sequence[ItemFailure]:
		open_items = (item for item in items if not item.is_advance)
		reasons = ((item, _changed(item, self._open_item(item))) for item in open_items)
		return [ItemFailure(item.key, reason) for item, reason in reasons if reason]

	def outstanding(self, documents: Sequence[DocumentKey]) -> Mapping[DocumentKey, Decimal]:
		return voucher_facts.outstanding(self.connection, documents)

	def vouchers_of(self, run: Run, marks: Collection[str] | None = None) -> Sequence[VoucherFacts]:
		return voucher_facts.vouchers_of(self.connection, run, marks)

	def statement(self, run: Run) -> StatementFacts:
		return voucher_facts.statement(self.connection, run)

	def classify(self, error: BaseException) -> FailureKind:
		if isinstance(error, BaseTimeoutException):
			return FailureKind.TIME_LIMIT
		if isinstance(error, sqlite3.OperationalError) and any(
			word in str(error) for word in TRANSIENT_ERROR
		):
			return FailureKind.TRANSIENT
		return FailureKind.REFUSED

	def _post_payment(self, run: Run, group: Sequence[Item]) -> Voucher:
		"""Write one payment over a group: references, journal lines, and then the posting itself."""
		cash = sum((item.cash_amount for item in group), Decimal(0))
		name = self._new_payment(run, group[0])
		for item in group:
			if not item.is_advance:
				self._pay(name, item)
		deductions = [one for item in group for one in item.deductions]
		gross = cash + total_of(deductions)
		lines = [
			("Bank", to_minor_units(cash)),
			(f"{group[0].party_type} {group[0].party}", -to_minor_units(gross)),
			*((one.account, to_minor_units(one.amount)) for one in deductions),
		]
		for account, amount in lines:
			self.connection.execute("INSERT INTO journal_line VALUES (?, ?, ?)", (name, account, amount))
		self.connection.execute("UPDATE payment SET posted = 1 WHERE name = ?", (name,))
		return Voucher(doctype=PAYMENT_DOCTYPE, name=name, amount=abs(cash), is_own=True)

	def _new_payment(self, run: Run, item: Item) -> str:
		values = (item.party, run.name, item.key)
		insert = "INSERT INTO payment (party, run, run_item) VALUES (?, ?, ?)"
		number = self.connection.execute(insert, values).lastrowid
		name = f"PAY-{number:05}"
		self.connection.execute("UPDATE payment SET name = ? WHERE number = ?", (name, number))
		return name

	def _pay(self, payment: str, item: Item) -> None:
		amount = to_minor_units(item.allocated_amount)
		document = (item.doctype, item.document)
		values = (payment, *document, amount)
		self.connection.execute("INSERT INTO payment_reference VALUES (?, ?, ?, ?)", values)
		self.connection.execute(
			"UPDATE open_item SET outstanding = outstanding - ? WHERE doctype = ? AND name = ?",
			(amount, *document),
		)

	def _open_item(self, item: Item) -> sqlite3.Row | None:
		query = "SELECT outstanding, cancelled FROM open_item WHERE doctype = ? AND name = ?"
		return self.connection.execute(query, (item.doctype, item.document)).fetchone()

	def _date_of(self, bank_transaction: str) -> str:
		query = "SELECT date, cancelled FROM bank_transaction WHERE name = ?"
		row = self.connection.execute(query, (bank_transaction,)).fetchone()
		if row["cancelled"]:
			raise MatchingRefused(f"Bank transaction {bank_transaction} was cancelled meanwhile.")
		return row["date"]

	def _clear_if_fully_matched(self, payment: str, date: str) -> None:
		self.connection.execute(
			"UPDATE payment SET clearance_date = ? WHERE name = ? AND"
			" (SELECT sum(amount) FROM bank_match WHERE payment = payment.name) ="
			" (SELECT abs(sum(amount)) FROM journal_line WHERE payment = payment.name AND account = 'Bank')",
			(date, payment),
		)


def _changed(item: Item, row: sqlite3.Row | None) -> str | None:
	label = f"{item.doctype} {item.document}"
	if row is None:
		return f"{label} was deleted meanwhile."
	if row["cancelled"]:
		return f"{label} was cancelled meanwhile."
	outstanding = to_amount(row["outstanding"])
	if abs(outstanding) < abs(item.allocated_amount):
		return f"{label} was paid meanwhile: {outstanding} of {item.allocated_amount} is outstanding."
	return None
