"""What a remittance advice says about a Bank Transaction: what it pays, and what was kept back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
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
from advanced_bank_reconciliation.erpnext_adapter.candidates.kept_readings import read_once
from advanced_bank_reconciliation.erpnext_adapter.candidates.learned_names import learned_names
from advanced_bank_reconciliation.erpnext_adapter.candidates.payable import payable_items
from advanced_bank_reconciliation.erpnext_adapter.candidates.remembered_formats import (
	question_of,
	remembered_formats,
)
from advanced_bank_reconciliation.erpnext_adapter.permissions import check_may_use_bank_transaction
from advanced_bank_reconciliation.remittance.errors import (
	AmbiguousDecimal,
	MissingColumns,
	RemittanceError,
)
from advanced_bank_reconciliation.remittance.matching import MatchedAdvice, match_advice
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
	ask: bool = False,
) -> dict:
	"""Read an advice and match it to what a Bank Transaction could settle. Writes nothing.

	bank_transaction: name; the others: see `read_source`
	ask: answer with `{"question": …}`, see `question_of`, if a person has to say how the file is meant
	Returns what `describe` does. Raises `frappe.PermissionError`, `RemittanceAdviceError`.
	"""
	said = {"decimal": decimal, "columns": columns, "choices": choices}
	source = read_source({"file": file, "text": text, **said})
	with _telling_the_user():
		try:
			return _understand(bank_transaction, source).description()
		except (MissingColumns, AmbiguousDecimal) as error:
			if not ask:
				raise
			return {"question": question_of(error)}


def understand(bank_transaction: str, source: AdviceSource) -> UnderstoodAdvice:
	"""Match an advice to all that the current user could settle with a Bank Transaction.

	Raises `frappe.PermissionError`, `RemittanceAdviceError`.
	"""
	with _telling_the_user():
		return _understand(bank_transaction, source)


@contextmanager
def _telling_the_user() -> Iterator[None]:
	"""Turn what is wrong with an advice into an error in the user's language, safe to show as HTML."""
	try:
		yield
	except RemittanceError as error:
		frappe.throw(escape_html(error.text(_)).replace("\n", "<br>"), RemittanceAdviceError)


def _understand(bank_transaction: str, source: AdviceSource) -> UnderstoodAdvice:
	check_may_use_bank_transaction(bank_transaction, "read")
	line = read_statement_line(bank_transaction)
	content = source.read()
	options = Options(
		decimal=source.decimal,
		columns=source.columns,
		incoming=line.is_deposit,
		remembered=remembered_formats(line),
	)
	advice = read_once(content, options).for_payment(line.unallocated)
	matched = match_advice(
		advice,
		list(payable_items(line)),
		currency=line.currency,
		amount=line.unallocated,
		choices=source.choices,
		names=learned_names(line.company),
	)
	return UnderstoodAdvice(statement_line=line, format=advice.format, matched=matched)
