"""Ways of paying the invoices of a deposit, from ERPNext's ordinary one down to the floor."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial

import frappe
from erpnext.accounts.doctype.bank_reconciliation_tool.bank_reconciliation_tool import reconcile_vouchers
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry

from advanced_bank_reconciliation.custom_fields import ITEM_MARK, RUN_MARK
from advanced_bank_reconciliation.engine.states import WORKING_STATES
from advanced_bank_reconciliation.erpnext_adapter import jobs, reconciliation
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.columns import TABLES
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import RUN_DOCTYPE
from advanced_bank_reconciliation.erpnext_adapter.settings import DOCTYPE as SETTINGS
from advanced_bank_reconciliation.tests.factories import create_test_deposit
from benchmarks.measuring import Measurement, measured

Work = Callable[[], object]
# Prepares all that a way needs for a number of invoices, and gives the work that is measured.
Way = Callable[[int], AbstractContextManager[Work]]
CHUNK = 1000


def measure(way: Way, count: int) -> Measurement:
	"""Pay `count` new invoices in a way."""
	with way(count) as work:
		return measured(work, count)


@contextmanager
def _new_deposit(pay: Callable[[str, list[dict]], None], count: int, **settings: str) -> Iterator[Work]:
	"""A new deposit over `count` invoices; afterwards it must be reconciled."""
	set_settings(**settings)
	transaction, selection = create_test_deposit(count)
	frappe.db.commit()
	yield partial(pay, transaction.name, selection)
	assert frappe.db.get_value("Bank Transaction", transaction.name, "status") == "Reconciled"


def set_settings(**values: str) -> None:
	"""Change settings of the app."""
	for field, value in values.items():
		frappe.db.set_single_value(SETTINGS, field, value)
	frappe.clear_document_cache(SETTINGS, SETTINGS)
	frappe.db.commit()


def _one_by_one(bank_transaction: str, selection: list[dict]) -> None:
	"""One Payment Entry after another, each committed, then one reconciliation of all of them."""
	vouchers = []
	bank_account = frappe.db.get_value("Bank Transaction", bank_transaction, "bank_account")
	account = frappe.db.get_value("Bank Account", bank_account, "account")
	for row in selection:
		entry = get_payment_entry(row["doctype"], row["name"], bank_account=account)
		entry.reference_no = bank_transaction
		entry.reference_date = entry.posting_date
		entry.insert()
		entry.submit()
		frappe.db.commit()
		voucher = {"payment_doctype": "Payment Entry", "payment_name": entry.name}
		vouchers.append({**voucher, "amount": entry.paid_amount})
	reconcile_vouchers(bank_transaction, json.dumps(vouchers, default=str))
	frappe.db.commit()


def _in_bulk(bank_transaction: str, selection: list[dict]) -> None:
	"""What the endpoint and the jobs do: start, posting, matching, completion. A job ends with its slice."""
	run = reconciliation.start_in_background(bank_transaction, selection)["run"]
	frappe.db.commit()
	while frappe.db.get_value(RUN_DOCTYPE, run, "state") in WORKING_STATES:
		jobs.process_bulk_reconciliation(run)


@contextmanager
def _floor(count: int) -> Iterator[Work]:
	"""The rows of the payments of the last run of so many invoices once more, under other names."""
	filters = {"total_items": count, "state": "Completed"}
	run = frappe.get_all(RUN_DOCTYPE, filters, pluck="name", order_by="creation desc", limit=1)[0]
	payments = frappe.get_all("Payment Entry", {RUN_MARK: run}, pluck="name")
	copies = {doctype: _copies(doctype, table.name, payments) for doctype, table in TABLES.items()}
	yield partial(_insert, copies)
	for doctype, rows in copies.items():
		frappe.db.delete(doctype, {"name": ("in", [row["name"] for row in rows])})
	frappe.db.commit()


def _copies(doctype: str, column: str, payments: Sequence[str]) -> list[dict]:
	"""The rows of the payments with other names and no marks."""
	rows = frappe.get_all(doctype, {column: ("in", payments)}, ["*"])
	unmarked = {mark: None for mark in (RUN_MARK, ITEM_MARK) if rows and mark in rows[0]}
	return [
		{**row, **unmarked, "name": frappe.generate_hash(length=20), column: f"FLOOR-{row[column]}"}
		for row in rows
	]


def _insert(tables: Mapping[str, Sequence[Mapping]]) -> None:
	for doctype, rows in tables.items():
		if rows:
			values = [tuple(row.values()) for row in rows]
			frappe.db.bulk_insert(doctype, list(rows[0]), values, chunk_size=CHUNK)
	frappe.db.commit()


ORDINARY = "one by one, the ordinary way"
WAYS: Mapping[str, Way] = {
	ORDINARY: partial(_new_deposit, _one_by_one),
	"bulk, by ERPNext's controllers": partial(_new_deposit, _in_bulk, pattern_posting="Never"),
	"bulk, by pattern": partial(_new_deposit, _in_bulk, pattern_posting="Automatic"),
	"the same rows, nothing else": _floor,
}
