"""The patterns that a job has learned, from its first batch to its last, in its memory alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

import frappe

from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.kinds import Candidate, Kind
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import PAYMENT_DOCTYPE

# The first, the one that is compared, and one that is written. With less, to learn costs more than it saves.
FEWEST = 3


class LearnedPattern(Protocol):
	"""What is learned from a payment; `entry` is its row."""

	@property
	def entry(self) -> Mapping[str, Any]: ...


AnyPattern = TypeVar("AnyPattern", bound=LearnedPattern)


class KnownPatterns(Generic[AnyPattern]):
	"""The pattern of each kind, whether ERPNext has posted a second payment that was the same, and how many
	payments of it there were so far.

	docstatus: of the payments that patterns are learned from: they are posted, or cancelled
	"""

	def __init__(self, docstatus: int = 1) -> None:
		self._docstatus = docstatus
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
		or deleted it. Another one may have its number, and even its item, but not the moment of its creation.
		"""
		payment = frappe.qb.DocType(PAYMENT_DOCTYPE)
		names = [pattern.entry["name"] for pattern in self._patterns.values()]
		if not names:
			return
		query = frappe.qb.from_(payment).select(payment.name, payment.creation)
		is_so = payment.name.isin(names) & (payment.docstatus == self._docstatus)
		kept = set(query.where(is_so).run())
		for kind, pattern in list(self._patterns.items()):
			if (pattern.entry["name"], pattern.entry["creation"]) not in kept:
				self.forget_kind(kind)
