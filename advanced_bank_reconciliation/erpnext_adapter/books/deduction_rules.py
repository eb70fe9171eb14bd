"""To which account a deduction belongs that an advice names."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import frappe

from advanced_bank_reconciliation.erpnext_adapter.decimals import to_decimal
from advanced_bank_reconciliation.erpnext_adapter.settings import DeductionDefault

RULE_DOCTYPE = "Deduction Rule"
COLUMNS = ["name", "code", "account", "cost_center", "limit_amount", "limit_percent", "role"]
# Of limits: more than any currency has.
PLACES = 9
FindRule = Callable[[str, Decimal], frappe._dict | None]


def rules_of(company: str, gross: Decimal) -> FindRule:
	"""What finds the current user's rule for a code such as "fee" and an amount; None if no rule covers it.

	gross: what the advice pays, of which limits in per cent are a part; signs do not matter
	The most specific rule wins: the code itself, then the longest part of it, then a rule without a code; of
	those one of the user's roles before one for all. If the amount is more than the limits of these, nothing
	else covers it.
	"""
	own = _own_rules(company)

	def rule_for(code: str, amount: Decimal) -> frappe._dict | None:
		covering = [rule for rule in own if (rule.code or "").casefold() in code.casefold()]
		longest = max((len(rule.code or "") for rule in covering), default=0)
		best = [rule for rule in covering if len(rule.code or "") == longest]
		return next((rule for rule in best if _is_within(rule, abs(amount), abs(gross))), None)

	return rule_for


def rule_of_differences(company: str) -> DeductionDefault | None:
	"""What the current user's rules say of a difference that nobody explains: the first one without a code
	that has a limit, those of the user's roles before those for all. None if there is none: a rule without a
	limit would let any difference be booked with one click.
	"""
	for rule in _own_rules(company):
		if not rule.code and (rule.limit_amount or rule.limit_percent):
			return DeductionDefault(
				account=rule.account,
				cost_center=rule.cost_center or "",
				tolerance=rule.limit_amount,
				tolerance_percent=rule.limit_percent,
			)
	return None


def _own_rules(company: str) -> list[frappe._dict]:
	"""Those for one of the user's roles first."""
	roles = {None, "", *frappe.get_roles()}
	rules = frappe.get_all(RULE_DOCTYPE, {"company": company}, COLUMNS, order_by="name")
	return sorted((rule for rule in rules if rule.role in roles), key=lambda rule: not rule.role)


def _is_within(rule: frappe._dict, amount: Decimal, gross: Decimal) -> bool:
	limit, percent = (to_decimal(rule[column] or 0, PLACES) for column in ("limit_amount", "limit_percent"))
	return (not limit or amount <= limit) and (not percent or amount * 100 <= gross * percent)
