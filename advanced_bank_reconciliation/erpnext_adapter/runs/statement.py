"""What the reconciliation statement of a run says, see the print format Bulk Reconciliation Statement."""

from __future__ import annotations

from decimal import Decimal
from itertools import groupby

import frappe
from frappe import _
from frappe.model.document import Document

from advanced_bank_reconciliation.engine.states import ItemState, RunState
from advanced_bank_reconciliation.erpnext_adapter.decimals import bank_precision, to_decimal
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import ITEM_DOCTYPE
from advanced_bank_reconciliation.erpnext_adapter.runs.taken_away import find_taken_away, tell_taken_away

SHOWN = (
	"kind",
	"reference_doctype",
	"reference_name",
	"party",
	"voucher_type",
	"voucher",
	"state",
	"reason",
	"cash_amount",
)


def statement_of(run: Document) -> frappe._dict:
	"""The deposit, the items by party with their totals, and how the run ended, for who may see them.

	Returns `bank_transaction`, `started_by`, `verdict`, `parties` (each with `name`, empty for payments that
	existed before, `rows`, `count`, `total`), `count`, `total` and `in_effect`: what is posted, and neither
	undone nor taken away since; `deductions`, rows of the run, `deducted`, their sum, and `gross`, what the
	documents came to before.
	Amounts are in the currency of the bank account: in positive, out negative.
	"""
	taken_away = taken_away_from(run)
	items = _items(run, taken_away)
	parties = [_party(name, list(of_it)) for name, of_it in groupby(items, lambda item: item.party or "")]
	posted = [item for item in items if item.state == ItemState.POSTED.value and not item.taken_away]
	precision = bank_precision(run.currency)
	deducted = sum((to_decimal(row.amount, precision) for row in run.deductions), Decimal(0))
	return frappe._dict(
		bank_transaction=_bank_transaction(run),
		started_by=frappe.db.get_value("User", run.user, "full_name") or run.user,
		verdict=tell_taken_away(taken_away) if taken_away else _verdict(run),
		parties=parties,
		count=len(items),
		total=_sum(items),
		in_effect=_sum(posted),
		deductions=run.deductions,
		deducted=deducted,
		gross=_sum(items) + deducted,
	)


def taken_away_from(run: Document) -> list[dict]:
	"""See `find_taken_away`."""
	is_completed = run.state == RunState.COMPLETED.value
	return find_taken_away([run.name] if is_completed else []).get(run.name, [])


def _items(run: Document, taken_away: list[dict]) -> list[frappe._dict]:
	"""The items; what was taken away since has that as its reason."""
	reasons = {(one["doctype"], one["name"]): one["reason"] for one in taken_away}
	items = frappe.get_list(ITEM_DOCTYPE, {"run": run.name}, SHOWN, limit=0, order_by="party, position")
	precision = bank_precision(run.currency)
	for item in items:
		item.cash_amount = to_decimal(item.cash_amount, precision)
		own, existing = (item.voucher_type, item.voucher), (item.reference_doctype, item.reference_name)
		item.taken_away = reasons.get(own if item.voucher else existing, "")
		item.reason = item.taken_away or item.reason
	return items


def _party(name: str, items: list[frappe._dict]) -> dict:
	return {"name": name, "rows": items, "count": len(items), "total": _sum(items)}


def _sum(items: list[frappe._dict]) -> Decimal:
	return sum((item.cash_amount for item in items), Decimal(0))


def _bank_transaction(run: Document) -> frappe._dict:
	"""What the bank wrote, for who may read it; an auditor may often read the run alone."""
	if not frappe.has_permission("Bank Transaction", "read", doc=run.bank_transaction):
		return frappe._dict()
	columns = ["date", "deposit", "withdrawal", "reference_number", "description"]
	return frappe.db.get_value("Bank Transaction", run.bank_transaction, columns, as_dict=True)


def _verdict(run: Document) -> str:
	if run.state == RunState.COMPLETED.value:
		return _("Completed: everything is posted and matched.")
	if run.state == RunState.ROLLED_BACK.value:
		return _("Undone, nothing of it is in effect. {0}").format(run.reason or "")
	return _("Not over: {0}. {1}").format(_(run.state), run.reason or "")
