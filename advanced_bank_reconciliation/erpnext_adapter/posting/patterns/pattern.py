"""The pattern of a kind: the rows that ERPNext has written for one payment, with the sources of values."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import frappe
from frappe import _
from frappe.model.naming import make_autoname
from frappe.utils import now

from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.columns import (
	TABLES,
	UNTOUCHED_TABLES,
	Facts,
	Source,
	Table,
)
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.facts import facts_of, is_same
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.kinds import Candidate
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.known import Proof
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.table_rows import rows_of
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.wording import Wording
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import PAYMENT_DOCTYPE

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
REFERENCE = "Payment Entry Reference"
# What is there only once or only then: two rows that are right differ in it.
DIFFERS_ANYHOW = frozenset({"creation", "modified"})


class NoPattern(Exception):
	"""What ERPNext has written is nothing that others can be written like. Says why, translated."""


@dataclass(frozen=True)
class PatternRow:
	"""A row, and for each of its columns the source."""

	values: Mapping[str, Any]
	sources: Mapping[str, Source]

	def derive(self, facts: Facts, time: str, name: str) -> dict[str, Any]:
		"""The row of another payment. name: of the row, if it is drawn by lot."""
		given = {**facts, Source.NOW: time, Source.DRAWN: name}
		kept = (Source.CONSTANT, Source.EMPTY)
		return {
			column: self.values[column] if source in kept else given[source]
			for column, source in self.sources.items()
		}


@dataclass(frozen=True)
class Pattern:
	"""By table the rows of the first payment of a kind, and how its payments are worded."""

	rows: Mapping[str, Sequence[PatternRow]]
	wording: Wording

	@property
	def entry(self) -> Mapping[str, Any]:
		"""The row of the Payment Entry."""
		return self.rows["Payment Entry"][0].values

	@property
	def proof(self) -> Proof:
		"""That its payment is posted."""
		return Proof.of(PAYMENT_DOCTYPE, self.entry)

	def derive(self, candidate: Candidate, name: str, reference: str = "") -> Rows:
		"""The rows of another payment of the kind, to be called `name`.

		reference: the name of the row of its reference; drawn by lot if it is not given
		"""
		facts, time = facts_of(candidate, name, reference or draw_name(REFERENCE), self.wording), now()
		return {
			doctype: [row.derive(facts, time, draw_name(doctype)) for row in rows]
			for doctype, rows in self.rows.items()
		}


def learn(candidate: Candidate, name: str) -> Pattern:
	"""The pattern that the payment `name` of a candidate is. Raises `NoPattern`."""
	require_untouched(name)
	return pattern_of(candidate, name, read_rows(name))


def pattern_of(candidate: Candidate, name: str, rows: Rows) -> Pattern:
	"""The pattern that the payment `name` of a candidate is by its rows. Raises `NoPattern`."""
	require_counts(rows)
	_require_one_cost_center(rows)
	wording = Wording(rows["Payment Entry"][0])
	facts = facts_of(candidate, name, reference_of(rows), wording)
	sources = {
		doctype: [PatternRow(row, _sources(doctype, row, facts)) for row in rows[doctype]]
		for doctype in TABLES
	}
	return Pattern(sources, wording)


def read_rows(name: str) -> Rows:
	"""What the payment `name` has in each table of TABLES. Raises `NoPattern` for another number of rows."""
	found = read_rows_of([name])[name]
	require_counts(found)
	return found


def require_counts(rows: Rows) -> None:
	"""Raises `NoPattern` for another number of rows than an ordinary payment has."""
	for doctype, table in TABLES.items():
		if len(rows[doctype]) not in table.counts:
			raise NoPattern(_("{0} rows of {1}").format(len(rows[doctype]), _(doctype)))


def read_rows_of(names: Sequence[str], *, for_update: bool = False) -> Mapping[str, Rows]:
	"""By payment what it has in each table of TABLES: one query for each, however many payments.

	for_update: lock the payments, by their names, and read them as they are by then
	Rows that name a payment by another spelling are left out, so that it lacks them.
	"""
	found: dict[str, dict[str, list[Mapping[str, Any]]]] = {
		name: {doctype: [] for doctype in TABLES} for name in names
	}
	for doctype, table in TABLES.items():
		for row in _rows_of(names, doctype, table, for_update=for_update and doctype == "Payment Entry"):
			if row[table.name] in found:
				found[row[table.name]][doctype].append(row)
	return found


def reference_of(rows: Rows) -> str:
	"""The name of the reference of a payment."""
	return rows[REFERENCE][0]["name"]


def _rows_of(
	names: Sequence[str], doctype: str, table: Table, *, for_update: bool
) -> Sequence[Mapping[str, Any]]:
	of_payments = {table.doctype: "Payment Entry"} if table.doctype else {}
	order = ("account",) if "account" in table.columns else (table.name,)
	rows = rows_of(doctype, table.name, names, order=order, for_update=for_update, **of_payments)
	return with_fields_alone(doctype, table.columns, rows)


def with_fields_alone(
	doctype: str, declared: Collection[str], rows: Sequence[Mapping[str, Any]]
) -> Sequence[Mapping[str, Any]]:
	"""Rows without columns that no field has: what an app or a custom field has left behind is the
	database's alone. declared: columns that are kept anyway
	"""
	fields = {*declared, *frappe.get_meta(doctype).get_valid_columns()}
	return [{column: value for column, value in row.items() if column in fields} for row in rows]


def differences(expected: Rows, found: Rows) -> list[str]:
	"""Where the rows of a payment are not those that were expected, one line for each column."""
	lines = []
	for doctype in TABLES:
		if len(expected[doctype]) != len(found[doctype]):
			lines.append(f"{doctype}: {len(expected[doctype])} / {len(found[doctype])}")
			continue
		ignored = DIFFERS_ANYHOW | (set() if doctype == "Payment Entry" else {"name"})
		for right, row in zip(expected[doctype], found[doctype], strict=True):
			lines += [
				f"{doctype}.{column}: {right.get(column)!r} / {row.get(column)!r}"
				for column in sorted({*right, *row} - ignored)
				if column not in right or column not in row or not is_same(right[column], row[column])
			]
	return lines


def require_untouched(name: str) -> None:
	"""Raises `NoPattern` if the payment `name` has left something where an ordinary one leaves nothing."""
	for doctype in touched_tables(name):
		raise NoPattern(_("ERPNext writes to {0}").format(_(doctype)))


def touched_tables(name: str) -> list[str]:
	"""The tables in which the payment `name` has left something and an ordinary one leaves nothing."""
	return [
		doctype
		for doctype, column in UNTOUCHED_TABLES.items()
		if frappe.db.table_exists(doctype) and frappe.db.exists(doctype, {column: name})
	]


def _require_one_cost_center(rows: Rows) -> None:
	"""Raises `NoPattern` if ERPNext has posted to other cost centers than the payment's. It shares each row
	among them and leaves out what comes to nothing, so that a small payment has fewer rows than others.
	"""
	center = rows["Payment Entry"][0]["cost_center"]
	if not all(is_same(row["cost_center"], center) for row in rows["GL Entry"]):
		raise NoPattern(_("a cost center that is allocated to others"))


def _sources(doctype: str, row: Mapping[str, Any], facts: Facts) -> dict[str, Source]:
	declared = TABLES[doctype].columns
	custom = {field.fieldname for field in frappe.get_meta(doctype).get_custom_fields()}
	sources = {}
	for column, value in row.items():
		possible = declared.get(column) or ((Source.CONSTANT,) if column in custom else ())
		source = next((one for one in possible if _gives(one, value, facts)), None)
		if source is None:
			raise NoPattern(_("column {0} of {1}").format(column, _(doctype)))
		sources[column] = source
	return sources


def _gives(source: Source, value: Any, facts: Facts) -> bool:
	if source is Source.EMPTY:
		return value in (None, "", 0)
	return source in (Source.CONSTANT, Source.DRAWN, Source.NOW) or is_same(facts[source], value)


def draw_name(doctype: str) -> str:
	"""As Frappe draws the names of rows: two are the same a thousand times less often than of as many digits
	of `generate_hash`.
	"""
	return make_autoname("hash", doctype)
