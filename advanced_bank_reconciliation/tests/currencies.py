"""Documents in another currency than the company's."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import nowdate

from advanced_bank_reconciliation.tests import factories

CURRENCY = "EUR"
RATE_OF_INVOICE, RATE_OF_PAYMENT = 1.05, 1.1


def create_foreign_invoice(rate: float = 100, **values: Any) -> Document:
	"""A Sales Invoice in euros, owed in euros, to a company that keeps its books in dollars."""
	_set_exchange_rate()
	values = {"conversion_rate": RATE_OF_INVOICE, "debit_to": _receivable(), **values}
	return factories.create_test_sales_invoice("Bulk Test Customer EUR", rate, currency=CURRENCY, **values)


def create_invoice_owed_in_company_currency(rate: float = 100, **values: Any) -> Document:
	"""A Sales Invoice in euros that is owed in dollars, the company's own currency."""
	setting = "allow_multi_currency_invoices_against_single_party_account"
	frappe.db.set_single_value("Accounts Settings", setting, 1)
	values = {"currency": CURRENCY, "conversion_rate": RATE_OF_PAYMENT, **values}
	return factories.create_test_sales_invoice("Bulk Test Customer EUR In USD", rate, **values)


def create_foreign_deposit(amount: float) -> Document:
	"""A deposit on a bank account in euros."""
	bank_account = factories.create_test_bank_account(factories.COMPANY, CURRENCY)
	return factories.create_test_bank_transaction(amount, bank_account=bank_account, currency=CURRENCY)


def _set_exchange_rate() -> None:
	"""One for today, and an account for what the difference to the invoice's rate gains or loses."""
	rate = {"from_currency": CURRENCY, "to_currency": "USD", "date": nowdate()}
	if not frappe.db.exists("Currency Exchange", rate):
		values = {"exchange_rate": RATE_OF_PAYMENT, "for_buying": 1, "for_selling": 1}
		frappe.get_doc({"doctype": "Currency Exchange", **rate, **values}).insert()
	account = frappe.db.get_value(
		"Account", {"company": factories.COMPANY, "account_name": "Exchange Gain/Loss"}
	)
	frappe.db.set_value("Company", factories.COMPANY, "exchange_gain_loss_account", account)


def _receivable() -> str:
	filters = {"company": factories.COMPANY, "account_type": "Receivable", "account_currency": CURRENCY}
	existing = frappe.db.get_value("Account", filters)
	if existing:
		return existing
	default = frappe.get_cached_value("Company", factories.COMPANY, "default_receivable_account")
	parent = frappe.db.get_value("Account", default, "parent_account")
	values = {"account_name": f"Debtors {CURRENCY}", "parent_account": parent}
	return frappe.get_doc({"doctype": "Account", **filters, **values}).insert().name
