"""`bulk-reconcile doctor`: whether the site has all that runs need."""

from __future__ import annotations

import click
import frappe
from frappe.commands import pass_context

from advanced_bank_reconciliation.commands.sites import on_site


@click.command("doctor")
@pass_context
def doctor(context: frappe._dict) -> None:
	"""Say whether the site has all that runs need, and what to do if not.

	The exit status is 0 only if nothing is to be done.
	"""
	with on_site(context):
		from advanced_bank_reconciliation.commands.drawing import lines_of
		from advanced_bank_reconciliation.erpnext_adapter.health import examine

		findings = examine()
		click.echo(lines_of(findings))
		if not all(finding.is_good for finding in findings):
			raise SystemExit(1)
