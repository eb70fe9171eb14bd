"""Many submitted invoices in seconds: real ones, posted by ERPNext, and row by row copies of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

import frappe
from frappe.model.document import Document
from frappe.model.naming import make_autoname
from frappe.utils import now

# As long as those that Frappe draws.
NEW_NAME = "left(sha1(uuid()), 10)"
COPIES = "json_table(%s, '$[*]' columns (name varchar(140) path '$')) copies"
LEDGERS = {
	"GL Entry": ("voucher_no", "against_voucher"),
	"Payment Ledger Entry": ("voucher_no", "against_voucher_no"),
}


@dataclass(frozen=True)
class PostedInvoice:
	"""A submitted invoice as the tables have it.

	rows: by document type, its own, those of its child tables and those of both ledgers
	columns: by document type, those in which its name stands
	"""

	doctype: str
	name: str
	series: str
	rows: Mapping[str, Sequence[Mapping]]
	columns: Mapping[str, Sequence[str]]

	def write_copies(self, names: Sequence[str]) -> None:
		"""Copy all rows for each of `names`, as if they were written now: one statement a row."""
		for doctype, rows in self.rows.items():
			for row in rows:
				self._copy(doctype, row, names)

	def _copy(self, doctype: str, row: Mapping, names: Sequence[str]) -> None:
		values = {**row, "creation": now(), "modified": now()}
		columns = {column: "%s" for column in values} | {"name": NEW_NAME}
		columns |= {column: "copies.name" for column in self.columns[doctype] if row[column] == self.name}
		constants = [values[column] for column, expression in columns.items() if expression == "%s"]
		# Names of tables and columns are Frappe's own.
		frappe.db.sql(
			f"insert into `tab{doctype}` ({', '.join(f'`{column}`' for column in columns)})"  # noqa: S608
			f" select {', '.join(columns.values())} from {COPIES}",
			[*constants, json.dumps(names)],
		)


def read_posted(invoice: Document) -> PostedInvoice:
	"""All rows of an invoice that has just been submitted."""
	columns = {invoice.doctype: ("name",), **LEDGERS}
	columns |= {table.options: ("parent",) for table in invoice.meta.get_table_fields()}
	rows = {
		doctype: frappe.get_all(doctype, {names[0]: invoice.name}, ["*"])
		for doctype, names in columns.items()
	}
	return PostedInvoice(invoice.doctype, invoice.name, invoice.naming_series, rows, columns)


class Stock:
	"""Invoices of which ERPNext posts one of each kind in a process; all further ones are copies of it.

	A posting takes a quarter of a second; a thousand of them would take longer than the tests.
	What was posted is remembered, and not looked up again: a test may have rolled it back.
	"""

	def __init__(self) -> None:
		self._posted: dict[Hashable, PostedInvoice] = {}

	def take(self, kind: Hashable, post: Callable[[], Document], count: int) -> list[str]:
		"""Names of `count` open invoices of a kind.

		post: makes and submits the first one
		"""
		is_new = kind not in self._posted
		if is_new:
			self._posted[kind] = read_posted(post())
		posted = self._posted[kind]
		first = posted.name if is_new else make_autoname(posted.series, posted.doctype)
		names = [first, *(f"{first}-{number:05}" for number in range(1, count))]
		posted.write_copies(names[1:] if is_new else names)
		return names
