"""The patterns that a job has learned, from its first batch to its last, in its memory alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import frappe

from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.kinds import Candidate, Kind

# The first, the one that is compared, and one that is written. With less, to learn costs more than it saves.
FEWEST = 3


class Proof(NamedTuple):
	"""A row that is there as long as what was learned of its payment is. Another one may have its name, but
	not the moment of its creation.
	"""

	doctype: str
	name: str
	creation: datetime
	docstatus: int

	@classmethod
	def of(cls, doctype: str, row: Mapping[str, Any]) -> Proof:
		"""A row of a table."""
		return cls(doctype, row["name"], row["creation"], row["docstatus"])


class LearnedPattern(Protocol):
	"""What is learned from a payment; `entry` is its row."""

	@property
	def entry(self) -> Mapping[str, Any]: ...

	@property
	def proof(self) -> Proof: ...


AnyPattern = TypeVar("AnyPattern", bound=LearnedPattern)


class KnownPatterns(Generic[AnyPattern]):
	"""The pattern of each kind, whether ERPNext has posted a second payment that was the same, and how many
	payments of it there were so far.
	"""

	def __init__(self) -> None:
		self._patterns: dict[Kind, AnyPattern] = {}
		self._compared: set[Kind] = set()
		self._met: Counter[Kind] = Counter()

	def get(self, kind: Kind) -> AnyPattern | None:
		"""The pattern of a kind, if it is known."""
		return self._patterns.get(kind)

	def is_compared(self, kind: Kind) -> bool:
		"""Whether a second payment was the same. Nothing is written before."""
		return kind in self._compared

	def is_worth_learning(self, candidates: Sequence[Candidate]) -> bool:
		"""Whether there were enough of a kind in the job. To be asked once a batch."""
		kind = candidates[0].kind
		self._met[kind] += len(candidates)
		return self._met[kind] >= FEWEST

	def keep(self, kind: Kind, pattern: AnyPattern) -> None:
		"""Remember the pattern of a kind that has none."""
		self._patterns[kind] = pattern

	def note_compared(self, kind: Kind) -> None:
		"""Note that a second payment was the same."""
		self._compared.add(kind)

	def forget(self) -> None:
		"""Forget all patterns: each is learned and compared anew."""
		self._patterns.clear()
		self._compared.clear()

	def forget_kind(self, kind: Kind) -> None:
		"""Forget the pattern of a kind, if it is known."""
		self._patterns.pop(kind, None)
		self._compared.discard(kind)

	def forget_lost(self) -> None:
		"""Forget those whose payment is not as it was left: its batch was rolled back, or somebody cancelled
		or deleted it.
		"""
		there = _still_there([pattern.proof for pattern in self._patterns.values()])
		for kind, pattern in list(self._patterns.items()):
			if pattern.proof not in there:
				self.forget_kind(kind)


def _still_there(proofs: Sequence[Proof]) -> set[Proof]:
	"""One query for each document type."""
	there: set[Proof] = set()
	for doctype in sorted({proof.doctype for proof in proofs}):
		table = frappe.qb.DocType(doctype)
		names = [proof.name for proof in proofs if proof.doctype == doctype]
		query = frappe.qb.from_(table).select(table.name, table.creation, table.docstatus)
		there |= {Proof(doctype, *row) for row in query.where(table.name.isin(names)).run()}
	return there
