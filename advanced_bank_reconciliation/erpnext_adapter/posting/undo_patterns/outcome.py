"""What an undo has made of the rows of one payment."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from frappe import _

from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.columns import TABLES
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.facts import is_same
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.pattern import (
	DIFFERS_ANYHOW,
	NoPattern,
	Rows,
)
from advanced_bank_reconciliation.erpnext_adapter.posting.undo_patterns.columns import REVERSED_BY, TRACES
from advanced_bank_reconciliation.erpnext_adapter.posting.undo_patterns.undone import Deletion, Undone
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import PAYMENT_DOCTYPE

Row = Mapping[str, Any]
DATA = "data"


@dataclass(frozen=True)
class Outcome:
	"""By table the rows of a payment after its cancelling, and what its deletion makes of them.

	changed: those that were there before, in the same order
	added: the new ones; those of a ledger in the order of the rows that they are the reverse of
	gone: the tables from which its deletion takes all of them; none if it is kept
	traces: by table what its deletion writes
	"""

	changed: Rows
	added: Rows
	gone: frozenset[str] = frozenset()
	traces: Rows = field(default_factory=dict)


def outcome_of(before: Rows, undone: Undone) -> Outcome:
	"""What has become of the rows of a payment. Raises `NoPattern` if it is nothing for others."""
	for doctype in undone.touched:
		raise NoPattern(_("ERPNext writes to {0}").format(_(doctype)))
	changed, added = {}, {}
	for doctype in TABLES:
		rows = {row["name"]: row for row in undone.cancelled[doctype]}
		names = [row["name"] for row in before[doctype]]
		if not rows.keys() >= set(names):
			raise NoPattern(_("rows of {0} are gone").format(_(doctype)))
		changed[doctype] = [rows.pop(name) for name in names]
		added[doctype] = sorted(rows.values(), key=lambda row: place_of_reversed(doctype, row, before))
	if undone.deletion is None:
		return Outcome(changed, added)
	gone = _gone(undone.cancelled, undone.deletion.left)
	_require_traces(undone.deletion)
	return Outcome(changed, added, gone, undone.deletion.traces)


def _gone(cancelled: Rows, left: Rows) -> frozenset[str]:
	"""The tables from which a deletion has taken the rows of a payment: all of them, or it is no pattern."""
	gone = frozenset(doctype for doctype in TABLES if cancelled[doctype] and not left[doctype])
	if PAYMENT_DOCTYPE not in gone:
		raise NoPattern(_("ERPNext refuses one of the kind"))
	for doctype in TABLES.keys() - gone:
		before, after = ({row["name"]: row for row in rows[doctype]} for rows in (cancelled, left))
		if before != after:
			raise NoPattern(_("rows of {0} are gone").format(_(doctype)))
	return gone


def _require_traces(deletion: Deletion) -> None:
	for doctype in TRACES:
		count = len(deletion.traces[doctype])
		if count != 1:
			raise NoPattern(_("{0} rows of {1}").format(count, _(doctype)))


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
	lines = [f"{doctype}: deleted / kept" for doctype in sorted(expected.gone ^ found.gone)]
	for doctype in TABLES:
		lines += _compare(doctype, expected.changed[doctype], found.changed[doctype], DIFFERS_ANYHOW)
		lines += _compare(doctype, expected.added[doctype], found.added[doctype], DIFFERS_ANYHOW | {"name"})
	for doctype in sorted({*expected.traces, *found.traces}):
		right, traces = (outcome.traces.get(doctype, []) for outcome in (expected, found))
		lines += _compare(doctype, right, traces, DIFFERS_ANYHOW | {"name"})
	return lines


def _compare(doctype: str, expected: Sequence[Row], found: Sequence[Row], ignored: frozenset) -> list[str]:
	if len(expected) != len(found):
		return [f"{doctype}: {len(expected)} / {len(found)}"]
	return [
		f"{doctype}.{column}: {right.get(column)!r} / {row.get(column)!r}"
		for right, row in zip(expected, found, strict=True)
		for column in sorted({*right, *row} - ignored)
		if column not in right or column not in row or not _is_same(column, right[column], row[column])
	]


def _is_same(column: str, one: Any, other: Any) -> bool:
	if column == DATA:
		return _without_times(one) == _without_times(other)
	return is_same(one, other)


def _without_times(data: str) -> Any:
	"""A document or its changes, as Frappe keeps them in JSON."""
	return json.loads(
		data,
		object_hook=lambda values: {
			name: value for name, value in values.items() if name not in DIFFERS_ANYHOW
		},
	)
