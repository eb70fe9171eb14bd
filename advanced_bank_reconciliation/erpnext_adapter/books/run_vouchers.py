"""The payments of a run as the ledgers have them, found by the marks that they carry.

Five queries, however many payments: the documents, their General Ledger with bank and party and beside
these, their Payment Ledger, and how many references they have.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce, Count, Sum
from pypika import Order
from pypika.queries import QueryBuilder

from advanced_bank_reconciliation.custom_fields import ITEM_MARK, RUN_MARK
from advanced_bank_reconciliation.engine.deductions import DeductionKey
from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.facts import VoucherFacts
from advanced_bank_reconciliation.erpnext_adapter.books.open_items import PARTY_FIELD
from advanced_bank_reconciliation.erpnext_adapter.decimals import as_stored, bank_precision, to_decimal
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import PAYMENT_DOCTYPE, RUN_DOCTYPE

Settled = Mapping[DocumentKey, Decimal]
Deducted = Mapping[DeductionKey, Decimal]


def payments_of(run: str) -> set[DocumentKey]:
	"""The payments that carry the mark of a run, whatever their state."""
	names = frappe.get_all(PAYMENT_DOCTYPE, {RUN_MARK: run}, pluck="name")
	return {DocumentKey(PAYMENT_DOCTYPE, name) for name in names}


def read_vouchers_of(run: str, marks: Collection[str] | None = None) -> Sequence[VoucherFacts]:
	"""See `Ledger.vouchers_of`. run: its name; marks: keys of items"""
	if marks is not None and not marks:
		return []
	payment = frappe.qb.DocType(PAYMENT_DOCTYPE)
	columns = (payment.name, payment.docstatus, payment.clearance_date, payment[ITEM_MARK].as_("item"))
	query = frappe.qb.from_(payment).select(*columns).where(_is_marked(run, marks))
	rows = query.orderby(payment[ITEM_MARK], order=Order.desc).run(as_dict=True)
	if not rows:
		return []
	moved, effects, deducted = _moved(run, marks), _effects(run, marks), _deducted(run, marks)
	references = _references([row.name for row in rows])
	return [
		_facts(
			frappe._dict(row, references=references.get(row.name, 0)),
			moved.get(row.name),
			effects.get(row.name, {}),
			deducted.get(row.name, {}),
		)
		for row in rows
	]


def _facts(
	row: frappe._dict, moved: frappe._dict | None, effects: Settled, deducted: Deducted
) -> VoucherFacts:
	key = DocumentKey(PAYMENT_DOCTYPE, row.name)
	return VoucherFacts(
		key=key,
		item=row.item,
		docstatus=row.docstatus,
		is_balanced=moved is not None and to_decimal(moved.debit, 9) == to_decimal(moved.credit, 9),
		moved=as_stored(moved.amount, bank_precision(moved.currency)) if moved else Decimal(0),
		moved_in_company_currency=_booked(moved, "moved"),
		settled_in_company_currency=_booked(moved, "settled"),
		references=row.references,
		settled={document: amount for document, amount in effects.items() if document.doctype in PARTY_FIELD},
		unallocated=effects.get(key, Decimal(0)),
		deducted=deducted,
		is_cleared=bool(row.clearance_date),
	)


def _booked(moved: frappe._dict | None, side: str) -> Decimal | None:
	return to_decimal(moved[side], bank_precision(moved.company_currency)) if moved else None


def _is_marked(run: str, marks: Collection[str] | None) -> QueryBuilder:
	payment = frappe.qb.DocType(PAYMENT_DOCTYPE)
	is_of_run = payment[RUN_MARK] == run
	return is_of_run if marks is None else is_of_run & payment[ITEM_MARK].isin(list(marks))


def _moved(run: str, marks: Collection[str] | None) -> dict[str, frappe._dict]:
	"""By payment: its debits and credits in company currency, its amount on the bank's ledger account, and
	what that and the amount on the party's accounts are in company currency.
	"""
	entry, payment = frappe.qb.DocType("GL Entry"), frappe.qb.DocType(PAYMENT_DOCTYPE)
	account, currency, company_currency = _bank_account_of(run)
	net = entry.debit_in_account_currency - entry.credit_in_account_currency
	at_bank = Sum(Case().when(entry.account == account, net).else_(0)).as_("amount")
	booked = Case().when(entry.account == account, entry.debit - entry.credit).else_(0)
	owed = Case().when(Coalesce(entry.party, "") != "", entry.credit - entry.debit).else_(0)
	rows = (
		frappe.qb.from_(payment)
		.inner_join(entry)
		.on((entry.voucher_no == payment.name) & (entry.voucher_type == PAYMENT_DOCTYPE))
		.select(payment.name, Sum(entry.debit).as_("debit"), Sum(entry.credit).as_("credit"), at_bank)
		.select(Sum(booked).as_("moved"), Sum(owed).as_("settled"))
		.where(_is_marked(run, marks) & (entry.is_cancelled == 0))
		.groupby(payment.name)
	).run(as_dict=True)
	currencies = {"currency": currency, "company_currency": company_currency}
	return {row.name: frappe._dict(row, **currencies) for row in rows}


def _effects(run: str, marks: Collection[str] | None) -> dict[str, dict[DocumentKey, Decimal]]:
	"""By payment: what it takes off each invoice, and what of it pays nothing, under its own key. What pays
	nothing is rounded, for ERPNext divides it by a rate (PaymentEntry.set_unallocated_amount).

	The Payment Ledger has both with the other sign.
	"""
	entry, payment = frappe.qb.DocType("Payment Ledger Entry"), frappe.qb.DocType(PAYMENT_DOCTYPE)
	rows = (
		frappe.qb.from_(payment)
		.inner_join(entry)
		.on((entry.voucher_no == payment.name) & (entry.voucher_type == PAYMENT_DOCTYPE))
		.select(payment.name, entry.against_voucher_type, entry.against_voucher_no, entry.account_currency)
		.select(Sum(entry.amount_in_account_currency).as_("amount"))
		.where(_is_marked(run, marks) & (entry.delinked == 0))
		.where(entry.against_voucher_type.isin([*PARTY_FIELD, PAYMENT_DOCTYPE]))
		.groupby(payment.name, entry.against_voucher_type, entry.against_voucher_no, entry.account_currency)
	).run(as_dict=True)
	effects: dict[str, dict[DocumentKey, Decimal]] = defaultdict(dict)
	for row in rows:
		read = to_decimal if row.against_voucher_type == PAYMENT_DOCTYPE else as_stored
		amount = -read(row.amount, bank_precision(row.account_currency))
		if amount:
			effects[row.name][DocumentKey(row.against_voucher_type, row.against_voucher_no)] = amount
	return effects


def _references(payments: Sequence[str]) -> dict[str, int]:
	"""By payment: how many rows its references have, each rounded to company currency."""
	reference = frappe.qb.DocType("Payment Entry Reference")
	query = frappe.qb.from_(reference).select(reference.parent, Count("*")).groupby(reference.parent)
	return dict(query.where(reference.parent.isin(list(payments))).run())


def _deducted(run: str, marks: Collection[str] | None) -> dict[str, dict[DeductionKey, Decimal]]:
	"""By payment: what it debits on accounts that are neither the bank's nor a party's, in company currency.
	Differences of exchange are ERPNext's own matter (PaymentEntry.set_exchange_gain_loss).
	"""
	entry, payment = frappe.qb.DocType("GL Entry"), frappe.qb.DocType(PAYMENT_DOCTYPE)
	account, _currency, company_currency = _bank_account_of(run)
	company = frappe.get_cached_value("Account", account, "company")
	exchange = frappe.get_cached_value("Company", company, "exchange_gain_loss_account")
	amount = (Sum(entry.debit) - Sum(entry.credit)).as_("amount")
	rows = (
		frappe.qb.from_(payment)
		.inner_join(entry)
		.on((entry.voucher_no == payment.name) & (entry.voucher_type == PAYMENT_DOCTYPE))
		.select(payment.name, entry.account, entry.cost_center, amount)
		.where(_is_marked(run, marks) & (entry.is_cancelled == 0) & (Coalesce(entry.party, "") == ""))
		.where(entry.account.notin([account, exchange or ""]))
		.groupby(payment.name, entry.account, entry.cost_center)
	).run(as_dict=True)
	deducted: dict[str, dict[DeductionKey, Decimal]] = defaultdict(dict)
	for row in rows:
		if found := to_decimal(row.amount, bank_precision(company_currency)):
			deducted[row.name][DeductionKey(row.account, row.cost_center or "")] = found
	return deducted


def _bank_account_of(run: str) -> tuple[str, str, str]:
	"""The ledger account of the run's bank account, its currency, and the company's."""
	bank_account = frappe.db.get_value(RUN_DOCTYPE, run, "bank_account", cache=True)
	account = frappe.get_cached_value("Bank Account", bank_account, "account")
	currency, company = frappe.get_cached_value("Account", account, ["account_currency", "company"])
	return account, currency, frappe.get_cached_value("Company", company, "default_currency")
