"""Payment terms: which term of an invoice an allocation pays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal

import frappe
from frappe.utils import flt

from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.records import Item
from advanced_bank_reconciliation.engine.terms import Term, spread_over_terms
from advanced_bank_reconciliation.erpnext_adapter.books.statement_lines import LedgerStatementLine
from advanced_bank_reconciliation.erpnext_adapter.decimals import bank_precision, to_decimal


def read_open_terms(
	items: Sequence[Item], statement_line: LedgerStatementLine
) -> dict[DocumentKey, list[Term]]:
	"""Terms of the invoices whose template allocates payments to terms, earliest due first; paid ones too: a
	cent of rounding may be left of the invoice when nothing is left of any.

	Two queries for each document type, however many items. ERPNext refuses payments without a term for
	these invoices (PaymentEntry.validate_allocated_amount_with_latest_data).
	"""
	terms: dict[DocumentKey, list[Term]] = defaultdict(list)
	precision = bank_precision(statement_line.currency)
	for doctype in sorted({item.doctype for item in items}):
		for row in _rows(doctype, [item.document for item in items if item.doctype == doctype]):
			amount = to_decimal(flt(row.outstanding) * _rate(row), precision)
			terms[DocumentKey(doctype, row.parent)].append(Term(name=row.payment_term, outstanding=amount))
	return terms


def _rate(row: frappe._dict) -> float:
	"""From the invoice's currency, in which its terms are, to that in which it is owed: the same, or the
	company's.
	"""
	return 1.0 if row.party_account_currency in (None, "", row.currency) else row.conversion_rate


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
		.select(invoice.currency, invoice.party_account_currency, invoice.conversion_rate)
		.where(invoice.name.isin(names) & (template.allocate_payment_based_on_payment_terms == 1))
		.orderby(schedule.due_date, schedule.idx)
	).run(as_dict=True)


@contextmanager
def putting_back_base_outstanding(documents: Sequence[DocumentKey]) -> Iterator[None]:
	"""Put right what ERPNext does to the terms of `documents` when their payments are cancelled in the scope.

	It gives a term back what is outstanding of it, but takes the same amount in company currency off once
	more (`base_outstanding` in PaymentEntry.update_payment_schedule of 15.99).
	"""
	before = _outstanding_of_terms(documents)
	yield
	for name, (outstanding, base) in _outstanding_of_terms(documents).items():
		former, former_base = before[name]
		if (outstanding - former) * (base - former_base) < 0:
			right = flt(2 * former_base - base, 9)
			frappe.db.set_value("Payment Schedule", name, "base_outstanding", right, update_modified=False)


def _outstanding_of_terms(documents: Sequence[DocumentKey]) -> Mapping[str, tuple[float, float]]:
	"""For each row of the payment schedules, by its name: outstanding, and the same in company currency."""
	filters = {"parent": ("in", [name for _doctype, name in documents])}
	fields = ["name", "outstanding", "base_outstanding"]
	rows = frappe.get_all("Payment Schedule", filters=filters, fields=fields)
	return {row.name: (row.outstanding, row.base_outstanding) for row in rows}
