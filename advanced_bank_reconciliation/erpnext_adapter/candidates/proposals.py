"""What is proposed for the Bank Transactions of an account, with a constant number of queries for all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import frappe
from frappe import _

from advanced_bank_reconciliation.engine.allocation import CASH_SIGN
from advanced_bank_reconciliation.erpnext_adapter.books.open_items import PARTY_FIELD, PARTY_TYPE
from advanced_bank_reconciliation.erpnext_adapter.books.statement_lines import (
	LedgerStatementLine,
	read_statement_line,
)
from advanced_bank_reconciliation.erpnext_adapter.candidates.advice_answers import describe_taken
from advanced_bank_reconciliation.erpnext_adapter.candidates.payable import MOST_ITEMS, payable_items
from advanced_bank_reconciliation.erpnext_adapter.decimals import bank_precision, to_decimal
from advanced_bank_reconciliation.erpnext_adapter.permissions import check_may_use_bank_transaction
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import PAYMENT_DOCTYPE, RUN_DOCTYPE
from advanced_bank_reconciliation.remittance.matching import TakenItem
from advanced_bank_reconciliation.remittance.party_names import Owner
from advanced_bank_reconciliation.remittance.proposals import (
	Deposit,
	Proposal,
	Proposer,
	owner_of,
	without_rivals,
)

MOST_DEPOSITS = 500
# More names than any text can tell apart: then words prove nothing.
MOST_PARTIES = 50_000
INVOICE_TYPE = {party_type: doctype for doctype, party_type in PARTY_TYPE.items()}
COLUMNS = (
	"name",
	"bank_account",
	"deposit",
	"withdrawal",
	"unallocated_amount",
	"description",
	"reference_number",
	"party_type",
	"party",
	"bank_party_name",
	"bank_party_iban",
)


def list_proposals(
	bank_account: str, from_date: str | date | None = None, to_date: str | date | None = None
) -> list[dict]:
	"""The sure proposals for what is unallocated on a Bank Account, by date, at most for 500 of its lines.

	from_date, to_date: only Bank Transactions of these days
	Returns `describe_proposal` of each, without the invoices. Two Bank Transactions that claim one invoice
	have none. Raises `frappe.PermissionError`.
	"""
	filters: list[list] = [["bank_account", "=", bank_account]]
	filters += [["date", ">=", from_date]] if from_date else []
	filters += [["date", "<=", to_date]] if to_date else []
	found = find_proposals(filters).values()
	return [{**one, "invoices": len(one["invoices"])} for one in found]


def proposal_for(bank_transaction: str) -> dict | None:
	"""What is proposed for one Bank Transaction, sure or not, see `describe_proposal`; None for nothing.

	Raises `frappe.PermissionError`, `frappe.DoesNotExistError`.
	"""
	check_may_use_bank_transaction(bank_transaction, "read")
	return find_proposals([["name", "=", bank_transaction]], unsure=True).get(bank_transaction)


def find_proposals(filters: Sequence[Sequence], *, unsure: bool = False) -> dict[str, dict]:
	"""`describe_proposal` by the name of the Bank Transaction, of one Bank Account or of several.

	filters: of `frappe.get_list`, which applies the user's permissions
	unsure: also what only the amount says, if it is for one Bank Transaction
	"""
	rows = frappe.get_list(
		"Bank Transaction",
		filters=[*filters, ["docstatus", "=", 1], ["unallocated_amount", ">", 0]],
		fields=list(COLUMNS),
		order_by="date, name",
		limit=MOST_DEPOSITS,
	)
	held = _held([row.name for row in rows])
	groups: dict[tuple, list[frappe._dict]] = {}
	for row in rows:
		if row.name not in held:
			groups.setdefault((row.bank_account, row.deposit > row.withdrawal), []).append(row)
	found = {one["bank_transaction"]: one for group in groups.values() for one in _of_group(group, unsure)}
	return {row.name: found[row.name] for row in rows if row.name in found}


def describe_proposal(proposal: Proposal, line: LedgerStatementLine) -> dict:
	"""The answer of the endpoints, amounts as text.

	Returns `{"bank_transaction", "amount", "currency", "is_sure", "ground", "reason", "invoices", "token"}`.
	invoices have the form of `create_payment_entries_bulk`; the token changes if anything else does that is
	to be booked.
	"""
	direction = 1 if line.is_deposit else -1
	invoices = [
		describe_taken(TakenItem(item=item, amount=item.amount), direction) for item in proposal.items
	]
	booked = [proposal.deposit.name, str(proposal.deposit.amount), sorted(map(str, invoices))]
	return {
		"bank_transaction": proposal.deposit.name,
		"amount": str(proposal.deposit.amount),
		"currency": line.currency,
		"is_sure": proposal.is_sure,
		"ground": proposal.ground.value,
		"reason": proposal.reason.text(_),
		"invoices": invoices,
		"token": hashlib.sha256(json.dumps(booked).encode()).hexdigest()[:20],
	}


def _of_group(rows: Sequence[frappe._dict], unsure: bool) -> Iterator[dict]:
	"""Of Bank Transactions of one account that run in one direction."""
	line = _common_line(rows[0])
	items = list(payable_items(line))
	# What was not read may come to the amount as well.
	if not items or len(items) >= MOST_ITEMS:
		return
	precision = bank_precision(line.currency)
	proposer = Proposer(items, _party_names(), precision)
	deposits = _deposits(rows, precision)
	proposals = [proposer.propose(deposit) for deposit in deposits]
	if unsure:
		proposals = [
			proposal or proposer.propose_by_amount(deposit)
			for proposal, deposit in zip(proposals, deposits, strict=True)
		]
	known = [proposal for proposal in proposals if proposal]
	paid = _paid_already(line, known)
	for proposal in without_rivals(known):
		if not paid & {(owner_of(item), proposal.deposit.amount) for item in proposal.items}:
			yield describe_proposal(proposal, line)


def _common_line(row: frappe._dict) -> LedgerStatementLine:
	"""What all lines of an account and a direction have in common."""
	line = read_statement_line(row.name)
	return replace(line, amount=Decimal(1 if line.is_deposit else -1))


def _deposits(rows: Sequence[frappe._dict], precision: int) -> list[Deposit]:
	by_iban = _parties_of_ibans({_iban(row) for row in rows} - {""})
	return [
		Deposit(
			name=row.name,
			amount=to_decimal(row.unallocated_amount, precision),
			text=f"{row.description or ''} {row.reference_number or ''}",
			payer=row.bank_party_name or "",
			party=_owner(row.party_type, row.party),
			iban_party=by_iban.get(_iban(row)),
		)
		for row in rows
	]


def _owner(party_type: str | None, party: str | None) -> Owner | None:
	"""Somebody who has no invoices, such as an employee, is an owner of nothing."""
	return (INVOICE_TYPE.get(party_type or "", party_type or ""), party) if party else None


def _iban(row: frappe._dict) -> str:
	return (row.bank_party_iban or "").replace(" ", "")


def _parties_of_ibans(ibans: set[str]) -> Mapping[str, Owner | None]:
	"""Whose an IBAN is; one that several parties have is nobody's."""
	filters = {"iban": ("in", sorted(ibans)), "party": ("is", "set"), "disabled": 0}
	rows = frappe.get_all("Bank Account", filters, ["iban", "party_type", "party"]) if ibans else []
	owners: dict[str, set[Owner | None]] = {}
	for row in rows:
		owners.setdefault(row.iban.replace(" ", ""), set()).add(_owner(row.party_type, row.party))
	return {iban: next(iter(found)) for iban, found in owners.items() if len(found) == 1}


