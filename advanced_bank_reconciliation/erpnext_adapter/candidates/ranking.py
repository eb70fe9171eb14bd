"""How likely an unpaid invoice belongs to a Bank Transaction."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

import frappe

from advanced_bank_reconciliation.erpnext_adapter.books.open_items import PARTY_FIELD
from advanced_bank_reconciliation.erpnext_adapter.books.statement_lines import LedgerStatementLine
from advanced_bank_reconciliation.erpnext_adapter.candidates.invoice_filters import (
	MAX_NUMBERS,
	REFERENCE_FIELD,
	Part,
)
from advanced_bank_reconciliation.erpnext_adapter.decimals import to_float

# How much each sign that an invoice belongs to the Bank Transaction counts.
NAMED, SAME_AMOUNT, SAME_PARTY = 4, 2, 1


@dataclass(frozen=True, kw_only=True)
class MatchHints:
	"""What a Bank Transaction says about where it came from."""

	words: frozenset[str]
	party_type: str
	party: str
	unallocated: Decimal
	currency: str

	def rank(self, row: frappe._dict) -> int:
		"""How much speaks for an invoice."""
		is_named = row.name.lower() in self.words or (row.reference or "").lower() in self.words
		has_party = bool(self.party) and row.party == self.party
		return (
			NAMED * is_named
			+ SAME_AMOUNT * (abs(row.outstanding) == self.unallocated and row.currency == self.currency)
			+ SAME_PARTY * has_party
		)

	def alternatives(self, part: Part) -> list[list]:
		"""The conditions of `rank` for `frappe.get_list`."""
		words = sorted(self.words)[:MAX_NUMBERS] or [""]
		found: list[list] = [["name", "in", words], [REFERENCE_FIELD[part.doctype], "in", words]]
		found.append(["outstanding_amount", "=", to_float(self.unallocated) * part.sign])
		if self.party and PARTY_FIELD[part.doctype] == frappe.scrub(self.party_type):
			found.append([PARTY_FIELD[part.doctype], "=", self.party])
		return found


def read_match_hints(statement_line: LedgerStatementLine) -> MatchHints:
	"""Read what a Bank Transaction's text and party tell."""
	columns = ["description", "reference_number", "party_type", "party"]
	row = frappe.db.get_value("Bank Transaction", statement_line.name, columns, as_dict=True)
	text = f"{row.description or ''} {row.reference_number or ''}".lower()
	words = (word.strip(".:()[]#\"'") for word in re.split(r"[\s,;|]+", text))
	return MatchHints(
		words=frozenset(word for word in words if len(word) > 2),
		party_type=row.party_type or "",
		party=row.party or "",
		unallocated=statement_line.unallocated,
		currency=statement_line.currency,
	)
