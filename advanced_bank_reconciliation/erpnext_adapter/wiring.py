"""The one place that puts the pieces together: the engine on Frappe and ERPNext, with the site's settings."""

from __future__ import annotations

from advanced_bank_reconciliation.engine.runner import Runner
from advanced_bank_reconciliation.erpnext_adapter.job_queue import LongQueue
from advanced_bank_reconciliation.erpnext_adapter.posting.ledger import ErpnextLedger
from advanced_bank_reconciliation.erpnext_adapter.publisher import RealtimePublisher
from advanced_bank_reconciliation.erpnext_adapter.runs.callers_run_store import CallersRunStore
from advanced_bank_reconciliation.erpnext_adapter.runs.run_store import FrappeRunStore
from advanced_bank_reconciliation.erpnext_adapter.settings import get_settings


def store() -> FrappeRunStore:
	"""The record of runs, for a worker: each of its transactions is one of its own."""
	return FrappeRunStore(get_settings().lease_seconds)


def callers_store() -> CallersRunStore:
	"""The record of runs, for a request: in the transaction of who asks."""
	return CallersRunStore(get_settings().lease_seconds)


def queue() -> LongQueue:
	"""The RQ queue `long`."""
	return LongQueue(get_settings().time_limit)


def runner() -> Runner:
	"""The engine's runner over all four ports."""
	return Runner(
		ledger=ErpnextLedger(),
		store=store(),
		publisher=RealtimePublisher(),
		queue=queue(),
		limits=get_settings().limits(),
	)
