"""Posting group by group by ERPNext's own controllers; what they refuse is collected with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import frappe
from frappe import _

from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.errors import FailureKind, ItemFailure
from advanced_bank_reconciliation.engine.records import Item, Run, Voucher
from advanced_bank_reconciliation.engine.terms import Term
from advanced_bank_reconciliation.erpnext_adapter.books.statement_lines import LedgerStatementLine
from advanced_bank_reconciliation.erpnext_adapter.erpnext_patches.database_guard import ForeignTransactionEnd
from advanced_bank_reconciliation.erpnext_adapter.posting import failures
from advanced_bank_reconciliation.erpnext_adapter.posting.payment_entries import post_payment

SAVEPOINT = "bulk_reconciliation_group"


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
		frappe.db.savepoint(SAVEPOINT)
		try:
			voucher = post_payment(self._run, group, self._statement_line, self._terms)
		except ForeignTransactionEnd:
			raise
		except Exception as error:
			if failures.classify(error) is not FailureKind.REFUSED:
				raise
			frappe.db.rollback(save_point=SAVEPOINT)
			frappe.clear_messages()
			self.refused += [ItemFailure(item.key, _refusal(item, error)) for item in group]
			return None
		self.vouchers |= {item.key: voucher for item in group}
		return voucher


def _refusal(item: Item, error: Exception) -> str:
	return f"{_(item.doctype)} {item.document}: {failures.reason_of(error)}"
