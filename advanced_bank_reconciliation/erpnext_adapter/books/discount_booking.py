"""On which accounts ERPNext books an early payment discount (payment_entry.py: set_pending_discount_loss,
split_early_payment_discount_loss).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

import frappe
from frappe.utils import flt

from advanced_bank_reconciliation.engine.records import Deduction
from advanced_bank_reconciliation.erpnext_adapter.decimals import bank_precision, to_decimal

TAXES = {"Sales Invoice": "Sales Taxes and Charges", "Purchase Invoice": "Purchase Taxes and Charges"}
COMPANY_COLUMNS = ("default_discount_account", "round_off_account", "cost_center", "default_currency")
Parts = list[tuple[str, Decimal]]


class DiscountBooking:
	"""The discounts of invoices of one type and company, in the company's currency.

	names: of the invoices. Two queries at most, however many.
	"""

	def __init__(self, doctype: str, names: Sequence[str], company: str):
		self.sign = 1 if doctype == "Sales Invoice" else -1
		self.company = frappe.get_cached_value("Company", company, COMPANY_COLUMNS, as_dict=True)
		self.precision = bank_precision(self.company.default_currency)
		self.taxes: dict[str, dict[str, float]] = {}
		self.splits = bool(names) and bool(
			frappe.db.get_single_value("Accounts Settings", "book_tax_discount_loss")
		)
		if self.splits:
			self.taxes = _taxes(doctype, names)

	def deductions(self, terms: Sequence[frappe._dict]) -> tuple[Deduction, ...]:
		"""What is let off by these terms of one invoice together: a percentage is one of the whole invoice.

		An account that the company lacks is empty.
		"""
		total = to_decimal(flt(sum(_amount(term) for term in terms), self.precision), self.precision)
		parts = self._parts(terms) if self.splits else [(self.company.default_discount_account, total)]
		rest = total - sum((amount for _account, amount in parts), Decimal(0))
		if rest > 0:
			parts.append((self.company.round_off_account, rest))
		elif rest:
			parts[0] = (parts[0][0], parts[0][1] + rest)
		cost_center = terms[0].cost_center or self.company.cost_center or ""
		return tuple(
			Deduction(
				account=account or "", amount=amount * self.sign, cost_center=cost_center, is_discount=True
			)
			for account, amount in parts
			if amount
		)

	def _parts(self, terms: Sequence[frappe._dict]) -> Parts:
		"""The loss of income and that of each tax, each rounded by itself as ERPNext does."""
		invoice = terms[0]
		share = sum(_percentage(term) for term in terms) / 100
		losses = [(self.company.default_discount_account, invoice.base_total * share)]
		losses += [(account, tax * share) for account, tax in self.taxes.get(invoice.parent, {}).items()]
		return [(account, to_decimal(flt(loss, self.precision), self.precision)) for account, loss in losses]


def _amount(term: frappe._dict) -> float:
	"""What a term lets off, before it is rounded."""
	if term.discount_type == "Percentage":
		return flt(term.base_grand_total) * (term.discount / 100)
	return term.discount


def _percentage(term: frappe._dict) -> float:
	"""What a term lets off, as a percentage of the invoice."""
	return term.discount if term.discount_type == "Percentage" else term.discount / term.grand_total * 100


def _taxes(doctype: str, names: Sequence[str]) -> dict[str, dict[str, float]]:
	"""By invoice: its taxes by account, in the order of the invoice."""
	filters = {"parenttype": doctype, "parent": ("in", names)}
	fields = ["parent", "account_head", "base_tax_amount_after_discount_amount as amount"]
	taxes: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
	for row in frappe.get_all(TAXES[doctype], filters, fields, order_by="parent, idx"):
		taxes[row.parent][row.account_head] += row.amount
	return taxes
