"""Starting what is proposed, for one deposit or for many: a run for each, each by itself."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

import frappe
from frappe import _
from frappe.utils import strip_html

from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.erpnext_adapter.candidates.invoice_filters import from_json
from advanced_bank_reconciliation.erpnext_adapter.candidates.proposals import find_proposals

MOST_STARTS = 100
OUTDATED, REFUSED = "outdated", "refused"


def start_proposals(proposals: str | Sequence) -> list[dict]:
	"""Start a run for each Bank Transaction, if what is proposed for it is still what the user has seen.

	proposals: list of `{"bank_transaction", "token"}`, or its JSON; the token is that of the proposal
	A single one is posted at once below the background threshold; several are queued. Each is committed by
	itself, and what is refused stops none of the others.
	Returns for each, in their order, `{"bank_transaction", "status", "run", "total_invoices", "message"}`.
	status: as of `start_in_background`; or "outdated"; or "refused", with the reason in `message`, plain
	text. Then run is None and nothing was started. Raises `frappe.ValidationError` if the list is not of this
	form.
	"""
	wanted = _read(proposals)
	now = find_proposals([["name", "in", list(wanted)]])
	start = reconciliation.start_at_once if len(wanted) == 1 else reconciliation.start_in_background
	return [_start(name, token, now.get(name), start) for name, token in wanted.items()]


def start_all(proposals: Sequence[dict]) -> list[dict]:
	"""The same for any number of proposals, as `list_proposals` has them."""
	results: list[dict] = []
	for first in range(0, len(proposals), MOST_STARTS):
		chosen = proposals[first : first + MOST_STARTS]
		rows = [{key: one[key] for key in ("bank_transaction", "token")} for one in chosen]
		results += start_proposals(rows)
	return results


def _read(proposals: str | Sequence) -> dict[str, str]:
	rows = from_json(proposals, list | tuple) or []
	if not 0 < len(rows) <= MOST_STARTS:
		frappe.throw(_("Choose 1 to {0} Bank Transactions.").format(MOST_STARTS))
	if not all(isinstance(row, Mapping) and row.get("bank_transaction") for row in rows):
		frappe.throw(_("Each proposal needs its Bank Transaction and its token."))
	return {str(row["bank_transaction"]): str(row.get("token") or "") for row in rows}


def _start(name: str, token: str, proposal: dict | None, start: Any) -> dict:
	nothing = {"bank_transaction": name, "run": None, "total_invoices": 0}
	if not proposal or proposal["token"] != token:
		sentence = _("What is proposed has changed meanwhile. Look at it again.")
		return {**nothing, "status": OUTDATED, "message": sentence}
	try:
		started = start(name, proposal["invoices"])
		# A deadlock in the next start would take this one with it, though its answer said that it is queued.
		frappe.db.commit()
	except (frappe.ValidationError, frappe.PermissionError, frappe.QueryDeadlockError) as error:
		frappe.db.rollback()
		return {**nothing, "status": REFUSED, "message": _reason(error)}
	kept = ("run", "total_invoices", "message")
	return {**nothing, "status": started["status"].lower(), **{key: started[key] for key in kept}}


def _reason(error: Exception) -> str:
	"""As plain text. Frappe would show it in a window of its own as well."""
	frappe.clear_messages()
	lines = str(error).replace("<br>", "\n")
	return html.unescape(strip_html(lines)) or type(error).__name__
