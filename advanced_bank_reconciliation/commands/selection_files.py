"""Selections from files. Amounts stay text or decimal numbers, so that nothing is lost to floats."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

import click

from advanced_bank_reconciliation.engine.money import NotAnAmount, TooManyDecimals, parse_amount

INVOICE_COLUMNS = ("doctype", "name", "allocated_amount")
VOUCHER_COLUMNS = ("payment_doctype", "payment_name", "amount")
DEDUCTION_COLUMNS = ("account", "amount")
DELIMITERS = ",;\t"
# More than any currency has: whether a text is an amount does not depend on the currency.
PRECISION = 9


class SelectionFileError(click.ClickException):
	"""A file cannot be read as a selection; the message names the file and lists every problem."""

	def __init__(self, path: str | Path, problems: Sequence[str]):
		super().__init__("\n".join(f"{path}: {problem}" for problem in problems))


def read_rows(file: str, columns: Sequence[str], folders: Sequence[Path]) -> list[dict]:
	"""Read a selection.

	file: path that ends in .csv or .json; a relative one is looked for in `folders`, in order
	columns: what each row must have, its amount last
	Returns one dict for each row with at least `columns`, and with the others that the file has. What the
	rows say is judged by `read_selection`.
	Raises `SelectionFileError`.
	"""
	path = find_file(file, folders)
	try:
		text = path.read_text(encoding="utf-8-sig")
	except (OSError, UnicodeDecodeError) as error:
		raise SelectionFileError(file, [f"cannot be read as UTF-8 text: {error}"]) from error
	readers = {".csv": _read_csv, ".json": _read_json}
	reader = readers.get(path.suffix.lower())
	if not reader:
		raise SelectionFileError(file, ["the name must end in .csv or .json"])
	return reader(file, text, columns)


def find_file(file: str, folders: Sequence[Path]) -> Path:
	"""The first file of that name in the folders. Raises `SelectionFileError`."""
	for folder in folders:
		# An absolute path stays what it is.
		if (folder / file).is_file():
			return folder / file
	raise SelectionFileError(file, ["there is no such file"])


def _read_json(file: str, text: str, columns: Sequence[str]) -> list[dict]:
	try:
		rows = json.loads(text, parse_float=Decimal)
	except ValueError as error:
		raise SelectionFileError(file, [f"is not valid JSON: {error}"]) from error
	if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
		raise SelectionFileError(file, [f"must be a list of objects with {', '.join(columns)}"])
	return rows


def _read_csv(file: str, text: str, columns: Sequence[str]) -> list[dict]:
	lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
	problems: list[str] = []
	try:
		header = [name.strip().lower() for name in next(lines, [])]
		missing = [column for column in columns if column not in header]
		if missing:
			problem = f"line 1 must name the columns {', '.join(columns)}; missing: {', '.join(missing)}"
			raise SelectionFileError(file, [problem])
		rows = list(_csv_rows(lines, header, columns, problems))
	except csv.Error as error:
		raise SelectionFileError(file, [f"line {lines.line_num}: {error}"]) from error
	if problems:
		raise SelectionFileError(file, problems)
	return rows


def _delimiter(text: str) -> str:
	"""The separator that is most frequent in the header. The names of the columns contain none."""
	header = text.partition("\n")[0]
	return max(DELIMITERS, key=header.count)


def _csv_rows(
	lines: Iterator[list[str]], header: Sequence[str], columns: Sequence[str], problems: list[str]
) -> Iterator[dict]:
	"""Yield the rows that are whole; append what is wrong with the others to `problems`."""
	for values in lines:
		if not any(value.strip() for value in values):
			continue
		problem = _row_problem(values, header, columns)
		if problem:
			problems.append(f"line {lines.line_num}: {problem}")  # type: ignore[attr-defined]
		else:
			yield _row(values, header)


def _row(values: Sequence[str], header: Sequence[str]) -> dict[str, str]:
	return {name: value.strip() for name, value in zip(header, values, strict=True)}


def _row_problem(values: Sequence[str], header: Sequence[str], columns: Sequence[str]) -> str | None:
	if len(values) != len(header):
		# 110,29 without quotes must not be read as 110.
		return f"{len(values)} values for {len(header)} columns. Quote values that contain the separator."
	row = _row(values, header)
	missing = [column for column in columns if not row[column]]
	if missing:
		return f"{', '.join(missing)} is missing"
	try:
		parse_amount(row[columns[-1]], PRECISION)
	except (NotAnAmount, TooManyDecimals):
		return f"{row[columns[-1]]} is not an amount. Write it like 1234.56"
	return None
