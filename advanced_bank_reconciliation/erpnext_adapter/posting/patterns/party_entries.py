"""What the ledger says of parties: ERPNext looks at it in each entry of a party."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import frappe


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
