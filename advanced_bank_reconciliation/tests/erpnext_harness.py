"""ERPNext as the conformance tests want it: the test site's database, with data of their own each time."""

from __future__ import annotations

from decimal import Decimal
from itertools import chain
from unittest.mock import patch

import frappe
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from frappe.utils import nowdate
from rq.timeouts import JobTimeoutException

from advanced_bank_reconciliation.erpnext_adapter.posting.ledger import ErpnextLedger
from advanced_bank_reconciliation.erpnext_adapter.publisher import RealtimePublisher
from advanced_bank_reconciliation.erpnext_adapter.runs.run_leases import abandoned_runs
from advanced_bank_reconciliation.erpnext_adapter.runs.run_store import FrappeRunStore
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import RUN_DOCTYPE
from advanced_bank_reconciliation.erpnext_adapter.settings import BulkSettings
from advanced_bank_reconciliation.erpnext_adapter.starting import start
from advanced_bank_reconciliation.tests import factories, scenes
from advanced_bank_reconciliation.tests.conformance_harness import (
	Books,
	Deposit,
	Harness,
	Ports,
	RecordingQueue,
	RunRecord,
)
from advanced_bank_reconciliation.tests.erpnext_tables import read_books, read_deducted, read_run

CUSTOMER = "Bulk Test Customer 0"
LEASE_SECONDS = 60


