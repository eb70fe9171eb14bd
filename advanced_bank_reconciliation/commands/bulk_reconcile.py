"""`bench --site SITE bulk-reconcile …`: the same runs as in the browser, from a shell or a script.

Thin: the work is in `erpnext_adapter`. What is heavy is imported where it is used, because every `bench`
command of a site loads this file.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import click
import frappe
from frappe.commands import pass_context

from advanced_bank_reconciliation.commands.advices import (
	attached_advice,
	description_of_advice,
	read_advice_file,
	selection_of_advice,
)
from advanced_bank_reconciliation.commands.many import proposals_command
from advanced_bank_reconciliation.commands.selection_files import (
	DEDUCTION_COLUMNS,
	INVOICE_COLUMNS,
	VOUCHER_COLUMNS,
	read_rows,
)
from advanced_bank_reconciliation.commands.sites import json_option, on_site, working_folders
from advanced_bank_reconciliation.engine.states import RunState

COMPLETED, ROLLED_BACK = RunState.COMPLETED.value, RunState.ROLLED_BACK.value

decimal_option = click.option(
	"--decimal", type=click.Choice([".", ","]), help="Which sign separates decimals in an advice, if asked."
)
run_argument = click.argument("run", metavar="RUN")


def watch_option(wanted_state: str) -> Callable[[Callable], Callable]:
	"""The option --watch of a command that wants its run to end in `wanted_state`."""
	text = f"Follow the run to its end; exit status 0 only if it is {wanted_state}."
	return click.option("--watch", "watching", is_flag=True, help=text)


@click.group("bulk-reconcile")
def bulk_reconcile() -> None:
	"""Reconcile one line of a bank statement with any number of unpaid invoices.

	The work is done in the background by a worker of the queue "long", all of it or nothing. The exit status
	is 0 only when what was asked for happened.
	"""


bulk_reconcile.add_command(proposals_command)


@bulk_reconcile.command("start")
@click.argument("bank_transaction")
@click.option(
	"--invoices",
	metavar="FILE",
	help=f"What to pay: CSV with the columns {', '.join(INVOICE_COLUMNS)}, or JSON, a list of such objects.",
)
@click.option(
	"--advice",
	metavar="FILE",
	help="What to pay: a remittance advice or payout report as CSV, Excel, camt.052 to camt.054 or X12 820.",
)
@click.option("--matched-only", is_flag=True, help="Leave out what of the advice is to be looked at.")
@decimal_option
@click.option(
	"--vouchers",
	metavar="FILE",
	help=f"Payments that exist already, to match along: CSV or JSON with {', '.join(VOUCHER_COLUMNS)}.",
)
@click.option(
	"--deductions",
	metavar="FILE",
	help=f"Fees and the like: CSV or JSON with {', '.join(DEDUCTION_COLUMNS)}, cost_center, description.",
)
@click.option(
	"--rate",
	"rates",
	multiple=True,
	metavar="CURRENCY=RATE",
	help="What one unit of a currency is worth in the company's currency, like EUR=1.08; again for each"
	" currency. Without it, ERPNext's rate of the Bank Transaction's date.",
)
@click.option("--user", default="Administrator", show_default=True, help="Whose rights and name the run has.")
@watch_option(COMPLETED)
@pass_context
def start(
	context: frappe._dict,
	bank_transaction: str,
	invoices: str | None,
	advice: str | None,
	matched_only: bool,
	decimal: str | None,
	vouchers: str | None,
	deductions: str | None,
	rates: tuple[str, ...],
	user: str,
	watching: bool,
) -> None:
	"""Start to reconcile BANK_TRANSACTION with the invoices of a file, or with those that an advice names.

	Amounts are in the currency in which the invoice is owed, with the sign of its outstanding amount. The
	same selection again does not start a second run. A selection that cannot work is refused with all its
	problems, and nothing is written.
	"""
	if bool(invoices) == bool(advice):
		raise click.UsageError("Give either --invoices or --advice.")
	with on_site(context, user) as site:
		from advanced_bank_reconciliation.erpnext_adapter.reconciliation import start_in_background

		folders = working_folders()
		voucher_rows = read_rows(vouchers, VOUCHER_COLUMNS, folders) if vouchers else None
		deduction_rows = read_rows(deductions, DEDUCTION_COLUMNS, folders) if deductions else None
		source = None
		if advice:
			said = read_advice_file(bank_transaction, advice, decimal, folders)
			invoice_rows, kept = selection_of_advice(
				said, matched_only=matched_only, other_deductions=bool(deductions)
			)
			deduction_rows = deduction_rows or kept
			source = attached_advice(bank_transaction, advice, decimal, folders)
		else:
			invoice_rows = read_rows(invoices or "", INVOICE_COLUMNS, folders)
		started = start_in_background(
			bank_transaction,
			invoice_rows,
			voucher_rows,
			deduction_rows,
			_exchange_rates(rates),
			advice=source,
		)
		# The job is enqueued by this commit.
		frappe.db.commit()
		_tell_started(site, started, COMPLETED, watching)


@bulk_reconcile.command("advice")
@click.argument("bank_transaction")
@click.argument("file")
@click.option("--user", default="Administrator", show_default=True, help="Whose open items it may name.")
@decimal_option
@json_option
@pass_context
def advice_command(
	context: frappe._dict,
	bank_transaction: str,
	file: str,
	user: str,
	decimal: str | None,
	as_json: bool,
) -> None:
	"""Show what the remittance advice FILE says about BANK_TRANSACTION. Nothing is started."""
	with on_site(context, user):
		said = read_advice_file(bank_transaction, file, decimal, working_folders())
		click.echo(frappe.as_json(said) if as_json else description_of_advice(said))


@bulk_reconcile.command("list")
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


@bulk_reconcile.command("show")
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


@bulk_reconcile.command("watch")
@run_argument
@pass_context
def watch(context: frappe._dict, run: str) -> None:
	"""Follow RUN until it is over, with a progress bar on a terminal and plain lines elsewhere.

	It is read every 2 seconds; with an API key of yours in $FRAPPE_API_KEY, as KEY:SECRET, at every event.
	Ctrl-C ends the watching, not the run. The exit status is 0 only if the run is Completed.
	"""
	with on_site(context) as site:
		_watch_to_end(site, run, COMPLETED)


@bulk_reconcile.command("resume")
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
		_tell_how_to_follow(site, run)


@bulk_reconcile.command("retry")
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
		_tell_started(site, started, COMPLETED, watching)


@bulk_reconcile.command("rollback")
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
		_follow_if(watching, site, run, ROLLED_BACK)


@bulk_reconcile.command("doctor")
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


def _exchange_rates(rates: tuple[str, ...]) -> dict[str, str] | None:
	"""What --rate says, by currency. Raises `click.BadParameter`."""
	pairs = [rate.partition("=") for rate in rates]
	currencies = [currency.strip().upper() for currency, _sign, _rate in pairs]
	if not all(sign for _currency, sign, _rate in pairs) or len(set(currencies)) < len(pairs):
		raise click.BadParameter("give each currency once, like EUR=1.08", param_hint="--rate")
	return {
		code: rate.strip() for code, (_currency, _sign, rate) in zip(currencies, pairs, strict=True)
	} or None


def _tell_started(site: str, started: dict, wanted_state: str, watching: bool) -> None:
	click.echo(f"Run {started['run']}: {started['message']}")
	_follow_if(watching, site, started["run"], wanted_state)


def _follow_if(watching: bool, site: str, run: str, wanted_state: str) -> None:
	if watching:
		_watch_to_end(site, run, wanted_state)
	else:
		_tell_how_to_follow(site, run)


def _tell_how_to_follow(site: str, run: str) -> None:
	click.echo(f"Follow it with: bench --site {site} bulk-reconcile watch {run}")


def _watch_to_end(site: str, run: str, wanted_state: str) -> None:
	"""Draw the run until it rests. Ends the command with 1 unless it then is in `wanted_state`."""
	from advanced_bank_reconciliation.commands.drawing import drawing_for_output, ending_of
	from advanced_bank_reconciliation.commands.watching import API_KEY_VARIABLE, RunNews, follow

	try:
		with RunNews(run, os.environ.get(API_KEY_VARIABLE)) as news, drawing_for_output() as drawing:
			if news.problem:
				drawing.note(f"No live events: {news.problem}. The run is read every 2 seconds instead.")
			for facts in follow(run, news):
				drawing.show(facts)
	except KeyboardInterrupt:
		click.echo(f"\nNo longer watched. Run {run} goes on in the background.")
		_tell_how_to_follow(site, run)
		# What a shell expects of a command that was interrupted.
		raise SystemExit(130) from None
	click.echo(ending_of(facts))
	if facts["status"] != wanted_state:
		raise SystemExit(1)
