"""Accounting dimensions of the site's own that an advance may have: it has no invoice to take them from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import frappe
from erpnext.accounts.doctype.accounting_dimension.accounting_dimension import (
	get_accounting_dimensions,
	get_checks_for_pl_and_bs_accounts,
)
from erpnext.accounts.doctype.accounting_dimension_filter.accounting_dimension_filter import (
	get_dimension_filter_map,
)

from advanced_bank_reconciliation.engine.advance_rows import RequestedAdvance
from advanced_bank_reconciliation.engine.books import PartyAccount
from advanced_bank_reconciliation.engine.errors import Problem
from advanced_bank_reconciliation.engine.messages import Message, _, message
from advanced_bank_reconciliation.erpnext_adapter.books.chosen_records import chosen_problem
from advanced_bank_reconciliation.erpnext_adapter.books.statement_lines import LedgerStatementLine


def offered_dimensions(line: LedgerStatementLine) -> list[dict]:
	"""Those of the site, as a person is asked for them: `{"field", "label", "doctype", "filters", "default",
	"is_mandatory"}`; filters and default are the company's, is_mandatory is for the balance sheet.
	"""
	details = {one.fieldname: one for one in _details(line.company)}
	return [
		{
			"field": one.fieldname,
			"label": one.label,
			"doctype": one.document_type,
			"filters": _filters(one.document_type, line.company),
			"default": details.get(one.fieldname, {}).get("default_dimension") or "",
			"is_mandatory": bool(details.get(one.fieldname, {}).get("mandatory_for_bs")),
		}
		for one in get_accounting_dimensions(as_list=False)
	]


def dimension_problems(advance: RequestedAdvance, line: LedgerStatementLine) -> Iterator[Problem]:
	"""What there is against the names that were given."""
	known = {one.fieldname: one.document_type for one in get_accounting_dimensions(as_list=False)}
	for field, name in advance.dimensions:
		if field not in known:
			sentence = _("Advance: {0} is no accounting dimension of the site. There are: {1}.")
			yield Problem(*advance.document, message(sentence, field, ", ".join(known) or "-"))
		elif reason := chosen_problem(known[field], name, line.company):
			yield Problem(known[field], name, reason)


def dimension_obstacle(
	advance: RequestedAdvance, account: PartyAccount, line: LedgerStatementLine
) -> Message | None:
	"""Why ERPNext would not book an advance with these dimensions (GLEntry.validate_dimensions_for_pl_and_bs,
	validate_allowed_dimensions of its general ledger).

	To profit and loss it books a difference of exchange alone.
	"""
	given = {"cost_center": advance.cost_center, "project": advance.project, **dict(advance.dimensions)}
	may_differ = account.currency != line.currency
	for check in _details(line.company):
		is_demanded = check.mandatory_for_bs or (may_differ and check.mandatory_for_pl)
		if is_demanded and not given.get(check.fieldname):
			return _missing(advance, check.label)
	for name in (account.account, line.account):
		if reason := _refused_by_filter(advance, name, given):
			return reason
	return None


def _details(company: str) -> list[frappe._dict]:
	return [one for one in get_checks_for_pl_and_bs_accounts() if one.company == company]


def _refused_by_filter(advance: RequestedAdvance, account: str, given: Mapping[str, str]) -> Message | None:
	"""What an Accounting Dimension Filter of the account has against it."""
	for (field, applies_to), rule in get_dimension_filter_map().items():
		if applies_to != account:
			continue
		name = given.get(field)
		if not name and rule["is_mandatory"]:
			return _missing(advance, frappe.unscrub(field))
		is_named = name in rule["allowed_dimensions"]
		if name and is_named != (rule["allow_or_restrict"] == "Allow"):
			sentence = _("{0} {1} is not allowed for account {2}. Choose another one for the advance.")
			return message(sentence, frappe.unscrub(field), name, account)
	return None


def _missing(advance: RequestedAdvance, label: str) -> Message:
	sentence = _("{0} {1}: ERPNext demands the accounting dimension {2} of its advance. Give it one.")
	return message(sentence, *advance.document, label)


def _filters(doctype: str, company: str) -> dict:
	offered = {"company": company, "is_group": 0, "disabled": 0}
	meta = frappe.get_meta(doctype)
	return {column: value for column, value in offered.items() if meta.has_field(column)}
