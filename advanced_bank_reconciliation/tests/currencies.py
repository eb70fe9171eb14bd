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
	values = {"conversion_rate": RATE_OF_INVOICE, "debit_to": party_account("Receivable"), **values}
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


def create_invoice_in(
	currency: str, rate: float = 100, doctype: str = "Sales Invoice", **values: Any
) -> Document:
	"""An invoice in any currency, owed in that currency, of a party that has it alone."""
	set_gain_and_loss_account()
	if doctype == "Sales Invoice":
		account = {"debit_to": party_account("Receivable", currency)}
		return factories.create_test_sales_invoice(
			f"Bulk Test Customer {currency}", rate, currency=currency, **account, **values
		)
	account = {"credit_to": party_account("Payable", currency)}
	return factories.create_test_purchase_invoice(
		f"Bulk Test Supplier {currency}", rate, currency=currency, **account, **values
	)


def create_transaction_in(currency: str, amount: float) -> Document:
	"""A deposit, or a withdrawal if `amount` is negative, on a bank account in any currency."""
	bank_account = factories.create_test_bank_account(factories.COMPANY, currency)
	return factories.create_test_bank_transaction(amount, bank_account=bank_account, currency=currency)


def set_rate(currency: str, rate: float, to: str = "USD") -> None:
	"""What one unit is worth today."""
	key = {"from_currency": currency, "to_currency": to, "date": nowdate()}
	frappe.db.delete("Currency Exchange", key)
	values = {"exchange_rate": rate, "for_buying": 1, "for_selling": 1}
	frappe.get_doc({"doctype": "Currency Exchange", **key, **values}).insert()


def without_rates() -> None:
	"""No Currency Exchange record, and no service that is asked instead."""
	frappe.db.delete("Currency Exchange")
	frappe.db.set_single_value("Currency Exchange Settings", "disabled", 1)
	frappe.clear_document_cache("Currency Exchange Settings", "Currency Exchange Settings")


def _set_exchange_rate() -> None:
	"""One for today, and an account for what the difference to the invoice's rate gains or loses."""
	rate = {"from_currency": CURRENCY, "to_currency": "USD", "date": nowdate()}
	if not frappe.db.exists("Currency Exchange", rate):
		set_rate(CURRENCY, RATE_OF_PAYMENT)
	set_gain_and_loss_account()


def set_gain_and_loss_account() -> None:
	account = frappe.db.get_value(
		"Account", {"company": factories.COMPANY, "account_name": "Exchange Gain/Loss"}
	)
	frappe.db.set_value("Company", factories.COMPANY, "exchange_gain_loss_account", account)


def party_account(account_type: str, currency: str = CURRENCY) -> str:
	"""Of customers (Receivable) or suppliers (Payable)."""
	filters = {"company": factories.COMPANY, "account_type": account_type, "account_currency": currency}
	existing = frappe.db.get_value("Account", filters)
	if existing:
		return existing
	field = f"default_{account_type.lower()}_account"
	default = frappe.get_cached_value("Company", factories.COMPANY, field)
	parent = frappe.db.get_value("Account", default, "parent_account")
	name = {"Receivable": "Debtors", "Payable": "Creditors"}[account_type]
	values = {"account_name": f"{name} {currency}", "parent_account": parent}
	return frappe.get_doc({"doctype": "Account", **filters, **values}).insert().name
