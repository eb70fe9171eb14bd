"""Limits and habits of bulk reconciliation, one record a site."""

from collections.abc import Iterator

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, escape_html, flt

from advanced_bank_reconciliation.erpnext_adapter.books.deduction_accounts import default_problems

LIMITS = {
	"batch_size": (1, 500),
	"background_threshold": (1, 10_000),
	"time_limit": (60, 86_400),
	"slice_seconds": (1, 86_400),
	"lease_seconds": (5, 3_600),
	"attempts": (1, 100),
	"audit_share": (0, 100),
}


class AdvanceBankReconciliationSettings(Document):
	def validate(self) -> None:
		"""Refuse numbers that would make runs hang or never end, and accounts that no deduction can be booked
		to; name all of them at once.
		"""
		wrong = [self._limit_message(field) for field in LIMITS if not self._is_within_limits(field)]
		if cint(self.slice_seconds) >= cint(self.time_limit):
			wrong.append(_("The time slice must be shorter than the time limit."))
		wrong += self._deduction_messages()
		if wrong:
			frappe.throw("<br>".join(wrong), title=_("Settings out of range"))

	def _is_within_limits(self, field: str) -> bool:
		lowest, highest = LIMITS[field]
		return lowest <= cint(self.get(field)) <= highest

	def _limit_message(self, field: str) -> str:
		return _("{0} must be from {1} to {2}.").format(_(self.meta.get_label(field)), *LIMITS[field])

	def _deduction_messages(self) -> Iterator[str]:
		known = set()
		for row in self.deduction_defaults:
			if (row.company, row.role or "") in known:
				sentence = _("Small Differences: {0} is listed twice.")
				yield sentence.format(escape_html(row.company))
			known.add((row.company, row.role or ""))
			if flt(row.tolerance) < 0 or not 0 <= flt(row.tolerance_percent) <= 100:
				sentence = _("Small Differences: the tolerance of {0} must be 0 or more, at most 100 %.")
				yield sentence.format(escape_html(row.company))
			for problem in default_problems(row.account, row.cost_center or "", row.company):
				yield escape_html(problem.text(_))
