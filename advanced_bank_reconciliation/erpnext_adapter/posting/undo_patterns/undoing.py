"""Undoing a batch: ERPNext undoes the first payment of each kind in a job, the others become as it did.

ERPNext undoes a second payment of each kind, too, and of each batch some that are drawn by lot. Each of these
is compared with what would have been written, column by column, and stays as ERPNext has left it: cancelled,
or deleted if the run is undone so. Nothing of a batch is written before all of that has been found right;
else ERPNext undoes the whole batch, and nothing is written by pattern any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from frappe import _

from advanced_bank_reconciliation.engine.errors import FailureKind
from advanced_bank_reconciliation.engine.facts import VoucherFacts
from advanced_bank_reconciliation.engine.records import Run
from advanced_bank_reconciliation.erpnext_adapter.posting import failures
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns import audit, switch
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.kinds import Kind
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.known import KnownPatterns
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.pattern import NoPattern
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.site_hooks import Work
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.site_watch import SiteWatch
from advanced_bank_reconciliation.erpnext_adapter.posting.undo_patterns.batch import Batch, Controllers
from advanced_bank_reconciliation.erpnext_adapter.posting.undo_patterns.fitness import (
	Sorted,
	reason_in_rows,
	sort_payments,
)
from advanced_bank_reconciliation.erpnext_adapter.posting.undo_patterns.outcome import differences, outcome_of
from advanced_bank_reconciliation.erpnext_adapter.posting.undo_patterns.pattern import (
	Undoable,
	UndoPattern,
	learn,
)
from advanced_bank_reconciliation.erpnext_adapter.posting.undo_patterns.undone import Undone
from advanced_bank_reconciliation.erpnext_adapter.posting.undo_patterns.writing import unpaid_invoice, write
from advanced_bank_reconciliation.erpnext_adapter.runs.posting_ways import record_undoing_ways
from advanced_bank_reconciliation.erpnext_adapter.settings import get_settings


@dataclass(frozen=True, kw_only=True)
class _Learned:
	"""A kind whose pattern is known and compared. rest: what of it is not undone yet in this batch"""

	pattern: UndoPattern
	rest: Sequence[Undoable]


class PatternUndoing:
	"""Undoes the batches of one job; remembers its patterns."""

	def __init__(self) -> None:
		self._known: KnownPatterns[UndoPattern] = KnownPatterns()
		self._site = SiteWatch(self._known)

	def undo(self, run: Run, vouchers: Sequence[VoucherFacts], controllers: Controllers) -> None:
		"""Undo every payment, as controllers would."""
		if not vouchers or not get_settings().pattern_posting:
			for facts in vouchers:
				controllers.undo(facts.key)
			return
		batch = Batch(vouchers, controllers)
		obstacle = self._site.obstacle(Work.DELETING if controllers.deletes else Work.CANCELLING)
		if obstacle:
			batch.undo_rest({}, obstacle)
		else:
			self._undo_by_kind(run, vouchers, batch)
		record_undoing_ways(run.name, batch.ways_by_item())

	def _undo_by_kind(self, run: Run, vouchers: Sequence[VoucherFacts], batch: Batch) -> None:
		found = _sort(run, vouchers)
		reasons = dict(found.reasons)
		try:
			all_learned = list(self._learn_all(batch, found.kinds, reasons))
		except audit.Difference as error:
			self._known.forget()
			switch.turn_off(error.lines)
			batch.undo_rest({}, _("a difference was found: {0}").format(error.lines[0]))
			return
		batch.undo_rest(reasons)
		for learned in all_learned:
			_write(batch, learned)

	def _learn_all(
		self, batch: Batch, found: Mapping[Kind, Sequence[Undoable]], reasons: dict[str, str]
	) -> Iterator[_Learned]:
		for kind, payments in found.items():
			try:
				yield self._learn(batch, kind, payments, reasons)
			except NoPattern as error:
				reasons |= {one.name: str(error) for one in payments}
				self._known.forget_kind(kind)

	def _learn(
		self, batch: Batch, kind: Kind, payments: Sequence[Undoable], reasons: dict[str, str]
	) -> _Learned:
		"""Let ERPNext undo those of a kind that are compared, and before the first one if it is not known.

		Raises `NoPattern` if what it has made of it is none, `audit.Difference` if a comparison fails.
		"""
		rest = list(payments)
		is_worth_learning = self._known.is_worth_learning([one.candidate for one in payments])
		pattern = self._known.get(kind)
		if pattern is None:
			if not is_worth_learning:
				raise NoPattern(_("too few invoices of the kind"))
			pattern = _learn_first(batch, rest.pop(0))
			self._known.keep(kind, pattern)
		reasons |= {one.name: reason for one in rest if (reason := reason_in_rows(pattern.posted, one))}
		fit = [one for one in rest if one.name not in reasons]
		if rest and not fit:
			# Then it may be the first one that was changed.
			self._known.forget_kind(kind)
		by_key = {one.candidate.item.key: one for one in fit}
		candidates = [one.candidate for one in fit]
		is_compared, share = self._known.is_compared(kind), get_settings().audit_share
		for candidate in audit.draw(candidates, pattern, share, is_compared=is_compared):
			one = by_key.pop(candidate.item.key)
			_compare(pattern, one, batch.undo_and_look(one.name, _("compared with its kind")))
			self._known.note_compared(kind)
		return _Learned(pattern=pattern, rest=list(by_key.values()))


def _sort(run: Run, vouchers: Sequence[VoucherFacts]) -> Sorted:
	"""What cannot be read, say of a Bank Account that has changed, is no reason not to undo a run."""
	try:
		return sort_payments(run, vouchers)
	except Exception as error:
		if failures.classify(error) is not FailureKind.REFUSED:
			raise
		return Sorted(kinds={}, reasons={facts.key.name: str(error) for facts in vouchers})


def _learn_first(batch: Batch, first: Undoable) -> UndoPattern:
	pattern = learn(first, batch.undo_and_look(first.name, _("first of its kind")))
	lines = audit.differences_of_invoice(first.candidate, unpaid_invoice(first.candidate))
	if lines:
		raise NoPattern(lines[0])
	return pattern


def _compare(pattern: UndoPattern, one: Undoable, undone: Undone) -> None:
	"""Raises `audit.Difference` unless what ERPNext has made of a payment and of its invoice is what would
	have been written.
	"""
	try:
		found = outcome_of(one.before, undone)
	except NoPattern as error:
		raise audit.Difference([f"{one.name}: {error}"]) from error
	lines = differences(pattern.derive(one), found)
	lines += audit.differences_of_invoice(one.candidate, unpaid_invoice(one.candidate))
	if lines:
		raise audit.Difference([f"{one.name}: {line}" for line in lines])


def _write(batch: Batch, learned: _Learned) -> None:
	if not learned.rest:
		return
	write(learned.pattern, learned.rest, [learned.pattern.derive(one) for one in learned.rest])
	for one in learned.rest:
		batch.note_written(one.name, learned.pattern.entry["name"])
