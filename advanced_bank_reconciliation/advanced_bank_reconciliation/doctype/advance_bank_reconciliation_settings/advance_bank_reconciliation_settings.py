"""Limits and habits of bulk reconciliation, one record a site."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint

LIMITS = {
	"batch_size": (1, 500),
	"background_threshold": (1, 10_000),
	"time_limit": (60, 86_400),
	"slice_seconds": (1, 86_400),
	"lease_seconds": (5, 3_600),
	"attempts": (1, 100),
}


class AdvanceBankReconciliationSettings(Document):
	def validate(self) -> None:
		"""Refuse numbers that would make runs hang or never end; name all of them at once."""
		wrong = [self._limit_message(field) for field in LIMITS if not self._is_within_limits(field)]
		if cint(self.slice_seconds) >= cint(self.time_limit):
			wrong.append(_("The time slice must be shorter than the time limit."))
		if wrong:
			frappe.throw("<br>".join(wrong), title=_("Settings out of range"))

	def _is_within_limits(self, field: str) -> bool:
		lowest, highest = LIMITS[field]
		return lowest <= cint(self.get(field)) <= highest

	def _limit_message(self, field: str) -> str:
		return _("{0} must be from {1} to {2}.").format(_(self.meta.get_label(field)), *LIMITS[field])
