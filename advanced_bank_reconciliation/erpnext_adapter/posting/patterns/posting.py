"""Posting a batch: ERPNext posts the first payment of each kind, the others are written as it was.

In a job's first batch of a kind ERPNext posts a second payment, too, and later some that are drawn by lot.
Each of these is compared with what would have been written, column by column, and stays as ERPNext has
posted it. If they differ, ERPNext posts the whole rest, and nothing is written by pattern any more.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterator, Sequence

import frappe
from frappe import _

from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.records import Voucher
from advanced_bank_reconciliation.erpnext_adapter.books.statement_lines import LedgerStatementLine
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns import kinds, numbers, switch
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.kinds import Candidate, Group, Kind
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.pattern import (
	DIFFERS_ANYHOW,
	NoPattern,
	Pattern,
	differences,
	learn,
	read_rows,
)
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.site_hooks import obstacle_of_site
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.writing import paid_invoice, write
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import PAYMENT_DOCTYPE
from advanced_bank_reconciliation.erpnext_adapter.settings import get_settings

# The first, the one that is compared, and one that is written.
FEWEST = 3
LOTTERY = random.SystemRandom()
PostByControllers = Callable[[Group], Voucher | None]
Ways = dict[str, str]


class Difference(Exception):
	"""What would have been written is not what ERPNext has written. Holds the lines that tell it."""

	def __init__(self, lines: Sequence[str]):
		super().__init__("\n".join(lines))
		self.lines = lines


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
	) -> tuple[dict[str, Voucher], Ways]:
		"""Post every group; return the vouchers of those written by pattern, by the key of the item, and for
		every item that the controllers post why they do.

		post_one: posts a group by ERPNext's controllers; returns None if they refuse it
		"""
		obstacle = switch.obstacle_of_settings() or (len(groups) >= FEWEST and obstacle_of_site()) or None
		if obstacle or len(groups) < FEWEST:
			reason = obstacle or _("too few invoices of the kind")
			_post_all(groups, post_one)
			return {}, {group[0].key: reason for group in groups}
		found = kinds.sort_by_kind(groups, statement_line, with_terms)
		vouchers: dict[str, Voucher] = {}
		ways = dict(found.reasons)
		for candidates in found.kinds.values():
			vouchers |= self._post_kind(candidates, post_one, ways)
		_post_all([group for group in groups if group[0].key in found.reasons], post_one)
		return vouchers, ways

	def _post_kind(
		self, candidates: Sequence[Candidate], post_one: PostByControllers, ways: Ways
	) -> dict[str, Voucher]:
		rest = list(candidates)
		reason = _("too few invoices of the kind")
		try:
			if len(rest) >= FEWEST:
				return self._post_by_pattern(rest, post_one, ways)
		except NoPattern as error:
			reason = str(error)
		except Difference as error:
			reason = _("a difference was found: {0}").format(error.lines[0])
			switch.turn_off(error.lines)
		ways |= {candidate.item.key: reason for candidate in rest}
		_post_all([candidate.group for candidate in rest], post_one)
		return {}

	def _post_by_pattern(
		self, rest: list[Candidate], post_one: PostByControllers, ways: Ways
	) -> dict[str, Voucher]:
		"""Take from `rest` what the controllers have posted, and write what is left."""
		pattern, last = self._learn(rest, post_one, ways)
		for candidate in self._draw(pattern, rest):
			last = _posted(candidate, rest, post_one)
			ways[candidate.item.key] = _("compared with its kind")
			_compare(pattern, candidate, last.name)
		names = numbers.take_numbers(pattern.entry["naming_series"], last.name, len(rest))
		pairs = list(zip(rest, names, strict=True))
		write(rest, [pattern.derive(candidate, name) for candidate, name in pairs])
		return {candidate.item.key: _voucher(candidate, name) for candidate, name in pairs}

	def _learn(
		self, rest: list[Candidate], post_one: PostByControllers, ways: Ways
	) -> tuple[Pattern, Voucher]:
		first = rest[0]
		voucher = _posted(first, rest, post_one)
		ways[first.item.key] = _("first of its kind")
		pattern = learn(first, voucher.name)
		numbers.require_simple(pattern.entry["naming_series"])
		return pattern, voucher

	def _draw(self, pattern: Pattern, rest: Sequence[Candidate]) -> Iterator[Candidate]:
		"""Those that are compared: of each kind one, as unlike the first as can be, and some by lot."""
		drawn = [one for one in rest if LOTTERY.random() * 100 < get_settings().audit_share]
		kind = rest[0].kind
		if kind not in self._compared and not drawn:
			drawn = [next((one for one in rest if one.item.party != pattern.entry["party"]), rest[0])]
		# Something must be left to be written, else nothing is saved.
		yield from drawn[: len(rest) - 1]
		self._compared.add(kind)


def _posted(candidate: Candidate, rest: list[Candidate], post_one: PostByControllers) -> Voucher:
	"""Let the controllers post a candidate, and take it from `rest`."""
	rest.remove(candidate)
	voucher = post_one(candidate.group)
	if voucher is None:
		raise NoPattern(_("ERPNext refuses one of the kind"))
	return voucher


def _compare(pattern: Pattern, candidate: Candidate, name: str) -> None:
	"""Raises `Difference` unless ERPNext has written what would have been written, in the invoice as well."""
	lines = differences(pattern.derive(candidate, name), read_rows(name))
	doctype, document = candidate.item.reference
	invoice = frappe.qb.DocType(doctype)
	row = frappe.qb.from_(invoice).select("*").where(invoice.name == document).run(as_dict=True)[0]
	expected = {**candidate.invoice, "modified_by": frappe.session.user}
	paid = paid_invoice(candidate)
	expected |= {"outstanding_amount": paid.outstanding_amount, "status": paid.status}
	lines += [
		f"{doctype}.{column}: {expected[column]!r} / {row[column]!r}"
		for column in row
		if column not in DIFFERS_ANYHOW and expected[column] != row[column]
	]
	if lines:
		raise Difference([f"{name}: {line}" for line in lines])


def _post_all(groups: Sequence[Group], post_one: PostByControllers) -> None:
	for group in groups:
		post_one(group)


def _voucher(candidate: Candidate, name: str) -> Voucher:
	return Voucher(doctype=PAYMENT_DOCTYPE, name=name, amount=abs(candidate.item.cash_amount), is_own=True)
