"""Delimited text, in whatever encoding and with whatever separator, and pasted lists of numbers."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

from advanced_bank_reconciliation.engine.messages import _, message
from advanced_bank_reconciliation.engine.money import NotAnAmount
from advanced_bank_reconciliation.remittance.advice import Advice, AdviceLine
from advanced_bank_reconciliation.remittance.amounts import decimal_sign, read_amount
from advanced_bank_reconciliation.remittance.errors import DamagedFile, UnknownFormat
from advanced_bank_reconciliation.remittance.limits import at_most
from advanced_bank_reconciliation.remittance.rows import Row
from advanced_bank_reconciliation.remittance.tables import (
	HEADER_WITHIN,
	Options,
	find_header,
	missing_columns,
	read_table,
)

DELIMITERS = ",;\t|"
MARKS = (
	(codecs.BOM_UTF8, "utf-8-sig"),
	(codecs.BOM_UTF32_LE, "utf-32"),
	(codecs.BOM_UTF32_BE, "utf-32"),
	(codecs.BOM_UTF16_LE, "utf-16"),
	(codecs.BOM_UTF16_BE, "utf-16"),
)
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
# An amount with decimals, as people paste it behind a number, and a currency behind it.
AMOUNT = re.compile(r"^\(?[-−]?[0-9][0-9.,']{0,20}[.,][0-9]{2}\)?[-−]?$")
CURRENCY = re.compile(r"^(?:[A-Z]{3}|[$€£¥₹])$")
CELLS = re.compile(r"[\s;|]+")
BETWEEN = re.compile(r"[\s,;|]+")
MOST_LISTED_CHARACTERS = 400_000


def decode(content: bytes) -> str:
	"""The text of a file. By its mark; else UTF-8; else Windows-1252, which old programs still write.

	Raises `UnknownFormat` if it is no text.
	"""
	encodings = [name for mark, name in MARKS if content.startswith(mark)][:1] or ["utf-8", "cp1252"]
	for encoding in encodings:
		try:
			text = content.decode(encoding)
		except UnicodeError:
			continue
		if not CONTROL.search(text):
			return text.removeprefix("\ufeff")
	raise UnknownFormat(message(_("The file is neither text nor of any other kind that can be read.")))


def read_text(text: str, options: Options) -> Advice:
	"""Read a delimited table, or a list of numbers without titles. Raises `RemittanceError`."""
	delimiter = _delimiter(text, options)
	if delimiter:
		return read_table(list(at_most(_rows(text, delimiter))), options)
	rows = _sample(text, max(DELIMITERS, key=text[:5000].count))
	advice = None if options.columns or _has_titles(rows) else read_list(text, options)
	if advice is None:
		raise missing_columns(rows)
	return advice


def _has_titles(rows: list[Row]) -> bool:
	"""Whether it begins with several cells and no number: a table whose titles are unknown, no list."""
	first = rows[0].cells if rows else ()
	return len(first) > 1 and not any(character.isdigit() for cell in first for character in str(cell))


def _delimiter(text: str, options: Options) -> str | None:
	"""The separator by which the titles can be understood best; None if there are no titles."""
	widths = {}
	for delimiter in DELIMITERS:
		header = find_header(_sample(text, delimiter), options)
		if header:
			widths[delimiter] = (bool(header.format.signature), len(header.keys))
	return max(widths, key=lambda delimiter: widths[delimiter]) if widths else None


def _sample(text: str, delimiter: str) -> list[Row]:
	"""The first rows. Whatever is wrong with them is said when all are read."""
	rows: list[Row] = []
	with suppress(DamagedFile):
		for row in islice(_rows(text[:200_000], delimiter), HEADER_WITHIN):
			rows.append(row)
	return rows


def _rows(text: str, delimiter: str) -> Iterator[Row]:
	lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
	try:
		for cells in lines:
			if any(cell.strip() for cell in cells):
				yield Row(lines.line_num, tuple(cell.strip() for cell in cells))
	except csv.Error as error:
		sentence = _("Line {0} cannot be read: {1}. Is a quotation mark missing?")
		raise DamagedFile(message(sentence, lines.line_num, error)) from error


def read_list(text: str, options: Options) -> Advice | None:
	"""Numbers, one or several a line, with an amount behind each or without; None if there are none."""
	if len(text) > MOST_LISTED_CHARACTERS:
		return None
	rows = [(number, *_split(line)) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
	sign = decimal_sign((amount for _number, _line, amount in rows if amount), options.decimal)
	lines = (part for number, line, amount in rows for part in _lines(number, line, amount, sign))
	listed = tuple(at_most(lines))
	return Advice(format="List", lines=listed) if listed else None


def _split(line: str) -> tuple[str, str]:
	"""What stands in front of the amount at the end of a line, and the amount; "" if there is none."""
	cells = CELLS.split(line.strip())
	if CURRENCY.match(cells[-1]):
		cells.pop()
	if cells and not AMOUNT.match(cells[-1]):
		# SINV-0001,100.00
		before, _comma, after = cells[-1].rpartition(",")
		cells[-1:] = [before, after] if before and AMOUNT.match(after) else cells[-1:]
	if len(cells) < 2 or not AMOUNT.match(cells[-1]):
		return line, ""
	return " ".join(cells[:-1]).strip(" ,"), cells[-1]


def _lines(number: int, line: str, amount: str, sign: str) -> Iterator[AdviceLine]:
	if amount:
		with suppress(NotAnAmount):
			settled = read_amount(amount, sign)
			yield AdviceLine(number=number, reference=line[:200], gross=settled, net=settled)
			return
	for part in BETWEEN.split(line):
		if any(character.isdigit() for character in part):
			yield AdviceLine(number=number, reference=part[:200])
