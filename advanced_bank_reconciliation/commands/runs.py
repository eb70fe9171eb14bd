"""`bulk-reconcile list`, `show`, `watch`, `resume`, `retry` and `rollback`: runs that there are.

What is heavy is imported where it is used, because every `bench`
command of a site loads this file.
"""

from __future__ import annotations

import click
import frappe
from frappe.commands import pass_context

from advanced_bank_reconciliation.commands.following import (
	COMPLETED,
	ROLLED_BACK,
	follow_if,
	tell_how_to_follow,
	tell_started,
	watch_option,
	watch_to_end,
)
from advanced_bank_reconciliation.commands.sites import json_option, on_site
from advanced_bank_reconciliation.engine.states import RunState

run_argument = click.argument("run", metavar="RUN")


@click.command("list")
@click.option("--bank-account", help="Only runs on this Bank Account.")
@click.option("--state", type=click.Choice([state.value for state in RunState], case_sensitive=False))
@click.option(
	"--limit", type=click.IntRange(min=1), default=20, show_default=True, help="The newest so many."
)
@json_option
@pass_context
def list_command(
	context: frappe._dict, bank_account: str | None, state: str | None, limit: int, as_json: bool
) -> None:
	"""List runs, newest first."""
	with on_site(context):
		from advanced_bank_reconciliation.commands.drawing import table_of
		from advanced_bank_reconciliation.erpnext_adapter.runs.run_view import list_runs

		asked = {"bank_account": bank_account, "state": state}
		runs = list_runs({column: value for column, value in asked.items() if value}, limit)
		click.echo(frappe.as_json(runs) if as_json else table_of(runs))


@click.command("show")
@run_argument
@json_option
@pass_context
def show(context: frappe._dict, run: str, as_json: bool) -> None:
	"""Show how far RUN is, how it ended, and what failed."""
	with on_site(context):
		from advanced_bank_reconciliation.commands.drawing import description_of
		from advanced_bank_reconciliation.erpnext_adapter.runs.run_view import describe_run

		facts = describe_run(run)
		click.echo(frappe.as_json(facts) if as_json else description_of(facts))


@click.command("watch")
@run_argument
@pass_context
def watch(context: frappe._dict, run: str) -> None:
	"""Follow RUN until it is over, with a progress bar on a terminal and plain lines elsewhere.

	It is read every 2 seconds; with an API key of yours in $FRAPPE_API_KEY, as KEY:SECRET, at every event.
	Ctrl-C ends the watching, not the run. The exit status is 0 only if the run is Completed.
	"""
	with on_site(context) as site:
		watch_to_end(site, run, COMPLETED)


@click.command("resume")
@run_argument
@pass_context
def resume(context: frappe._dict, run: str) -> None:
	"""Let a worker go on with RUN, if it has none, or with an undo that was refused.

	Runs whose worker died are also resumed by the scheduler, without this command.
	"""
	with on_site(context) as site:
		from advanced_bank_reconciliation.erpnext_adapter import reconciliation

		facts = reconciliation.resume(run)
		frappe.db.commit()
		click.echo(f"Run {run} goes on: {facts['message']}")
		tell_how_to_follow(site, run)


@click.command("retry")
@run_argument
@watch_option(COMPLETED)
@pass_context
def retry(context: frappe._dict, run: str, watching: bool) -> None:
	"""Start the selection of RUN, which was rolled back, once more, as the user who started it."""
	with on_site(context) as site:
		from advanced_bank_reconciliation.erpnext_adapter import reconciliation
		from advanced_bank_reconciliation.erpnext_adapter.runs.run_view import describe_run

		facts = describe_run(run)
		if facts["status"] != ROLLED_BACK:
			raise click.ClickException(
				f"Run {run} is {facts['status']}. Only one that is Rolled Back is retried."
			)
		frappe.set_user(facts["user"])
		started = reconciliation.retry(run)
		frappe.db.commit()
		tell_started(site, started, COMPLETED, watching)


@click.command("rollback")
@run_argument
@watch_option(ROLLED_BACK)
@pass_context
def rollback(context: frappe._dict, run: str, watching: bool) -> None:
	"""Cancel RUN while it is going, or undo it when it is Completed.

	Only payments that the run itself posted are undone.
	"""
	with on_site(context) as site:
		from advanced_bank_reconciliation.erpnext_adapter import reconciliation

		reconciliation.undo(run)
		frappe.db.commit()
		click.echo(f"Run {run} is being rolled back in the background.")
		follow_if(watching, site, run, ROLLED_BACK)
