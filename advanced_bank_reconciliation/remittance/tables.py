"""Rows of a table, from a text or a spreadsheet, as lines of an advice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from advanced_bank_reconciliation.engine.messages import Message, _, message
from advanced_bank_reconciliation.engine.money import NotAnAmount
from advanced_bank_reconciliation.remittance.advice import Advice, AdviceDeduction, AdviceLine, completed
from advanced_bank_reconciliation.remittance.amounts import decimal_sign, read_amount
from advanced_bank_reconciliation.remittance.dates import DateReader
from advanced_bank_reconciliation.remittance.errors import (
	AmbiguousAdvice,
	AmbiguousDecimal,
	FaultyLines,
	MissingColumns,
)
from advanced_bank_reconciliation.remittance.formats import by_mapping, by_usual_titles, recognise
from advanced_bank_reconciliation.remittance.rows import Columns, Row
from advanced_bank_reconciliation.remittance.table_format import TableFormat, column_key

HEADER_WITHIN = 40
NOTHING = Decimal(0)


@dataclass(frozen=True)
class RememberedFormat:
	"""What a person said about files with certain titles.

	titles: all of them are in such a file
	columns: see `formats.by_mapping`; empty for as they are usually meant
	decimal: "." or ",", "" to tell it from the file
	"""

	titles: tuple[str, ...]
	columns: Mapping[str, str]
	decimal: str = ""

	def format_of(self, keys: Sequence[str]) -> TableFormat | None:
		"""The format of a header of column keys; None if it has not all the titles."""
		if not self.titles or not {column_key(title) for title in self.titles}.issubset(keys):
			return None
		found = by_mapping(self.columns) if self.columns else recognise(keys) or by_usual_titles(keys)
		return replace(found, decimal=self.decimal) if found else None


@dataclass(frozen=True)
class Options:
	"""What the accountant said about a file.

	decimal: "." or ",", which sign separates decimals; None to tell it from the file
	columns: titles of columns by what they hold, see `formats.by_mapping`; empty to tell it from the titles
	incoming: whether the payment came in or went out: of a bank statement the other entries are left out
	remembered: what was said about earlier files, the most specific first
	"""

	decimal: str | None = None
	columns: Mapping[str, str] | None = None
	incoming: bool | None = None
	remembered: Sequence[RememberedFormat] = ()


@dataclass(frozen=True)
class Header:
	"""Where the titles stand: index in the rows, the format, and the column keys."""

	index: int
	format: TableFormat
	keys: tuple[str, ...]


def find_header(rows: Sequence[Row], options: Options) -> Header | None:
	"""The first row that titles its columns; services put notes above it. None if there is none."""
	for index, row in enumerate(rows[:HEADER_WITHIN]):
		keys = tuple(column_key(cell) if isinstance(cell, str) else "" for cell in row.cells)
		found = _format_of(keys, options)
		if found:
			return Header(index, found, keys)
	return None


def _format_of(keys: tuple[str, ...], options: Options) -> TableFormat | None:
	if options.columns:
		wanted = by_mapping(options.columns)
		titles = {*wanted.reference, *wanted.amount_columns()}
		return wanted if titles and titles.issubset(keys) else None
	said = (one.format_of(keys) for one in options.remembered)
	return next((one for one in said if one), None) or recognise(keys) or by_usual_titles(keys)


def read_table(rows: Sequence[Row], options: Options) -> Advice:
	"""Read a table with titles.

	Raises `MissingColumns`, `AmbiguousAdvice`, or `FaultyLines` with all lines that are none.
	"""
	header = find_header(rows, options)
	if header is None:
		raise missing_columns(rows)
	columns = Columns(header.format, header.keys)
	body = [row for row in rows[header.index + 1 :] if columns.belongs(row)]
	problems = [problem for row in body if (problem := columns.problem(row))]
	if problems:
		raise FaultyLines(problems)
	try:
		reader = _LineReader(columns, body, options)
	except AmbiguousDecimal as error:
		raise AmbiguousDecimal(error.message, titles_of(rows[header.index])) from error
	lines = reader.lines()
	if reader.problems:
		raise FaultyLines(reader.problems)
	return Advice(format=header.format.name, lines=tuple(lines))


def missing_columns(rows: Sequence[Row]) -> MissingColumns:
	"""What is raised if no column names documents."""
	widest = max(rows[:HEADER_WITHIN], key=lambda row: len(row.cells), default=Row(1, ()))
	titles = titles_of(widest)
	sentence = _("No column is titled like one of document numbers. Say which it is. There are: {0}")
	return MissingColumns(message(sentence, ", ".join(titles) or "-"), titles)


def titles_of(row: Row) -> list[str]:
	"""What stands in a header, as a person is asked about it."""
	return [str(cell)[:40] for cell in row.cells[:20] if cell not in (None, "")]


class _LineReader:
	"""Makes lines of the rows of one file, and gathers what is wrong with them."""

	def __init__(self, columns: Columns, rows: Sequence[Row], options: Options):
		self.columns, self.rows = columns, rows
		self.problems: list[Message] = []
		texts = [cell for row in rows for cell in columns.amount_cells(row) if isinstance(cell, str)]
		self._sign = decimal_sign(texts, options.decimal or columns.format.decimal or None)
		dates = (columns.first(row, columns.format.date) for row in rows)
		self._dates = DateReader(date for date in dates if isinstance(date, str))

	def lines(self) -> list[AdviceLine]:
		if self.columns.format.amounts_by_kind:
			return list(self._lines_by_document(*self.columns.format.amounts_by_kind))
		lines = [self._line(row) for row in self.rows]
		if self.problems:
			return []
		signed = self._with_signs(lines)
		return [] if self.problems else list(map(self._kept_back, self.rows, signed))

	def _kept_back(self, row: Row, line: AdviceLine) -> AdviceLine:
		"""A chargeback or the like as what it is: a deduction; any other line as it is."""
		column, codes = self.columns.format.kept_back or ("", {})
		code = codes.get(column_key(self.columns.text(row, (column,))))
		if code is None or not line.gross:
			return line
		deductions = (AdviceDeduction(code, -line.gross), *line.deductions)
		return replace(line, gross=NOTHING, deductions=deductions)

	def _line(self, row: Row) -> AdviceLine:
		columns, layout = self.columns, self.columns.format
		deductions = ((code, self._amount(row, (column,))) for column, code in layout.deductions.items())
		return AdviceLine(
			number=row.number,
			reference=columns.text(row, layout.reference),
			text=columns.joined(row, layout.text),
			date=self._dates.read(columns.first(row, layout.date)),
			gross=self._sum(row, layout.gross),
			discount=self._amount(row, layout.discount) or NOTHING,
			deductions=tuple(AdviceDeduction(code, amount) for code, amount in deductions if amount),
			net=self._amount(row, layout.net),
			currency=columns.text(row, layout.currency).upper(),
			part=columns.text(row, layout.part),
		)

	def _sum(self, row: Row, titles: Sequence[str]) -> Decimal | None:
		amounts = [self._amount(row, (title,)) for title in titles]
		said = [amount for amount in amounts if amount is not None]
		return sum(said, NOTHING) if said else None

	def _amount(self, row: Row, titles: Sequence[str]) -> Decimal | None:
		cell = self.columns.first(row, titles)
		if cell is None or (isinstance(cell, str) and cell.strip() in ("", "-", "--")):
			return None
		try:
			return read_amount(cell, self._sign)
		except NotAnAmount:
			self.problems.append(
				message(_("Line {0}: {1} is not an amount."), row.number, str(cell)[:40].strip())
			)
			return None

	def _with_signs(self, lines: list[AdviceLine]) -> list[AdviceLine]:
		"""Services write what they keep as a positive or as a negative amount, a whole file alike."""
		sign = _sign_of_deductions(lines)
		signed = [line if sign > 0 else _negated(line) for line in lines]
		done = [completed(line) for line in signed]
		for line, complete in zip(signed, done, strict=True):
			if complete is None:
				self.problems.append(_contradiction(line))
		return [line for line in done if line]

	def _lines_by_document(self, kind: str, amount: str, gross_kinds: frozenset[str]) -> Iterator[AdviceLine]:
		columns, currency = self.columns, ""
		groups: dict[tuple[str, ...], list[Row]] = {}
		for row in self.rows:
			key = tuple(columns.text(row, (title,)) for title in columns.format.same_document)
			groups.setdefault(key, []).append(row)
			currency = currency or columns.text(row, columns.format.currency)
		for rows in groups.values():
			gross, kept = NOTHING, []
			for row in rows:
				said = self._amount(row, (amount,)) or NOTHING
				if column_key(columns.text(row, (kind,))).replace(" ", "") in gross_kinds:
					gross += said
				elif said:
					kept.append(AdviceDeduction(columns.text(row, (columns.format.kind_text,)), -said))
			if gross or kept:
				yield self._kept_back(rows[0], self._document(rows[0], gross, tuple(kept), currency))

	def _document(
		self, row: Row, gross: Decimal, kept: tuple[AdviceDeduction, ...], currency: str
	) -> AdviceLine:
		columns, layout = self.columns, self.columns.format
		return AdviceLine(
			number=row.number,
			reference=columns.text(row, layout.reference),
			text=columns.joined(row, layout.text),
			date=self._dates.read(columns.first(row, layout.date)),
			gross=gross,
			deductions=kept,
			net=gross - sum((one.amount for one in kept), NOTHING),
			currency=currency.upper(),
			part=columns.text(row, layout.part),
		)


def _kept(line: AdviceLine) -> Decimal:
	return line.discount + sum((one.amount for one in line.deductions), NOTHING)


def _sign_of_deductions(lines: Sequence[AdviceLine]) -> int:
	"""1 if a positive amount was kept back, -1 if a negative one was.

	Told by gross and net of the lines, else by the lines that are no refunds: nobody pays fees to a payer.
	Raises `AmbiguousAdvice` if they contradict each other.
	"""
	signs = set()
	for line in lines:
		kept = _kept(line)
		if kept and line.gross is not None and line.net is not None:
			signs |= {sign for sign in (1, -1) if line.gross - sign * kept == line.net}
	if not signs:
		signs = {1 if _kept(line) > 0 else -1 for line in lines if _kept(line) and not _is_refund(line)}
	if len(signs) > 1:
		sentence = _("Fees and discounts are positive in some lines and negative in others. Write all alike.")
		raise AmbiguousAdvice(message(sentence))
	return signs.pop() if signs else 1


def _is_refund(line: AdviceLine) -> bool:
	settled = line.net if line.gross is None else line.gross
	return settled is not None and settled < 0


def _negated(line: AdviceLine) -> AdviceLine:
	return AdviceLine(
		number=line.number,
		reference=line.reference,
		text=line.text,
		date=line.date,
		gross=line.gross,
		discount=-line.discount,
		deductions=tuple(AdviceDeduction(one.code, -one.amount) for one in line.deductions),
		net=line.net,
		currency=line.currency,
		part=line.part,
	)


def _contradiction(line: AdviceLine) -> Message:
	sentence = _("Line {0}: {1} less {2} is not {3}. Correct the line, or leave one of the columns out.")
	return message(sentence, line.number, line.gross, _kept(line), line.net)
