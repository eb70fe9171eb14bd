"""To which account a deduction belongs that an advice names."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import frappe

from advanced_bank_reconciliation.erpnext_adapter.decimals import to_decimal

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
	roles = {None, "", *frappe.get_roles()}
	rules = frappe.get_all(RULE_DOCTYPE, {"company": company}, COLUMNS, order_by="name")
	own = sorted((rule for rule in rules if rule.role in roles), key=lambda rule: not rule.role)

	def rule_for(code: str, amount: Decimal) -> frappe._dict | None:
		covering = [rule for rule in own if (rule.code or "").casefold() in code.casefold()]
		longest = max((len(rule.code or "") for rule in covering), default=0)
		best = [rule for rule in covering if len(rule.code or "") == longest]
		return next((rule for rule in best if _is_within(rule, abs(amount), abs(gross))), None)

	return rule_for


def _is_within(rule: frappe._dict, amount: Decimal, gross: Decimal) -> bool:
	limit, percent = (to_decimal(rule[column] or 0, PLACES) for column in ("limit_amount", "limit_percent"))
	return (not limit or amount <= limit) and (not percent or amount * 100 <= gross * percent)
