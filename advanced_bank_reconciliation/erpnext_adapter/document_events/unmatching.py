"""Taking all vouchers off a Bank Transaction. The vouchers themselves stay as they are."""

from __future__ import annotations

import frappe

from advanced_bank_reconciliation.erpnext_adapter.permissions import check_may_use_bank_transaction


def unmatch_all(bank_transaction: str) -> int:
	"""Take off all that a Bank Transaction is matched with, and the clearance dates; returns how many it was.

	ERPNext's own remove_payment_entries takes off every other one only: it removes rows from the list that it
	is walking. Raises `frappe.PermissionError`, and `BusyWithBulkReconciliation` while a run is active.
	"""
	check_may_use_bank_transaction(bank_transaction, "write")
	check_may_use_bank_transaction(bank_transaction, "submit")
	transaction = frappe.get_doc("Bank Transaction", bank_transaction, for_update=True)
	rows = list(transaction.payment_entries)
	for row in rows:
		transaction.remove_payment_entry(row)
	transaction.save()
	return len(rows)
