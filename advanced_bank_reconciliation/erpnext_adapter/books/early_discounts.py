"""Early payment discounts by payment terms, as ERPNext takes them when it makes a payment of an invoice
(payment_entry.py: apply_early_payment_discount).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby

import frappe
from frappe.query_builder.functions import Coalesce

from advanced_bank_reconciliation.engine.books import EarlyDiscount, OpenItem
from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.messages import Message, _, message
from advanced_bank_reconciliation.engine.selection import Selection
from advanced_bank_reconciliation.erpnext_adapter.books.discount_booking import DiscountBooking
from advanced_bank_reconciliation.erpnext_adapter.books.statement_lines import LedgerStatementLine
from advanced_bank_reconciliation.erpnext_adapter.decimals import bank_precision, to_decimal

TERM_COLUMNS = ("parent", "outstanding", "discount_type", "discount", "discount_date", "discounted_amount")
INVOICE_COLUMNS = ("outstanding_amount", "grand_total", "base_grand_total", "base_total", "cost_center")


def with_discounts(
	open_items: Mapping[DocumentKey, OpenItem], selection: Selection, line: LedgerStatementLine
) -> dict[DocumentKey, OpenItem]:
	"""Give the items of which a discount is asked for those that they have, or what stands in the way."""
	wanted = [one.document for one in selection.invoices if one.discount and one.document in open_items]
	items = dict(open_items)
	for document, discounts in read_discounts(wanted, line).items():
		items[document] = replace(items[document], discounts=discounts)
	for document in wanted:
		item = items[document]
		items[document] = replace(item, obstacle=item.obstacle or _obstacle(item, line))
	return items


def read_discounts(
	documents: Sequence[DocumentKey], line: LedgerStatementLine
) -> dict[DocumentKey, tuple[EarlyDiscount, ...]]:
	"""The discounts of those invoices that have any on the date of `line`, the least to be paid first.

	Invoices, bank account and company in one currency alone: ERPNext books deductions in the company's. A few
	queries for each document type, however many documents.
	"""
	if line.currency != _company_currency(line):
		return {}
	found: dict[DocumentKey, tuple[EarlyDiscount, ...]] = {}
	for doctype in sorted({document.doctype for document in documents}):
		names = _with_discount(doctype, [one.name for one in documents if one.doctype == doctype], line)
		booking = DiscountBooking(doctype, names, line.company)
		for name, terms in groupby(_terms(doctype, names, line.currency), lambda row: row.parent):
			if discounts := _discounts(list(terms), booking, line):
				found[DocumentKey(doctype, name)] = discounts
	return found


def _discounts(
	terms: Sequence[frappe._dict], booking: DiscountBooking, line: LedgerStatementLine
) -> tuple[EarlyDiscount, ...]:
	"""One for each term with a discount, with those of the terms before it: these are paid first.

	If the template allocates no payments to terms, ERPNext knows of none that is paid: all of the invoice is.
	"""
	precision = bank_precision(line.currency)
	outstanding = to_decimal(terms[0].outstanding_amount, precision)
	paid, valid, found = Decimal(0), [], {}
	for term in terms:
		paid += to_decimal(term.outstanding, precision)
		if not term.discounted_amount and term.discount and line.date <= term.discount_date:
			valid.append(term)
			from_amount = min(paid, outstanding) if term.is_by_term else outstanding
			found[from_amount] = booking.deductions(valid), min(one.discount_date for one in valid)
	return tuple(
		EarlyDiscount(from_amount=amount, deductions=deductions, until=until)
		for amount, (deductions, until) in found.items()
		if abs(sum((one.amount for one in deductions), Decimal(0))) < amount
	)


def _obstacle(item: OpenItem, line: LedgerStatementLine) -> Message | None:
	currency = _company_currency(line)
	if {item.currency, line.currency} != {currency}:
		sentence = _(
			"{0} {1}: early payment discounts are taken in {2} alone, of invoices and on bank accounts in"
			" that currency. Leave the discount out."
		)
		return message(sentence, *item.document, currency)
	accounts = {one.account for discount in item.discounts for one in discount.deductions}
	if accounts and "" in accounts:
		sentence = _("Company {0} has no Default Payment Discount Account. Enter it there first.")
		return message(sentence, line.company)
	return None


def _with_discount(doctype: str, names: Sequence[str], line: LedgerStatementLine) -> list[str]:
	"""Those of `names` that have any discount on the date of `line`: mostly none."""
	schedule = frappe.qb.DocType("Payment Schedule")
	is_valid = (schedule.discount > 0) & (schedule.discount_date >= line.date)
	is_valid &= Coalesce(schedule.discounted_amount, 0) == 0
	query = frappe.qb.from_(schedule).select(schedule.parent).distinct().where(is_valid)
	is_of_them = (schedule.parenttype == doctype) & schedule.parent.isin(names)
	return query.where(is_of_them).run(pluck=True) if names else []


def _terms(doctype: str, names: Sequence[str], currency: str) -> Sequence[frappe._dict]:
	"""All terms of invoices in `currency` with what they need of their invoices, in the order of payment."""
	if not names:
		return []
	invoice, schedule = frappe.qb.DocType(doctype), frappe.qb.DocType("Payment Schedule")
	template = frappe.qb.DocType("Payment Terms Template")
	is_by_term = Coalesce(template.allocate_payment_based_on_payment_terms, 0).as_("is_by_term")
	return (
		frappe.qb.from_(schedule)
		.inner_join(invoice)
		.on((schedule.parent == invoice.name) & (schedule.parenttype == doctype))
		.left_join(template)
		.on(invoice.payment_terms_template == template.name)
		.select(*[schedule[column] for column in TERM_COLUMNS])
		.select(*[invoice[column] for column in INVOICE_COLUMNS], is_by_term)
		.where(invoice.name.isin(names) & (invoice.currency == currency))
		.where(invoice.outstanding_amount > 0)
		.where(Coalesce(invoice.party_account_currency, currency).isin([currency, ""]))
		.orderby(schedule.parent, schedule.due_date, schedule.idx)
	).run(as_dict=True)


def _company_currency(line: LedgerStatementLine) -> str:
	return frappe.get_cached_value("Company", line.company, "default_currency")