class ErpnextHarness(Harness):
	"""The process is this one; a fresh one is a fresh connection. What is committed stays on the site."""

	busy = start.BankTransactionBusyError

	def ports(self) -> Ports:
		ledger, store = ErpnextLedger(), FrappeRunStore(LEASE_SECONDS)
		return Ports(ledger, store, RealtimePublisher(), RecordingQueue())

	def fresh_process(self) -> None:
		"""Close the connection without a commit: the database rolls back what was not committed."""
		frappe.db.close()
		frappe.connect(set_admin_as_user=False)
		frappe.set_user("Administrator")
		frappe.clear_messages()

	def another_process(self) -> Ports:
		# Between transactions one connection serves two workers: all that they share is in the database.
		return self.ports()

	def make_deposit(
		self, count: int, *, voucher: int = 0, former_clearance: str | None = None, credit_note: bool = False
	) -> Deposit:
		rates = [50 + 1.37 * number for number in range(count)]
		selection = [*chain.from_iterable(factories.take_sales_invoices(CUSTOMER, rate) for rate in rates)]
		if credit_note:
			selection += factories.selection_of([self._credit_note(11.27)])
		total = sum((Decimal(str(row["allocated_amount"])) for row in selection), Decimal(voucher))
		transaction = factories.create_test_bank_transaction(float(total))
		vouchers = [self._voucher(voucher, former_clearance)] if voucher else []
		frappe.db.commit()
		return Deposit(bank_transaction=transaction.name, amount=total, invoices=selection, vouchers=vouchers)

	def make_deposit_to_walk(self) -> Deposit:
		"""A small one, for each takes seconds: two batches, and a voucher cleared before by hand."""
		return self.make_deposit(3, voucher=75, former_clearance="2025-12-24")

	def make_deposit_with_deductions(self) -> Deposit:
		invoices = [factories.open_sales_invoice(CUSTOMER, rate) for rate in (100, 50)]
		transaction = factories.create_test_bank_transaction(30.5)
		frappe.db.commit()
		return Deposit(
			bank_transaction=transaction.name,
			amount=Decimal("30.50"),
			invoices=factories.selection_of(invoices),
			deductions=[
				factories.deduction("Marketing Expenses", "120.00"),
				factories.deduction("Write Off", "-0.50"),
			],
		)

	def make_deposit_with_advance(self) -> Deposit:
		invoices = [factories.open_sales_invoice(CUSTOMER, rate) for rate in (100, 50)]
		transaction = factories.create_test_bank_transaction(162.5)
		frappe.db.commit()
		return Deposit(
			bank_transaction=transaction.name,
			amount=Decimal("162.50"),
			invoices=factories.selection_of(invoices),
			advance={"party_type": "Customer", "party": CUSTOMER},
		)

	def make_deposit_with_discount(self) -> Deposit:
		account = f"Write Off - {factories.ABBREVIATION}"
		frappe.db.set_value("Company", factories.COMPANY, "default_discount_account", account)
		frappe.clear_document_cache("Company", factories.COMPANY)
		terms = factories.create_test_discount_terms(2)
		discounted = factories.open_sales_invoice(CUSTOMER, payment_terms_template=terms)
		invoices = factories.selection_of([discounted, factories.open_sales_invoice(CUSTOMER, 50)])
		invoices[0]["discount"] = "2.00"
		transaction = factories.create_test_bank_transaction(148)
		frappe.db.commit()
		return Deposit(
			bank_transaction=transaction.name,
			amount=Decimal("148.00"),
			invoices=invoices,
			discount_account=account,
		)

	def _credit_note(self, amount: float) -> frappe.model.document.Document:
		"""A credit note with an outstanding amount of its own, beside the invoice it belongs to."""
		invoice = factories.open_sales_invoice(CUSTOMER, amount)
		values = {"return_against": invoice.name, "update_outstanding_for_self": 1}
		return factories.open_sales_invoice(CUSTOMER, -amount, **values)

	def _voucher(self, amount: int, clearance: str | None) -> dict:
		entry = factories.create_test_advance(amount)
		entry.db_set("clearance_date", clearance)
		return {"payment_doctype": entry.doctype, "payment_name": entry.name, "amount": amount}

	def start(self, deposit: Deposit, batch_size: int = 2) -> str:
		rows = (deposit.invoices, deposit.vouchers, deposit.deductions)
		selected = (*rows, None, deposit.grouping, deposit.advance)
		try:
			with patch.object(start, "get_settings", return_value=BulkSettings(batch_size=batch_size)):
				run, _is_new = start.record_run(deposit.bank_transaction, *selected)
		except Exception:
			frappe.db.rollback()
			raise
		frappe.db.set_value(RUN_DOCTYPE, run.name, "batch_size", batch_size)
		frappe.db.commit()
		return run.name

	def make_unpostable(self, invoice: str) -> None:
		"""A colleague cancels it."""
		frappe.get_doc("Sales Invoice", invoice).cancel()
		frappe.db.commit()

	def pay(self, invoice: str) -> None:
		entry = get_payment_entry("Sales Invoice", invoice, bank_account=self._bank_ledger_account())
		entry.reference_no, entry.reference_date = "A COLLEAGUE", nowdate()
		entry.insert().submit()
		frappe.db.commit()

	def _bank_ledger_account(self) -> str:
		bank_account = factories.create_test_bank_account(factories.COMPANY)
		return frappe.db.get_value("Bank Account", bank_account, "account")

	def refuse_undo(self) -> None:
		"""An accountant closes the period for payments."""
		scenes.close_period(factories.COMPANY)
		frappe.db.commit()

	def accept_undo(self) -> None:
		frappe.db.rollback()
		scenes.open_period(factories.COMPANY)
		frappe.db.commit()

	def expire_lease(self, run: str) -> None:
		table = frappe.qb.DocType(RUN_DOCTYPE)
		update = frappe.qb.update(table).set(table.lease_expires_at, "2000-01-01 00:00:00")
		update.where((table.name == run) & table.lease_expires_at.isnotnull()).run()
		frappe.db.commit()

	def abandoned_runs(self) -> list[str]:
		frappe.db.commit()
		return [one.run.name for one in abandoned_runs()]

	def read_books(self, deposit: Deposit) -> Books:
		frappe.db.commit()
		return read_books(deposit)

	def read_deducted(self, deposit: Deposit) -> dict[str, dict[str, Decimal]]:
		frappe.db.commit()
		return read_deducted(deposit)

	def read_run(self, run: str) -> RunRecord:
		frappe.db.commit()
		return read_run(run)

	def transient_error(self) -> Exception:
		return frappe.QueryDeadlockError(1213, "Deadlock found when trying to get lock")

	def refused_error(self) -> Exception:
		return frappe.ValidationError("The period is closed.")

	def time_limit_error(self) -> Exception:
		return JobTimeoutException("The job's time is up.")
