"""Parties and accounts that ERPNext lets nobody, or not this user, post to: asked before anything is
written.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

import frappe
from erpnext.accounts.doctype.gl_entry.gl_entry import validate_frozen_account
from erpnext.accounts.party import validate_party_frozen_disabled
from frappe.utils import strip_html

from advanced_bank_reconciliation.engine.books import OpenItem
from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.errors import Problem
from advanced_bank_reconciliation.engine.messages import Message, _, message
from advanced_bank_reconciliation.erpnext_adapter.books.statement_lines import LedgerStatementLine


def find_frozen(items: Collection[OpenItem]) -> dict[DocumentKey, Message]:
	"""The items whose party is disabled or frozen, or whose account is frozen, each with the reason.

	One query for each type of party, however many items; ERPNext itself says whom a frozen one is open to.
	"""
	closed = _closed_parties(items)
	reasons = {
		(party_type, party): _refusal(
			validate_party_frozen_disabled, company=company, party_type=party_type, party_name=party
		)
		for company, party_type, party in sorted(closed)
	}
	accounts = {(item.company, item.party_account) for item in items}
	frozen = {
		account: _refusal(validate_frozen_account, company=company, account=account)
		for company, account in sorted(accounts)
	}
	sentence = _("{0} {1}: {2}. Release it first, or leave the document out.")
	return {
		item.document: message(sentence, *item.document, reason)
		for item in items
		if (reason := reasons.get((item.party_type, item.party)) or frozen[item.party_account])
	}


def party_refusal(party_type: str, party: str, account: str, company: str) -> str:
	"""What ERPNext says, for the current user, against a party and its account; empty if nothing."""
	return _refusal(
		validate_party_frozen_disabled, company=company, party_type=party_type, party_name=party
	) or _refusal(validate_frozen_account, company=company, account=account)


def find_account_problems(line: LedgerStatementLine) -> list[Problem]:
	"""Whether the bank account itself is frozen."""
	reason = _refusal(validate_frozen_account, company=line.company, account=line.account)
	sentence = _("{0}. Release it first.")
	return [Problem("Bank Transaction", line.name, message(sentence, reason))] if reason else []


def _closed_parties(items: Iterable[OpenItem]) -> set[tuple[str, str, str]]:
	"""`(company, type, name)` of the parties that are disabled or frozen."""
	parties = {(item.company, item.party_type, item.party) for item in items}
	closed: set[tuple[str, str]] = set()
	for party_type in sorted({party_type for _company, party_type, _party in parties}):
		names = sorted({party for _company, its_type, party in parties if its_type == party_type})
		either = {"disabled": 1, "is_frozen": 1}
		rows = frappe.get_all(party_type, {"name": ("in", names)}, or_filters=either, pluck="name")
		closed |= {(party_type, name) for name in rows}
	return {party for party in parties if party[1:] in closed}


def _refusal(check: Callable, **arguments: str) -> str:
	"""What ERPNext says against it, in one line without a full stop; empty if nothing."""
	try:
		# Gives it what it asks for: versions differ.
		frappe.call(check, **arguments)
	except frappe.ValidationError as error:
		frappe.clear_last_message()
		return " ".join(strip_html(str(error)).split()).rstrip(".")
	return ""
