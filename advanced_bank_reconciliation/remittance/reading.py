"""Reading a remittance advice of whatever kind. What it is, its content says, not its name."""

from __future__ import annotations

from advanced_bank_reconciliation.engine.messages import _, message
from advanced_bank_reconciliation.remittance import x12
from advanced_bank_reconciliation.remittance.advice import Advice
from advanced_bank_reconciliation.remittance.delimited import decode, read_text
from advanced_bank_reconciliation.remittance.errors import UnknownFormat
from advanced_bank_reconciliation.remittance.limits import check_length
from advanced_bank_reconciliation.remittance.spreadsheets import (
	CONTAINER_MARK,
	ZIP_MARK,
	read_spreadsheet,
	refuse_container,
)
from advanced_bank_reconciliation.remittance.tables import Options

FOREIGN = (
	(b"%PDF", _("This is a PDF. Ask for the remittance advice as CSV, Excel or XML.")),
	(b"\x89PNG", _("This is a picture. Ask for the remittance advice as CSV, Excel or XML.")),
	(b"\xff\xd8\xff", _("This is a picture. Ask for the remittance advice as CSV, Excel or XML.")),
	(b"\x1f\x8b", _("This is an archive. Unpack it first.")),
	(b"PK\x05\x06", _("This is an empty archive.")),
)


def read_advice(content: bytes, options: Options | None = None) -> Advice:
	"""Read a remittance advice.

	content: of a file: delimited text or a list, .xlsx, camt.052 to camt.054, or X12 820
	options: what the accountant said about it
	Raises a `RemittanceError` with one sentence; `AmbiguousAdvice` is a question that `options` answer.
	"""
	check_length(len(content))
	advice = _read(content, options or Options())
	if not advice.lines:
		raise UnknownFormat(message(_("The file has no line that says what is paid.")))
	return advice


def _read(content: bytes, asked: Options) -> Advice:
	for mark, sentence in FOREIGN:
		if content.startswith(mark):
			raise UnknownFormat(message(sentence))
	if content.startswith(ZIP_MARK):
		return read_spreadsheet(content, asked)
	if content.startswith(CONTAINER_MARK):
		raise refuse_container(content)
	if _is_xml(content):
		# Slow to import, and only needed here.
		from advanced_bank_reconciliation.remittance.camt import read_camt

		return read_camt(content, asked.incoming)
	return _read_as_text(decode(content), asked)


def _read_as_text(text: str, options: Options) -> Advice:
	if not text.strip():
		raise UnknownFormat(message(_("The file is empty.")))
	if text.lstrip().startswith(x12.MARK + "*") or _is_interchange(text.lstrip()):
		return x12.read_x12(text.lstrip())
	return read_text(text, options)


def _is_interchange(text: str) -> bool:
	"""Whether it begins with the fixed fields of an interchange, whatever separates them."""
	between = text[3:4]
	return text.startswith(x12.MARK) and not between.isalnum() and text[:106].count(between) >= 16


def _is_xml(content: bytes) -> bool:
	"""Also in UTF-16, by its mark."""
	start = content[:200].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
	return start.startswith(b"<")
