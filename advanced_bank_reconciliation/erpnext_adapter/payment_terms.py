"""Payment terms: which term of an invoice an allocation pays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

import frappe

from advanced_bank_reconciliation.engine.records import Item
from advanced_bank_reconciliation.engine.terms import Term, spread_over_terms
from advanced_bank_reconciliation.erpnext_adapter.decimals import bank_precision, to_decimal
from advanced_bank_reconciliation.erpnext_adapter.statement_lines import BankLine

Document = tuple[str, str]


def read_open_terms(items: Sequence[Item], bank_line: BankLine) -> dict[Document, list[Term]]:
	"""Open terms of the invoices whose template allocates payments to terms, earliest due first.

	Two queries for each document type, however many items. ERPNext refuses payments without a term for
	these invoices (PaymentEntry.validate_allocated_amount_with_latest_data).
	"""
	terms: dict[Document, list[Term]] = defaultdict(list)
	precision = bank_precision(bank_line.line.currency)
	for doctype in sorted({item.doctype for item in items}):
		for row in _rows(doctype, [item.document for item in items if item.doctype == doctype]):
			amount = to_decimal(row.outstanding, precision)
			if amount:
				terms[(doctype, row.parent)].append(Term(name=row.payment_term, outstanding=amount))
	return terms


def references(item: Item, terms: Sequence[Term]) -> list[tuple[str | None, Decimal]]:
	"""How the allocation of `item` goes to its terms: `(term, amount)`, or one `(None, amount)`."""
	if not terms:
		return [(None, item.allocated_amount)]
	return [(part.name, part.outstanding) for part in spread_over_terms(item.allocated_amount, terms)]


def _rows(doctype: str, names: Sequence[str]) -> Sequence[frappe._dict]:
	invoice = frappe.qb.DocType(doctype)
	template = frappe.qb.DocType("Payment Terms Template")
	schedule = frappe.qb.DocType("Payment Schedule")
	return (
		frappe.qb.from_(schedule)
		.inner_join(invoice)
		.on((schedule.parent == invoice.name) & (schedule.parenttype == doctype))
		.inner_join(template)
		.on(invoice.payment_terms_template == template.name)
		.select(schedule.parent, schedule.payment_term, schedule.outstanding)
		.where(invoice.name.isin(names) & (template.allocate_payment_based_on_payment_terms == 1))
		.orderby(schedule.due_date, schedule.idx)
	).run(as_dict=True)
