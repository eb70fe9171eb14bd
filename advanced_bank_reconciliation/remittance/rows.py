"""The cells of one table, found by what their columns hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from advanced_bank_reconciliation.engine.messages import Message, _, message
from advanced_bank_reconciliation.remittance.table_format import TableFormat, column_key

LONGEST_TEXT = 500
TOTALS = frozenset(
	{"total", "totals", "grand total", "sum", "subtotal", "summe", "gesamt", "gesamtsumme", "somme", "totale"}
)


class Row(NamedTuple):
	"""One row of a file: its number, from 1, and its cells: texts, numbers, dates or None."""

	number: int
	cells: tuple[object, ...]


class Columns:
	"""Where the columns of a format stand in one file."""

	def __init__(self, table_format: TableFormat, keys: Sequence[str]):
		self.format = table_format
		self.width = max((index for index, key in enumerate(keys, 1) if key), default=0)
		self._index = {key: index for index, key in reversed(list(enumerate(keys))) if key}

	def first(self, row: Row, titles: Sequence[str]) -> object:
		"""The first cell under one of the titles that is filled; None if none is."""
		for title in titles:
			cell = self._cell(row, title)
			if cell is not None and cell != "":
				return cell
		return None

	def text(self, row: Row, titles: Sequence[str]) -> str:
		"""The same as a text, "" if there is none."""
		return _as_text(self.first(row, titles))

	def joined(self, row: Row, titles: Sequence[str]) -> str:
		"""What stands under all of the titles, with blanks between."""
		return " ".join(text for title in titles if (text := _as_text(self._cell(row, title))))

	def amount_cells(self, row: Row) -> Iterator[object]:
		"""All cells of amounts."""
		for title in self.format.amount_columns():
			yield self._cell(row, title)

	def belongs(self, row: Row) -> bool:
		"""Whether a row is part of the payment: it says something, and is not left out by the format.

		A row that names no document, or "Total" as one, is a total or a note. Services have none of these.
		"""
		reference = self.text(row, self.format.reference)
		if self.first(row, self.format.amount_columns()) is None and not reference:
			return False
		for title, values in self.format.left_out.items():
			if column_key(self._cell(row, title) or "") in values:
				return False
		if column_key(reference) in TOTALS:
			return False
		return bool(self.format.signature or reference or self.joined(row, self.format.text))

	def problem(self, row: Row) -> Message | None:
		"""Why a row cannot be read as it is: 110,29 without quotes must not be read as 110."""
		if not {None, ""}.issuperset(row.cells[self.width :]):
			sentence = _("Line {0} has {1} values for {2} columns. Quote values that contain the separator.")
			return message(sentence, row.number, len(row.cells), self.width)
		used = (*self.format.reference, *self.format.amount_columns())
		if any(str(self._cell(row, title)).startswith("=") for title in used):
			return message(_("Line {0} has a formula. Save the file with its values only."), row.number)
		return None

	def _cell(self, row: Row, title: str) -> object:
		index = self._index.get(title)
		return row.cells[index] if index is not None and index < len(row.cells) else None


def _as_text(cell: object) -> str:
	if cell is None:
		return ""
	# A spreadsheet makes 4711 of a number that was typed as a text, or even 4711.0.
	if isinstance(cell, float) and cell.is_integer():
		cell = int(cell)
	return " ".join(str(cell)[:LONGEST_TEXT].split())
