"""The lines of a remittance advice as they are kept: what each said, what it was matched to, and why."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import groupby

from frappe import _

from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.erpnext_adapter.candidates.remittance_advice import UnderstoodAdvice
from advanced_bank_reconciliation.erpnext_adapter.decimals import to_float
from advanced_bank_reconciliation.remittance.advice import NOTHING, AdviceLine
from advanced_bank_reconciliation.remittance.choices import alias_of
from advanced_bank_reconciliation.remittance.explaining import Confidence
from advanced_bank_reconciliation.remittance.matching import LineMatch, MatchState, TakenItem

CHOSEN, LEFT_OUT = "Chosen", "Left Out"
SETTLED = (MatchState.MATCHED.value, MatchState.NO_DOCUMENT.value, CHOSEN)
LONGEST_REFERENCE = 200
AMOUNTS = {"gross": 0.0, "discount": 0.0, "deduction": 0.0, "deduction_code": "", "net": 0.0}
TEXTS = ("line_number", "reference", "text", "date", "currency")
MEANING = {
	"state": "",
	"reference_doctype": None,
	"reference_name": None,
	"allocated_amount": 0.0,
	"party": "",
	"learned_name": "",
	"confidence": "",
	"reason": "",
}
COLUMNS = (*TEXTS, *AMOUNTS, *MEANING)


def recorded_lines(understood: UnderstoodAdvice, paid: Container[DocumentKey]) -> Iterator[dict]:
	"""The lines by `COLUMNS`, one for each document that a line means; its amounts stand in the first one.

	paid: what the run pays
	`is_open` is said besides, once for each line that neither means what the run pays nor no document.
	"""
	currency = understood.statement_line.currency
	for match in understood.matched.lines:
		meanings = [_meaning_of(one, match, paid) for one in match.taken] or [_nothing_taken(match)]
		is_open = any(meaning["state"] not in SETTLED for meaning in meanings)
		amounts = _amounts_of(match.line)
		for meaning in meanings:
			yield {**_texts_of(match.line, currency), **amounts, **MEANING, **meaning, "is_open": is_open}
			amounts, is_open = AMOUNTS, False


def lines_for_another_run(rows: Sequence[Mapping], paid: Mapping[DocumentKey, float]) -> list[dict]:
	"""Recorded lines as they are for a run that is started in place of theirs.

	rows: by `COLUMNS`, as they were recorded; paid: what the other run pays, in the direction of the payment
	"""
	return [{**row, **_meaning_for_another_run(row, paid)} for row in rows]


def count_open(rows: Sequence[Mapping]) -> int:
	"""How many of recorded lines neither mean what the run pays nor no document."""
	lines = groupby(rows, key=lambda row: [row[column] for column in TEXTS])
	return sum(any(row["state"] not in SETTLED for row in line) for _texts, line in lines)


def _meaning_for_another_run(row: Mapping, paid: Mapping[DocumentKey, float]) -> dict:
	document = DocumentKey(row["reference_doctype"] or "", row["reference_name"] or "")
	if document.name and document not in paid:
		return _left_out(document)
	if row["state"] == LEFT_OUT:
		amount = paid[document]
		return {"state": MatchState.MATCHED.value, "allocated_amount": amount, "reason": _("Ticked by hand.")}
	return {}


def _left_out(document: DocumentKey) -> dict:
	reason = _("The run does not pay {0}.").format(document.name)
	return {**MEANING, **_document(document), "state": LEFT_OUT, "reason": reason}


def _nothing_taken(match: LineMatch) -> dict:
	return {"state": match.state.value, "reason": match.reason.text(_)}


def _meaning_of(taken: TakenItem, match: LineMatch, paid: Container[DocumentKey]) -> dict:
	if taken.item.document not in paid:
		return _left_out(taken.item.document)
	document = _document(taken.item.document)
	certain = {"confidence": match.confidence.value, "reason": match.reason.text(_)}
	settled = {"allocated_amount": to_float(taken.amount), "party": taken.item.party}
	if match.confidence is Confidence.CHOICE:
		return {**document, **settled, **certain, "state": CHOSEN, "learned_name": alias_of(match.line)}
	return {**document, **settled, **certain, "state": match.state.value}


def _document(document: DocumentKey) -> dict:
	return {"reference_doctype": document.doctype, "reference_name": document.name}


def _texts_of(line: AdviceLine, currency: str) -> dict:
	return {
		"line_number": line.number,
		"reference": line.reference[:LONGEST_REFERENCE],
		"text": line.text,
		"date": line.date,
		"currency": line.currency or currency,
	}


def _amounts_of(line: AdviceLine) -> dict:
	kept = line.deductions
	codes = kept[0].code if len(kept) == 1 else ", ".join(f"{one.code} {one.amount}" for one in kept)
	return {
		"gross": to_float(line.gross or NOTHING),
		"discount": to_float(line.discount),
		"deduction": to_float(sum((one.amount for one in kept), NOTHING)),
		"deduction_code": codes,
		"net": to_float(line.net or NOTHING),
	}
