"""What a remittance advice says about a Bank Transaction, as plain data."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from frappe import _

from advanced_bank_reconciliation.engine.allocation import CASH_SIGN
from advanced_bank_reconciliation.erpnext_adapter.books.deduction_rules import FindRule, rules_of
from advanced_bank_reconciliation.erpnext_adapter.books.statement_lines import LedgerStatementLine
from advanced_bank_reconciliation.erpnext_adapter.candidates.advice_discounts import allowed_discounts
from advanced_bank_reconciliation.remittance.advice import AdviceDeduction
from advanced_bank_reconciliation.remittance.matching import LineMatch, MatchedAdvice, MatchState, TakenItem
from advanced_bank_reconciliation.remittance.payable_items import PayableItem


def describe(format_name: str, matched: MatchedAdvice, line: LedgerStatementLine) -> dict:
	"""The answer of `read_remittance_advice`, all amounts as text.

	Returns `{"format", "message", "counts", "lines", "invoices", "deductions", "difference"}`. invoices and
	deductions have the form of `create_payment_entries_bulk`: discounts that payment terms allow stand with
	their invoices, see `allowed_discounts`; a deduction has its code as well, and an empty account if no rule
	covers it. difference: what is left of the Bank Transaction if all of that is booked,
	in the direction of the payment.
	"""
	direction = 1 if line.is_deposit else -1
	discounts = allowed_discounts(matched, line)
	rule_for = rules_of(line.company, sum((one.amount for one in matched.taken()), Decimal(0)))
	return {
		"format": format_name,
		"message": _message(matched),
		"counts": {state.value: matched.count(state) for state in MatchState},
		"lines": [_describe_line(one, direction) for one in matched.lines],
		"invoices": [
			{**describe_taken(one, direction), **_describe_discount(discounts.get(one.item.document))}
			for one in matched.taken()
		],
		"deductions": [
			_describe_deduction(one, rule_for, direction)
			for one in matched.deductions(sum(discounts.values(), Decimal(0)))
		],
		"difference": str(line.unallocated - matched.net()),
	}


def _message(matched: MatchedAdvice) -> str:
	done = matched.count(MatchState.MATCHED)
	left = matched.count(MatchState.QUESTION, MatchState.NOT_FOUND)
	if not left:
		return _("All {0} lines matched.").format(done)
	return _("{0} of {1} lines matched, {2} to look at.").format(done, done + left, left)


def _describe_line(match: LineMatch, direction: int) -> dict:
	line = match.line
	return {
		"number": line.number,
		"reference": line.reference,
		"text": line.text,
		"date": _text(line.date),
		"gross": _text(line.gross),
		"discount": str(line.discount),
		"deductions": [{"code": one.code, "amount": str(one.amount)} for one in line.deductions],
		"net": _text(line.net),
		"currency": line.currency,
		"state": match.state.value,
		"confidence": match.confidence.value,
		"reason": match.reason.text(_),
		"taken": [describe_taken(one, direction) for one in match.taken],
		"candidates": [_describe_candidate(one, match, direction) for one in match.candidates],
	}


def _describe_candidate(item: PayableItem, match: LineMatch, direction: int) -> dict:
	slip = match.slips.get(item.document)
	taken = describe_taken(TakenItem(item=item, amount=item.amount), direction)
	return {**taken, "slip": slip.text(_) if slip else ""}


def describe_taken(taken: TakenItem, direction: int) -> dict:
	"""In the form of `create_payment_entries_bulk`; direction: 1 for a deposit, -1 for a withdrawal."""
	doctype, name = taken.item.document
	amount = taken.amount * CASH_SIGN[doctype] * direction
	return {"doctype": doctype, "name": name, "allocated_amount": str(amount)}


def _describe_discount(discount: Decimal | None) -> dict:
	return {"discount": str(discount)} if discount else {}


def _describe_deduction(deduction: AdviceDeduction, rule_for: FindRule, direction: int) -> dict:
	rule = rule_for(deduction.code, deduction.amount)
	return {
		"code": deduction.code,
		"account": rule.account if rule else "",
		"cost_center": (rule.cost_center if rule else "") or "",
		"amount": str(deduction.amount * direction),
		"description": deduction.code,
	}


def _text(value: Decimal | date | None) -> str | None:
	return None if value is None else str(value)
