"""Where ERPNext books an advance of a party, and whether it would: asked before anything is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import frappe
from erpnext.accounts.party import get_party_account, get_party_gle_currency

from advanced_bank_reconciliation.engine.advance_rows import RequestedAdvance
from advanced_bank_reconciliation.engine.books import PartyAccount
from advanced_bank_reconciliation.engine.errors import Problem
from advanced_bank_reconciliation.engine.messages import Message, _, message
from advanced_bank_reconciliation.engine.selection import Selection
from advanced_bank_reconciliation.erpnext_adapter.books.advance_dimensions import (
	dimension_obstacle,
	dimension_problems,
)
from advanced_bank_reconciliation.erpnext_adapter.books.chosen_records import chosen_problem, read_chosen
from advanced_bank_reconciliation.erpnext_adapter.books.frozen import party_refusal
from advanced_bank_reconciliation.erpnext_adapter.books.open_items import blocked_suppliers
from advanced_bank_reconciliation.erpnext_adapter.books.statement_lines import LedgerStatementLine
from advanced_bank_reconciliation.erpnext_adapter.decimals import bank_precision

ACCOUNT_TYPE = {"Customer": "Receivable", "Supplier": "Payable"}
SEPARATE = "book_advance_payments_in_separate_party_account"


def read_party_account(advance: RequestedAdvance | None, line: LedgerStatementLine) -> PartyAccount | None:
	"""The account that ERPNext books an advance to, with what stands in the way of it.

	None if no advance is asked for, or its party does not exist or is not for the user's eyes.
	"""
	if not advance or not read_chosen(*advance.document, ["name"]):
		return None
	ordinary, separate = accounts_of(advance.party_type, advance.party, line.company)
	account = separate or advance.account or ordinary or ""
	currency = frappe.get_cached_value("Account", account, "account_currency") if account else ""
	return PartyAccount(
		party_type=advance.party_type,
		party=advance.party,
		account=account,
		currency=currency or line.currency,
		precision=bank_precision(currency or line.currency),
	)


def accounts_of(party_type: str, party: str, company: str) -> tuple[str | None, str | None]:
	"""The party's ordinary account, and the one for advances if the company has these separate: what a draft
	of a payment is begun with, and where ERPNext books it (PaymentEntry.set_liability_account).
	"""
	ordinary, *advances = get_party_account(party_type, party, company, include_advance=True)
	is_separate = frappe.get_cached_value("Company", company, SEPARATE)
	return ordinary, advances[0] if is_separate and advances else None


def with_checked_advance(
	selection: Selection, account: PartyAccount | None, line: LedgerStatementLine
) -> tuple[Selection, PartyAccount | None]:
	"""Add what ERPNext would refuse of an advance to the problems, and the first obstacle of its party."""
	advance = selection.advance
	if not advance or not account:
		return selection, account
	problems = (*selection.problems, *_chosen_problems(advance, line))
	obstacle = _account_problem(advance, account, line) or _obstacle(advance, account, line)
	return replace(selection, problems=problems), replace(account, obstacle=obstacle)


def _chosen_problems(advance: RequestedAdvance, line: LedgerStatementLine) -> Iterator[Problem]:
	for doctype, name in (
		("Account", advance.account),
		("Cost Center", advance.cost_center),
		("Project", advance.project),
		("Mode of Payment", advance.mode_of_payment),
	):
		reason = chosen_problem(doctype, name, line.company) if name else None
		if reason:
			yield Problem(doctype, name, reason)
	yield from dimension_problems(advance, line)


def _account_problem(
	advance: RequestedAdvance, account: PartyAccount, line: LedgerStatementLine
) -> Message | None:
	"""It must be of the party's type, the one that ERPNext takes, and in the party's currency."""
	ordinary, separate = accounts_of(advance.party_type, advance.party, line.company)
	if frappe.get_cached_value("Company", line.company, SEPARATE) and not separate:
		sentence = _("{0} has no default account for advances of a {1}. Set it in the Company.")
		return message(sentence, line.company, advance.party_type)
	if not account.account:
		sentence = _("{0} {1} has no account in {2}. Set a default account in the Company.")
		return message(sentence, *advance.document, line.company)
	if advance.account and separate and advance.account != separate:
		sentence = _("{0} books advances of {1} to {2}. Leave the account {3} out.")
		return message(sentence, line.company, advance.party, separate, advance.account)
	account_type = frappe.get_cached_value("Account", account.account, "account_type")
	if account_type != ACCOUNT_TYPE[advance.party_type]:
		sentence = _("Account {0} is not of the type {1}. Choose another one for the advance of {2}.")
		return message(sentence, account.account, ACCOUNT_TYPE[advance.party_type], advance.party)
	return _currency_problem(account, [ordinary if separate else account.account], line)


def _currency_problem(
	account: PartyAccount, begun_with: list[str | None], line: LedgerStatementLine
) -> Message | None:
	"""begun_with: the account of the draft, whose currency the payment keeps"""
	used = get_party_gle_currency(account.party_type, account.party, line.company)
	others = {frappe.get_cached_value("Account", one, "account_currency") for one in begun_with if one}
	others = {*others, used or account.currency} - {account.currency}
	if not others:
		return None
	sentence = _("Account {0} is in {1}, but {2} is booked in {3}. Leave the advance out.")
	named = ", ".join(sorted(others))
	return message(sentence, account.account, account.currency, account.party, named)


def _obstacle(advance: RequestedAdvance, account: PartyAccount, line: LedgerStatementLine) -> Message | None:
	"""Why ERPNext takes no payment of the party now."""
	party = (account.party_type, account.party)
	reason = party_refusal(*party, account.account, line.company)
	if reason:
		return message(_("{0} {1}: {2}. Release it first, or leave the advance out."), *party, reason)
	if account.party_type == "Supplier" and blocked_suppliers({account.party}):
		sentence = _("{0} {1}: payments are on hold. Release the supplier first.")
		return message(sentence, *party)
	return dimension_obstacle(advance, account, line)
