"""Whether a job may write by pattern now, and whether what it has learned may still be true."""

from __future__ import annotations

from advanced_bank_reconciliation.erpnext_adapter.posting.patterns import switch
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.known import KnownPatterns
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.site_hooks import (
	obstacle_of_apps,
	obstacle_of_records,
)
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.site_state import site_state


class SiteWatch:
	"""Looks at the site for the patterns of one job.

	are_cancelled: it cancels payments by pattern, and posts none
	"""

	def __init__(self, known: KnownPatterns, *, are_cancelled: bool = False):
		self._known, self._are_cancelled = known, are_cancelled
		self._state: object = None
		self._obstacle_of_records: str | None = None

	def obstacle(self) -> str | None:
		"""Why nothing of a batch is written by pattern, or None. Forgets what may not be true any more."""
		state = site_state()
		if state != self._state:
			self._known.forget()
			self._obstacle_of_records = switch.obstacle_of_differences() or obstacle_of_records()
			self._state = state
		self._known.forget_lost()
		return obstacle_of_apps(are_cancelled=self._are_cancelled) or self._obstacle_of_records
