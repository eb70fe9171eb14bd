"""Finding out which format a table has: of a known service, by usual titles, or as a person described it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from advanced_bank_reconciliation.remittance.presets import PRESETS
from advanced_bank_reconciliation.remittance.table_format import Columns, TableFormat, column_key
from advanced_bank_reconciliation.remittance.titles import DEDUCTION_CODES, TITLES


def recognise(header: Sequence[str]) -> TableFormat | None:
	"""The format whose signature is in a header of column keys; None if it is of no known service."""
	there = set(header)
	return next((preset for preset in PRESETS if there.issuperset(preset.signature)), None)


def by_usual_titles(header: Sequence[str]) -> TableFormat | None:
	"""A format for a table of nobody in particular; None if no column names documents."""

	def columns(field: str) -> Columns:
		return tuple(title for title in TITLES[field] if title in header)

	if not columns("reference"):
		return None
	return TableFormat(
		name="Table",
		signature=(),
		reference=columns("reference"),
		text=columns("text"),
		date=columns("date")[:1],
		gross=columns("gross")[:1],
		discount=columns("discount")[:1],
		deductions={title: code for title, code in DEDUCTION_CODES.items() if title in header},
		net=columns("net")[:1],
		currency=columns("currency")[:1],
		part=columns("part")[:1],
		left_out={},
	)


def by_mapping(columns: Mapping[str, str]) -> TableFormat:
	"""A format that a person described.

	columns: title of a column for "reference" and any of "text", "date", "gross", "discount", "deduction",
	"net", "currency", "part"
	"""

	def one(field: str) -> Columns:
		return (column_key(columns[field]),) if columns.get(field) else ()

	return TableFormat(
		name="Table",
		signature=(),
		reference=one("reference"),
		text=one("text"),
		date=one("date"),
		gross=one("gross"),
		discount=one("discount"),
		deductions={column: "deduction" for column in one("deduction")},
		net=one("net"),
		currency=one("currency"),
		part=one("part"),
		left_out={},
	)
