"""Invoices to which something has happened before they are paid, or to which ERPNext does something then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import frappe
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from erpnext.accounts.doctype.payment_request.payment_request import make_payment_request
from erpnext.accounts.doctype.sales_invoice.sales_invoice import create_dunning
from frappe.model.document import Document
from frappe.utils import add_days, get_year_ending, get_year_start, nowdate

from advanced_bank_reconciliation.tests import factories

COMPANY = factories.COMPANY
Create = Callable[..., Document]


def account(name: str, account_type: str, parent: str) -> str:
	"""A ledger account in the group `parent`."""
	group = frappe.db.get_value("Account", {"company": COMPANY, "account_name": parent})
	values = {"account_name": name, "account_type": account_type, "parent_account": group}
	return frappe.get_doc({"doctype": "Account", "company": COMPANY, **values}).insert().name


def on_another_account(create: Create) -> Document:
	"""Owed on another account than the party's others."""
	if create is factories.create_test_sales_invoice:
		return create(debit_to=account("Debtors Two", "Receivable", "Accounts Receivable"))
	return create(credit_to=account("Creditors Two", "Payable", "Accounts Payable"))


def opening(create: Create) -> Document:
	temporary = frappe.db.get_value("Account", {"company": COMPANY, "account_type": "Temporary"})
	line = {"item_name": "Opening", "description": "x", "uom": "Nos", "qty": 1, "rate": 100}
	is_sale = create is factories.create_test_sales_invoice
	line["income_account" if is_sale else "expense_account"] = temporary
	return create(is_opening="Yes", items=[line])


def with_advance(create: Create) -> Document:
	"""40 of 100 were paid before it was written."""
	party = f"Party With One Advance {create.__name__}"
	of_advance = create(party, 40)
	bank = frappe.db.get_value("Bank Account", factories.create_test_bank_account(COMPANY), "account")
	entry = get_payment_entry(of_advance.doctype, of_advance.name, bank_account=bank)
	entry.update({"references": [], "reference_no": "ADVANCE", "reference_date": nowdate()})
	entry.insert().submit()
	invoice = create(party, submit=False)
	invoice.allocate_advances_automatically = 1
	invoice.set_advances()
	return invoice.save().submit()


def requested(create: Create) -> Document:
	"""A Payment Request asks for it."""
	invoice = create()
	values = {"recipient_id": "x@example.com", "mute_email": 1, "submit_doc": 1}
	party = {"party_type": "Customer" if invoice.doctype == "Sales Invoice" else "Supplier"}
	party["party"] = invoice.get(party["party_type"].lower())
	make_payment_request(dt=invoice.doctype, dn=invoice.name, **values, **party)
	return invoice


def dunned() -> Document:
	"""Overdue, with a Dunning."""
	day = add_days(nowdate(), -20)
	invoice = factories.create_test_sales_invoice(posting_date=day, due_date=day, set_posting_time=1)
	dunning = create_dunning(invoice.name)
	dunning.income_account = frappe.get_cached_value("Company", COMPANY, "default_income_account")
	dunning.insert().submit()
	return invoice


def with_tax_withheld() -> Document:
	"""10 of 100 go to the tax office; version 16 withholds no row that was typed into an invoice."""
	year = {"from_date": get_year_start(nowdate()), "to_date": get_year_ending(nowdate())}
	document = {"doctype": "Tax Withholding Category", "name": "Scenario", "category_name": "Scenario"}
	rates = [{"tax_withholding_rate": 10, "single_threshold": 1, **year}]
	accounts = [{"company": COMPANY, "account": account("Withheld", "Tax", "Duties and Taxes")}]
	category = frappe.get_doc({**document, "rates": rates, "accounts": accounts}).insert().name
	supplier = factories.create_test_supplier("Supplier With Tax Withheld")
	frappe.db.set_value("Supplier", supplier, "tax_withholding_category", category)
	return factories.create_test_purchase_invoice(supplier, apply_tds=1, tax_withholding_category=category)


def partly_paid_at_a_till() -> Document:
	"""A POS invoice of 100, of which 40 were paid in cash."""
	cash = frappe.db.get_value("Account", {"company": COMPANY, "account_type": "Cash", "is_group": 0})
	payment = {"mode_of_payment": "Cash", "account": cash, "amount": 40}
	return factories.create_test_sales_invoice(is_pos=1, payments=[payment])


def reduced_by_a_return(create: Create) -> Document:
	"""30 of 100 went back."""
	invoice = create(rate=100)
	item = {"item_code": factories.ITEM, "qty": -1, "rate": 30}
	create(rate=-30, return_against=invoice.name, items=[item], update_outstanding_for_self=0)
	return invoice.reload()


def paid_by_loyalty_points() -> Document:
	"""20 of 100 are paid by points."""
	expense, center = frappe.get_cached_value("Company", COMPANY, ["default_expense_account", "cost_center"])
	values: dict[str, Any] = {"loyalty_program_name": "Bulk Test Points", "company": COMPANY}
	values |= {"loyalty_program_type": "Single Tier Program", "from_date": add_days(nowdate(), -30)}
	values |= {"expense_account": expense, "cost_center": center}
	values |= {"conversion_factor": 1, "expiry_duration": 100}
	values["collection_rules"] = [{"tier_name": "All", "collection_factor": 10, "min_spent": 0}]
	program = frappe.get_doc({"doctype": "Loyalty Program", **values}).insert().name
	customer = factories.create_test_customer("Bulk Test Loyal Customer")
	frappe.db.set_value("Customer", customer, "loyalty_program", program)
	factories.create_test_sales_invoice(customer, 300, loyalty_program=program)
	points = {"loyalty_program": program, "redeem_loyalty_points": 1, "loyalty_points": 20}
	return factories.create_test_sales_invoice(customer, **points)


def subscribed() -> Document:
	"""The invoice that a Subscription has written."""
	plan: dict[str, Any] = {"plan_name": "Bulk Test Plan", "item": factories.create_test_item()}
	plan |= {"currency": "USD", "price_determination": "Fixed Rate", "cost": 100}
	plan |= {"billing_interval": "Month", "billing_interval_count": 1}
	frappe.get_doc({"doctype": "Subscription Plan", **plan}).insert()
	values: dict[str, Any] = {"party_type": "Customer", "company": COMPANY, "submit_invoice": 1}
	values |= {"party": factories.create_test_customer("Bulk Test Subscriber"), "start_date": nowdate()}
	values |= {"plans": [{"plan": "Bulk Test Plan", "qty": 1}]}
	values["generate_invoice_at"] = "Beginning of the current subscription period"
	subscription = frappe.get_doc({"doctype": "Subscription", **values}).insert()
	subscription.process()
	return frappe.get_last_doc("Sales Invoice", {"subscription": subscription.name})


def note(create: Create, amount: float, party: str = "") -> Document:
	"""A credit or debit note with an outstanding amount of its own, beside the invoice it belongs to."""
	whose = [party] if party else []
	invoice = create(*whose, rate=amount)
	values = {"return_against": invoice.name, "update_outstanding_for_self": 1}
	return create(*whose, rate=-amount, **values)
