"""What a user asked for: read from a browser or a file, with every problem of its form found at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.errors import Problem, SelectionRefused
from advanced_bank_reconciliation.engine.messages import Message, _, message
from advanced_bank_reconciliation.engine.money import parse_amount

INVOICE_DOCTYPES = {
	"Sales Invoice": "Sales Invoice",
	"Unpaid Sales Invoice": "Sales Invoice",
	"Purchase Invoice": "Purchase Invoice",
	"Unpaid Purchase Invoice": "Purchase Invoice",
}


@dataclass(frozen=True)
class RequestedAllocation:
	"""One ticked row: how much of the Bank Transaction goes to one document, rounded to the currency."""

	doctype: str
	name: str
	amount: Decimal

	@property
	def document(self) -> DocumentKey:
		return DocumentKey(self.doctype, self.name)


@dataclass(frozen=True)
class Selection:
	"""Everything that was ticked: unpaid invoices, and vouchers that exist already."""

	invoices: tuple[RequestedAllocation, ...]
	vouchers: tuple[RequestedAllocation, ...] = ()

	def fingerprint(self, bank_transaction: str) -> str:
		"""A digest that is equal for equal selections of one Bank Transaction, whatever the order of rows."""
		rows = [
			sorted([*row.document, str(row.amount)] for row in part)
			for part in (self.invoices, self.vouchers)
		]
		return hashlib.sha256(json.dumps([bank_transaction, *rows]).encode()).hexdigest()


def read_selection(
	invoices: object, vouchers: object, *, precision: int, voucher_doctypes: Sequence[str]
) -> Selection:
	"""Read a selection as it came in.

	invoices: list of `{"doctype", "name", "allocated_amount"}`, or its JSON
	vouchers: list of `{"payment_doctype", "payment_name", "amount"}`, its JSON, or None
	precision: decimal places of the bank account's currency
	voucher_doctypes: document types that may be matched as existing vouchers
	Raises `SelectionRefused` with all problems of form: malformed JSON, missing fields, unknown document
	types, amounts that are zero or no numbers, documents named twice, nothing selected.
	"""
	problems: list[Problem] = []
	invoice_rows = _read_rows(invoices, ("doctype", "name", "allocated_amount"), problems)
	voucher_rows = _read_rows(vouchers, ("payment_doctype", "payment_name", "amount"), problems)
	known_vouchers = {doctype: doctype for doctype in voucher_doctypes}
	selection = Selection(
		tuple(_read_allocations(invoice_rows, INVOICE_DOCTYPES, precision, problems)),
		tuple(_read_allocations(voucher_rows, known_vouchers, precision, problems)),
	)
	problems += _duplicates([*selection.invoices, *selection.vouchers])
	if not problems and not selection.invoices:
		problems.append(Problem("", "", message(_("No invoice is selected. Select at least one."))))
	if problems:
		raise SelectionRefused(problems)
	return selection


def _read_rows(rows: object, keys: tuple[str, str, str], problems: list[Problem]) -> list[tuple]:
	"""Return `(doctype, name, amount)` as they came in, for every row of the right form."""
	if isinstance(rows, str):
		try:
			rows = json.loads(rows, parse_float=Decimal)
		except (ValueError, ArithmeticError, RecursionError) as error:
			problems.append(Problem("", "", message(_("The selection is not valid JSON: {0}."), error)))
			return []
	if rows is None:
		return []
	if not isinstance(rows, list | tuple):
		problems.append(Problem("", "", message(_("The selection must be a list of documents."))))
		return []
	return [tuple(row[key] for key in keys) for row in rows if _has_keys(row, keys, problems)]


def _has_keys(row: object, keys: tuple[str, str, str], problems: list[Problem]) -> bool:
	if not isinstance(row, Mapping):
		problems.append(Problem("", "", message(_("{0} is not a row of a selection."), row)))
		return False
	missing = [key for key in keys if row.get(key) in (None, "")]
	if missing:
		sentence = message(
			_("{0}: {1} is missing."), row.get(keys[1]) or row.get(keys[0]) or "?", ", ".join(missing)
		)
		problems.append(Problem(str(row.get(keys[0]) or ""), str(row.get(keys[1]) or ""), sentence))
	return not missing


def _read_allocations(
	rows: Sequence[tuple], doctypes: Mapping[str, str], precision: int, problems: list[Problem]
) -> list[RequestedAllocation]:
	allocations = []
	for asked_doctype, asked_name, asked_amount in rows:
		name = str(asked_name)
		doctype = doctypes.get(asked_doctype) if isinstance(asked_doctype, str) else None
		if doctype is None:
			sentence = message(
				_("{0}: documents of type {1} cannot be reconciled here."), name, asked_doctype
			)
			problems.append(Problem(str(asked_doctype), name, sentence))
			continue
		amount = parse_amount(asked_amount, precision)
		if not amount:
			problems.append(Problem(doctype, name, _amount_sentence(doctype, name, asked_amount, amount)))
			continue
		allocations.append(RequestedAllocation(doctype, name, amount))
	return allocations


def _amount_sentence(doctype: str, name: str, asked: object, amount: Decimal | None) -> Message:
	if amount is None:
		return message(_("{0} {1}: {2} is not an amount."), doctype, name, asked)
	return message(_("{0} {1}: the allocated amount is zero."), doctype, name)


def _duplicates(allocations: Sequence[RequestedAllocation]) -> list[Problem]:
	seen: set[DocumentKey] = set()
	problems = []
	for allocation in allocations:
		if allocation.document in seen:
			sentence = message(_("{0} {1} is selected twice."), *allocation.document)
			problems.append(Problem(*allocation.document, sentence))
		seen.add(allocation.document)
	return problems
