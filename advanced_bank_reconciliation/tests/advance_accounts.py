"""A company that books advances in accounts of their own."""

from __future__ import annotations

from unittest import TestCase

import frappe

from advanced_bank_reconciliation.tests import factories

ROOTS = {"Receivable": "Liability", "Payable": "Asset"}


def use_separate_advance_accounts(test: TestCase) -> None:
	"""Let the test company do so until its transaction is rolled back."""
	accounts = {
		"default_advance_received_account": _advance_account("Receivable"),
		"default_advance_paid_account": _advance_account("Payable"),
	}
	setting = "book_advance_payments_in_separate_party_account"
	frappe.db.set_value("Company", factories.COMPANY, {setting: 1, **accounts})
	test.addCleanup(frappe.clear_document_cache, "Company", factories.COMPANY)


def _advance_account(account_type: str) -> str:
	filters = {"company": factories.COMPANY, "root_type": ROOTS[account_type], "is_group": 1}
	parent = frappe.db.get_value("Account", {**filters, "parent_account": ("is", "set")})
	values = {"account_name": f"Advances {account_type}", "account_type": account_type}
	document = {"doctype": "Account", "company": factories.COMPANY, "parent_account": parent, **values}
	return frappe.get_doc(document).insert().name
