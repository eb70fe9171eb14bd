"""What a cancelling has made of the rows of one payment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from frappe import _

from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.columns import TABLES
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.facts import is_same
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.pattern import (
	DIFFERS_ANYHOW,
	NoPattern,
	Rows,
)
from advanced_bank_reconciliation.erpnext_adapter.posting.undo_patterns.columns import REVERSED_BY

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Outcome:
	"""By table the rows of a payment after its cancelling.

	changed: those that were there before, in the same order
	added: the new ones; those of a ledger in the order of the rows that they are the reverse of
	"""

	changed: Rows
	added: Rows


def outcome_of(before: Rows, after: Rows) -> Outcome:
	"""The rows `after` sorted by those `before`. Raises `NoPattern` if one of these is gone."""
	changed, added = {}, {}
	for doctype in TABLES:
		rows = {row["name"]: row for row in after[doctype]}
		names = [row["name"] for row in before[doctype]]
		if not rows.keys() >= set(names):
			raise NoPattern(_("rows of {0} are gone").format(_(doctype)))
		changed[doctype] = [rows.pop(name) for name in names]
		added[doctype] = sorted(rows.values(), key=lambda row: place_of_reversed(doctype, row, before))
	return Outcome(changed, added)


def place_of_reversed(doctype: str, row: Row, before: Rows) -> int:
	"""Which row of a ledger another one is the reverse of; -1 for other tables. Raises `NoPattern`."""
	column = REVERSED_BY.get(doctype)
	if column is None:
		return -1
	places = [place for place, one in enumerate(before[doctype]) if one[column] == row[column]]
	if len(places) != 1:
		raise NoPattern(_("rows of {0} that reverse none").format(_(doctype)))
	return places[0]


def differences(expected: Outcome, found: Outcome) -> list[str]:
	"""Where what was found is not what was expected, one line for each column."""
	lines = []
	for doctype in TABLES:
		lines += _compare(doctype, expected.changed[doctype], found.changed[doctype], DIFFERS_ANYHOW)
		lines += _compare(doctype, expected.added[doctype], found.added[doctype], DIFFERS_ANYHOW | {"name"})
	return lines


def _compare(doctype: str, expected: Sequence[Row], found: Sequence[Row], ignored: frozenset) -> list[str]:
	if len(expected) != len(found):
		return [f"{doctype}: {len(expected)} / {len(found)}"]
	return [
		f"{doctype}.{column}: {right.get(column)!r} / {row.get(column)!r}"
		for right, row in zip(expected, found, strict=True)
		for column in sorted({*right, *row} - ignored)
		if column not in right or column not in row or not is_same(right[column], row[column])
	]
