"""Remittance advices on the command line: what they say, and what of it is paid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from advanced_bank_reconciliation.commands.selection_files import find_file

if TYPE_CHECKING:
	from advanced_bank_reconciliation.erpnext_adapter.candidates.advice_sources import AdviceSource

MATCHED, NO_DOCUMENT = "Matched", "No Document"


def read_advice_file(bank_transaction: str, file: str, decimal: str | None, folders: Sequence[Path]) -> dict:
	"""What `describe` says about a file; a relative path is looked for in `folders`, in order."""
	from advanced_bank_reconciliation.erpnext_adapter.candidates.advice_sources import AdviceSource
	from advanced_bank_reconciliation.erpnext_adapter.candidates.remittance_advice import understand

	source = AdviceSource(content=find_file(file, folders).read_bytes(), decimal=decimal)
	return understand(bank_transaction, source).description()


def attached_advice(
	bank_transaction: str, file: str, decimal: str | None, folders: Sequence[Path]
) -> AdviceSource:
	"""Attach the file to the Bank Transaction, as the dialog does, so that it stays with the run's record."""
	import frappe

	from advanced_bank_reconciliation.erpnext_adapter.candidates.advice_sources import AdviceSource

	path = find_file(file, folders)
	document = {"doctype": "File", "file_name": path.name, "is_private": 1, "content": path.read_bytes()}
	attached = {"attached_to_doctype": "Bank Transaction", "attached_to_name": bank_transaction}
	return AdviceSource(file=frappe.get_doc({**document, **attached}).insert().name, decimal=decimal)


def description_of_advice(advice: dict) -> str:
	"""The advice as text: every line that is to be looked at, what is paid and what was kept back."""
	return "\n".join(_sentences(advice))


def _sentences(advice: dict) -> Iterator[str]:
	yield f"{advice['format']}: {advice['message']}"
	for line in advice["lines"]:
		if line["state"] not in (MATCHED, NO_DOCUMENT):
			named = line["reference"] or line["text"]
			yield f"  line {line['number']}: {named} {line['gross'] or ''}".rstrip()
			yield f"    {line['reason']}"
			yield from map(_candidate, line["candidates"])
	for one in advice["deductions"]:
		yield f"  kept back: {one['amount']} {one['code']} → {one['account'] or 'no account'}"
	yield f"  {len(advice['invoices'])} invoices; {advice['difference']} is not explained"


def _candidate(one: dict) -> str:
	slip = f" ({one['slip']})" if one["slip"] else ""
	return f"    maybe {one['name']} {one['allocated_amount']}{slip}"


def selection_of_advice(advice: dict, *, matched_only: bool, other_deductions: bool) -> tuple[list, list]:
	"""The invoices and the deductions to start with.

	matched_only: leave out what is to be looked at; other_deductions: the advice's are not wanted
	Raises `click.ClickException` with all that has to be decided first.
	"""
	problems = [] if matched_only else list(_undecided(advice))
	problems += [] if other_deductions else list(_without_account(advice))
	problems += [] if matched_only or other_deductions else list(_unexplained(advice))
	if not advice["invoices"]:
		problems.append("No line of the advice matches an open item.")
	if problems:
		raise click.ClickException("\n".join([description_of_advice(advice), *problems]))
	return advice["invoices"], [] if other_deductions else [_row(one) for one in advice["deductions"]]


def _undecided(advice: dict) -> Iterator[str]:
	if any(line["state"] not in (MATCHED, NO_DOCUMENT) for line in advice["lines"]):
		yield "Nothing was started. Pay what matched with --matched-only, or give a list with --invoices."


def _unexplained(advice: dict) -> Iterator[str]:
	if Decimal(advice["difference"]):
		yield f"The advice and the Bank Transaction differ by {advice['difference']}: is it the right file?"


def _without_account(advice: dict) -> Iterator[str]:
	for one in advice["deductions"]:
		if not one["account"]:
			yield f"No Deduction Rule covers {one['code']}. Make one, or give the accounts with --deductions."


def _row(deduction: dict) -> dict:
	return {key: value for key, value in deduction.items() if key != "code" and value}
