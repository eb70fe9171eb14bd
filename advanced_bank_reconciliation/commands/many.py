"""`bulk-reconcile proposals`: many deposits at once, a run for each that has a sure proposal."""

from __future__ import annotations

import time
from collections.abc import Sequence

import click
import frappe
from frappe.commands import pass_context

from advanced_bank_reconciliation.commands.sites import json_option, on_site
from advanced_bank_reconciliation.engine.states import RunState

COMPLETED = RunState.COMPLETED.value


@click.command("proposals")
@click.argument("bank_account")
@click.option("--from", "from_date", metavar="DATE", help="Only Bank Transactions from this day on.")
@click.option("--to", "to_date", metavar="DATE", help="Only Bank Transactions up to this day.")
@click.option("--start", "starting", is_flag=True, help="Start a run for each of them.")
@click.option("--watch", "watching", is_flag=True, help="With --start: follow the runs to their end.")
@click.option("--user", default="Administrator", show_default=True, help="Whose name and rights it has.")
@json_option
@pass_context
def proposals_command(
	context: frappe._dict,
	bank_account: str,
	from_date: str | None,
	to_date: str | None,
	starting: bool,
	watching: bool,
	user: str,
	as_json: bool,
) -> None:
	"""List what is sure of the open Bank Transactions of BANK_ACCOUNT, without any file.

	With --start, the exit status is 0 only if each has its run, with --watch only if all are Completed.
	"""
	with on_site(context, user):
		from advanced_bank_reconciliation.erpnext_adapter.candidates.proposals import list_proposals
		from advanced_bank_reconciliation.erpnext_adapter.many_deposits import start_all

		proposals = list_proposals(bank_account, from_date, to_date)
		if not starting:
			click.echo(frappe.as_json(proposals) if as_json else description_of_proposals(proposals))
			return
		results = start_all(proposals)
		results = wait_for_all(results) if watching else results
		click.echo(frappe.as_json(results) if as_json else ending_of_many(results))
		if not all(one["run"] and (not watching or one["status"] == COMPLETED) for one in results):
			raise SystemExit(1)


def description_of_proposals(proposals: Sequence[dict]) -> str:
	"""A line for each proposal of `list_proposals`, and how many there are."""
	return "\n".join([*map(_line_of, proposals), f"{len(proposals)} Bank Transactions have a sure proposal."])


def _line_of(proposal: dict) -> str:
	names = ("bank_transaction", "amount", "currency", "invoices", "reason")
	return "{}  {} {}  {} invoices: {}".format(*(proposal[name] for name in names))


def ending_of_many(results: Sequence[dict]) -> str:
	"""A line for each result of `start_proposals` or `wait_for_all`, and how many runs there are."""
	lines = [
		f"{one['bank_transaction']}  {one['run'] or '-'}  {one['status']}: {one['message']}"
		for one in results
	]
	started = sum(bool(one["run"]) for one in results)
	return "\n".join([*lines, f"{started} runs of {len(results)} proposals."])


def wait_for_all(results: Sequence[dict]) -> list[dict]:
	"""The results of `start_proposals` with the last state of their runs, when no worker has to do with any.

	One line on the standard error tells the progress of all, whenever it changes.
	"""
	from advanced_bank_reconciliation.commands.watching import POLL_SECONDS, WORKING

	runs, told = [one["run"] for one in results if one["run"]], ""
	while True:
		states = _read(runs)
		line = _progress(list(states.values()))
		if line != told:
			click.echo(line, err=True)
		if not any(state["status"] in WORKING for state in states.values()):
			return [{**one, **states.get(one["run"], {})} for one in results]
		told = line
		time.sleep(POLL_SECONDS)


def _read(runs: Sequence[str]) -> dict[str, dict]:
	from advanced_bank_reconciliation.erpnext_adapter.recovery import look_after_runs
	from advanced_bank_reconciliation.erpnext_adapter.runs.run_view import describe_run

	# Without it the connection would go on to show the moment of its first read.
	frappe.db.rollback()
	look_after_runs(runs)
	kept = ("status", "message", "current", "total")
	return {run: {key: state[key] for key in kept} for run in runs for state in [describe_run(run)]}


def _progress(states: Sequence[dict]) -> str:
	current, total = (sum(state[key] or 0 for state in states) for key in ("current", "total"))
	completed = sum(state["status"] == COMPLETED for state in states)
	return f"{completed} of {len(states)} runs are completed, {current} of {total} invoices"
