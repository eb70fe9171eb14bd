"""What something does to the database: every row of every table that is gone or new afterwards."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

import frappe

from advanced_bank_reconciliation.custom_fields import CUSTOM_FIELDS
from advanced_bank_reconciliation.tests import table_recorder
from advanced_bank_reconciliation.tests.production import as_in_production
from advanced_bank_reconciliation.tests.table_recorder import RawRow, TableRecorder

SAVEPOINT = "table_changes"
Row = tuple[tuple[str, str], ...]
# Times differ whenever anything is done twice, and so do names that are drawn by lot.
TIMES = frozenset({"creation", "modified"})
DRAWN_COLUMNS = frozenset({"name", "voucher_detail_no"})
DRAWN = re.compile(r"\b[a-z0-9]{10}\b")
TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?")
# The app's own record and its marks on payments, which only a run writes.
# ERPNext counts its numbers in the series without a name.
OWN_TABLES = re.compile(r"tabBulk Reconciliation (Run|Item|Deduction)")
OWN_COLUMNS = frozenset(custom["fieldname"] for custom in CUSTOM_FIELDS["Payment Entry"])
OWN_ROWS = {
	"tabSeries": ("name", ""),
	"tabSingles": ("doctype", "Advance Bank Reconciliation Settings"),
	"tabNotification Log": ("document_type", "Bulk Reconciliation Run"),
}


@dataclass
class TableChanges:
	"""By table: the rows that are gone and those that are new, how many times each."""

	gone: dict[str, Counter[Row]] = field(default_factory=dict)
	new: dict[str, Counter[Row]] = field(default_factory=dict)

	def tables(self) -> set[str]:
		return {*self.gone, *self.new}

	def rows(self, table: str) -> list[dict[str, str]]:
		"""The new rows of a table."""
		return [dict(row) for row in self.new.get(table, Counter()).elements()]


def changes_of(action: Callable[[], object]) -> TableChanges:
	"""Do `action` as outside of tests, see what it did to all tables of the database, and take it back.

	Nothing may be committed.
	"""
	recorder = TableRecorder(ignored=OWN_TABLES)
	frappe.db.savepoint(SAVEPOINT)
	with recorder.recording(), as_in_production():
		action()
	changed = recorder.changes()
	frappe.db.rollback(save_point=SAVEPOINT)
	_forget_what_was_read()
	changes = TableChanges()
	for table, (gone, new) in changed.items():
		_add(changes, table, _neutral(table, gone), _neutral(table, new))
	return changes


def whole_changes_of(action: Callable[[], object]) -> TableChanges:
	"""The same, from all rows of the tables that are written to: slow, and blind to no form of statement."""
	with patch.object(table_recorder, "query_of_keys", return_value=None):
		return changes_of(action)


def _add(changes: TableChanges, table: str, gone: Counter[Row], new: Counter[Row]) -> None:
	"""What is gone and new at once has changed in nothing but what is bound to differ."""
	for place, rows in ((changes.gone, gone - new), (changes.new, new - gone)):
		if rows:
			place[table] = rows


def differences(expected: TableChanges, found: TableChanges) -> list[str]:
	"""Where two changes are not the same, one line for each row, with the columns that differ."""
	lines = []
	for table in sorted(expected.tables() | found.tables()):
		for kind, one, other in (
			("gone", expected.gone.get(table, Counter()), found.gone.get(table, Counter())),
			("new", expected.new.get(table, Counter()), found.new.get(table, Counter())),
		):
			lines += [f"{table}, {kind}: {text}" for text in _compare(one - other, other - one)]
	return lines


def _compare(missing: Counter[Row], surplus: Counter[Row]) -> Iterator[str]:
	"""Rows of one side are told with the nearest of the other, so that one reads what differs in them."""
	others = [dict(row) for row in surplus.elements()]
	for row in (dict(row) for row in missing.elements()):
		if not others:
			yield f"missing {_short(row)}"
			continue
		nearest = min(others, key=lambda other: len(_unlike(row, other)))
		others.remove(nearest)
		yield "; ".join(
			f"{column} {row[column]!r} is {nearest[column]!r}" for column in _unlike(row, nearest)
		)
	yield from (f"surplus {_short(row)}" for row in others)


def _unlike(row: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
	return [column for column in row if row[column] != other[column]]


def _short(row: Mapping[str, str]) -> str:
	return ", ".join(f"{column}={value}" for column, value in row.items() if value not in ("", "0", "None"))


def _neutral(table: str, rows: Counter[RawRow]) -> Counter[Row]:
	"""Rows without what is bound to differ, and without the app's own."""
	own_column, own = OWN_ROWS.get(table, ("", None))
	neutral: Counter[Row] = Counter()
	for (columns, values), count in rows.items():
		row = dict(zip(columns, values, strict=True))
		if not own_column or row[own_column] != own:
			neutral[_neutral_row(row)] += count
	return neutral


def _neutral_row(row: Mapping[str, Any]) -> Row:
	"""Equal amounts read equal, however they are written."""
	ignored = TIMES | OWN_COLUMNS
	return tuple((column, _text(column, value)) for column, value in row.items() if column not in ignored)


def _text(column: str, value: Any) -> str:
	if hasattr(value, "normalize"):
		return f"{value.normalize():f}"
	text = str(value)
	if column in DRAWN_COLUMNS:
		return "#" if DRAWN.fullmatch(text) else text
	return TIME.sub("#", DRAWN.sub("#", text)) if column == "data" else text


def _forget_what_was_read() -> None:
	"""Documents that were read after the savepoint are no more."""
	frappe.cache.delete_keys("document_cache::")
	frappe.local.document_cache = {}
	frappe.db.value_cache.clear()
	frappe.clear_messages()
