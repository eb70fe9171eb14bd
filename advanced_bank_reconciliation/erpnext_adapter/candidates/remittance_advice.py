"""What a remittance advice says about a Bank Transaction: what it pays, and what was kept back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils import escape_html

from advanced_bank_reconciliation.erpnext_adapter.books.statement_lines import (
	LedgerStatementLine,
	read_statement_line,
)
from advanced_bank_reconciliation.erpnext_adapter.candidates.advice_answers import describe
from advanced_bank_reconciliation.erpnext_adapter.candidates.advice_sources import (
	AdviceSource,
	RemittanceAdviceError,
	read_source,
)
from advanced_bank_reconciliation.erpnext_adapter.candidates.learned_names import learned_names
from advanced_bank_reconciliation.erpnext_adapter.candidates.payable import payable_items
from advanced_bank_reconciliation.erpnext_adapter.permissions import check_may_use_bank_transaction
from advanced_bank_reconciliation.remittance.errors import RemittanceError
from advanced_bank_reconciliation.remittance.matching import MatchedAdvice, match_advice
from advanced_bank_reconciliation.remittance.reading import read_advice
from advanced_bank_reconciliation.remittance.tables import Options


@dataclass(frozen=True, kw_only=True)
class UnderstoodAdvice:
	"""An advice with what it means for a Bank Transaction; format: as which it was read."""

	statement_line: LedgerStatementLine
	format: str
	matched: MatchedAdvice

	def description(self) -> dict:
		"""What `describe` says of it."""
		return describe(self.format, self.matched, self.statement_line)


def read_remittance_advice(
	bank_transaction: str,
	file: str | None = None,
	text: str | None = None,
	decimal: str | None = None,
	columns: str | Mapping | None = None,
	choices: str | Sequence | None = None,
) -> dict:
	"""Read an advice and match it to what a Bank Transaction could settle. Writes nothing.

	bank_transaction: name; the others: see `read_source`
	Returns what `describe` does. Raises `frappe.PermissionError`, `RemittanceAdviceError`.
	"""
	said = {"decimal": decimal, "columns": columns, "choices": choices}
	return understand(bank_transaction, read_source({"file": file, "text": text, **said})).description()


def understand(bank_transaction: str, source: AdviceSource) -> UnderstoodAdvice:
	"""Match an advice to all that the current user could settle with a Bank Transaction.

	Raises `frappe.PermissionError`, `RemittanceAdviceError`.
	"""
	check_may_use_bank_transaction(bank_transaction, "read")
	line = read_statement_line(bank_transaction)
	content = source.read()
	options = Options(decimal=source.decimal, columns=source.columns, incoming=line.is_deposit)
	try:
		advice = read_advice(content, options).for_payment(line.unallocated)
	except RemittanceError as error:
		frappe.throw(escape_html(error.text(_)).replace("\n", "<br>"), RemittanceAdviceError)
		raise
	matched = match_advice(
		advice,
		list(payable_items(line)),
		currency=line.currency,
		amount=line.unallocated,
		choices=source.choices,
		names=learned_names(line.company),
	)
	return UnderstoodAdvice(statement_line=line, format=advice.format, matched=matched)
