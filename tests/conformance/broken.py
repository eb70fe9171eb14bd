"""Adapters with one mistake each, of the kinds that real tools make. The tests must notice every one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from advanced_bank_reconciliation.engine.facts import VoucherFacts
from advanced_bank_reconciliation.engine.records import Run, Voucher
from advanced_bank_reconciliation.engine.states import RunState
from sandbox import run_items
from sandbox.database import transaction
from sandbox.ledger import SqliteLedger
from sandbox.run_store import SqliteRunStore

FORGET = "UPDATE payment SET clearance_date = NULL WHERE name = ?"


class CheckpointApart(SqliteRunStore):
	"""Commits the payments first, and writes the checkpoint in a transaction of its own."""

	def record_posted(self, run: Run, vouchers: Mapping[str, Voucher]) -> Run:
		self.connection.execute("COMMIT")
		self.connection.execute("BEGIN IMMEDIATE")
		return super().record_posted(run, vouchers)


class NoFencing(SqliteRunStore):
	"""Locks the run for a worker that lost its lease as well."""

	def lock(self, run: Run) -> Run:
		return super().lock(self.lock_for_request(run.name))


class CleanUpRolledBack(SqliteRunStore):
	"""Turns a run round in a transaction that is rolled back in the end, as jobs do that clean up and then
	raise.
	"""

	def __init__(self, connection: sqlite3.Connection):
		super().__init__(connection)
		self.turned = False

	@contextmanager
	def transaction(self) -> Iterator[None]:
		with transaction(self.connection):
			yield
			if self.turned:
				self.turned = False
				self.connection.execute("ROLLBACK")
				self.connection.execute("BEGIN")

	def change_state(self, run: Run, state: RunState, reason: str = "") -> Run:
		self.turned = state is RunState.ROLLING_BACK
		return super().change_state(run, state, reason)


class UndoesEverything(SqliteLedger):
	"""Undoes whatever was selected, the vouchers that the user had before included."""

	def undo(self, run: Run, vouchers: Sequence[VoucherFacts]) -> None:
		super().undo(run, vouchers)
		for voucher in run_items.vouchers(self.connection, run.name):
			if not voucher.is_own:
				self.connection.execute("DELETE FROM payment WHERE name = ?", (voucher.name,))


class ForgetsClearance(SqliteLedger):
	"""Takes vouchers off the Bank Transaction, and leaves them without the clearance date they had."""

	def unmatch(self, run: Run, vouchers: Sequence[Voucher]) -> None:
		super().unmatch(run, vouchers)
		for voucher in vouchers:
			self.connection.execute(FORGET, (voucher.name,))


class BelievesItsMemory(SqliteRunStore):
	"""Goes on from what the worker remembers of the run instead of what is recorded."""

	def lock(self, run: Run) -> Run:
		super().lock(run)
		return run


class KeepsHolding(SqliteRunStore):
	"""Ends a run without giving its documents free."""

	def change_state(self, run: Run, state: RunState, reason: str = "") -> Run:
		changed = super().change_state(run, state, reason)
		self.connection.execute(
			"UPDATE run SET active_bank_transaction = bank_transaction WHERE name = ?", (run.name,)
		)
		return changed
