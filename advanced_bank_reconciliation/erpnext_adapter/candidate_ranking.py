"""How likely an unpaid invoice belongs to a Bank Transaction."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

import frappe

from advanced_bank_reconciliation.erpnext_adapter.candidate_filters import (
	MOST_NUMBERS,
	REFERENCE_FIELD,
	Part,
)
from advanced_bank_reconciliation.erpnext_adapter.decimals import to_float
from advanced_bank_reconciliation.erpnext_adapter.open_items import PARTY_FIELD
from advanced_bank_reconciliation.erpnext_adapter.statement_lines import BankLine

# How much each sign that an invoice belongs to the Bank Transaction counts.
NAMED, SAME_AMOUNT, SAME_PARTY = 4, 2, 1


@dataclass(frozen=True, kw_only=True)
class Clues:
	"""What a Bank Transaction says about where it came from."""

	words: frozenset[str]
	party_type: str
	party: str
	unallocated: Decimal

	def rank(self, row: frappe._dict) -> int:
		"""How much speaks for an invoice."""
		is_named = row.name.lower() in self.words or (row.reference or "").lower() in self.words
		has_party = bool(self.party) and row.party == self.party
		return (
			NAMED * is_named
			+ SAME_AMOUNT * (abs(row.outstanding) == self.unallocated)
			+ SAME_PARTY * has_party
		)

	def alternatives(self, part: Part) -> list[list]:
		"""The conditions of `rank` for `frappe.get_list`."""
		words = sorted(self.words)[:MOST_NUMBERS] or [""]
		found: list[list] = [["name", "in", words], [REFERENCE_FIELD[part.doctype], "in", words]]
		found.append(["outstanding_amount", "=", to_float(self.unallocated) * part.sign])
		if self.party and PARTY_FIELD[part.doctype] == frappe.scrub(self.party_type):
			found.append([PARTY_FIELD[part.doctype], "=", self.party])
		return found


def read_clues(bank_line: BankLine) -> Clues:
	"""Read what a Bank Transaction's text and party tell."""
	columns = ["description", "reference_number", "party_type", "party"]
	row = frappe.db.get_value("Bank Transaction", bank_line.line.name, columns, as_dict=True)
	text = f"{row.description or ''} {row.reference_number or ''}".lower()
	words = (word.strip(".:()[]#\"'") for word in re.split(r"[\s,;|]+", text))
	return Clues(
		words=frozenset(word for word in words if len(word) > 2),
		party_type=row.party_type or "",
		party=row.party or "",
		unallocated=bank_line.line.unallocated,
	)
