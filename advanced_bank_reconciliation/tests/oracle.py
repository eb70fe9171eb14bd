"""What a run writes, compared with what an accountant writes in ERPNext by hand, in every table.

Both start from the very same database: what the one did is taken back before the other begins. So documents
have the same numbers, and nothing has to be matched to its twin.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from unittest.mock import patch

import frappe
from erpnext.accounts.doctype.bank_reconciliation_tool.bank_reconciliation_tool import reconcile_vouchers
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from frappe.model.document import Document
from frappe.utils import flt, getdate

from advanced_bank_reconciliation.erpnext_adapter import reconciliation, wiring
from advanced_bank_reconciliation.erpnext_adapter.job_queue import LongQueue
from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.bulk_test_case import SETTINGS, BulkTestCase
from advanced_bank_reconciliation.tests.settings import set_settings
from advanced_bank_reconciliation.tests.table_changes import TableChanges, changes_of, differences


@dataclass(frozen=True)
class Scenario:
	"""A Bank Transaction and what is settled with it.

	selection, vouchers, deductions, exchange_rates, grouping, advance: as the dialog sends them
	batch_size: of the run that a worker does
	by_hand: the rows of the selection that an accountant begins a payment from; all if None
	prepare: what an accountant changes in a draft that get_payment_entry made, before inserting it
	"""

	bank_transaction: Document
	selection: Sequence[dict]
	vouchers: Sequence[dict] = ()
	by_hand: Sequence[dict] | None = None
	exchange_rates: dict | None = None
	prepare: Callable[[Document, dict], None] = field(default=lambda entry, row: None)
	deductions: Sequence[dict] = ()
	grouping: str | None = None
	advance: dict | None = None
	batch_size: int = 1

	def arguments(self) -> tuple[list[dict], list[dict], list[dict], dict | None, str | None, dict | None]:
		"""What a start takes after the Bank Transaction."""
		rows = list(self.selection), list(self.vouchers), list(self.deductions)
		return *rows, self.exchange_rates, self.grouping, self.advance

	def with_deductions(self, *deductions: dict, typed: Mapping[str, Sequence[dict]]) -> Scenario:
		"""The same less deductions.

		typed: by invoice, the rows that an accountant types into its payment
		"""

		def deduct(entry: Document, row: dict) -> None:
			rows = typed.get(row["name"], ())
			less = sum(float(one["amount"]) for one in rows)
			entry.paid_amount = flt(entry.paid_amount + (less if entry.payment_type == "Pay" else -less), 2)
			entry.received_amount = entry.paid_amount
			for one in rows:
				cost_center = frappe.get_cached_value("Company", entry.company, "cost_center")
				entry.append(
					"deductions", {"cost_center": cost_center, **one, "amount": float(one["amount"])}
				)

		return replace(self, prepare=deduct, deductions=deductions)

	def with_terms(self, *amounts: float) -> Scenario:
		"""One invoice, of whose terms an accountant pays these amounts."""

		def allocate(entry: Document, row: dict) -> None:
			entry.references = entry.references[: len(amounts)]
			for reference, amount in zip(entry.references, amounts, strict=True):
				reference.allocated_amount = float(amount)

		return replace(self, prepare=allocate)


class OracleTestCase(BulkTestCase):
	"""Each test makes a scenario and has it compared."""

	def check(self, scenario: Scenario, by_hand: Callable[[Scenario], None] | None = None) -> TableChanges:
		"""Settle a scenario by hand and by runs, at once and in batches; return what the hand has written.

		by_hand: how an accountant gets there if `pay_by_hand` alone does not
		"""
		# What the audit draws by lot is posted before the others, and has its number before them.
		set_settings(audit_share=0)
		self.addCleanup(frappe.clear_document_cache, SETTINGS, SETTINGS)
		expected = changes_of(partial(by_hand or pay_by_hand, scenario))
		for way in (run_at_once, run_in_batches):
			with self.subTest(way.__name__):
				self.assertEqual(differences(expected, changes_of(partial(way, scenario))), [])
		return expected

	def scenario(
		self, *invoices: Document, amount: float = 0, allocated: float = 0, **values: Any
	) -> Scenario:
		"""Invoices that are paid by one Bank Transaction.

		amount: of the Bank Transaction, negative for a withdrawal; what the invoices come to if 0
		allocated: to each invoice; all that is outstanding if 0
		values: fields of the Bank Transaction
		"""
		selection = factories.selection_of(list(invoices))
		for row in selection:
			row["allocated_amount"] = float(allocated or row["allocated_amount"])
		total = amount or sum(cash_of(row) for row in selection)
		return Scenario(factories.create_test_bank_transaction(total, **values), selection)


def cash_of(row: dict) -> float:
	"""What comes in to the bank."""
	amount = flt(row["allocated_amount"] - row.get("discount", 0), 2)
	return amount * (1 if row["doctype"] == "Sales Invoice" else -1)


def pay_by_hand(scenario: Scenario, others: Sequence[Document] = ()) -> None:
	"""get_payment_entry, insert and submit for each invoice, and reconcile_vouchers for all.

	others: drafts of further payments that are entered after these
	"""
	transaction = scenario.bank_transaction
	begun = scenario.selection if scenario.by_hand is None else scenario.by_hand
	vouchers = [draft_by_hand(scenario, row).insert().submit() for row in begun]
	vouchers += [draft.insert().submit() for draft in others]
	rows = [
		{"payment_doctype": entry.doctype, "payment_name": entry.name, "amount": amount_at_bank(entry)}
		for entry in vouchers
	]
	reconcile_vouchers(transaction.name, json.dumps([*rows, *scenario.vouchers]))


def amount_at_bank(entry: Document) -> float:
	"""In the currency of the bank account."""
	return entry.received_amount if entry.payment_type == "Receive" else entry.paid_amount


def draft_by_hand(scenario: Scenario, row: dict) -> Document:
	"""What the button *Payment* of an invoice opens, with what an accountant types in from the statement."""
	transaction = scenario.bank_transaction
	account = frappe.db.get_value("Bank Account", transaction.bank_account, "account")
	day = getdate(transaction.date)
	entry = get_payment_entry(row["doctype"], row["name"], bank_account=account, reference_date=day)
	entry.update({"posting_date": transaction.date, "reference_date": transaction.date})
	entry.update({"reference_no": transaction.reference_number, "bank_account": transaction.bank_account})
	if len(entry.references) == 1:
		entry.references[0].allocated_amount = row["allocated_amount"]
	entry.paid_amount = entry.received_amount = flt(abs(row["allocated_amount"]) - row.get("discount", 0), 2)
	if not row.get("discount"):
		entry.deductions = []
	scenario.prepare(entry, row)
	return entry


def run_at_once(scenario: Scenario) -> None:
	"""In the request of the user."""
	reconciliation.start_at_once(scenario.bank_transaction.name, *scenario.arguments())


def run_in_batches(scenario: Scenario) -> None:
	"""By a worker, one payment a batch if the scenario does not say otherwise."""
	with patch.object(LongQueue, "enqueue"), patch.object(frappe.db, "commit"):
		frappe.db.set_single_value(SETTINGS, "batch_size", scenario.batch_size)
		frappe.clear_document_cache(SETTINGS, SETTINGS)
		started = reconciliation.start_in_background(scenario.bank_transaction.name, *scenario.arguments())
		frappe.db.set_single_value(SETTINGS, "batch_size", 20)
		run = wiring.runner().work_on(started["run"], "oracle")
	if run.state.value != "Completed":
		raise AssertionError(f"{run.state.value}: {run.reason}")
