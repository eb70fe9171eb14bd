"""The pattern of a kind: what ERPNext's undo has made of one payment, with the sources of values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from frappe import _
from frappe.utils import now

from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.columns import TABLES
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.facts import is_same
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.kinds import Candidate
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.known import Proof
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.pattern import (
	NoPattern,
	Pattern,
	Rows,
	draw_name,
	pattern_of,
)
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.versions import changes_between
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.writing import document_of
from advanced_bank_reconciliation.erpnext_adapter.posting.undo_patterns.columns import (
	ADDED,
	CHANGED,
	TRACES,
	Columns,
	Source,
	other_side,
)
from advanced_bank_reconciliation.erpnext_adapter.posting.undo_patterns.outcome import (
	Outcome,
	Row,
	outcome_of,
	place_of_reversed,
)
from advanced_bank_reconciliation.erpnext_adapter.posting.undo_patterns.undone import Undone
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import PAYMENT_DOCTYPE

Facts = Mapping[Source, Any]
NOTHING: Row = {}
# Where Frappe keeps what is deleted.
KEPT = "Deleted Document"


@dataclass(frozen=True, kw_only=True)
class Undoable:
	"""One payment that is fit: its candidate, its name and its rows before it is cancelled."""

	candidate: Candidate
	name: str
	before: Rows

	def facts(self) -> dict[Source, Any]:
		"""What is known of it before; what a Version tells is known only after."""
		return {
			Source.NAME: self.name,
			Source.OUTSTANDING: self.candidate.invoice.outstanding_amount,
			Source.NOW: now(),
		}


@dataclass(frozen=True)
class UndoRow:
	"""A row that an undo has changed or written, its columns' sources, and the payment that it is of.

	reverses: the place of the row that it is the reverse of, in its table; -1 if of none
	"""

	values: Row
	sources: Mapping[str, Source]
	name: str
	reverses: int = -1

	def derive(self, origin: Row, facts: Facts) -> dict[str, Any]:
		"""The row of another payment. origin: the row as it was, or that which it is the reverse of"""
		return {column: self._value(column, source, origin, facts) for column, source in self.sources.items()}

	def _value(self, column: str, source: Source, origin: Row, facts: Facts) -> Any:
		if source is Source.BECOMES:
			return self.values[column]
		if source is Source.RENAMED:
			return self.values[column].replace(self.name, facts[Source.NAME])
		if source in (Source.SAME, Source.SWAPPED, Source.MINUS):
			return _from_origin(source, column, origin)
		return facts[source]


@dataclass(frozen=True, kw_only=True)
class UndoPattern:
	"""What became of the first payment of a kind.

	posted: the pattern that its rows were before; all else as in `Outcome`
	"""

	posted: Pattern
	changed: Mapping[str, Sequence[UndoRow]]
	added: Mapping[str, Sequence[UndoRow]]
	gone: frozenset[str]
	traces: Mapping[str, Sequence[UndoRow]]

	@property
	def entry(self) -> Row:
		"""The row of the Payment Entry, as it was before."""
		return self.posted.entry

	@property
	def proof(self) -> Proof:
		"""That its payment is cancelled, or deleted."""
		doctype, rows = (KEPT, self.traces) if self.traces else (PAYMENT_DOCTYPE, self.changed)
		return Proof.of(doctype, rows[doctype][0].values)

	def derive(self, one: Undoable) -> Outcome:
		"""What the undo of another payment of the kind makes of it."""
		facts = one.facts()
		changed = {
			doctype: [
				row.derive(origin, facts) for row, origin in zip(rows, one.before[doctype], strict=True)
			]
			for doctype, rows in self.changed.items()
		}
		facts |= _facts_of_change(one.before, changed, is_deleted=bool(self.traces))
		added = {doctype: _new_rows(doctype, rows, one, facts) for doctype, rows in self.added.items()}
		traces = {doctype: _new_rows(doctype, rows, one, facts) for doctype, rows in self.traces.items()}
		return Outcome(changed, added, self.gone, traces)


def learn(one: Undoable, undone: Undone) -> UndoPattern:
	"""The pattern that a payment is that ERPNext has undone. Raises `NoPattern`."""
	posted = pattern_of(one.candidate, one.name, one.before)
	outcome = outcome_of(one.before, undone)
	facts = {**one.facts(), **_facts_of_change(one.before, outcome.changed, is_deleted=bool(outcome.traces))}
	return UndoPattern(
		posted=posted,
		changed={doctype: _changed_rows(doctype, outcome, one, facts) for doctype in TABLES},
		added={
			doctype: [_added_row(doctype, row, one, facts) for row in rows]
			for doctype, rows in outcome.added.items()
		},
		gone=outcome.gone,
		traces={
			doctype: [_row_of(doctype, row, NOTHING, TRACES[doctype].columns, one, facts) for row in rows]
			for doctype, rows in outcome.traces.items()
		},
	)


def _changed_rows(doctype: str, outcome: Outcome, one: Undoable, facts: Facts) -> list[UndoRow]:
	pairs = zip(outcome.changed[doctype], one.before[doctype], strict=True)
	return [_row_of(doctype, row, origin, CHANGED[doctype], one, facts) for row, origin in pairs]


def _new_rows(doctype: str, rows: Sequence[UndoRow], one: Undoable, facts: Facts) -> list[dict[str, Any]]:
	return [
		row.derive(_origin(doctype, row.reverses, one.before), {**facts, Source.DRAWN: draw_name(doctype)})
		for row in rows
	]


def _added_row(doctype: str, row: Row, one: Undoable, facts: Facts) -> UndoRow:
	if doctype not in ADDED:
		raise NoPattern(_("ERPNext writes to {0}").format(_(doctype)))
	place = place_of_reversed(doctype, row, one.before)
	origin = _origin(doctype, place, one.before)
	return _row_of(doctype, row, origin, ADDED[doctype], one, facts, place)


def _row_of(
	doctype: str, row: Row, origin: Row, declared: Columns, one: Undoable, facts: Facts, place: int = -1
) -> UndoRow:
	return UndoRow(row, _sources(doctype, row, origin, declared, facts), one.name, place)


def _origin(doctype: str, place: int, before: Rows) -> Row:
	return before[doctype][place] if place >= 0 else NOTHING


def _sources(doctype: str, row: Row, origin: Row, declared: Columns, facts: Facts) -> Mapping[str, Source]:
	sources = {}
	for column, value in row.items():
		possible = declared.get(column, (Source.SAME,))
		source = next((one for one in possible if _gives(one, column, value, origin, facts)), None)
		if source is None:
			raise NoPattern(_("column {0} of {1}").format(column, _(doctype)))
		sources[column] = source
	return sources


def _gives(source: Source, column: str, value: Any, origin: Row, facts: Facts) -> bool:
	if source in (Source.BECOMES, Source.DRAWN, Source.NOW):
		return True
	if source is Source.RENAMED:
		return isinstance(value, str) and value.count(facts[Source.NAME]) == 1
	if source in (Source.SAME, Source.SWAPPED, Source.MINUS):
		return column in origin and is_same(_from_origin(source, column, origin), value)
	return is_same(facts[source], value)


def _from_origin(source: Source, column: str, origin: Row) -> Any:
	if source is Source.SWAPPED:
		return origin[other_side(column)]
	return -origin[column] if source is Source.MINUS else origin[column]


def _facts_of_change(before: Rows, after: Rows, *, is_deleted: bool) -> Facts:
	"""What a Version tells of a cancelling, and if it is deleted then, the document that Frappe keeps."""
	document = document_of(after)
	facts = {Source.CHANGES: changes_between(document_of(before), document)}
	return {**facts, Source.DOCUMENT: document.as_json()} if is_deleted else facts
