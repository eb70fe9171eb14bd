"""To which account a deduction belongs that an advice names."""

from __future__ import annotations

import frappe

RULE_DOCTYPE = "Deduction Rule"


def rule_for(code: str, company: str) -> frappe._dict | None:
	"""The rule for a code such as "fee"; None if no rule of the company covers it.

	The most specific one wins: the code itself, then the longest part of it, then a rule without a code.
	"""
	wanted = code.casefold()
	rules = frappe.get_all(
		RULE_DOCTYPE, {"company": company}, ["name", "code", "account", "cost_center"], order_by="name"
	)
	covering = [rule for rule in rules if (rule.code or "").casefold() in wanted]
	return max(covering, key=lambda rule: len(rule.code or ""), default=None)
