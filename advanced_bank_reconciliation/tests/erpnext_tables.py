"""What the conformance tests read from ERPNext's tables."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

import frappe
from frappe.utils import flt

from advanced_bank_reconciliation.engine.states import ItemState, RunState
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import ITEM_DOCTYPE, POSTED_KINDS, RUN_DOCTYPE
from advanced_bank_reconciliation.tests import books
from advanced_bank_reconciliation.tests.conformance_harness import Books, Deposit, RunRecord


def read_books(deposit: Deposit) -> Books:
	"""The books around one deposit."""
	read = books.read_books(deposit.bank_transaction, deposit.names)
	owed, ledger = read["outstanding"], read["ledger_outstanding"]
	# A cancelled invoice shows what was outstanding, and its ledger entries are gone.
	standing = [name for name, status in read["status"].items() if status != "Cancelled"]
	unexplained = [name for name in standing if flt(owed[name], 2) != flt(ledger.get(name), 2)]
	advances = _advances(deposit)
	return Books(
		advances=advances,
		outstanding={name: _money(amount) for name, amount in owed.items()},
		payments=_payments(deposit),
		matched={payment: _money(amount) for _doctype, payment, amount in read["rows"]},
		cleared={**read["clearance"], **_clearance_dates([*advances, *deposit.voucher_names])},
		standing=_standing(deposit.voucher_names),
		unexplained=[*unexplained, *read["unbalanced"], *_half_gone(deposit.bank_transaction)],
		marks={**read["status"], "Bank Transaction": read["transaction"]["status"]},
	)


def read_deducted(deposit: Deposit) -> dict[str, dict[str, Decimal]]:
	"""See `Harness.read_deducted`."""
	deducted: dict[str, dict[str, Decimal]] = defaultdict(dict)
	for payment, invoices in _payments(deposit).items():
		filters = {"voucher_no": payment, "account": ("in", deposit.deduction_accounts), "is_cancelled": 0}
		for row in frappe.get_all("GL Entry", filters, ["account", "debit", "credit"]):
			deducted[invoices[0]][row.account] = _money(row.debit - row.credit)
	return dict(deducted)


def _money(amount: float) -> Decimal:
	return Decimal(str(flt(amount, 2))).quantize(Decimal("0.01"))


def _payments(deposit: Deposit) -> dict[str, list[str]]:
	"""Submitted Payment Entries that pay one of the invoices."""
	filters = {"reference_name": ("in", deposit.names), "docstatus": 1}
	fields = ["parent", "reference_name"]
	rows = frappe.get_all("Payment Entry Reference", filters, fields, order_by="reference_name")
	payments = defaultdict(list)
	for row in rows:
		payments[row.parent].append(row.reference_name)
	return dict(payments)


def _advances(deposit: Deposit) -> dict[str, Decimal]:
	"""Submitted payments of runs on the Bank Transaction that have no references."""
	runs = frappe.get_all(RUN_DOCTYPE, {"bank_transaction": deposit.bank_transaction}, pluck="name")
	if not runs:
		# Frappe takes an empty text for what has no mark at all.
		return {}
	filters = {"bulk_reconciliation_run": ("in", runs), "docstatus": 1, "total_allocated_amount": 0}
	rows = frappe.get_all("Payment Entry", filters, ["name", "unallocated_amount"])
	return {row.name: _money(row.unallocated_amount) for row in rows}


def _clearance_dates(names: list[str]) -> dict[str, str | None]:
	rows = frappe.get_all("Payment Entry", {"name": ("in", names or [""])}, ["name", "clearance_date"])
	return {row.name: row.clearance_date and str(row.clearance_date) for row in rows}


def _standing(names: list[str]) -> list[str]:
	"""Which of these vouchers are submitted and have balanced entries in the General Ledger."""
	filters = {"voucher_no": ("in", names or [""]), "is_cancelled": 0}
	fields = ["voucher_no", "debit", "credit"]
	balances: dict[str, float] = defaultdict(float)
	for row in frappe.get_all("GL Entry", filters=filters, fields=fields):
		balances[row.voucher_no] += row.debit - row.credit
	submitted = frappe.get_all("Payment Entry", {"name": ("in", names or [""]), "docstatus": 1}, pluck="name")
	return sorted(name for name in submitted if name in balances and not flt(balances[name], 2))


def _half_gone(bank_transaction: str) -> list[str]:
	"""Vouchers of runs on this Bank Transaction that have ledger entries, but are not submitted documents."""
	runs = frappe.get_all(RUN_DOCTYPE, {"bank_transaction": bank_transaction}, pluck="name")
	filters = {"run": ("in", runs or [""]), "voucher": ("is", "set")}
	vouchers = set(frappe.get_all(ITEM_DOCTYPE, filters, pluck="voucher"))
	submitted = frappe.get_all("Payment Entry", {"name": ("in", vouchers), "docstatus": 1}, pluck="name")
	gone = vouchers - set(submitted)
	of_them = {"voucher_no": ("in", gone or [""])}
	general = frappe.get_all("GL Entry", {**of_them, "is_cancelled": 0}, pluck="voucher_no")
	payment = frappe.get_all("Payment Ledger Entry", {**of_them, "delinked": 0}, pluck="voucher_no")
	return sorted({*general, *payment})


def read_run(name: str) -> RunRecord:
	"""The record of a run."""
	run = frappe.db.get_value(RUN_DOCTYPE, name, "*", as_dict=True)
	rows = frappe.get_all(ITEM_DOCTYPE, {"run": name}, ["*"], order_by="position")
	items = [row for row in rows if row.kind in POSTED_KINDS]
	return RunRecord(
		state=RunState(run.state),
		reason=run.reason or "",
		last_error=run.last_error or "",
		posted=run.posted_items,
		undone=run.undone_items,
		matched=bool(run.matched),
		cancel_requested=bool(run.cancel_requested_by),
		items={row.reference_name: ItemState(row.state) for row in items},
		vouchers={row.reference_name: row.voucher for row in items if row.voucher},
		reasons={row.reference_name: row.reason for row in items if row.reason},
		holds=[key for key in (run.active_bank_transaction, *(row.active_document for row in rows)) if key],
	)
