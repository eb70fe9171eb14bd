"""Accounting dimensions that a company demands: a payment has them from its invoice, or from nowhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

import frappe
from erpnext.accounts.doctype.accounting_dimension.accounting_dimension import (
	get_checks_for_pl_and_bs_accounts,
)

from advanced_bank_reconciliation.engine.books import OpenItem
from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.errors import Problem
from advanced_bank_reconciliation.engine.messages import Message, _, message


def find_without_dimension(items: Collection[OpenItem]) -> dict[DocumentKey, Message]:
	"""The items that lack a dimension that is mandatory for accounts of the balance sheet, as the bank's and
	the party's are (GLEntry.validate_dimensions_for_pl_and_bs). No query unless there is such a dimension.
	"""
	sentence = _(
		"{0} {1}: ERPNext demands the accounting dimension {2} of its payment. Enter it in the document."
	)
	found = {}
	for check in get_checks_for_pl_and_bs_accounts():
		demanded = [item.document for item in items if item.company == check.company]
		for document in _without(check.fieldname, demanded if check.mandatory_for_bs else ()):
			found[document] = message(sentence, *document, check.label)
	return found


def find_losses_without_dimension(
	company: str, booked: Mapping[DocumentKey, Collection[str]]
) -> list[Problem]:
	"""What is booked to accounts of profit and loss without a dimension that is mandatory there.

	booked: by the invoice that the payment has its dimensions from, the accounts that it books to beside the
	bank's and the party's
	"""
	sentence = _(
		"{0} {1}: its payment books to {2}, for which ERPNext demands the accounting dimension {3}. Enter it"
		" in the document."
	)
	return [
		Problem(*document, message(sentence, *document, account, check.label))
		for check in get_checks_for_pl_and_bs_accounts()
		if check.mandatory_for_pl and check.company == company
		for document in _without(check.fieldname, booked)
		for account in sorted(booked[document])
		if frappe.get_cached_value("Account", account, "report_type") == "Profit and Loss"
	]


def _without(field: str, documents: Iterable[DocumentKey]) -> list[DocumentKey]:
	"""Those of `documents` that have no value in a field. One query for each type that there is."""
	names: dict[str, list[str]] = defaultdict(list)
	for doctype, name in documents:
		names[doctype].append(name)
	return [
		DocumentKey(doctype, name)
		for doctype in sorted(names)
		for name in frappe.get_all(
			doctype, {"name": ("in", names[doctype]), field: ("is", "not set")}, pluck="name"
		)
	]
