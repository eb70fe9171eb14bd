"""Which column of a table says what: for the payout reports of services, and for whatever else."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Columns = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TableFormat:
	"""Names of columns, as `column_key` makes them of a header.

	signature: all of them are in a header of this format
	reference: the document; the first one that is filled. text: what else may name it, all of them
	gross: added up. deductions: code for each column. discount, net, date, currency: the first that is there
	part: the payout that a line belongs to
	left_out: column and values of lines that are no part of the payment, such as the transfer to the bank
	amounts_by_kind: column of a row's kind, column of its amount, and the kinds that belong to gross; other
	rows are deductions, with the code in the column `kind_text`; rows of one document are one line then
	decimal: which sign separates decimals, "" to tell it from the file
	"""

	name: str
	signature: Columns
	reference: Columns
	text: Columns = ()
	date: Columns = ()
	gross: Columns = ()
	discount: Columns = ()
	deductions: Mapping[str, str]
	net: Columns = ()
	currency: Columns = ()
	part: Columns = ()
	left_out: Mapping[str, frozenset[str]]
	amounts_by_kind: tuple[str, str, frozenset[str]] | None = None
	kind_text: str = ""
	same_document: Columns = ()
	decimal: str = ""

	def amount_columns(self) -> Columns:
		"""All columns that hold amounts."""
		by_kind = (self.amounts_by_kind[1],) if self.amounts_by_kind else ()
		return (*self.gross, *self.discount, *self.deductions, *self.net, *by_kind)


def column_key(title: object) -> str:
	"""A title without what differs between languages, versions and exports: "Fee (EUR)" is "fee eur"."""
	return " ".join(re.findall(r"\w+", str(title).replace("_", " ").casefold()))


def recognise(header: Sequence[str]) -> TableFormat | None:
	"""The format whose signature is in a header of column keys; None if it is of no known service."""
	# Here, since the presets are made of what stands above.
	from advanced_bank_reconciliation.remittance.presets import PRESETS

	there = set(header)
	return next((preset for preset in PRESETS if there.issuperset(preset.signature)), None)


def by_usual_titles(header: Sequence[str]) -> TableFormat | None:
	"""A format for a table of nobody in particular; None if no column names documents."""
	from advanced_bank_reconciliation.remittance.titles import DEDUCTION_CODES, TITLES

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
