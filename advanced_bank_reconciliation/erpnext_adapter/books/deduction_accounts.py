"""Whether ERPNext would book a deduction, asked before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

import frappe

from advanced_bank_reconciliation.engine.errors import Problem
from advanced_bank_reconciliation.engine.messages import Message, _, message
from advanced_bank_reconciliation.engine.records import Deduction
from advanced_bank_reconciliation.engine.selection import Selection
from advanced_bank_reconciliation.erpnext_adapter.books.chosen_records import read_chosen, record_problem
from advanced_bank_reconciliation.erpnext_adapter.books.statement_lines import LedgerStatementLine

ACCOUNT_COLUMNS = ["name", "company", "is_group", "disabled", "account_type", "account_currency"]
COST_CENTER_COLUMNS = ["name", "company", "is_group", "disabled"]
# What these are for has documents of its own: a payment's deduction would have no party.
PARTY_ACCOUNT_TYPES = ("Receivable", "Payable")
# What stands on two bank accounts is a transfer to ERPNext, cleared only if both are matched.
BANK_ACCOUNT_TYPE = "Bank"


def with_checked_deductions(selection: Selection, statement_line: LedgerStatementLine) -> Selection:
	"""Fill in the cost centers that are missing, and add what ERPNext would refuse to the problems.

	A Payment Entry books deductions in company currency and wants a cost center for each (Payment Entry
	Deduction); the company's default is what ERPNext fills in.
	"""
	if not selection.deductions:
		return selection
	deductions = [_with_cost_center(one, statement_line.company) for one in selection.deductions]
	problems = [*selection.problems, *_problems(deductions, statement_line)]
	return replace(selection, deductions=tuple(deductions), problems=tuple(problems))


def default_problems(account: str, cost_center: str, company: str) -> list[Message]:
	"""What there is against a company's default account and cost center; "" for the company's own."""
	deduction = _with_cost_center(
		Deduction(account=account, amount=Decimal(1), cost_center=cost_center), company
	)
	problems = (_ledger_problem(account, company), _cost_center_problem(deduction, company))
	return [problem for problem in problems if problem]


def _problems(deductions: Sequence[Deduction], statement_line: LedgerStatementLine) -> Iterator[Problem]:
	"""deductions: each with its cost center"""
	for one in deductions:
		for doctype, name, reason in (
			("Account", one.account, _account_problem(one.account, statement_line)),
			("Cost Center", one.cost_center, _cost_center_problem(one, statement_line.company)),
			("Project", one.project, _project_problem(one)),
		):
			if reason:
				yield Problem(doctype, name, reason)


def _with_cost_center(deduction: Deduction, company: str) -> Deduction:
	default = frappe.get_cached_value("Company", company, "cost_center") or ""
	return replace(deduction, cost_center=deduction.cost_center or default)


def _account_problem(name: str, statement_line: LedgerStatementLine) -> Message | None:
	if name == statement_line.account:
		return message(_("Account {0} is the bank account itself. Deduct to another one."), name)
	return _ledger_problem(name, statement_line.company)


def _ledger_problem(name: str, company: str) -> Message | None:
	account = read_chosen("Account", name, ACCOUNT_COLUMNS)
	if account is None:
		return message(_("Account {0} does not exist, or you may not read it."), name)
	common = record_problem("Account", account, company)
	if common:
		return common
	if account.account_type in PARTY_ACCOUNT_TYPES:
		return message(_("Account {0} is for parties. Deduct to another one."), name)
	if account.account_type == BANK_ACCOUNT_TYPE:
		return message(_("Account {0} is a bank account. Deduct to another one."), name)
	fields = ["exchange_gain_loss_account", "default_currency"]
	exchange, currency = frappe.get_cached_value("Company", company, fields)
	if name == exchange:
		sentence = _("Account {0} takes the differences of exchange. Deduct to another one.")
		return message(sentence, name)
	if account.account_currency not in (None, "", currency):
		sentence = _("Account {0} is in {1}, but deductions are booked in {2}. Deduct to another one.")
		return message(sentence, name, account.account_currency, currency)
	return None


def _cost_center_problem(deduction: Deduction, company: str) -> Message | None:
	if not deduction.cost_center:
		sentence = _("Deduction {0}: the cost center is missing, and {1} has no default.")
		return message(sentence, deduction.account, company)
	cost_center = read_chosen("Cost Center", deduction.cost_center, COST_CENTER_COLUMNS)
	if cost_center is None:
		sentence = _("Cost Center {0} does not exist, or you may not read it.")
		return message(sentence, deduction.cost_center)
	return record_problem("Cost Center", cost_center, company)


def _project_problem(deduction: Deduction) -> Message | None:
	"""ERPNext gives the ledger entries of a deduction the project of the payment, and that is the invoice's
	(AccountsController.get_gl_dict).
	"""
	if not deduction.project:
		return None
	sentence = _("Deduction {0}: ERPNext books it to the project of the invoice. Leave {1} out.")
	return message(sentence, deduction.account, deduction.project)
