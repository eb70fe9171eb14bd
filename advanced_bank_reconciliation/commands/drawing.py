"""What a run looks like in a terminal, and in a file or pipe."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import timedelta
from types import TracebackType
from typing import TYPE_CHECKING

import click
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from advanced_bank_reconciliation.engine.states import RunState

if TYPE_CHECKING:
	from advanced_bank_reconciliation.erpnext_adapter.health import Finding

NEXT_STEPS = {
	RunState.ATTENTION.value: "Remove the cause, then try the undo again with: bulk-reconcile resume {run}",
	RunState.ROLLED_BACK.value: "Start the same selection anew with: bulk-reconcile retry {run}",
}


def drawing_for_output() -> Bar | Lines:
	"""A bar if a person looks at a terminal, plain lines for files and pipes."""
	return Bar() if sys.stdout.isatty() else Lines()


class Bar:
	"""A progress bar that stays in its line. `facts` are those of `describe_run`."""

	def __init__(self) -> None:
		columns = (
			TextColumn("[bold]{task.fields[status]}", markup=True),
			BarColumn(bar_width=None),
			TextColumn("{task.percentage:>3.0f} %", markup=False),
			TextColumn("{task.description}", markup=False),
			TextColumn("{task.fields[time_left]}", markup=False),
		)
		self._progress = Progress(*columns)
		self._task: TaskID | None = None

	def __enter__(self) -> Bar:
		self._progress.start()
		return self

	def __exit__(self, *_exception: type[BaseException] | BaseException | TracebackType | None) -> None:
		self._progress.stop()

	def show(self, facts: dict) -> None:
		"""Draw what is known now."""
		fields = {"status": facts["status"], "time_left": time_left(facts["eta_seconds"])}
		if self._task is None:
			self._task = self._progress.add_task(facts["message"], total=100, **fields)
		self._progress.update(
			self._task, description=facts["message"], completed=facts["percentage"], **fields
		)

	def note(self, text: str) -> None:
		"""Print a line above the bar."""
		self._progress.console.print(text, markup=False, highlight=False)


class Lines:
	"""One line for every new state and whole percent, so that a log of thousands of invoices stays short."""

	def __init__(self) -> None:
		self._last: tuple[str, int] | None = None

	def __enter__(self) -> Lines:
		return self

	def __exit__(self, *_exception: type[BaseException] | BaseException | TracebackType | None) -> None:
		pass

	def show(self, facts: dict) -> None:
		"""Print what is known now, if it is news."""
		news = (facts["status"], facts["percentage"])
		if news != self._last:
			line = f"{facts['status']}: {facts['percentage']} %, {facts['message']}"
			click.echo(f"{line} {time_left(facts['eta_seconds'])}".rstrip())
		self._last = news

	def note(self, text: str) -> None:
		"""Print a line."""
		click.echo(text)


def time_left(seconds: float | None) -> str:
	"""An estimate in words, empty if there is none."""
	return f"({timedelta(seconds=round(seconds))} left)" if seconds else ""


def ending_of(facts: dict) -> str:
	"""How a run ended, every failure with its reason, and what can be done."""
	lines = [f"{facts['status']}: {facts['message']}", *_failure_lines(facts)]
	if facts["status"] in NEXT_STEPS:
		lines.append(NEXT_STEPS[facts["status"]].format(**facts))
	return "\n".join(lines)


def description_of(facts: dict) -> str:
	"""Everything about a run, one fact a line."""
	amount = f"{facts['total_amount']:,.2f} {facts['currency']}"
	pairs = [
		("Run", facts["run"]),
		("State", facts["status"]),
		("Progress", f"{facts['percentage']} %, {facts['message']}"),
		("Bank Transaction", facts["bank_transaction"]),
		("Bank Account", facts["bank_account"]),
		("Company", facts["company"]),
		("Amount", f"{amount} for {facts['total']} invoices"),
		("Started by", facts["user"]),
		("Created", _moment(facts["creation"])),
		("Work began", _moment(facts["started_at"])),
		("Ended", _moment(facts["ended_at"])),
		("Worker", "at work" if facts["has_worker"] else "none"),
	]
	if advance := facts.get("advance"):
		left = f"{advance['amount']:,.2f} {facts['currency']} of {advance['party']}"
		pairs.insert(pairs.index(("Started by", facts["user"])), ("Advance", left))
	lines = [f"{label + ':':<18}{value}" for label, value in pairs]
	ways = [facts["posting_ways"]] if facts["posting_ways"] else []
	return "\n".join([*lines, *ways, *_failure_lines(facts)])


def table_of(runs: Sequence[dict]) -> str:
	"""Runs as aligned columns with a header; a sentence if there are none."""
	if not runs:
		return "There are no such runs."
	header = ("RUN", "STATE", "INVOICES", "AMOUNT", "BANK TRANSACTION", "STARTED BY", "CREATED")
	rows = [header, *(_cells(run) for run in runs)]
	widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
	lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
	return "\n".join(line.rstrip() for line in lines)


def lines_of(findings: Sequence[Finding]) -> str:
	"""What is there, one thing a line, and below it what to do about it."""
	lines = []
	for finding in findings:
		lines.append(f"{'ok ' if finding.is_good else 'BAD'}  {finding.subject}: {finding.text}")
		if finding.advice:
			lines.append(f"     {finding.advice}")
	return "\n".join(lines)


def _cells(run: dict) -> tuple[str, ...]:
	amount = f"{run['total_amount']:,.2f} {run['currency']}"
	done = f"{run['posted'] - run['undone']}/{run['total']}"
	moment = _moment(run["creation"])
	return run["run"], run["status"], done, amount, run["bank_transaction"], run["user"], moment


def _failure_lines(facts: dict) -> list[str]:
	if not facts["failures"]:
		return []
	return [f"Failed ({facts['failed']}):", *(f"  {_failure_line(failure)}" for failure in facts["failures"])]


def _failure_line(failure: dict) -> str:
	if failure["name"] in failure["reason"]:
		return failure["reason"]
	return f"{failure['doctype']} {failure['name']}: {failure['reason']}"


def _moment(value: object) -> str:
	return str(value).partition(".")[0] if value else "–"
