"""Posting a batch: ERPNext posts the first payment of each kind in a job, the others are written as it was.

ERPNext posts a second payment of each kind, too, and of each batch some that are drawn by lot. Each of these
is compared with what would have been written, column by column, and stays as ERPNext has posted it. Nothing
of a batch is written before all of that has been found right; else ERPNext posts the whole batch, and nothing
is written by pattern any more.

A pattern is kept over the batches of a job as long as its payment stands and nothing has changed on the site
that payments go by; then it is learned and compared anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from frappe import _

from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.records import Run, Voucher
from advanced_bank_reconciliation.erpnext_adapter.books.statement_lines import LedgerStatementLine
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns import audit, kinds, numbers, switch
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.batch import Batch, PostByControllers
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.kinds import Candidate, Group, Kind
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.known import FEWEST, KnownPatterns
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.pattern import NoPattern, Pattern, learn
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.site_hooks import Work
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.site_watch import SiteWatch
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.writing import PaidInvoices, write
from advanced_bank_reconciliation.erpnext_adapter.runs.posting_ways import PostingWay
from advanced_bank_reconciliation.erpnext_adapter.settings import get_settings


@dataclass(frozen=True, kw_only=True)
class _Learned:
	"""A kind whose pattern is known and compared.

	rest: what of it is not posted yet in this batch
	"""

	pattern: Pattern
	rest: Sequence[Candidate]

	@property
	def name(self) -> str:
		"""Of the first payment."""
		return self.pattern.entry["name"]


class PatternPosting:
	"""Posts the batches of one job; remembers its patterns."""

	def __init__(self) -> None:
		self._known: KnownPatterns[Pattern] = KnownPatterns()
		self._site = SiteWatch(self._known)
		self._paid = PaidInvoices()

	def post(
		self,
		run: Run,
		groups: Sequence[Group],
		statement_line: LedgerStatementLine,
		with_terms: Collection[DocumentKey],
		post_one: PostByControllers,
	) -> tuple[Mapping[str, Voucher], Mapping[str, PostingWay]]:
		"""Post every group; return the vouchers of those written by pattern, by the key of the item, and for
		every group, by the key of its first item, how it was posted. Of a run that is too small to have a
		pattern nothing is asked, and nothing told.

		post_one: posts a group by ERPNext's controllers; returns None if they refuse it
		"""
		if not get_settings().pattern_posting or run.total < FEWEST:
			_post_all(groups, post_one)
			return {}, {}
		batch = Batch(groups, post_one)
		obstacle = self._site.obstacle(Work.POSTING)
		if obstacle:
			batch.post_rest(lambda group: obstacle)
		else:
			self._post_by_kind(batch, kinds.sort_by_kind(groups, statement_line, with_terms))
		return batch.written, batch.ways

	def _post_by_kind(self, batch: Batch, found: kinds.Sorted) -> None:
		reasons = dict(found.reasons)
		try:
			for learned in list(self._learn_all(batch, found.kinds, reasons)):
				self._write(batch, learned, reasons)
		except audit.Difference as error:
			self._known.forget()
			switch.turn_off(error.lines)
			reason = _("a difference was found: {0}").format(error.lines[0])
			batch.post_rest(lambda group: reason)
		batch.post_rest(lambda group: reasons[group[0].key])

	def _learn_all(
		self, batch: Batch, found: Mapping[Kind, Sequence[Candidate]], reasons: dict[str, str]
	) -> Iterator[_Learned]:
		for candidates in found.values():
			try:
				yield self._learn(batch, candidates)
			except NoPattern as error:
				self._give_up(candidates, error, reasons)

	def _give_up(self, candidates: Sequence[Candidate], error: NoPattern, reasons: dict[str, str]) -> None:
		"""Let what is left of a kind be posted one by one, and learn it anew in another batch."""
		reasons |= {candidate.item.key: str(error) for candidate in candidates}
		self._known.forget_kind(candidates[0].kind)

	def _learn(self, batch: Batch, candidates: Sequence[Candidate]) -> _Learned:
		"""Let ERPNext post those of a kind that are compared, and before the first one if it is not known.

		Raises `NoPattern` if what it has written is none, `audit.Difference` if a comparison fails.
		"""
		kind, rest = candidates[0].kind, list(candidates)
		is_worth_learning = self._known.is_worth_learning(candidates)
		pattern = self._known.get(kind)
		if pattern is None:
			if not is_worth_learning:
				raise NoPattern(_("too few invoices of the kind"))
			pattern = self._learn_first(batch, rest.pop(0))
		share = get_settings().audit_share
		for candidate in audit.draw(rest, pattern, share, is_compared=self._known.is_compared(kind)):
			rest.remove(candidate)
			name = _posted(batch, candidate, _("compared with its kind"))
			audit.compare(pattern, candidate, name, self._paid)
			self._known.note_compared(kind)
		return _Learned(pattern=pattern, rest=rest)

	def _learn_first(self, batch: Batch, first: Candidate) -> Pattern:
		pattern = learn(first, _posted(batch, first, _("first of its kind")))
		numbers.require_simple(pattern.entry["naming_series"])
		self._known.keep(first.kind, pattern)
		return pattern

	def _write(self, batch: Batch, learned: _Learned, reasons: dict[str, str]) -> None:
		"""Write what is left of a kind, or say why not."""
		rest = learned.rest
		if not rest:
			return
		try:
			names = numbers.take_numbers(learned.pattern.entry["naming_series"], learned.name, len(rest))
		except NoPattern as error:
			self._give_up(rest, error, reasons)
			return
		pairs = list(zip(rest, names, strict=True))
		write(rest, [learned.pattern.derive(candidate, name) for candidate, name in pairs], self._paid)
		for candidate, name in pairs:
			batch.add_written(candidate, name, learned.name)


def _posted(batch: Batch, candidate: Candidate, reason: str) -> str:
	"""Let ERPNext post a candidate; return the name of its payment."""
	voucher = batch.post(candidate.group, reason)
	if voucher is None:
		raise NoPattern(_("ERPNext refuses one of the kind"))
	return voucher.name


def _post_all(groups: Sequence[Group], post_one: PostByControllers) -> None:
	for group in groups:
		post_one(group)
