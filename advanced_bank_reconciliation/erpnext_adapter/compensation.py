"""Undoing the payments that a run posted."""

from __future__ import annotations

from collections.abc import Sequence

import frappe
from erpnext.accounts.utils import _delete_accounting_ledger_entries, is_immutable_ledger_enabled

from advanced_bank_reconciliation.engine.records import Item, Run
from advanced_bank_reconciliation.erpnext_adapter.document_reads import reading_each_invoice_once
from advanced_bank_reconciliation.erpnext_adapter.guards import written_by_run

CANCEL_AND_DELETE = "Cancel and Delete"


def cleanup_failed_reconciliation(run: Run, items: Sequence[Item], rollback_action: str) -> None:
	"""Cancel the vouchers of `items` in the order given, and delete them where the site wants that.

	Only what `items` name is touched: the vouchers of the run's own checkpoints. The user's rights are not
	asked again, for half a run must not stay because somebody may submit but not cancel.
	"""
	vouchers = dict.fromkeys((item.voucher_type, item.voucher) for item in items)
	may_delete = rollback_action == CANCEL_AND_DELETE and not is_immutable_ledger_enabled()
	with reading_each_invoice_once():
		for doctype, name in vouchers:
			if doctype and name and frappe.db.exists(doctype, name):
				_undo(run, doctype, name, may_delete)


def _undo(run: Run, doctype: str, name: str, may_delete: bool) -> None:
	voucher = frappe.get_doc(doctype, name)
	voucher.flags.ignore_permissions = True
	if voucher.docstatus == 1:
		with written_by_run(voucher, run.name):
			voucher.cancel()
	if may_delete:
		# The ledger rows of a cancelled voucher cancel each other out; with the voucher gone nothing needs
		# them (ERPNext does the same where Delete Linked Ledger Entries is set).
		_delete_accounting_ledger_entries(doctype, name)
		frappe.delete_doc(doctype, name, ignore_permissions=True, force=True)
