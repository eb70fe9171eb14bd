"""Whether a job may write by pattern now, and whether what it has learned may still be true."""

from __future__ import annotations

from advanced_bank_reconciliation.erpnext_adapter.posting.patterns import switch
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.known import KnownPatterns
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.site_hooks import (
	Work,
	obstacle_of_apps,
	obstacle_of_records,
)
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.site_state import site_state


class SiteWatch:
	"""Looks at the site for the patterns of one job."""

	def __init__(self, known: KnownPatterns):
		self._known = known
		self._state: object = None
		self._obstacle_of_records: str | None = None

	def obstacle(self, work: Work) -> str | None:
		"""Why nothing of a batch is done by pattern, or None. Forgets what may not be true any more."""
		state = (work, site_state())
		if state != self._state:
			self._known.forget()
			self._obstacle_of_records = switch.obstacle_of_differences() or obstacle_of_records(work)
			self._state = state
		self._known.forget_lost()
		return obstacle_of_apps(work) or self._obstacle_of_records
