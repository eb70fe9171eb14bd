"""What a user asked for: read from a browser or a file, with every problem of its form found at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from advanced_bank_reconciliation.engine.advance_rows import RequestedAdvance, read_advance
from advanced_bank_reconciliation.engine.deduction_rows import read_deductions
from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.errors import Problem
from advanced_bank_reconciliation.engine.exchange import GivenRates, read_exchange_rates
from advanced_bank_reconciliation.engine.grouping import Grouping, read_grouping
from advanced_bank_reconciliation.engine.messages import _, message
from advanced_bank_reconciliation.engine.records import Deduction
from advanced_bank_reconciliation.engine.rows import read_amount, read_list, read_number, shown

INVOICE_DOCTYPES = {
	"Sales Invoice": "Sales Invoice",
	"Unpaid Sales Invoice": "Sales Invoice",
	"Purchase Invoice": "Purchase Invoice",
	"Unpaid Purchase Invoice": "Purchase Invoice",
}


@dataclass(frozen=True)
class RequestedAllocation:
	"""One ticked row: how much of the Bank Transaction goes to one document.

	amount: in the precision of the currency; zero if it could not be read, and the selection says why
	discount: how much of `amount` payment terms let off, so that it does not come from the Bank Transaction;
	positive, zero for none
	"""

	doctype: str
	name: str
	amount: Decimal
	discount: Decimal = Decimal(0)

	@property
	def document(self) -> DocumentKey:
		return DocumentKey(self.doctype, self.name)

	def texts(self) -> list[str]:
		"""All of it, to be compared by."""
		return [*self.document, str(self.amount), *([f"discount {self.discount}"] if self.discount else [])]


@dataclass(frozen=True)
class Selection:
	"""Everything that was ticked: unpaid invoices, vouchers that exist already, and what was deducted.

	advance: what is to become of the rest; None if it stays open
	rates: exchange rates that somebody entered, see `exchange`
	grouping: which invoices share a payment
	problems: what is wrong with its form. Whatever else could be read is there, so that it can be checked
	as well; `allocate` refuses a selection that has any.
	"""

	invoices: tuple[RequestedAllocation, ...]
	vouchers: tuple[RequestedAllocation, ...] = ()
	problems: tuple[Problem, ...] = ()
	rates: GivenRates = ()
	deductions: tuple[Deduction, ...] = ()
	advance: RequestedAdvance | None = None
	grouping: Grouping = Grouping.INVOICE

	def fingerprint(self, bank_transaction: str) -> str:
		"""A digest that is equal for equal selections of one Bank Transaction, whatever the order of rows.

		Another grouping is another selection: it asks for other payments.
		"""
		rows: list[list] = [sorted(row.texts() for row in part) for part in (self.invoices, self.vouchers)]
		if self.deductions:
			rows.append(sorted(one.texts() for one in self.deductions))
		if self.advance:
			rows.append(["advance", *self.advance.texts()])
		rates = [[[currency, f"{rate.normalize():f}"] for currency, rate in self.rates]] if self.rates else []
		grouping = [] if self.grouping is Grouping.INVOICE else [["grouping", self.grouping.value]]
		return hashlib.sha256(json.dumps([bank_transaction, *rows, *rates, *grouping]).encode()).hexdigest()


def read_selection(
	invoices: object,
	vouchers: object,
	deductions: object = None,
	exchange_rates: object = None,
	grouping: object = None,
	advance: object = None,
	*,
	precision: int,
	voucher_doctypes: Sequence[str],
	default_grouping: Grouping = Grouping.INVOICE,
) -> Selection:
	"""Read a selection as it came in.

	invoices: list of `{"doctype", "name", "allocated_amount"}`, or its JSON; a row may have a `discount`, see
	`RequestedAllocation`
	vouchers: list of `{"payment_doctype", "payment_name", "amount"}`, its JSON, or None
	deductions: see `read_deductions`
	exchange_rates: `{currency: rate}`, its JSON, or None, see `read_exchange_rates`
	grouping: see `read_grouping`
	advance: see `read_advance`
	precision: decimal places of the bank account's currency
	voucher_doctypes: document types that may be matched as existing vouchers
	Its `problems` are all problems of form: malformed JSON, missing fields, unknown document types, amounts
	that are zero or no amounts of the currency, documents named twice, an unknown grouping, nothing selected.
	"""
	problems: list[Problem] = []
	invoice_rows = _read_rows(invoices, ("doctype", "name", "allocated_amount"), problems, "discount")
	voucher_rows = _read_rows(vouchers, ("payment_doctype", "payment_name", "amount"), problems)
	known_vouchers = {doctype: doctype for doctype in voucher_doctypes}
	requested = _read_allocations(invoice_rows, INVOICE_DOCTYPES, precision, problems)
	existing = _read_allocations(voucher_rows, known_vouchers, precision, problems)
	deducted = read_deductions(deductions, precision, problems)
	problems += _duplicates([*requested, *existing])
	rates, unreadable = read_exchange_rates(exchange_rates)
	grouped, unknown = read_grouping(grouping, default_grouping)
	problems += [*unreadable, *unknown]
	left = read_advance(advance, precision, problems)
	if not problems and not requested:
		problems.append(Problem("", "", message(_("No invoice is selected. Select at least one."))))
	parts = (tuple(requested), tuple(existing), tuple(problems), rates, tuple(deducted))
	return Selection(*parts, advance=left, grouping=grouped)


def _read_rows(
	rows: object, keys: tuple[str, str, str], problems: list[Problem], *optional: str
) -> list[tuple]:
	"""Return `(doctype, name, amount)` and what is optional as they came in, for every row that names a
	document. What is missing is None.
	"""
	listed = read_list(rows, problems, _("The selection must be a list of documents."))
	return [_values(row, (*keys, *optional)) for row in listed if _names_a_document(row, keys, problems)]


def _values(row: Mapping, keys: Sequence[str]) -> tuple:
	"""What a row has at `keys`; an empty text is as good as nothing."""
	return tuple(None if row.get(key) == "" else row.get(key) for key in keys)


def _names_a_document(row: object, keys: tuple[str, str, str], problems: list[Problem]) -> bool:
	"""Whether the row can be read further. Whatever it lacks is added to `problems`."""
	if not isinstance(row, Mapping):
		problems.append(Problem("", "", message(_("{0} is not a row of a selection."), shown(row))))
		return False
	doctype, name, _amount = values = _values(row, keys)
	missing = [key for key, value in zip(keys, values, strict=True) if value is None]
	if missing:
		sentence = message(_("{0}: {1} is missing."), shown(name or doctype or "?"), ", ".join(missing))
		problems.append(Problem(shown(doctype or ""), shown(name or ""), sentence))
	return doctype is not None and name is not None


def _read_allocations(
	rows: Sequence[tuple], doctypes: Mapping[str, str], precision: int, problems: list[Problem]
) -> list[RequestedAllocation]:
	allocations = []
	for asked_doctype, asked_name, asked_amount, *optional in rows:
		name = shown(asked_name)
		doctype = doctypes.get(asked_doctype) if isinstance(asked_doctype, str) else None
		if doctype is None:
			sentence = message(
				_("{0}: documents of type {1} cannot be reconciled here."), name, shown(asked_doctype)
			)
			problems.append(Problem(shown(asked_doctype), name, sentence))
			continue
		amount, problem = read_amount(DocumentKey(doctype, name), asked_amount, precision)
		problems += [Problem(doctype, name, problem)] if problem else []
		discount = _read_discount(
			DocumentKey(doctype, name), *optional, precision=precision, problems=problems
		)
		allocations.append(RequestedAllocation(doctype, name, amount, discount))
	return allocations


def _read_discount(
	document: DocumentKey, asked: object = None, *, precision: int, problems: list[Problem]
) -> Decimal:
	"""None and zero are the same."""
	discount, problem = read_number(document, asked, precision)
	problems += [Problem(*document, problem)] if problem else []
	return discount


def _duplicates(allocations: Sequence[RequestedAllocation]) -> list[Problem]:
	seen: set[DocumentKey] = set()
	problems = []
	for allocation in allocations:
		if allocation.document in seen:
			sentence = message(_("{0} {1} is selected twice."), *allocation.document)
			problems.append(Problem(*allocation.document, sentence))
		seen.add(allocation.document)
	return problems