def _party_names() -> dict[Owner, str]:
	"""Of all parties, also those that owe nothing: a text that means them means nobody else."""
	names: dict[Owner, str] = {}
	for doctype in CASH_SIGN:
		title = f"{PARTY_FIELD[doctype]}_name as title"
		rows = frappe.get_all(PARTY_TYPE[doctype], fields=["name", title], limit=MOST_PARTIES, as_list=True)
		if len(rows) == MOST_PARTIES:
			return {}
		names |= {(doctype, name): title or name for name, title in rows}
	return names


def _paid_already(line: LedgerStatementLine, proposals: Sequence[Proposal]) -> set[tuple[Owner, Decimal]]:
	"""Whose payment over which amount somebody has entered, and nobody has matched with the bank yet."""
	ours, amount = ("paid_to", "received_amount") if line.is_deposit else ("paid_from", "paid_amount")
	filters = {
		"docstatus": 1,
		ours: line.account,
		"clearance_date": ("is", "not set"),
		"party": ("in", sorted({item.party for one in proposals for item in one.items})),
	}
	fields = ["party_type", "party", f"{amount} as amount"]
	rows = frappe.get_all(PAYMENT_DOCTYPE, filters, fields) if proposals else []
	precision = bank_precision(line.currency)
	return {
		(owner, to_decimal(row.amount, precision))
		for row in rows
		if (owner := _owner(row.party_type, row.party))
	}


def _held(names: Sequence[str]) -> set[str]:
	"""Which Bank Transactions an active run works on."""
	filters = {"active_bank_transaction": ("in", names)}
	return set(frappe.get_all(RUN_DOCTYPE, filters, pluck="active_bank_transaction")) if names else set()
