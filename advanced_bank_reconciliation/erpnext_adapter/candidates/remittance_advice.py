"""What a remittance advice says about a Bank Transaction: what it pays, and what was kept back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import frappe
from frappe import _
from frappe.utils import escape_html

from advanced_bank_reconciliation.engine.allocation import CASH_SIGN
from advanced_bank_reconciliation.erpnext_adapter.books.deduction_rules import rule_for
from advanced_bank_reconciliation.erpnext_adapter.books.statement_lines import (
	LedgerStatementLine,
	read_statement_line,
)
from advanced_bank_reconciliation.erpnext_adapter.candidates.invoice_filters import (
	REFERENCE_FIELD,
	InvoiceFilters,
	Part,
	from_json,
)
from advanced_bank_reconciliation.erpnext_adapter.candidates.open_invoices import parts_of
from advanced_bank_reconciliation.erpnext_adapter.decimals import bank_precision, to_decimal
from advanced_bank_reconciliation.erpnext_adapter.permissions import check_may_use_bank_transaction
from advanced_bank_reconciliation.remittance.advice import AdviceDeduction
from advanced_bank_reconciliation.remittance.errors import RemittanceError
from advanced_bank_reconciliation.remittance.limits import check_length
from advanced_bank_reconciliation.remittance.matching import (
	LineMatch,
	MatchedAdvice,
	MatchState,
	TakenItem,
	match_advice,
)
from advanced_bank_reconciliation.remittance.payable_items import PayableItem
from advanced_bank_reconciliation.remittance.reading import read_advice
from advanced_bank_reconciliation.remittance.tables import Options

# A proposal that names more of them is no help.
MOST_ITEMS = 100_000


class RemittanceAdviceError(frappe.ValidationError):
	"""The advice cannot be read, or has to be asked about; the message says what to do."""


def read_remittance_advice(
	bank_transaction: str,
	file: str | None = None,
	text: str | None = None,
	decimal: str | None = None,
	columns: str | Mapping | None = None,
) -> dict:
	"""Read an advice and match it to what a Bank Transaction could settle. Writes nothing.

	bank_transaction: name; file: name of a File that the current user may read; text: what was pasted instead
	decimal, columns: see `Options`; columns also as JSON
	Returns what `describe` does. Raises `frappe.PermissionError`, `RemittanceAdviceError`.
	"""
	check_may_use_bank_transaction(bank_transaction, "read")
	if bool(file) == bool(text):
		frappe.throw(_("Give a file or a text."), RemittanceAdviceError)
	content = _content_of(file) if file else (text or "").encode()
	titles = from_json(columns, Mapping)
	return match_content(bank_transaction, content, decimal=decimal, columns=titles)


def match_content(
	bank_transaction: str,
	content: bytes,
	*,
	decimal: str | None = None,
	columns: Mapping[str, str] | None = None,
) -> dict:
	"""The same for the content of a file that is at hand."""
	check_may_use_bank_transaction(bank_transaction, "read")
	line = read_statement_line(bank_transaction)
	options = Options(decimal=decimal, columns=columns, incoming=line.is_deposit)
	try:
		advice = read_advice(content, options).for_payment(line.unallocated)
	except RemittanceError as error:
		frappe.throw(escape_html(error.text(_)).replace("\n", "<br>"), RemittanceAdviceError)
		raise
	matched = match_advice(advice, list(_items(line)), currency=line.currency, amount=line.unallocated)
	return describe(advice.format, matched, line)


def _content_of(file: str) -> bytes:
	"""The bytes of a File of this site. Raises `frappe.PermissionError`."""
	frappe.has_permission("File", "read", doc=file, throw=True)
	document = frappe.get_doc("File", file)
	if document.is_folder or document.is_remote_file:
		sentence = _("{0} is no file of this site. Upload it.")
		frappe.throw(sentence.format(escape_html(document.file_name)), RemittanceAdviceError)
	path = Path(document.get_full_path())
	if not path.is_file():
		sentence = _("File {0} is not there any more. Upload it again.")
		frappe.throw(sentence.format(escape_html(document.file_name)), RemittanceAdviceError)
	try:
		check_length(path.stat().st_size)
	except RemittanceError as error:
		frappe.throw(error.text(_), RemittanceAdviceError)
	return path.read_bytes()


def _items(line: LedgerStatementLine) -> Iterator[PayableItem]:
	"""All that the current user could settle with a Bank Transaction."""
	direction = 1 if line.is_deposit else -1
	precision = bank_precision(line.currency)
	for part in parts_of(line, tuple(CASH_SIGN)):
		for row in _rows(part, line):
			open_amount = to_decimal(row.outstanding_amount, precision)
			if open_amount:
				yield PayableItem(
					doctype=part.doctype,
					name=row.name,
					amount=open_amount * CASH_SIGN[part.doctype] * direction,
					other_numbers=tuple(filter(None, (row.reference, row.return_against))),
					date=row.posting_date,
				)


def _rows(part: Part, line: LedgerStatementLine) -> Sequence[frappe._dict]:
	"""`frappe.get_list` applies the user's permissions, user permissions included."""
	return frappe.get_list(
		part.doctype,
		filters=part.conditions(line, InvoiceFilters()),
		fields=[
			"name",
			"posting_date",
			"outstanding_amount",
			"return_against",
			f"{REFERENCE_FIELD[part.doctype]} as reference",
		],
		order_by="due_date, posting_date, name",
		limit=MOST_ITEMS,
	)


