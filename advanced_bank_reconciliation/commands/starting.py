"""`bulk-reconcile start` and `advice`: what is to be paid, from files.

What is heavy is imported where it is used, because every `bench`
command of a site loads this file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import frappe
from frappe.commands import pass_context

from advanced_bank_reconciliation.commands.advances import advance_of, advance_options
from advanced_bank_reconciliation.commands.advices import (
	attached_advice,
	description_of_advice,
	read_advice_file,
	selection_of_advice,
)
from advanced_bank_reconciliation.commands.following import COMPLETED, tell_started, watch_option
from advanced_bank_reconciliation.commands.selection_files import (
	DEDUCTION_COLUMNS,
	INVOICE_COLUMNS,
	VOUCHER_COLUMNS,
	read_rows,
)
from advanced_bank_reconciliation.commands.sites import json_option, on_site, working_folders
from advanced_bank_reconciliation.engine.grouping import Grouping

if TYPE_CHECKING:
	from advanced_bank_reconciliation.erpnext_adapter.candidates.advice_sources import AdviceSource

decimal_option = click.option(
	"--decimal", type=click.Choice([".", ","]), help="Which sign separates decimals in an advice, if asked."
)


@click.command("start")
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
@click.option(
	"--grouping",
	type=click.Choice([grouping.value for grouping in Grouping], case_sensitive=False),
	help="One payment for each of these. Without it, what the settings say.",
)
@advance_options
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
	grouping: str | None,
	user: str,
	watching: bool,
	**advance: str | tuple[str, ...] | None,
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

		# All files are read before one is attached.
		voucher_rows = _rows_of(vouchers, VOUCHER_COLUMNS)
		deduction_rows = _rows_of(deductions, DEDUCTION_COLUMNS)
		invoice_rows = _rows_of(invoices, INVOICE_COLUMNS)
		source = None
		if advice:
			left_out = {"matched_only": matched_only, "other_deductions": bool(deductions)}
			invoice_rows, kept, source = _said_by(bank_transaction, advice, decimal, **left_out)
			deduction_rows = deduction_rows or kept
		started = start_in_background(
			bank_transaction,
			invoice_rows,
			voucher_rows,
			deduction_rows,
			_exchange_rates(rates),
			grouping,
			advance_of(bank_transaction, advance),
			advice=source,
		)
		# The job is enqueued by this commit.
		frappe.db.commit()
		tell_started(site, started, COMPLETED, watching)


def _rows_of(file: str | None, columns: tuple[str, ...]) -> list[dict] | None:
	"""The rows of a file that was given, None without one."""
	return read_rows(file, columns, working_folders()) if file else None


def _said_by(
	bank_transaction: str, file: str, decimal: str | None, **left_out: bool
) -> tuple[list, list, AdviceSource]:
	"""Invoices and deductions of an advice, which is attached then; `left_out`: see `selection_of_advice`."""
	folders = working_folders()
	said = read_advice_file(bank_transaction, file, decimal, folders)
	invoices, deductions = selection_of_advice(said, **left_out)
	return invoices, deductions, attached_advice(bank_transaction, file, decimal, folders)


@click.command("advice")
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


def _exchange_rates(rates: tuple[str, ...]) -> dict[str, str] | None:
	"""What --rate says, by currency. Raises `click.BadParameter`."""
	pairs = [rate.partition("=") for rate in rates]
	currencies = [currency.strip().upper() for currency, _sign, _rate in pairs]
	if not all(sign for _currency, sign, _rate in pairs) or len(set(currencies)) < len(pairs):
		raise click.BadParameter("give each currency once, like EUR=1.08", param_hint="--rate")
	return {
		code: rate.strip() for code, (_currency, _sign, rate) in zip(currencies, pairs, strict=True)
	} or None
