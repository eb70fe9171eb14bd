"""One batch of an undo: what of it is undone already, in which way, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from frappe import _
from frappe.model.document import Document

from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.facts import VoucherFacts
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.pattern import (
	read_rows_of,
	touched_tables,
)
from advanced_bank_reconciliation.erpnext_adapter.posting.undo_patterns.undone import (
	Deletion,
	Undone,
	new_traces,
	read_traces,
)
from advanced_bank_reconciliation.erpnext_adapter.runs.posting_ways import PostingWay, one_by_one


class Controllers(Protocol):
	"""ERPNext's controllers, for one payment at a time.

	deletes: payments are to be deleted once they are cancelled
	"""

	@property
	def deletes(self) -> bool: ...

	def undo(self, key: DocumentKey) -> None:
		"""Cancel a payment, and delete it if payments are to be deleted."""

	def cancel(self, key: DocumentKey) -> Document | None:
		"""Cancel a payment and return it; a draft is deleted, and None is returned."""

	def delete(self, voucher: Document) -> None:
		"""Delete a cancelled payment."""


class Batch:
	"""The payments of a batch, and how each that is undone was, by its name."""

	def __init__(self, vouchers: Sequence[VoucherFacts], controllers: Controllers):
		self._vouchers, self._controllers = vouchers, controllers
		self._keys = {facts.key.name: facts.key for facts in vouchers}
		self.ways: dict[str, PostingWay] = {}

	def undo(self, name: str, reason: str) -> None:
		"""Let ERPNext's controllers undo a payment."""
		self.ways[name] = one_by_one(reason)
		self._controllers.undo(self._keys[name])

	def undo_and_look(self, name: str, reason: str) -> Undone:
		"""Let them undo a payment that is posted, and see what they make of it."""
		self.ways[name] = one_by_one(reason)
		earlier = read_traces(name) if self._controllers.deletes else {}
		voucher = self._controllers.cancel(self._keys[name])
		cancelled, touched = read_rows_of([name])[name], touched_tables(name)
		if not voucher or not self._controllers.deletes:
			return Undone(cancelled=cancelled, touched=touched)
		self._controllers.delete(voucher)
		deletion = Deletion(left=read_rows_of([name])[name], traces=new_traces(earlier, read_traces(name)))
		return Undone(cancelled=cancelled, touched=touched, deletion=deletion)

	def undo_rest(self, reasons: Mapping[str, str], reason: str = "") -> None:
		"""Let them undo what is not undone yet and has a reason, or all of it if `reason` is given."""
		for name in self._keys:
			if name not in self.ways and (reason or name in reasons):
				self.undo(name, reason or reasons[name])

	def note_written(self, name: str, pattern: str) -> None:
		"""Note that a payment was undone as the payment `pattern` was."""
		self.ways[name] = PostingWay(_("as {0}").format(pattern))

	def ways_by_item(self) -> Mapping[str, PostingWay]:
		"""By the key of the item."""
		return {facts.item: self.ways[facts.key.name] for facts in self._vouchers}
