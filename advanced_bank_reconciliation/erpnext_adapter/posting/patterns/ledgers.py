"""What the ledgers say of invoices and parties: ERPNext looks at it in each payment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import frappe
from frappe.query_builder.functions import Sum


def entry_currencies(party_type: str, names: Sequence[str], company: str) -> Mapping[str, str | None]:
	"""By party the currency that its entries in a company are in, None without any, by the one entry that
	ERPNext goes by (`get_party_gle_currency`). One query.
	"""
	party, entry = frappe.qb.DocType(party_type), frappe.qb.DocType("GL Entry")
	is_its = (entry.party_type == party_type) & (entry.party == party.name) & (entry.company == company)
	is_in_effect = (entry.docstatus == 1) & (entry.is_cancelled == 0)
	currency = frappe.qb.from_(entry).select(entry.account_currency).where(is_its & is_in_effect).limit(1)
	query = frappe.qb.from_(party).select(party.name, currency).where(party.name.isin(list(names)))
	return dict(query.run())


def ledger_outstanding(doctype: str, names: Sequence[str]) -> Mapping[tuple[str, ...], float]:
	"""What the Payment Ledger says is outstanding of invoices, in the currency of their party account, by
	name, company, type of the party, party, account and its type: ERPNext pays what is there for those of
	the payment (`get_outstanding_invoices`).
	"""
	entry = frappe.qb.DocType("Payment Ledger Entry")
	account = (entry.account, entry.account_type)
	key = (entry.against_voucher_no, entry.company, entry.party_type, entry.party, *account)
	query = frappe.qb.from_(entry).select(*key, Sum(entry.amount_in_account_currency))
	query = query.where((entry.against_voucher_type == doctype) & entry.against_voucher_no.isin(list(names)))
	return {tuple(row): amount for *row, amount in query.where(entry.delinked == 0).groupby(*key).run()}
