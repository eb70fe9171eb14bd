"""Real ERPNext documents for tests: a company with a bank, customers, invoices, Bank Transactions."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from itertools import chain
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import nowdate

from advanced_bank_reconciliation.tests.clones import Stock

COMPANY = "Bulk Test Company"
ABBREVIATION = "BTC"
ITEM = "Bulk Test Service"
CUSTOMER_COUNT = 10
STOCK = Stock()


def create_test_company(company: str = COMPANY, abbreviation: str = ABBREVIATION) -> str:
	"""A company with ERPNext's standard chart of accounts and a bank account; the same one every time."""
	if not frappe.db.exists("Company", company):
		values = {"company_name": company, "abbr": abbreviation, "default_currency": "USD"}
		frappe.get_doc({"doctype": "Company", "country": "United States", **values}).insert()
	create_test_bank_account(company)
	return company


def create_test_bank_account(company: str, currency: str = "USD", purpose: str = "") -> str:
	"""A Bank Account of a company with a ledger account of its own in `currency`; returns its name.

	Each `purpose` has its own: a page shows all unreconciled Bank Transactions of one account.
	"""
	abbreviation = frappe.get_cached_value("Company", company, "abbr")
	if not frappe.db.exists("Bank", "Bulk Test Bank"):
		frappe.get_doc({"doctype": "Bank", "bank_name": "Bulk Test Bank"}).insert()
	account_name = f"Bulk Test Bank {currency} {purpose}".strip()
	account = f"{account_name} - {abbreviation}"
	if not frappe.db.exists("Account", account):
		parent = frappe.db.get_value("Account", {"company": company, "account_type": "Bank", "is_group": 1})
		values = {"account_name": account_name, "parent_account": parent, "account_type": "Bank"}
		frappe.get_doc(
			{"doctype": "Account", "company": company, "account_currency": currency, **values}
		).insert()
	bank_account = frappe.db.get_value("Bank Account", {"account": account})
	if not bank_account:
		values = {
			"account_name": f"Current {abbreviation} {currency} {purpose}".strip(),
			"bank": "Bulk Test Bank",
			"account": account,
		}
		document = {"doctype": "Bank Account", "is_company_account": 1, "company": company, **values}
		bank_account = frappe.get_doc(document).insert().name
	return bank_account


def create_test_customer(name: str) -> str:
	if not frappe.db.exists("Customer", name):
		frappe.get_doc({"doctype": "Customer", "customer_name": name, "customer_type": "Company"}).insert()
	return name


def create_test_supplier(name: str = "Bulk Test Supplier") -> str:
	if not frappe.db.exists("Supplier", name):
		group = frappe.db.get_value("Supplier Group", {"is_group": 0})
		frappe.get_doc({"doctype": "Supplier", "supplier_name": name, "supplier_group": group}).insert()
	return name


def create_test_item() -> str:
	if not frappe.db.exists("Item", ITEM):
		group = frappe.db.get_value("Item Group", {"is_group": 0})
		values = {"item_code": ITEM, "item_group": group, "stock_uom": "Nos", "is_stock_item": 0}
		frappe.get_doc({"doctype": "Item", **values}).insert()
	return ITEM


def create_test_terms() -> str:
	"""A template of two terms, each half of the invoice, whose payments are allocated to the terms."""
	name = "Bulk Test Two Halves"
	if not frappe.db.exists("Payment Terms Template", name):
		terms = []
		for days in (0, 30):
			term = f"Bulk Test Half After {days}"
			values = {"payment_term_name": term, "invoice_portion": 50, "credit_days": days}
			frappe.get_doc({"doctype": "Payment Term", **values}).insert()
			terms.append({"payment_term": term, "invoice_portion": 50, "credit_days": days})
		values = {"template_name": name, "allocate_payment_based_on_payment_terms": 1, "terms": terms}
		frappe.get_doc({"doctype": "Payment Terms Template", **values}).insert()
	return name


def create_test_discount_terms(*discounts: float, by_term: bool = True, kind: str = "Percentage") -> str:
	"""A template of equal terms, a month apart, each with its early payment discount within ten days."""
	kinds = "By Term" if by_term else "By Invoice"
	name = f"Bulk Test {kind} {' and '.join(f'{one:g}' for one in discounts)} {kinds}"
	if not frappe.db.exists("Payment Terms Template", name):
		terms = []
		for number, discount in enumerate(discounts):
			term = f"{name} {number}"
			values: dict[str, Any] = {
				"invoice_portion": 100 / len(discounts),
				"credit_days": 30 * (number + 1),
			}
			values |= {"discount_type": kind, "discount": discount, "discount_validity": 10}
			frappe.get_doc({"doctype": "Payment Term", "payment_term_name": term, **values}).insert()
			terms.append({"payment_term": term, **values})
		template = {"template_name": name, "allocate_payment_based_on_payment_terms": int(by_term)}
		frappe.get_doc({"doctype": "Payment Terms Template", "terms": terms, **template}).insert()
	return name


