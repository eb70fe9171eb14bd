"""The advance of a run: a Payment Entry without references, written by ERPNext's own controller."""

from __future__ import annotations

from typing import Any

import frappe
from erpnext.accounts.doctype.bank_account.bank_account import get_party_bank_account

from advanced_bank_reconciliation.engine.records import Item, Run, Voucher
from advanced_bank_reconciliation.erpnext_adapter.books.party_accounts import accounts_of
from advanced_bank_reconciliation.erpnext_adapter.books.statement_lines import LedgerStatementLine
from advanced_bank_reconciliation.erpnext_adapter.posting.payment_entries import (
	Side,
	head_of_payment,
	insert_and_submit,
	sides,
)
from advanced_bank_reconciliation.erpnext_adapter.runs.run_advances import requested_advance


def post_advance(run: Run, item: Item, statement_line: LedgerStatementLine) -> Voucher:
	"""Insert one Payment Entry that pays nothing yet and submit it; return it as a voucher.

	Raises whatever ERPNext refuses it for. With separate accounts for advances the draft has the party's
	ordinary account, and ERPNext chooses the other one, as when a person saves it.
	"""
	asked = requested_advance(run.name) or {}
	ordinary, separate = accounts_of(item.party_type, item.party, statement_line.company)
	account = (ordinary if separate else asked["account"]) or ""
	currency = frappe.get_cached_value("Account", account, "account_currency")
	party = Side(account, currency, item.allocated_amount, item.exchange_rate)
	amount = abs(item.cash_amount)
	entry = frappe.get_doc(
		{
			**head_of_payment(run, item, statement_line),
			**sides(party, statement_line, amount, item.bank_exchange_rate),
			**_particulars(item, asked),
		}
	)
	insert_and_submit(entry)
	return Voucher(doctype=entry.doctype, name=entry.name, amount=amount, is_own=True)


def _particulars(item: Item, asked: dict[str, Any]) -> dict:
	"""What an accountant types in. Without a description ERPNext writes the remarks."""
	description = asked.get("description")
	return {
		"cost_center": asked.get("cost_center"),
		"project": asked.get("project"),
		"mode_of_payment": asked.get("mode_of_payment"),
		**asked.get("dimensions", {}),
		"party_bank_account": get_party_bank_account(item.party_type, item.party),
		**({"custom_remarks": 1, "remarks": description} if description else {}),
	}
