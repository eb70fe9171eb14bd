"""Posting a batch: ERPNext posts the first payment of each kind, the others are written as it was.

In a job's first batch of a kind ERPNext posts a second payment, too, and of each batch some that are drawn by
lot. Each of these is compared with what would have been written, column by column, and stays as ERPNext has
posted it. Nothing of a batch is written before all of that has been found right; else ERPNext posts the whole
batch, and nothing is written by pattern any more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from frappe import _

from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.records import Voucher
from advanced_bank_reconciliation.erpnext_adapter.books.statement_lines import LedgerStatementLine
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns import audit, kinds, numbers, switch
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.batch import Batch, PostByControllers
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.kinds import Candidate, Group, Kind
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.pattern import NoPattern, Pattern, learn
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.site_hooks import obstacle_of_site
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.writing import write
from advanced_bank_reconciliation.erpnext_adapter.settings import get_settings

# The first, the one that is compared, and one that is written.
FEWEST = 3


@dataclass(frozen=True, kw_only=True)
class _Learned:
	"""A kind that ERPNext has posted the first payment of.

	rest: what of it is not posted yet
	"""

	pattern: Pattern
	rest: Sequence[Candidate]

	@property
	def name(self) -> str:
		"""Of the first payment."""
		return self.pattern.entry["name"]


class PatternPosting:
	"""Posts the batches of one job; remembers which kinds were compared already."""

	def __init__(self) -> None:
		self._compared: set[Kind] = set()

	def post(
		self,
		groups: Sequence[Group],
		statement_line: LedgerStatementLine,
		with_terms: Collection[DocumentKey],
		post_one: PostByControllers,
	) -> tuple[Mapping[str, Voucher], Mapping[str, str]]:
		"""Post every group; return the vouchers of those written by pattern, by the key of the item, and for
		every group, by the key of its first item, how it was posted.

		post_one: posts a group by ERPNext's controllers; returns None if they refuse it
		"""
		if not get_settings().pattern_posting:
			_post_all(groups, post_one)
			return {}, {}
		batch = Batch(groups, post_one)
		obstacle = _obstacle(groups)
		if obstacle:
			batch.post_rest(lambda group: obstacle)
		else:
			self._post_by_kind(batch, kinds.sort_by_kind(groups, statement_line, with_terms))
		return batch.written, batch.ways

	def _post_by_kind(self, batch: Batch, found: kinds.Sorted) -> None:
		reasons = dict(found.reasons)
		try:
			for learned in list(self._learn_all(batch, found.kinds, reasons)):
				_write(batch, learned, reasons)
		except audit.Difference as error:
			switch.turn_off(error.lines)
			reason = _("a difference was found: {0}").format(error.lines[0])
			batch.post_rest(lambda group: reason)
		batch.post_rest(lambda group: reasons[group[0].key])

	def _learn_all(
		self, batch: Batch, found: Mapping[Kind, Sequence[Candidate]], reasons: dict[str, str]
	) -> Iterator[_Learned]:
		for candidates in found.values():
			try:
				if len(candidates) < FEWEST:
					raise NoPattern(_("too few invoices of the kind"))
				yield self._learn(batch, candidates)
			except NoPattern as error:
				reasons |= {candidate.item.key: str(error) for candidate in candidates}

	def _learn(self, batch: Batch, candidates: Sequence[Candidate]) -> _Learned:
		"""Let ERPNext post the first of a kind and those that are compared with it.

		Raises `NoPattern` if what it has written is none, `audit.Difference` if a comparison fails.
		"""
		first, rest = candidates[0], list(candidates[1:])
		pattern = learn(first, _posted(batch, first, _("first of its kind")))
		numbers.require_simple(pattern.entry["naming_series"])
		is_new, share = first.kind not in self._compared, get_settings().audit_share
		for candidate in audit.draw(rest, pattern, share, is_new=is_new):
			rest.remove(candidate)
			audit.compare(pattern, candidate, _posted(batch, candidate, _("compared with its kind")))
		self._compared.add(first.kind)
		return _Learned(pattern=pattern, rest=rest)


def _posted(batch: Batch, candidate: Candidate, reason: str) -> str:
	"""Let ERPNext post a candidate; return the name of its payment."""
	voucher = batch.post(candidate.group, reason)
	if voucher is None:
		raise NoPattern(_("ERPNext refuses one of the kind"))
	return voucher.name


def _write(batch: Batch, learned: _Learned, reasons: dict[str, str]) -> None:
	"""Write what is left of a kind, or say why not."""
	try:
		names = numbers.take_numbers(learned.pattern.entry["naming_series"], learned.name, len(learned.rest))
	except NoPattern as error:
		reasons |= {candidate.item.key: str(error) for candidate in learned.rest}
		return
	pairs = list(zip(learned.rest, names, strict=True))
	write(learned.rest, [learned.pattern.derive(candidate, name) for candidate, name in pairs])
	for candidate, name in pairs:
		batch.add_written(candidate, name, learned.name)


def _obstacle(groups: Sequence[Group]) -> str | None:
	"""Why nothing of a batch is written by pattern, or None."""
	if len(groups) < FEWEST:
		return _("too few invoices of the kind")
	return switch.obstacle_of_differences() or obstacle_of_site()


def _post_all(groups: Sequence[Group], post_one: PostByControllers) -> None:
	for group in groups:
		post_one(group)