def create_test_sales_invoice(
	customer: str = "Bulk Test Customer 0", rate: float = 100.0, company: str = COMPANY, **values: Any
) -> Document:
	"""A submitted Sales Invoice of one line; `rate` negative makes a credit note, `submit=False` a draft."""
	return _create_invoice("Sales Invoice", company, rate, customer=create_test_customer(customer), **values)


def create_test_purchase_invoice(
	supplier: str = "Bulk Test Supplier", rate: float = 100.0, company: str = COMPANY, **values: Any
) -> Document:
	"""A submitted Purchase Invoice of one line; `rate` negative makes a debit note."""
	return _create_invoice(
		"Purchase Invoice", company, rate, supplier=create_test_supplier(supplier), **values
	)


def _create_invoice(
	doctype: str, company: str, rate: float, *, submit: bool = True, **values: Any
) -> Document:
	line = {"item_code": create_test_item(), "qty": -1 if rate < 0 else 1, "rate": abs(rate)}
	invoice = frappe.get_doc(
		{
			"doctype": doctype,
			"company": company,
			"posting_date": nowdate(),
			"due_date": nowdate(),
			"is_return": int(rate < 0),
			"items": [line],
			**values,
		}
	).insert()
	return invoice.submit() if submit else invoice


def create_test_bank_transaction(amount: float, company: str = COMPANY, **values: object) -> Document:
	"""A submitted Bank Transaction: a deposit if `amount` is positive, otherwise a withdrawal."""
	transaction = {
		"doctype": "Bank Transaction",
		"date": nowdate(),
		"bank_account": create_test_bank_account(company),
		"deposit": max(amount, 0),
		"withdrawal": max(-amount, 0),
		"currency": "USD",
		"reference_number": "PAYOUT-1",
		"description": "Payout of a marketplace",
	}
	return frappe.get_doc({**transaction, **values}).insert().submit()


def create_test_advance(
	amount: float,
	customer: str = "Bulk Test Customer 0",
	company: str = COMPANY,
	bank_account: str | None = None,
) -> Document:
	"""A submitted Payment Entry that somebody received before, not allocated to any invoice."""
	bank_account = bank_account or create_test_bank_account(company)
	document = {
		"doctype": "Payment Entry",
		"payment_type": "Receive",
		"company": company,
		"party_type": "Customer",
		"party": create_test_customer(customer),
		"paid_to": frappe.db.get_value("Bank Account", bank_account, "account"),
		"paid_from": frappe.get_cached_value("Company", company, "default_receivable_account"),
		"paid_amount": amount,
		"received_amount": amount,
		"reference_no": "ADVANCE",
		"reference_date": nowdate(),
	}
	return frappe.get_doc(document).insert().submit()


def create_test_deposit(
	count: int, company: str = COMPANY, beside: float = 0.0, **values: object
) -> tuple[Document, list[dict]]:
	"""A deposit for the exact total of `count` Sales Invoices of ten customers, and the selection of all.

	They have up to twenty different amounts. `beside`: how much more the deposit is than the invoices;
	`values`: fields of the deposit.
	"""
	create_test_company(company)
	kinds = min(count, 2 * CUSTOMER_COUNT)
	groups = [
		take_sales_invoices(
			f"Bulk Test Customer {number % CUSTOMER_COUNT}",
			50 + number * 1.37,
			company,
			count=(count - number - 1) // kinds + 1,
		)
		for number in range(kinds)
	]
	selection = [*(group[0] for group in groups), *chain.from_iterable(group[1:] for group in groups)]
	total = Decimal(str(beside)) + sum(Decimal(str(row["allocated_amount"])) for row in selection)
	return create_test_bank_transaction(float(total), company, **values), selection


def take_sales_invoices(customer: str, rate: float, company: str = COMPANY, *, count: int = 1) -> list[dict]:
	"""Open Sales Invoices of one line from stock, and what the dialog sends for them, each in full."""
	create_test_customer(customer)
	create_test_item()
	post = partial(create_test_sales_invoice, customer, rate, company)
	names = STOCK.take((customer, rate, company, nowdate()), post, count)
	amount = frappe.db.get_value("Sales Invoice", names[0], "outstanding_amount")
	return [{"doctype": "Sales Invoice", "name": name, "allocated_amount": amount} for name in names]


def open_sales_invoice(
	customer: str = "Bulk Test Customer 0", rate: float = 100.0, **values: Any
) -> Document:
	"""A submitted Sales Invoice of one line: from stock, unless more is asked of it.

	Where the site is not as it is in other tests it is no choice: what is in stock is copied for all.
	"""
	if values or rate < 0:
		return create_test_sales_invoice(customer, rate, **values)
	(row,) = take_sales_invoices(customer, rate)
	return frappe.get_doc("Sales Invoice", row["name"])


def selection_of(invoices: list[Document]) -> list[dict]:
	"""What the dialog sends for these invoices, each in full."""
	return [
		{"doctype": invoice.doctype, "name": invoice.name, "allocated_amount": invoice.outstanding_amount}
		for invoice in invoices
	]


def deduction(account: str, amount: str, abbreviation: str = ABBREVIATION) -> dict:
	"""A row of deductions; `account` without the abbreviation of the company."""
	return {"account": f"{account} - {abbreviation}", "amount": amount, "description": "of a test"}
