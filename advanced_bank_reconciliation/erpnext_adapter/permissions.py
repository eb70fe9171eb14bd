"""What the caller must be allowed to do. Asked first, before anything is read for them."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import escape_html

from advanced_bank_reconciliation.erpnext_adapter.runs.tables import PAYMENT_DOCTYPE, RUN_DOCTYPE


def check_may_reconcile(bank_transaction: str) -> None:
	"""Write and submit on the Bank Transaction, create and submit on Payment Entry.

	Submit, because ERPNext asks for it when a submitted Bank Transaction is matched. Raises
	`frappe.PermissionError`.
	"""
	check_may_use_bank_transaction(bank_transaction, "write")
	check_may_use_bank_transaction(bank_transaction, "submit")
	_check_payments("create", "submit")


def check_may_undo(bank_transaction: str) -> None:
	"""Write on the Bank Transaction, cancel on Payment Entry. Raises `frappe.PermissionError`."""
	check_may_use_bank_transaction(bank_transaction, "write")
	_check_payments("cancel")


def check_may_see_run(run: str) -> None:
	"""Read on the run: by role, and by user permissions on its company, Bank Account and Bank Transaction.

	Colleagues see each other's runs. An unknown run is refused like one that is not for the caller's eyes.
	Raises `frappe.PermissionError`.
	"""
	if not frappe.db.exists(RUN_DOCTYPE, run) or not frappe.has_permission(RUN_DOCTYPE, "read", doc=run):
		_refuse(_("There is no Bulk Reconciliation Run {0}, or you may not see it.").format(escape_html(run)))


def check_may_use_bank_transaction(name: str, permission: str) -> None:
	"""`permission` on one Bank Transaction. Raises `frappe.PermissionError`, `frappe.DoesNotExistError`."""
	frappe.has_permission("Bank Transaction", permission, throw=True)
	if not frappe.db.exists("Bank Transaction", name):
		sentence = _("Bank Transaction {0} does not exist.").format(escape_html(name))
		frappe.throw(sentence, frappe.DoesNotExistError)
	frappe.has_permission("Bank Transaction", permission, doc=name, throw=True)


def _check_payments(*permissions: str) -> None:
	missing = [one for one in permissions if not frappe.has_permission(PAYMENT_DOCTYPE, one)]
	if missing:
		sentence = _("You need the permission to {0} Payment Entries for this. Ask your administrator.")
		_refuse(sentence.format(_(" and ").join(_(one) for one in missing)))


def _refuse(sentence: str) -> None:
	frappe.throw(sentence, frappe.PermissionError, title=_("Not Permitted"))
