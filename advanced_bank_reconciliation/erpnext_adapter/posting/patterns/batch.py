"""One batch: what of it is posted already, in which way, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from frappe import _

from advanced_bank_reconciliation.engine.records import Voucher
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.kinds import Candidate, Group
from advanced_bank_reconciliation.erpnext_adapter.runs.posting_ways import PostingWay, one_by_one
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import PAYMENT_DOCTYPE

PostByControllers = Callable[[Group], Voucher | None]


class Batch:
	"""The groups of a batch.

	written: the vouchers written by pattern, by the key of the item
	ways: how each group that is posted was, by the key of its first item
	"""

	def __init__(self, groups: Sequence[Group], post_one: PostByControllers):
		"""post_one: posts a group by ERPNext's controllers; returns None if they refuse it"""
		self._groups, self._post_one = groups, post_one
		self.written: dict[str, Voucher] = {}
		self.ways: dict[str, PostingWay] = {}

	def post(self, group: Group, reason: str) -> Voucher | None:
		"""Let ERPNext's controllers post a group."""
		self.ways[group[0].key] = one_by_one(reason)
		return self._post_one(group)

	def post_rest(self, reason_of: Callable[[Group], str]) -> None:
		"""Let them post all that is not posted yet."""
		for group in self._groups:
			if group[0].key not in self.ways:
				self.post(group, reason_of(group))

	def add_written(self, candidate: Candidate, name: str, pattern: str) -> None:
		"""Note that the payment `name` was written as the payment `pattern` was."""
		item = candidate.item
		self.ways[item.key] = PostingWay(_("as {0}").format(pattern))
		self.written[item.key] = Voucher(
			doctype=PAYMENT_DOCTYPE, name=name, amount=abs(item.cash_amount), is_own=True
		)
