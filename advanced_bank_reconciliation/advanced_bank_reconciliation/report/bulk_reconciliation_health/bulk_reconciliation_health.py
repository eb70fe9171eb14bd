"""Whether the site has all that runs need, for administrators: what `bulk-reconcile doctor` says."""

from __future__ import annotations

from frappe import _

from advanced_bank_reconciliation.erpnext_adapter.health import examine
from advanced_bank_reconciliation.erpnext_adapter.reporting import column


def execute(_filters: dict | None = None) -> tuple:
	"""Columns and rows: one thing that was looked at in each row, and what to do about it."""
	rows = [
		{
			"subject": finding.subject,
			"state": _("OK") if finding.is_good else _("To Do"),
			"finding": finding.text,
			"advice": finding.advice,
		}
		for finding in examine()
	]
	return _columns(), rows


def _columns() -> list[dict]:
	return [
		column("subject", _("Subject"), "Data", width=170),
		column("state", _("State"), "Data", width=90),
		column("finding", _("Finding"), "Data", width=520),
		column("advice", _("What to Do"), "Data", width=760),
	]
