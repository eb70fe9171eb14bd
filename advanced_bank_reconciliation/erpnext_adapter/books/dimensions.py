"""Accounting dimensions that a company demands: a payment has them from its invoice, or from nowhere."""

from __future__ import annotations

from collections.abc import Collection

import frappe
from erpnext.accounts.doctype.accounting_dimension.accounting_dimension import (
	get_checks_for_pl_and_bs_accounts,
)

from advanced_bank_reconciliation.engine.books import OpenItem
from advanced_bank_reconciliation.engine.documents import DocumentKey
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
		names: dict[str, list[str]] = {}
		for item in items:
			if check.mandatory_for_bs and item.company == check.company:
				names.setdefault(item.doctype, []).append(item.name)
		for doctype in sorted(names):
			filters = {"name": ("in", names[doctype]), check.fieldname: ("is", "not set")}
			for name in frappe.get_all(doctype, filters, pluck="name"):
				document = DocumentKey(doctype, name)
				found[document] = message(sentence, *document, check.label)
	return found
