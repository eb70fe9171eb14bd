"""What a payment comes to on the party's account, and what rounding leaves of it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.utils import flt

from advanced_bank_reconciliation.engine.deductions import in_company_currency
from advanced_bank_reconciliation.engine.money import rounded
from advanced_bank_reconciliation.engine.records import Item
from advanced_bank_reconciliation.erpnext_adapter.books.statement_lines import LedgerStatementLine
from advanced_bank_reconciliation.erpnext_adapter.decimals import bank_precision, company_precision


def amount_on_party_account(
	items: Sequence[Item], currency: str, statement_line: LedgerStatementLine, amount: Decimal
) -> Decimal:
	"""What a payment moves there, positive: what the items are paid, less what is deducted from it
	(PaymentEntry.set_unallocated_amount).

	currency: of the party's account; amount: at the bank
	Never nothing: that ERPNext refuses. What it is too much is a rounding difference.
	"""
	if currency == statement_line.currency:
		return amount
	company, rate = company_precision(statement_line.company), items[0].exchange_rate or 1
	booked = (in_company_currency(one, item, company) for item in items for one in item.deductions)
	less = sum(booked, Decimal(0)) / rate
	owed = abs(sum((item.allocated_amount for item in items), Decimal(0)))
	precision = bank_precision(currency)
	net = rounded(owed - less if statement_line.is_deposit else owed + less, precision)
	return max(net, Decimal(1).scaleb(-precision))


def add_rounding_difference(entry: Document) -> None:
	"""Deduct what the references of a draft come to in company currency more or less than it does itself and
	what is deducted from it already.

	ERPNext rounds each reference, each deduction and the whole. With several these differ by a cent or two;
	it then refuses the payment (*Difference Amount must be zero*), or leaves a cent of it unallocated. An
	accountant writes the difference off to the company's exchange gain and loss
	(PaymentEntry.set_gain_or_loss); so does this, in either direction.
	"""
	is_received = entry.payment_type == "Receive"
	amount, rate = (
		(entry.paid_amount, entry.source_exchange_rate)
		if is_received
		else (entry.received_amount, entry.target_exchange_rate)
	)
	precision = entry.precision("base_paid_amount")
	parts = (flt(flt(row.allocated_amount) * flt(rate), precision) for row in entry.references)
	more = abs(sum(parts)) - flt(flt(amount) * flt(rate), precision)
	deducted = sum(flt(row.amount) for row in entry.deductions)
	difference = flt((more if is_received else -more) - deducted, precision)
	if not difference or not rate:
		return
	fields = ["exchange_gain_loss_account", "cost_center"]
	account, cost_center = frappe.get_cached_value("Company", entry.company, fields)
	entry.append("deductions", {"account": account, "cost_center": cost_center, "amount": difference})
