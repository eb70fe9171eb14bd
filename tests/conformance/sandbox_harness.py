"""The sandbox as the conformance tests want it: every test has a database file of its own."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rq.timeouts import JobTimeoutException

from advanced_bank_reconciliation.engine.errors import BankTransactionBusy
from advanced_bank_reconciliation.tests.conformance_harness import (
	USER,
	Deposit,
	Harness,
	Ports,
	RecordingPublisher,
	RecordingQueue,
)
from sandbox.database import DISCOUNT_ACCOUNT, create_database, open_database, to_amount, transaction
from sandbox.ledger import SqliteLedger
from sandbox.run_store import SqliteRunStore
from sandbox.start import start_run
from tests.conformance.sandbox_tables import SandboxTables

MEMORY = Path("/dev/shm")
CUSTOMER = "Alder & Sons"
NO_LOCK_WAIT = 0.05


class SandboxHarness(SandboxTables, Harness):
	"""A database file, and the connection of the process that works on it.

	ledger, store: classes of the adapters, for broken ones to be put in
	"""

	busy = BankTransactionBusy

	def __init__(
		self,
		ledger: Callable[..., SqliteLedger] = SqliteLedger,
		store: Callable[..., SqliteRunStore] = SqliteRunStore,
	):
		self.ledger, self.store = ledger, store
		self.folder = Path(tempfile.mkdtemp(dir=MEMORY if MEMORY.is_dir() else None))
		self.path = self.folder / "books.sqlite"
		create_database(self.path).close()
		self.connection = self.open()
		self.others: list[sqlite3.Connection] = []
		self.arrangements: dict[str, Any] = {}
		self.count = 0

	def close(self) -> None:
		self._close_connections()
		shutil.rmtree(self.folder)

	def _close_connections(self) -> None:
		while self.others:
			self.others.pop().close()
		self.connection.close()

	def open(self) -> sqlite3.Connection:
		"""Connect; nothing of a test has to survive a power cut, and nobody waits for a lock."""
		connection = open_database(self.path, NO_LOCK_WAIT)
		connection.execute("PRAGMA synchronous = OFF")
		return connection

	def ports(self) -> Ports:
		return self.ports_on(self.connection)

	def fresh_process(self) -> None:
		self.connection.close()
		self.connection = self.open()

	def another_process(self) -> Ports:
		self.others.append(self.open())
		return self.ports_on(self.others[-1])

	def ports_on(self, connection: sqlite3.Connection) -> Ports:
		"""The ports over one connection, or over what does as one."""
		return Ports(self.ledger(connection), self.store(connection), RecordingPublisher(), RecordingQueue())

	def arrange(self, name: str, make: Callable[[], Any]) -> Any:
		"""Make each scene once, and from then on copy the file that holds it."""
		template = self.folder / f"{name}.sqlite"
		self._close_connections()
		if name not in self.arrangements:
			self._put_back(None)
			self.arrangements[name] = make()
			self.connection.close()
			shutil.copyfile(self.path, template)
		self._put_back(template)
		return self.arrangements[name]

	def _put_back(self, template: Path | None) -> None:
		for ending in ("", "-wal", "-shm"):
			Path(f"{self.path}{ending}").unlink(missing_ok=True)
		if template:
			shutil.copyfile(template, self.path)
		else:
			create_database(self.path).close()
		self.connection = self.open()

	def make_deposit(
		self, count: int, *, voucher: int = 0, former_clearance: str | None = None, credit_note: bool = False
	) -> Deposit:
		amounts = [5000 + 137 * number for number in range(count)] + ([-1127] if credit_note else [])
		with transaction(self.connection):
			invoices = [self._insert_invoice(amount) for amount in amounts]
			vouchers = [self._insert_voucher(voucher, former_clearance)] if voucher else []
			name = self.insert_bank_transaction(sum(amounts) + 100 * voucher)
		amount = to_amount(sum(amounts) + 100 * voucher)
		return Deposit(bank_transaction=name, amount=amount, invoices=invoices, vouchers=vouchers)

	def make_deposit_with_deductions(self) -> Deposit:
		with transaction(self.connection):
			invoices = [self._insert_invoice(amount) for amount in (10000, 5000)]
			name = self.insert_bank_transaction(3050)
		deductions = [
			{"account": "Bank Charges", "amount": "120.00"},
			{"account": "Write Off", "amount": "-0.50"},
		]
		return Deposit(
			bank_transaction=name, amount=to_amount(3050), invoices=invoices, deductions=deductions
		)

	def make_deposit_with_advance(self) -> Deposit:
		with transaction(self.connection):
			invoices = [self._insert_invoice(amount) for amount in (10000, 5000)]
			name = self.insert_bank_transaction(16250)
		advance = {"party_type": "Customer", "party": CUSTOMER}
		return Deposit(bank_transaction=name, amount=to_amount(16250), invoices=invoices, advance=advance)

	def make_deposit_with_discount(self) -> Deposit:
		with transaction(self.connection):
			invoices = [self._insert_invoice(amount) for amount in (10000, 5000)]
			update = "UPDATE open_item SET discount = 200 WHERE name = ?"
			self.connection.execute(update, (invoices[0]["name"],))
			name = self.insert_bank_transaction(14800)
		invoices[0]["discount"] = "2.00"
		return Deposit(
			bank_transaction=name,
			amount=to_amount(14800),
			invoices=invoices,
			discount_account=DISCOUNT_ACCOUNT,
		)

	def _number(self) -> int:
		self.count += 1
		return self.count

	def _insert_invoice(self, amount: int) -> dict:
		name = f"SINV-{self._number():05}"
		values = ("Sales Invoice", name, CUSTOMER, "2026-01-31", amount, amount)
		insert = (
			"INSERT INTO open_item (doctype, name, party, due_date, amount, outstanding)"
			" VALUES (?, ?, ?, ?, ?, ?)"
		)
		self.connection.execute(insert, values)
		return {"doctype": "Sales Invoice", "name": name, "allocated_amount": str(to_amount(amount))}

	def _insert_voucher(self, amount: int, clearance: str | None) -> dict:
		name = self.insert_payment(100 * amount)
		self.connection.execute("UPDATE payment SET clearance_date = ? WHERE name = ?", (clearance, name))
		return {"payment_doctype": "Payment", "payment_name": name, "amount": amount}

	def insert_payment(self, cash: int) -> str:
		name = f"BEFORE-{self._number():05}"
		self.connection.execute("INSERT INTO payment (name, party) VALUES (?, ?)", (name, CUSTOMER))
		for account, amount in (("Bank", cash), (f"Customer {CUSTOMER}", -cash)):
			self.connection.execute("INSERT INTO journal_line VALUES (?, ?, ?)", (name, account, amount))
		self.connection.execute("UPDATE payment SET posted = 1 WHERE name = ?", (name,))
		return name

	def insert_bank_transaction(self, amount: int) -> str:
		name = f"BT-{self._number():05}"
		values = (name, "2026-01-31", amount)
		self.connection.execute("INSERT INTO bank_transaction (name, date, amount) VALUES (?, ?, ?)", values)
		return name

	def start(self, deposit: Deposit, batch_size: int = 2) -> str:
		rows = (deposit.invoices, deposit.vouchers, deposit.deductions)
		options: dict[str, Any] = {
			"user": USER,
			"batch_size": batch_size,
			"grouping": deposit.grouping,
			"advance": deposit.advance,
		}
		return start_run(self.connection, deposit.bank_transaction, *rows, **options).name

	def make_unpostable(self, invoice: str) -> None:
		self.connection.execute("UPDATE open_item SET cancelled = 1 WHERE name = ?", (invoice,))

	def pay(self, invoice: str) -> None:
		query = "SELECT outstanding FROM open_item WHERE name = ?"
		with transaction(self.connection):
			(amount,) = self.connection.execute(query, (invoice,)).fetchone()
			payment = self.insert_payment(amount)
			values = (payment, "Sales Invoice", invoice, amount)
			self.connection.execute("INSERT INTO payment_reference VALUES (?, ?, ?, ?)", values)
			self.connection.execute("UPDATE open_item SET outstanding = 0 WHERE name = ?", (invoice,))

	def refuse_undo(self) -> None:
		self.connection.execute(
			"CREATE TRIGGER period_is_closed BEFORE DELETE ON payment"
			" BEGIN SELECT raise(ABORT, 'the period is closed'); END"
		)

	def accept_undo(self) -> None:
		self.connection.execute("DROP TRIGGER period_is_closed")

	def expire_lease(self, run: str) -> None:
		self.connection.execute(
			"UPDATE run SET lease_expires_at = 0 WHERE name = ? AND lease_expires_at IS NOT NULL", (run,)
		)

	def abandoned_runs(self) -> list[str]:
		return self.store(self.connection).abandoned_runs()

	def transient_error(self) -> Exception:
		return sqlite3.OperationalError("database is locked")

	def refused_error(self) -> Exception:
		return sqlite3.IntegrityError("the period is closed")

	def time_limit_error(self) -> Exception:
		return JobTimeoutException("the job's time is up")
