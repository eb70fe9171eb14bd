"""Comparing what would be written with what ERPNext has posted, column by column."""

from __future__ import annotations

import random
from collections.abc import Sequence

import frappe
from frappe.model.document import Document

from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.kinds import Candidate
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.known import LearnedPattern
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.pattern import (
	DIFFERS_ANYHOW,
	NoPattern,
	Pattern,
	differences,
	read_rows,
	reference_of,
	require_untouched,
)
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.writing import PaidInvoices

LOTTERY = random.SystemRandom()


class Difference(Exception):
	"""What would have been written is not what ERPNext has written. Holds the lines that tell it."""

	def __init__(self, lines: Sequence[str]):
		super().__init__("\n".join(lines))
		self.lines = lines


def draw(
	candidates: Sequence[Candidate], pattern: LearnedPattern, share: float, *, is_compared: bool
) -> Sequence[Candidate]:
	"""Those of a kind that are compared: some by lot, and one at least if none of the kind has been compared
	yet, as unlike the pattern as can be.

	share: per cent
	"""
	drawn = [one for one in candidates if LOTTERY.random() * 100 < share]
	if not drawn and not is_compared:
		others = [one for one in candidates if one.item.party != pattern.entry["party"]]
		drawn = [*others, *candidates][:1]
	return drawn


def compare(pattern: Pattern, candidate: Candidate, name: str, paid: PaidInvoices) -> None:
	"""Raises `Difference` unless the payment `name` of ERPNext, and its invoice, are what would have been
	written for the candidate.
	"""
	try:
		require_untouched(name)
		found = read_rows(name)
	except NoPattern as error:
		raise Difference([f"{name}: {error}"]) from error
	lines = differences(pattern.derive(candidate, name, reference_of(found)), found)
	lines += differences_of_invoice(candidate, paid.of(candidate))
	if lines:
		raise Difference([f"{name}: {line}" for line in lines])


def differences_of_invoice(candidate: Candidate, expected_invoice: Document) -> list[str]:
	"""Where the invoice of a candidate is not in the table what it was but for what a payment changes.

	expected_invoice: with what is outstanding of it and its status as they should be
	"""
	doctype, document = candidate.item.reference
	invoice = frappe.qb.DocType(doctype)
	row = frappe.qb.from_(invoice).select("*").where(invoice.name == document).run(as_dict=True)[0]
	expected = {**candidate.invoice, "modified_by": frappe.session.user}
	for column in ("outstanding_amount", "status"):
		expected[column] = expected_invoice.get(column)
	return [
		f"{doctype}.{column}: {expected[column]!r} / {row[column]!r}"
		for column in row
		if column not in DIFFERS_ANYHOW and expected[column] != row[column]
	]
