"""What a user asked for: read from a browser or a file, with every problem of its form found at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.errors import Problem
from advanced_bank_reconciliation.engine.exchange import GivenRates, read_exchange_rates
from advanced_bank_reconciliation.engine.messages import Message, _, message
from advanced_bank_reconciliation.engine.money import NotAnAmount, TooManyDecimals, parse_amount

INVOICE_DOCTYPES = {
	"Sales Invoice": "Sales Invoice",
	"Unpaid Sales Invoice": "Sales Invoice",
	"Purchase Invoice": "Purchase Invoice",
	"Unpaid Purchase Invoice": "Purchase Invoice",
}

# As long as a document's name may be: of what is longer, a message shows the beginning.
MAX_SHOWN_LENGTH = 140


@dataclass(frozen=True)
class RequestedAllocation:
	"""One ticked row: how much of the Bank Transaction goes to one document.

	amount: in the precision of the currency; zero if it could not be read, and the selection says why
	"""

	doctype: str
	name: str
	amount: Decimal

	@property
	def document(self) -> DocumentKey:
		return DocumentKey(self.doctype, self.name)


@dataclass(frozen=True)
class Selection:
	"""Everything that was ticked: unpaid invoices, and vouchers that exist already.

	rates: exchange rates that somebody entered, see `exchange`
	problems: what is wrong with its form. Whatever else could be read is there, so that it can be checked
	as well; `allocate` refuses a selection that has any.
	"""

	invoices: tuple[RequestedAllocation, ...]
	vouchers: tuple[RequestedAllocation, ...] = ()
	problems: tuple[Problem, ...] = ()
	rates: GivenRates = ()

	def fingerprint(self, bank_transaction: str) -> str:
		"""A digest that is equal for equal selections of one Bank Transaction, whatever the order of rows."""
		rows = [
			sorted([*row.document, str(row.amount)] for row in part)
			for part in (self.invoices, self.vouchers)
		]
		rates = [[[currency, f"{rate.normalize():f}"] for currency, rate in self.rates]] if self.rates else []
		return hashlib.sha256(json.dumps([bank_transaction, *rows, *rates]).encode()).hexdigest()


def read_selection(
	invoices: object,
	vouchers: object,
	*,
	precision: int,
	voucher_doctypes: Sequence[str],
	exchange_rates: object = None,
) -> Selection:
	"""Read a selection as it came in.

	invoices: list of `{"doctype", "name", "allocated_amount"}`, or its JSON
	vouchers: list of `{"payment_doctype", "payment_name", "amount"}`, its JSON, or None
	precision: decimal places of the bank account's currency
	voucher_doctypes: document types that may be matched as existing vouchers
	exchange_rates: `{currency: rate}`, its JSON, or None, see `read_exchange_rates`
	Its `problems` are all problems of form: malformed JSON, missing fields, unknown document types, amounts
	that are zero or no amounts of the currency, documents named twice, nothing selected.
	"""
	problems: list[Problem] = []
	invoice_rows = _read_rows(invoices, ("doctype", "name", "allocated_amount"), problems)
	voucher_rows = _read_rows(vouchers, ("payment_doctype", "payment_name", "amount"), problems)
	known_vouchers = {doctype: doctype for doctype in voucher_doctypes}
	requested = _read_allocations(invoice_rows, INVOICE_DOCTYPES, precision, problems)
	existing = _read_allocations(voucher_rows, known_vouchers, precision, problems)
	problems += _duplicates([*requested, *existing])
	rates, unreadable = read_exchange_rates(exchange_rates)
	problems += unreadable
	if not problems and not requested:
		problems.append(Problem("", "", message(_("No invoice is selected. Select at least one."))))
	return Selection(tuple(requested), tuple(existing), tuple(problems), rates)


def _read_rows(rows: object, keys: tuple[str, str, str], problems: list[Problem]) -> list[tuple]:
	"""Return `(doctype, name, amount)` as they came in, for every row that names a document. The amount is
	None if it is missing.
	"""
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
	return [_values(row, keys) for row in rows if _names_a_document(row, keys, problems)]


def _values(row: Mapping, keys: tuple[str, str, str]) -> tuple:
	"""What a row has at `keys`; an empty text is as good as nothing."""
	return tuple(None if row.get(key) == "" else row.get(key) for key in keys)


def _names_a_document(row: object, keys: tuple[str, str, str], problems: list[Problem]) -> bool:
	"""Whether the row can be read further. Whatever it lacks is added to `problems`."""
	if not isinstance(row, Mapping):
		problems.append(Problem("", "", message(_("{0} is not a row of a selection."), _shown(row))))
		return False
	doctype, name, _amount = values = _values(row, keys)
	missing = [key for key, value in zip(keys, values, strict=True) if value is None]
	if missing:
		sentence = message(_("{0}: {1} is missing."), _shown(name or doctype or "?"), ", ".join(missing))
		problems.append(Problem(_shown(doctype or ""), _shown(name or ""), sentence))
	return doctype is not None and name is not None


def _read_allocations(
	rows: Sequence[tuple], doctypes: Mapping[str, str], precision: int, problems: list[Problem]
) -> list[RequestedAllocation]:
	allocations = []
	for asked_doctype, asked_name, asked_amount in rows:
		name = _shown(asked_name)
		doctype = doctypes.get(asked_doctype) if isinstance(asked_doctype, str) else None
		if doctype is None:
			sentence = message(
				_("{0}: documents of type {1} cannot be reconciled here."), name, _shown(asked_doctype)
			)
			problems.append(Problem(_shown(asked_doctype), name, sentence))
			continue
		amount, problem = _read_amount(DocumentKey(doctype, name), asked_amount, precision)
		problems += [Problem(doctype, name, problem)] if problem else []
		allocations.append(RequestedAllocation(doctype, name, amount))
	return allocations


def _read_amount(document: DocumentKey, asked: object, precision: int) -> tuple[Decimal, Message | None]:
	"""The amount, or zero and what is wrong with it."""
	if asked is None:
		# Said already.
		return Decimal(0), None
	try:
		amount = parse_amount(asked, precision)
	except NotAnAmount:
		return Decimal(0), message(_("{0} {1}: {2} is not an amount."), *document, _shown(asked))
	except TooManyDecimals:
		sentence = _("{0} {1}: {2} has more decimals than the currency, which has {3}.")
		return Decimal(0), message(sentence, *document, _shown(asked), precision)
	return amount, None if amount else message(_("{0} {1}: the allocated amount is zero."), *document)


def _shown(value: object) -> str:
	"""A text of what came in: not too long for a message, and one that a database can be asked for."""
	try:
		text = str(value).encode(errors="replace").decode()
	except ValueError:
		# Python writes no integer of thousands of digits.
		return "…"
	return text if len(text) <= MAX_SHOWN_LENGTH else text[: MAX_SHOWN_LENGTH - 1] + "…"


def _duplicates(allocations: Sequence[RequestedAllocation]) -> list[Problem]:
	seen: set[DocumentKey] = set()
	problems = []
	for allocation in allocations:
		if allocation.document in seen:
			sentence = message(_("{0} {1} is selected twice."), *allocation.document)
			problems.append(Problem(*allocation.document, sentence))
		seen.add(allocation.document)
	return problems
