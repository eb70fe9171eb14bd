"""X12 820, Payment Order/Remittance Advice (ASC X12 versions 4010 and later).

BPR is the payment, RMR a document that it pays, ADX what was adjusted, before a document or within it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from advanced_bank_reconciliation.engine.messages import Message, _, message
from advanced_bank_reconciliation.engine.money import NotAnAmount, exact_amount
from advanced_bank_reconciliation.remittance.advice import Advice, AdviceDeduction, AdviceLine, completed
from advanced_bank_reconciliation.remittance.dates import DateReader
from advanced_bank_reconciliation.remittance.errors import DamagedFile, FaultyLines, UnknownFormat
from advanced_bank_reconciliation.remittance.limits import MAX_LINES, at_most

MARK = "ISA"
ISA_LENGTH = 106
NOTHING = Decimal(0)
# A document has a handful of segments.
MAX_SEGMENTS = MAX_LINES * 10


@dataclass
class _Document:
	"""An RMR segment and what belongs to it; `is_header`: what comes before the first one."""

	number: int
	is_header: bool = False
	reference: str = ""
	paid: Decimal | None = None
	discount: Decimal = NOTHING
	deductions: list[AdviceDeduction] = field(default_factory=list)
	texts: list[str] = field(default_factory=list)
	day: date | None = None


def read_x12(text: str) -> Advice:
	"""Read the payments of an interchange. Raises `RemittanceError`, also if it is cut off."""
	segments = list(at_most(_segments(text), MAX_SEGMENTS))
	payments = list(_payments(segments))
	if not payments:
		raise UnknownFormat(message(_("The X12 file holds no remittance advice (transaction set 820).")))
	reader = _Reader()
	lines = [line for index, payment in enumerate(payments, 1) for line in reader.lines(payment, str(index))]
	if reader.problems:
		raise FaultyLines(reader.problems)
	return Advice(format="X12 820", lines=tuple(at_most(lines)))


def _segments(text: str) -> Iterator[tuple[int, list[str]]]:
	"""Numbered segments, each a list of elements. ISA has a fixed length and says how all are separated."""
	if len(text) < ISA_LENGTH or text[3].isalnum():
		raise _cut_off()
	between, end = text[3], text[ISA_LENGTH - 1]
	# A line feed may follow each segment, or end it.
	start, number = 0, 0
	while (stop := text.find(end, start)) >= 0:
		segment = text[start:stop].strip()
		start, number = stop + 1, number + 1
		if segment:
			yield number, [element.strip() for element in segment.split(between)]
	if text[start:].strip():
		raise _cut_off()


def _payments(segments: Sequence[tuple[int, list[str]]]) -> Iterator[list[tuple[int, list[str]]]]:
	"""The segments of each 820, from ST to SE, which counts them."""
	current: list[tuple[int, list[str]]] | None = None
	for number, elements in segments:
		name = elements[0]
		if name == "ST":
			current = []
		if current is not None:
			current.append((number, elements))
		if name == "SE" and current:
			if _element(elements, 1) != str(len(current)):
				raise _cut_off()
			if _element(current[0][1], 1) == "820":
				yield current
			current = None
	if current is not None or not segments or segments[-1][1][0] != "IEA":
		raise _cut_off()


def _cut_off() -> DamagedFile:
	return DamagedFile(message(_("The X12 file is not complete: segments are missing. Fetch it once more.")))


def _element(elements: Sequence[str], index: int) -> str:
	return elements[index] if index < len(elements) else ""


class _Reader:
	"""Makes lines of the segments of payments, and gathers what is wrong with them."""

	def __init__(self) -> None:
		self.problems: list[Message] = []
		self._dates = DateReader(())

	def lines(self, payment: Sequence[tuple[int, list[str]]], part: str) -> Iterator[AdviceLine]:
		"""Lines of one payment: first what was adjusted without a document, then each document."""
		currency, open_document = "", _Document(payment[0][0], is_header=True)
		documents = [open_document]
		for number, elements in payment:
			if elements[0] == "CUR":
				currency = _element(elements, 2)
			elif elements[0] == "RMR":
				open_document = self._document(number, elements)
				documents.append(open_document)
			else:
				self._add(open_document, number, elements)
		for document in documents:
			if document.reference or document.paid is not None or document.deductions:
				yield _line(document, currency, part)

	def _document(self, number: int, elements: Sequence[str]) -> _Document:
		discount = self._amount(number, _element(elements, 6))
		return _Document(
			number,
			reference=_element(elements, 2),
			paid=self._amount(number, _element(elements, 4)),
			discount=discount or NOTHING,
		)

	def _add(self, document: _Document, number: int, elements: Sequence[str]) -> None:
		name = elements[0]
		if name == "ADX":
			# A negative adjustment lowers the payment.
			amount = self._amount(number, _element(elements, 1))
			if amount:
				document.deductions.append(AdviceDeduction(f"ADX {_element(elements, 2)}", -amount))
		elif name == "REF" and document.reference:
			document.texts += [text for text in elements[2:4] if text]
		elif name == "DTM" and document.reference:
			document.day = self._dates.read(_element(elements, 2))

	def _amount(self, number: int, text: str) -> Decimal | None:
		if not text:
			return None
		try:
			return exact_amount(text)
		except NotAnAmount:
			self.problems.append(message(_("Segment {0}: {1} is not an amount."), number, text[:40]))
			return None


def _line(document: _Document, currency: str, part: str) -> AdviceLine:
	"""A document is settled by what was paid, discounted and adjusted; RMR05 is only its original sum."""
	line = AdviceLine(
		number=document.number,
		reference=document.reference,
		text=" ".join(document.texts),
		date=document.day,
		gross=NOTHING if document.is_header else None,
		discount=document.discount,
		deductions=tuple(document.deductions),
		net=document.paid,
		currency=currency.upper(),
		part=part,
	)
	return completed(line) or line
