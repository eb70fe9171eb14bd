"""Posting group by group by ERPNext's own controllers; what they refuse is collected with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import frappe
from frappe import _

from advanced_bank_reconciliation.engine.deductions import total_of
from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.errors import FailureKind, ItemFailure
from advanced_bank_reconciliation.engine.records import Item, Run, Voucher
from advanced_bank_reconciliation.engine.terms import Term
from advanced_bank_reconciliation.erpnext_adapter.books.statement_lines import LedgerStatementLine
from advanced_bank_reconciliation.erpnext_adapter.erpnext_patches.database_guard import ForeignTransactionEnd
from advanced_bank_reconciliation.erpnext_adapter.posting import failures
from advanced_bank_reconciliation.erpnext_adapter.posting.advances import post_advance
from advanced_bank_reconciliation.erpnext_adapter.posting.payment_entries import post_payment

SAVEPOINT = "bulk_reconciliation_group"
SAVEPOINT_ALONE = "bulk_reconciliation_alone"


class Controllers:
	"""Posts the groups of one batch.

	vouchers: what was posted, by the key of each item
	refused: the items that ERPNext refused; a batch goes on, so that it names all of its failures
	"""

	def __init__(
		self,
		run: Run,
		statement_line: LedgerStatementLine,
		terms: Mapping[DocumentKey, Sequence[Term]],
	):
		self._run, self._statement_line, self._terms = run, statement_line, terms
		self.vouchers: dict[str, Voucher] = {}
		self.refused: list[ItemFailure] = []

	def post(self, group: Sequence[Item]) -> Voucher | None:
		"""Post one voucher for the items of a group, or note why it is refused and return None."""
		voucher, reason = self._try(group)
		if voucher:
			self.vouchers |= {item.key: voucher for item in group}
		else:
			self.refused += [_failure(item, own) for item, own in self._reasons(group, reason)]
		return voucher

	def _try(self, items: Sequence[Item]) -> tuple[Voucher | None, str]:
		"""The voucher, or why ERPNext refuses it; then nothing of it is left."""
		frappe.db.savepoint(SAVEPOINT)
		try:
			return self._post(items), ""
		except ForeignTransactionEnd:
			raise
		except Exception as error:
			if failures.classify(error) is not FailureKind.REFUSED:
				raise
			frappe.db.rollback(save_point=SAVEPOINT)
			frappe.clear_messages()
			return None, failures.reason_of(error)

	def _reasons(self, group: Sequence[Item], reason: str) -> list[tuple[Item, str]]:
		"""Of a payment of several invoices that is refused, the invoices to blame: those whose payment alone
		is refused as well. All of them, for the reason of the whole, if none is, or if some are netted.
		"""
		every = [(item, reason) for item in group]
		if len(group) == 1 or len({item.allocated_amount > 0 for item in group}) > 1:
			return every
		alone = [(item, self._reason_alone(item)) for item in group]
		return [(item, own) for item, own in alone if own] or every

	def _reason_alone(self, item: Item) -> str:
		"""Why this item alone is refused, without deductions; empty if it is not. Leaves nothing."""
		gross = item.cash_amount + total_of(item.deductions)
		frappe.db.savepoint(SAVEPOINT_ALONE)
		_voucher, reason = self._try([replace(item, cash_amount=gross, deductions=())])
		frappe.db.rollback(save_point=SAVEPOINT_ALONE)
		return reason

	def _post(self, group: Sequence[Item]) -> Voucher:
		if group[0].is_advance:
			return post_advance(self._run, group[0], self._statement_line)
		return post_payment(self._run, group, self._statement_line, self._terms)


def _failure(item: Item, reason: str) -> ItemFailure:
	return ItemFailure(item.key, f"{_(item.doctype)} {item.document}: {reason}")
