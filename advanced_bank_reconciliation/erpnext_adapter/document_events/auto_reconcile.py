"""ERPNext's *Auto Reconcile*, which passes over what an active run holds instead of failing as a whole."""

from __future__ import annotations

from collections.abc import Sequence

import frappe
from erpnext.accounts.doctype.bank_reconciliation_tool.bank_reconciliation_tool import (
	get_auto_reconcile_message,
	get_bank_transactions,
	start_auto_reconcile,
)
from frappe import _
from frappe.utils import get_link_to_form

from advanced_bank_reconciliation.erpnext_adapter.document_events.guards import BusyWithBulkReconciliation

# So many are done within the request; the number is ERPNext's.
MOST_AT_ONCE = 10
SAVEPOINT = "auto_reconcile"


@frappe.whitelist(methods=["POST"])
def auto_reconcile_vouchers(
	bank_account: str,
	from_date: str | None = None,
	to_date: str | None = None,
	filter_by_reference_date: str | int | None = None,
	from_reference_date: str | None = None,
	to_reference_date: str | None = None,
) -> None:
	"""Match the Bank Transactions of an account with the vouchers that have their reference number.

	Stands in for ERPNext's endpoint of the same name, takes what that takes, and leaves the matching to it.
	Raises `frappe.PermissionError`.
	"""
	frappe.has_permission("Bank Transaction", "write", throw=True)
	names = [row.name for row in get_bank_transactions(bank_account)]
	dates = (from_date, to_date, filter_by_reference_date, from_reference_date, to_reference_date)
	if len(names) <= MOST_AT_ONCE:
		return reconcile_each(names, dates)
	method = f"{__name__}.{reconcile_each.__name__}"
	frappe.enqueue(method, queue="long", names=names, dates=dates, in_background=True)
	frappe.msgprint(_("Auto Reconciliation has started in the background"))


def reconcile_each(names: Sequence[str], dates: Sequence, in_background: bool = False) -> None:
	"""Let ERPNext match one Bank Transaction after the other, and tell the user what came of it.

	dates: the arguments of `start_auto_reconcile` after the first
	"""
	reconciled, partially, held = set(), set(), []
	for name in names:
		before = _unallocated(name)
		if not _reconcile(name, dates):
			held.append(name)
		elif (left := _unallocated(name)) <= 0:
			reconciled.add(name)
		elif left != before:
			partially.add(name)
	_tell(reconciled, partially, held, in_background)


def _reconcile(name: str, dates: Sequence) -> bool:
	"""Whether it was ERPNext's to do; nothing has changed if an active run holds it or its vouchers."""
	frappe.db.savepoint(SAVEPOINT)
	frappe.flags.mute_messages, muted = True, frappe.flags.mute_messages
	try:
		start_auto_reconcile([frappe._dict(name=name, unallocated_amount=_unallocated(name))], *dates)
	except BusyWithBulkReconciliation:
		frappe.db.rollback(save_point=SAVEPOINT)
		return False
	finally:
		frappe.flags.mute_messages = muted
		# ERPNext leaves it behind if something is refused.
		frappe.flags.auto_reconcile_vouchers = False
	return True


def _unallocated(name: str) -> float:
	return frappe.db.get_value("Bank Transaction", name, "unallocated_amount")


def _tell(reconciled: set[str], partially: set[str], held: Sequence[str], in_background: bool) -> None:
	message, indicator = get_auto_reconcile_message(partially, reconciled)
	if held:
		sentence = _("Passed over, because a bulk reconciliation that is not over holds them: {0}")
		links = ", ".join(get_link_to_form("Bank Transaction", name) for name in held)
		message += "<br>" + sentence.format(links)
	frappe.msgprint(message, title=_("Auto Reconciliation"), indicator=indicator, realtime=in_background)
