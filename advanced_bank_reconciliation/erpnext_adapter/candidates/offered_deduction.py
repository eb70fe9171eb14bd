"""The deduction that the dialog offers for a small difference."""

from __future__ import annotations

import frappe

from advanced_bank_reconciliation.erpnext_adapter.books.deduction_accounts import default_problems
from advanced_bank_reconciliation.erpnext_adapter.books.deduction_rules import rule_of_differences
from advanced_bank_reconciliation.erpnext_adapter.books.statement_lines import LedgerStatementLine
from advanced_bank_reconciliation.erpnext_adapter.settings import get_deduction_default


def offered_deduction(statement_line: LedgerStatementLine) -> dict | None:
	"""The company's default of the settings, else of its Deduction Rules: `{"account", "account_name",
	"cost_center", "tolerance", "tolerance_percent"}`, the tolerance in company currency, which is that of the
	bank account.

	None if there is none, or if a start of this user would refuse it.
	"""
	company = statement_line.company
	default = get_deduction_default(company) or rule_of_differences(company)
	if (
		not default
		or frappe.get_cached_value("Company", company, "default_currency") != statement_line.currency
	):
		return None
	if default_problems(default.account, default.cost_center, company):
		return None
	return {
		"account": default.account,
		"account_name": frappe.get_cached_value("Account", default.account, "account_name"),
		"cost_center": default.cost_center,
		"tolerance": str(default.tolerance),
		"tolerance_percent": str(default.tolerance_percent),
	}
