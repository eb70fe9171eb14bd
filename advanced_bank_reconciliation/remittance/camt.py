"""ISO 20022 bank statements (camt.052, camt.053, camt.054) with remittance information.

A payment is an entry (Ntry) of the statement or one of its transactions (TxDtls). Structured information
(Strd) names documents (RfrdDocInf) and amounts (RfrdDocAmt); unstructured one (Ustrd) is text.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from decimal import Decimal
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from advanced_bank_reconciliation.engine.messages import _, message
from advanced_bank_reconciliation.engine.money import NotAnAmount, exact_amount
from advanced_bank_reconciliation.remittance.advice import Advice, AdviceDeduction, AdviceLine, completed
from advanced_bank_reconciliation.remittance.dates import DateReader
from advanced_bank_reconciliation.remittance.errors import DamagedFile, FaultyLines, UnknownFormat, UnsafeFile
from advanced_bank_reconciliation.remittance.limits import (
	MAX_XML_DEPTH,
	MAX_XML_ELEMENTS,
	at_most,
	too_many_lines,
)

MESSAGES = ("BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn", "BkToCstmrAcctRpt")
CREDIT_NOTE = "CREN"
NOTHING = Decimal(0)
DATES = DateReader(())


INDICATOR = {True: "CRDT", False: "DBIT"}


def read_camt(content: bytes, incoming: bool | None = None) -> Advice:
	"""Read a statement or a notification.

	incoming: whether only what came in, or only what went out, is wanted; None for both
	Amounts are positive in the direction of their entry. Entities are never resolved. Raises
	`RemittanceError`.
	"""
	lines: list[AdviceLine] = []
	try:
		for number, entry in enumerate(_entries(content), 1):
			if incoming is None or _text(entry, "CdtDbtInd") == INDICATOR[incoming]:
				lines += _lines_of_entry(entry, number)
	except DefusedXmlException as error:
		sentence = _("The XML file declares entities, which no bank does. It was not read.")
		raise UnsafeFile(message(sentence)) from error
	except (ParseError, UnicodeError, LookupError, ValueError) as error:
		raise DamagedFile(message(_("The XML file is damaged: {0}. Fetch it once more."), error)) from error
	return Advice(format="camt", lines=tuple(at_most(lines)))


def _entries(content: bytes) -> Iterator[Element]:
	"""Each Ntry, as soon as it is whole; memory holds one at a time."""
	depth = count = 0
	is_statement = False
	for event, element in iterparse(io.BytesIO(content), ("start", "end"), forbid_dtd=True):
		depth += 1 if event == "start" else -1
		if event == "start":
			count += 1
			element.tag = element.tag.rpartition("}")[2]
			is_statement = is_statement or element.tag in MESSAGES
			_check(depth, count, is_statement)
		elif element.tag == "Ntry":
			yield element
			element.clear()


def _check(depth: int, count: int, is_statement: bool) -> None:
	if depth > MAX_XML_DEPTH:
		raise UnsafeFile(
			message(_("The XML file is nested deeper than any bank statement. It was not read."))
		)
	if count > MAX_XML_ELEMENTS:
		raise too_many_lines()
	if depth > 2 and not is_statement:
		raise UnknownFormat(message(_("The XML file is no bank statement (camt.052, camt.053, camt.054).")))


def _lines_of_entry(entry: Element, number: int) -> list[AdviceLine]:
	details = entry.findall("NtryDtls/TxDtls")
	part = _text(entry, "AcctSvcrRef") or _text(entry, "NtryRef") or str(number)
	direction = _text(entry, "CdtDbtInd")
	if not details:
		return [_whole(entry, number, part)]
	lines: list[AdviceLine] = []
	for detail in details:
		amount = _amount_of(detail)
		if amount is None and len(details) == 1:
			amount = _amount(entry.find("Amt"))
		runs_back = _text(detail, "CdtDbtInd") not in ("", direction)
		lines += _lines_of_detail(detail, entry, number, part, -amount if runs_back and amount else amount)
	return lines


def _amount_of(detail: Element) -> Decimal | None:
	for path in ("Amt", "AmtDtls/TxAmt/Amt"):
		found = detail.find(path)
		if found is not None:
			return _amount(found)
	return None


def _lines_of_detail(
	detail: Element, entry: Element, number: int, part: str, amount: Decimal | None
) -> list[AdviceLine]:
	"""One line for each document with amounts of its own; else one for the transaction, naming all."""
	currency = _currency(detail, entry)
	structured = detail.findall("RmtInf/Strd")
	lines = [line for one in structured for line in _structured(one, number, part, currency)]
	said = [line for line in lines if line.net is not None]
	if lines and len(said) == len(lines) and (amount is None or amount == sum(_nets(said), NOTHING)):
		return lines
	text = " ".join(_texts(detail))
	names = " ".join(line.reference for line in lines if line.reference)
	return [_line(number, names, text, amount, currency, part, _date(entry))]


def _nets(lines: Iterable[AdviceLine]) -> Iterator[Decimal]:
	return (line.net for line in lines if line.net is not None)


def _structured(block: Element, number: int, part: str, currency: str) -> Iterator[AdviceLine]:
	"""The lines of a Strd: its amounts are those of its document, if it has one document."""
	documents = block.findall("RfrdDocInf")
	amounts = block.find("RfrdDocAmt")
	for document in documents or [block]:
		reference = _text(document, "Nb") or _text(block, "CdtrRefInf/Ref")
		is_credit_note = _text(document, "Tp/CdOrPrtry/Cd") == CREDIT_NOTE
		own = amounts if len(documents) == 1 else None
		text = " ".join(_all_texts(block, ("CdtrRefInf/Ref", "AddtlRmtInf")))
		line = _line(number, reference, text, None, currency, part, _document_date(document))
		yield _with_amounts(line, own, is_credit_note) if own is not None else line


def _document_date(document: Element) -> str:
	return _text(document, "RltdDt/Dt") or _text(document, "RltdDt")


def _with_amounts(line: AdviceLine, amounts: Element, is_credit_note: bool) -> AdviceLine:
	paid = _signed(amounts, "RmtdAmt", is_credit_note)
	due = _signed(amounts, "CdtNoteAmt" if is_credit_note else "DuePyblAmt", is_credit_note)
	discount = sum((_amount(one) for one in _leaves(amounts, "DscntApldAmt")), NOTHING)
	adjusted = tuple(
		AdviceDeduction(_text(one, "Rsn") or _text(one, "AddtlInf") or "adjustment", _amount(one.find("Amt")))
		for one in amounts.findall("AdjstmntAmtAndRsn")
	)
	deductions = _explained(due, paid, discount, adjusted)
	return _settled(line, paid if paid is not None else due, discount, deductions)


def _explained(
	due: Decimal | None, paid: Decimal | None, discount: Decimal, adjusted: tuple[AdviceDeduction, ...]
) -> tuple[AdviceDeduction, ...]:
	"""The adjustments with the sign by which due and paid agree. Banks use the indicator in either sense."""
	total = sum((one.amount for one in adjusted), NOTHING)
	if due is None or paid is None or not total:
		return ()
	kept = due - discount - paid
	if kept not in (total, -total):
		return ()
	return tuple(AdviceDeduction(one.code, one.amount if kept == total else -one.amount) for one in adjusted)


def _settled(
	line: AdviceLine, net: Decimal | None, discount: Decimal, deductions: tuple[AdviceDeduction, ...]
) -> AdviceLine:
	said = AdviceLine(
		number=line.number,
		reference=line.reference,
		text=line.text,
		date=line.date,
		discount=discount,
		deductions=deductions,
		net=net,
		currency=line.currency,
		part=line.part,
	)
	return completed(said) or said


def _whole(entry: Element, number: int, part: str) -> AdviceLine:
	text, amount = _text(entry, "AddtlNtryInf"), _amount(entry.find("Amt"))
	return _line(number, "", text, amount, _currency(entry, entry), part, _date(entry))


def _line(
	number: int, reference: str, text: str, amount: Decimal | None, currency: str, part: str, day: str
) -> AdviceLine:
	return AdviceLine(
		number=number,
		reference=reference,
		text=text[:2000],
		date=DATES.read(day),
		gross=amount,
		net=amount,
		currency=currency,
		part=part,
	)


def _texts(detail: Element) -> Iterator[str]:
	paths = ("RmtInf/Ustrd", "RmtInf/Strd/CdtrRefInf/Ref", "RmtInf/Strd/AddtlRmtInf", "AddtlTxInf")
	return _all_texts(detail, paths)


def _all_texts(element: Element, paths: Iterable[str]) -> Iterator[str]:
	return (" ".join((found.text or "").split()) for path in paths for found in element.findall(path))


def _date(entry: Element) -> str:
	return _text(entry, "BookgDt/Dt") or _text(entry, "BookgDt/DtTm")


def _currency(element: Element, entry: Element) -> str:
	for found in (element.find("Amt"), element.find("AmtDtls/TxAmt/Amt"), entry.find("Amt")):
		if found is not None and found.get("Ccy"):
			return str(found.get("Ccy")).upper()
	return ""


def _leaves(element: Element, tag: str) -> Iterator[Element]:
	"""Amounts that stood in the element itself, and stand in an Amt below it since version 4."""
	for found in element.findall(tag):
		inner = found.find("Amt")
		yield found if inner is None else inner


def _signed(amounts: Element, tag: str, is_negative: bool) -> Decimal | None:
	found = amounts.find(tag)
	if found is None:
		return None
	return -_amount(found) if is_negative else _amount(found)


def _amount(element: Element | None) -> Decimal:
	text = "" if element is None else (element.text or "").strip()
	try:
		return exact_amount(text)
	except NotAnAmount as error:
		raise FaultyLines([message(_("{0} is not an amount."), text[:40] or "-")]) from error


def _text(element: Element, path: str) -> str:
	return " ".join((element.findtext(path) or "").split())[:200]
