"""The site's settings as the engine wants them."""

from __future__ import annotations

from dataclasses import dataclass

import frappe
from frappe.utils import cint, flt

from advanced_bank_reconciliation.engine.grouping import Grouping
from advanced_bank_reconciliation.engine.limits import Limits
from advanced_bank_reconciliation.engine.records import RollbackAction

DOCTYPE = "Advance Bank Reconciliation Settings"
PATTERN_POSTING = "Automatic"


@dataclass(frozen=True, kw_only=True)
class BulkSettings:
	"""Advance Bank Reconciliation Settings, with the defaults if a site never saved them.

	batch_size: invoices a database transaction, and at most so many a payment
	background_threshold: number of invoices from which a run goes to the background
	grouping: which invoices share a payment if a start does not say so
	rollback_action: what an undo does with the payments that a run posted
	time_limit, slice_seconds, lease_seconds: seconds
	attempts: how often a step is tried without progress
	mail_after_minutes: a run that took longer tells its end by e-mail
	attention_role: whose users get an e-mail as well if a run needs attention; "" for nobody
	completion_email_template: an Email Template; "" for the app's own
	pattern_posting: payments may be written as ERPNext has written the first of their kind
	audit_share: per cent of these that ERPNext posts all the same, to be compared
	"""

	batch_size: int = 20
	background_threshold: int = 50
	grouping: Grouping = Grouping.INVOICE
	rollback_action: RollbackAction = RollbackAction.CANCEL_ONLY
	time_limit: int = 3600
	slice_seconds: int = 300
	lease_seconds: int = 15
	attempts: int = 8
	mail_after_minutes: int = 5
	attention_role: str = "Accounts Manager"
	completion_email_template: str = ""
	pattern_posting: bool = True
	audit_share: float = 2.0

	def limits(self) -> Limits:
		"""The engine's limits of one job. A worker that waits must not be taken for dead."""
		longest_wait = min(Limits.max_wait_seconds, self.lease_seconds / 2)
		return Limits(slice_seconds=self.slice_seconds, attempts=self.attempts, max_wait_seconds=longest_wait)


def get_settings() -> BulkSettings:
	"""Read the settings of the current site; what was never saved has its default."""
	saved = frappe.get_cached_doc(DOCTYPE)
	numbers = (
		"batch_size",
		"background_threshold",
		"time_limit",
		"slice_seconds",
		"lease_seconds",
		"attempts",
		"mail_after_minutes",
	)
	values: dict = {field: cint(saved.get(field)) for field in numbers if cint(saved.get(field)) > 0}
	for field in ("attention_role", "completion_email_template"):
		values[field] = saved.get(field) or ""
	if saved.pattern_posting:
		values["pattern_posting"] = saved.pattern_posting == PATTERN_POSTING
	if saved.audit_share is not None:
		values["audit_share"] = flt(saved.audit_share)
	if saved.grouping:
		values["grouping"] = Grouping(saved.grouping)
	if saved.rollback_action:
		values["rollback_action"] = RollbackAction(saved.rollback_action)
	return BulkSettings(**values)


@dataclass(frozen=True, kw_only=True)
class DeductionDefault:
	"""Where a company books small differences.

	account, cost_center: names; without a cost center the company's own is taken
	tolerance: in company currency; tolerance_percent: of what the invoices come to. A difference must be
	within each of the two that is not 0; if both are 0, none is
	"""

	account: str
	cost_center: str
	tolerance: float
	tolerance_percent: float


def get_deduction_default(company: str) -> DeductionDefault | None:
	"""What the settings say of a company's deductions to the current user: the first row with one of their
	roles counts, else the one for all. None if they say nothing.
	"""
	roles = {None, "", *frappe.get_roles()}
	rows = [row for row in frappe.get_cached_doc(DOCTYPE).deduction_defaults if row.company == company]
	own = sorted((row for row in rows if row.role in roles), key=lambda row: not row.role)
	if not own:
		return None
	return DeductionDefault(
		account=own[0].account,
		cost_center=own[0].cost_center or "",
		tolerance=flt(own[0].tolerance),
		tolerance_percent=flt(own[0].tolerance_percent),
	)
