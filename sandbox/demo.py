"""The main job on this machine: one deposit pays many invoices in the background. `make demo`."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from contextlib import closing

from advanced_bank_reconciliation.remittance.matching import MatchState
from sandbox.audit import Findings, audit
from sandbox.database import create_database
from sandbox.drawing import Drawing, drawing_for
from sandbox.job_queue import LongQueue
from sandbox.listening import Listener
from sandbox.pace import milliseconds_an_invoice
from sandbox.payout_report import SHIPPED, SHIPPED_INVOICES, match_report, payout_report, selection_of
from sandbox.run_store import SqliteRunStore
from sandbox.seed import CUSTOMERS, Deposit, seed_deposit
from sandbox.services import ServiceFailed, Services, running_sandbox
from sandbox.start import start_run

USER = "accountant"
MAX_INVOICES = 10_000
SILENCE_SECONDS = 1.0


def main() -> int:
	"""Run the demonstration; the exit status is 0 only if everything is paid and matched."""
	options = read_options()
	for kind in (signal.SIGTERM, signal.SIGHUP):
		signal.signal(kind, lambda number, _frame: sys.exit(128 + number))
	drawing = drawing_for(sys.stdout)
	try:
		with running_sandbox() as services:
			status = run_demo(services, options.invoices, drawing)
			if options.keep:
				drawing.say(f"Until Ctrl-C there is a page: {services.workplace.page_address}")
				signal.pause()
			return status
	except ServiceFailed as error:
		print(error, file=sys.stderr)
		return 1
	except KeyboardInterrupt:
		print("Stopped. Everything that was started is gone.")
		return 130


def run_demo(services: Services, count: int, drawing: Drawing) -> int:
	"""Seed, start in the background, follow the events to the end, and judge the books."""
	workplace = services.workplace
	with closing(create_database(workplace.database)) as connection:
		deposit = seed_deposit(connection, count)
		drawing.say(describe(deposit))
		matched = match_report(connection, payout_report(deposit), deposit.amount)
		done = matched.count(MatchState.MATCHED)
		name = f" {SHIPPED.name}" if count == SHIPPED_INVOICES else ""
		drawing.say(f"Its payout report{name} is read: {done:,} of {len(matched.lines):,} lines are matched.")
		with Listener(workplace, USER) as listener:
			began = time.monotonic()
			run = start_run(connection, deposit.bank_transaction, selection_of(matched), user=USER)
			LongQueue(workplace).enqueue(run)
			drawing.say(
				f"Run {run.name} is queued; a worker posts it in batches of {run.batch_size}{_pace()}."
			)
			with drawing:
				completion = follow(services, listener, drawing, SqliteRunStore(connection), run.name)
			seconds = time.monotonic() - began
		findings = audit(connection, deposit.bank_transaction)
	drawing.say(report(findings, completion, count, seconds))
	return 0 if is_settled(findings, completion, count) else 1


def follow(
	services: Services, listener: Listener, drawing: Drawing, store: SqliteRunStore, run_name: str
) -> dict:
	"""Draw the events until the completion; if none come, look into the run's record.

	Raises `ServiceFailed` if nobody is left who could go on with the run.
	"""
	while True:
		event = listener.next_event(SILENCE_SECONDS) or listener.event_from_record(store, run_name)
		drawing.show(event)
		if "success" in event:
			return event
		if run_name in store.abandoned_runs():
			services.check("worker")


def _pace() -> str:
	pace = milliseconds_an_invoice()
	return f", {pace:g} ms an invoice (PACE=0: as fast as it can)" if pace else ""


def describe(deposit: Deposit) -> str:
	return (
		f"A deposit of {deposit.amount:,.2f} is to pay {len(deposit.selection):,} invoices"
		f" of {min(len(CUSTOMERS), len(deposit.selection))} customers."
	)


def report(findings: Findings, completion: dict, count: int, seconds: float) -> str:
	"""What the tables say, in words."""
	lines = [
		completion["message"],
		f"  payments posted and matched  {findings.payments:>12,}",
		f"  customers                    {findings.customers:>12,}",
		f"  matched                      {findings.matched:>12,.2f}",
		f"  unallocated on the deposit   {findings.unallocated:>12,.2f}",
		f"  outstanding on the invoices  {findings.outstanding:>12,.2f}",
		f"  time                         {seconds:>10.1f} s  ({count / seconds:,.0f} invoices a second)",
	]
	lines += [f"  WRONG: {name}: {', '.join(rows[:5])}" for name, rows in findings.violations.items()]
	return "\n".join(lines)


def is_settled(findings: Findings, completion: dict, count: int) -> bool:
	is_complete = completion["success"] and findings.payments == count
	return bool(is_complete and not findings.unallocated and not findings.violations)


def read_options() -> argparse.Namespace:
	parser = argparse.ArgumentParser(description=__doc__)
	parser.add_argument("--invoices", type=int, default=SHIPPED_INVOICES, help=f"from 1 to {MAX_INVOICES:,}")
	parser.add_argument("--keep", action="store_true", help="keep the page up afterwards")
	options = parser.parse_args()
	if not 1 <= options.invoices <= MAX_INVOICES:
		parser.error(f"INVOICES must be from 1 to {MAX_INVOICES}, not {options.invoices}")
	return options


if __name__ == "__main__":
	sys.exit(main())
