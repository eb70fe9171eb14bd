"""Reading the sandbox's tables, past its adapters."""

from __future__ import annotations

import json
import sqlite3
from decimal import Decimal

from advanced_bank_reconciliation.engine.states import ItemState, RunState
from advanced_bank_reconciliation.tests.conformance_harness import Books, Deposit, RunRecord
from sandbox.database import to_amount

# Payments of one leg, of none, or that were never posted; invoices whose payments do not add up.
UNEXPLAINED = """
	SELECT name FROM payment WHERE posted = 0
		OR coalesce((SELECT sum(amount) FROM journal_line WHERE payment = payment.name), 1) <> 0
	UNION ALL SELECT name FROM open_item WHERE amount - outstanding <>
		coalesce((SELECT sum(amount) FROM payment_reference WHERE name = open_item.name), 0)
"""


class SandboxTables:
	"""The reading half of the harness."""

	connection: sqlite3.Connection

	def read_books(self, deposit: Deposit) -> Books:
		outstanding = self._pairs("SELECT name, outstanding FROM open_item", deposit.names)
		matched = self._rows(
			"SELECT payment, amount FROM bank_match WHERE bank_transaction = ?", deposit.bank_transaction
		)
		payments, advances = self._payments(deposit), self._advances(deposit)
		vouchers = [*payments, *advances, *deposit.voucher_names]
		return Books(
			advances=advances,
			outstanding={name: to_amount(amount) for name, amount in outstanding.items()},
			payments=payments,
			matched={name: to_amount(amount) for name, amount in matched},
			cleared=self._pairs("SELECT name, clearance_date FROM payment", vouchers),
			standing=sorted(
				self._pairs("SELECT name, 1 FROM payment WHERE posted = 1", deposit.voucher_names)
			),
			unexplained=[name for (name,) in self._rows(UNEXPLAINED)],
		)

	def _payments(self, deposit: Deposit) -> dict[str, list[str]]:
		payments: dict[str, list[str]] = {}
		query = "SELECT payment, name FROM payment_reference ORDER BY payment, name"
		for payment, invoice in self._rows(query):
			if invoice in deposit.names:
				payments.setdefault(payment, []).append(invoice)
		return payments

	def _advances(self, deposit: Deposit) -> dict[str, Decimal]:
		rows = self._rows(
			"SELECT payment.name, -sum(amount) FROM payment JOIN journal_line AS line ON line.payment ="
			" payment.name AND account LIKE 'Customer %' JOIN run ON run.name = payment.run"
			" WHERE bank_transaction = ? AND payment.name NOT IN (SELECT payment FROM payment_reference)"
			" GROUP BY payment.name",
			deposit.bank_transaction,
		)
		return {name: to_amount(amount) for name, amount in rows}

	def read_deducted(self, deposit: Deposit) -> dict[str, dict[str, Decimal]]:
		deducted: dict[str, dict[str, Decimal]] = {}
		for payment, invoices in self._payments(deposit).items():
			query = "SELECT account, amount FROM journal_line WHERE payment = ?"
			for account, amount in self._rows(query, payment):
				if account in deposit.deduction_accounts:
					deducted.setdefault(invoices[0], {})[account] = to_amount(amount)
		return deducted

	def read_run(self, run: str) -> RunRecord:
		(row,) = self._rows("SELECT * FROM run WHERE name = ?", run)
		items = self._rows(
			"SELECT * FROM run_item WHERE run = ? AND kind <> 'existing voucher' ORDER BY position", run
		)
		held = self._rows(
			"SELECT active_document FROM run_item WHERE run = ? AND active_document IS NOT NULL", run
		)
		held += [(row["active_bank_transaction"],)] if row["active_bank_transaction"] else []
		return RunRecord(
			state=RunState(row["state"]),
			reason=row["reason"],
			last_error=row["last_error"],
			posted=row["posted"],
			undone=row["undone"],
			matched=bool(row["matched"]),
			cancel_requested=bool(row["cancel_requested_by"]),
			items={item["document"]: ItemState(item["state"]) for item in items},
			vouchers={item["document"]: item["voucher"] for item in items if item["voucher"]},
			reasons={item["document"]: item["reason"] for item in items if item["reason"]},
			holds=[key for (key,) in held],
		)

	def _pairs(self, query: str, names: list[str]) -> dict:
		"""Two columns of the rows of these names."""
		joint = "AND" if "WHERE" in query else "WHERE"
		named = f"{query} {joint} name IN (SELECT value FROM json_each(?))"
		return dict(tuple(row) for row in self._rows(named, json.dumps(names)))

	def _rows(self, query: str, *values: object) -> list:
		return self.connection.execute(query, values).fetchall()
