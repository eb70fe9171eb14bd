"""The record of runs for what a person asks, inside the caller's own database transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from advanced_bank_reconciliation.erpnext_adapter.runs.run_store import FrappeRunStore
from advanced_bank_reconciliation.erpnext_adapter.unit_of_work.transaction import callers_transaction


class CallersRunStore(FrappeRunStore):
	"""Commits nothing: what the caller has written before, and this with it, is the caller's to commit."""

	@contextmanager
	def transaction(self) -> Iterator[None]:
		with callers_transaction():
			yield
