"""Amounts that ERPNext rounds, or takes for nothing."""

from __future__ import annotations

from decimal import Decimal

import frappe
from frappe import _

from advanced_bank_reconciliation.erpnext_adapter.decimals import bank_precision, to_decimal


def decimals_of_books(company_currency: str, bank_currency: str) -> int:
	"""How many decimals an amount may have both in the ledgers of a company and at the bank."""
	in_ledgers = frappe.get_precision("GL Entry", "debit", currency=company_currency)
	return min(in_ledgers, bank_precision(bank_currency))


def reason_in_amounts(decimals: int, allocated: Decimal, outstanding: Decimal) -> str | None:
	"""Why what is allocated to an invoice, or outstanding of it, is for ERPNext to judge, or None."""
	is_exact = all(amount == to_decimal(amount, decimals) for amount in (allocated, outstanding))
	if is_exact and outstanding > _largest_that_is_nothing():
		return None
	return _("more decimals than a ledger or the bank has")


def _largest_that_is_nothing() -> Decimal:
	"""What ERPNext takes for paid, by the decimals of no currency in particular (`get_outstanding_invoices`).
	On version 16 a currency may have more of them.
	"""
	precision = frappe.get_precision("Sales Invoice", "outstanding_amount") or 2
	return Decimal(5).scaleb(-precision - 1)