def describe(format_name: str, matched: MatchedAdvice, line: LedgerStatementLine) -> dict:
	"""The answer of `read_remittance_advice`, all amounts as text.

	Returns `{"format", "message", "counts", "lines", "invoices", "deductions", "difference"}`. invoices and
	deductions have the form of `create_payment_entries_bulk`; a deduction has its code as well, and an empty
	account if no rule covers it. difference: what is left of the Bank Transaction if all of that is booked,
	in the direction of the payment.
	"""
	direction = 1 if line.is_deposit else -1
	return {
		"format": format_name,
		"message": _message(matched),
		"counts": {state.value: matched.count(state) for state in MatchState},
		"lines": [_describe_line(one, direction) for one in matched.lines],
		"invoices": [_describe_taken(one, direction) for one in matched.taken()],
		"deductions": [_describe_deduction(one, line, direction) for one in matched.deductions()],
		"difference": str(line.unallocated - matched.net()),
	}


def _message(matched: MatchedAdvice) -> str:
	done = matched.count(MatchState.MATCHED)
	left = matched.count(MatchState.QUESTION, MatchState.NOT_FOUND)
	if not left:
		return _("All {0} lines matched.").format(done)
	return _("{0} of {1} lines matched, {2} to look at.").format(done, done + left, left)


def _describe_line(match: LineMatch, direction: int) -> dict:
	line = match.line
	return {
		"number": line.number,
		"reference": line.reference,
		"text": line.text,
		"date": _text(line.date),
		"gross": _text(line.gross),
		"discount": str(line.discount),
		"deductions": [{"code": one.code, "amount": str(one.amount)} for one in line.deductions],
		"net": _text(line.net),
		"currency": line.currency,
		"state": match.state.value,
		"confidence": match.confidence.value,
		"reason": match.reason.text(_),
		"taken": [_describe_taken(one, direction) for one in match.taken],
		"candidates": [
			_describe_taken(TakenItem(item=one, amount=one.amount), direction) for one in match.candidates
		],
	}


def _describe_taken(taken: TakenItem, direction: int) -> dict:
	doctype, name = taken.item.document
	amount = taken.amount * CASH_SIGN[doctype] * direction
	return {"doctype": doctype, "name": name, "allocated_amount": str(amount)}


def _describe_deduction(deduction: AdviceDeduction, line: LedgerStatementLine, direction: int) -> dict:
	rule = rule_for(deduction.code, line.company)
	return {
		"code": deduction.code,
		"account": rule.account if rule else "",
		"cost_center": (rule.cost_center if rule else "") or "",
		"amount": str(deduction.amount * direction),
		"description": deduction.code,
	}


def _text(value: Decimal | date | None) -> str | None:
	return None if value is None else str(value)
