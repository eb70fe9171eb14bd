"""The record of runs for what a person asks, inside the caller's own database transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import frappe

from advanced_bank_reconciliation.erpnext_adapter.runs.run_store import FrappeRunStore

SAVEPOINT = "bulk_reconciliation_request"


class CallersRunStore(FrappeRunStore):
	"""Commits nothing: what the caller has written before, and this with it, is the caller's to commit."""

	@contextmanager
	def transaction(self) -> Iterator[None]:
		frappe.db.savepoint(SAVEPOINT)
		try:
			yield
		except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
			# The database may have taken everything back already, the savepoint too.
			raise
		except Exception:
			frappe.db.rollback(save_point=SAVEPOINT)
			raise
