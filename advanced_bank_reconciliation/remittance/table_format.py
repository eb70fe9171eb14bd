"""Which column of a table says what."""

from __future__ import annotations

import re
from collections.abc import Mapping
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
	kept_back: column and values of lines that settle no document, such as a chargeback: they and their fees
	are deductions, each with the code of its value
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
	kept_back: tuple[str, Mapping[str, str]] | None = None
	amounts_by_kind: tuple[str, str, frozenset[str]] | None = None
	kind_text: str = ""
	same_document: Columns = ()
	decimal: str = ""

	def amount_columns(self) -> Columns:
		"""All columns that hold amounts."""
		by_kind = (self.amounts_by_kind[1],) if self.amounts_by_kind else ()
		return (*self.gross, *self.discount, *self.deductions, *self.net, *by_kind)


def column_key(title: object) -> str:
	"""A title without what differs between languages, versions and exports: "Fee (EUR)" is "fee eur".

	A rate is another column than its amount: "Skonto (%)" is "skonto %".
	"""
	return " ".join(re.findall(r"\w+|%", str(title).replace("_", " ").casefold()))
