"""Kill the sandbox's workers at random moments, run after run, and judge every end from the tables.

	python -m benchmarks.soak_sandbox [--trials 1000] [--seed 1] [--write FILE]

A trial is a deposit over some hundred invoices, posted by real RQ workers in the background. Its work horse,
or the whole worker, is killed one to three times; some trials are cancelled on the way, some have an invoice
that somebody cancelled. Nobody helps: each must come to its end by itself within a minute.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("BULK_RECONCILIATION_LEASE_SECONDS", "1")
os.environ.setdefault("BULK_RECONCILIATION_SCHEDULER_SECONDS", "0.25")

from advanced_bank_reconciliation.engine.requests import request_undo
from benchmarks.soak_plan import Kill, Plan, make_plan
from benchmarks.soak_table import report
from sandbox.audit import find_violations, read_ending
from sandbox.database import create_database
from sandbox.job_queue import LongQueue
from sandbox.run_store import SqliteRunStore
from sandbox.seed import seed_deposit
from sandbox.services import Services, running_sandbox
from sandbox.start import start_run
from tests.sandbox.processes import children_of

MAX_TRIAL_SECONDS = 60.0
TRIALS_AT_A_TIME = 8
WORKERS = ("worker", "worker-2", "worker-3")
INVOICES = (100, 300)


@dataclass
class Trial:
	"""One deposit and its run.

	plan: what is to happen to it; due: when the next of its kills is to happen, once its progress is reached
	"""

	plan: Plan
	bank_transaction: str
	run: str
	began: float = field(default_factory=time.monotonic)
	due: float | None = None
	is_undo_requested: bool = False


class Soak:
	"""Trials on one running sandbox, several at a time, all in this thread."""

	def __init__(self, services: Services, connection: sqlite3.Connection, seed: int):
		self.services = services
		self.connection = connection
		self.chance = random.Random(seed)
		self.queue = LongQueue(services.workplace)
		self.store = SqliteRunStore(connection)
		self.counts: Counter[str] = Counter()
		self.broken: list[str] = []

	def run(self, trials: int) -> None:
		"""Go through all trials, each bounded in time."""
		active: list[Trial] = []
		left = trials
		while left or active:
			while left and len(active) < TRIALS_AT_A_TIME:
				active.append(self.begin())
				left -= 1
			active = [trial for trial, row in self.rows(active) if not self.is_over(trial, row)]
			time.sleep(0.002)
		self.broken += [f"{name}: {rows[:5]}" for name, rows in find_violations(self.connection).items()]

	def begin(self) -> Trial:
		"""Seed a deposit and start its run, with an invoice that nobody can pay any more if so planned."""
		plan = make_plan(self.chance, INVOICES)
		deposit = seed_deposit(self.connection, plan.invoices)
		run = start_run(self.connection, deposit.bank_transaction, deposit.selection)
		if plan.victim is not None:
			name = deposit.selection[plan.victim]["name"]
			self.connection.execute("UPDATE open_item SET cancelled = 1 WHERE name = ?", (name,))
		self.queue.enqueue(run)
		self.counts["trials"] += 1
		return Trial(plan, deposit.bank_transaction, run.name)

	def rows(self, trials: list[Trial]) -> Iterator[tuple[Trial, sqlite3.Row]]:
		"""Each trial with the row of its run as it is now."""
		query = "SELECT * FROM run WHERE name = ?"
		for trial in trials:
			yield trial, self.connection.execute(query, (trial.run,)).fetchone()

	def is_over(self, trial: Trial, row: sqlite3.Row) -> bool:
		"""Do what is due for a trial; judge it if it has come to its end or its time is up."""
		is_undo_left = trial.plan.undo_at is not None and not trial.is_undo_requested
		if row["state"] == "Rolled Back" or (row["state"] == "Completed" and not is_undo_left):
			self.judge(trial, row)
			return True
		if time.monotonic() - trial.began > MAX_TRIAL_SECONDS:
			self.broken.append(f"not over after {MAX_TRIAL_SECONDS} s: {dict(row)}")
			return True
		if is_undo_left and _progress(row) >= trial.plan.undo_at:
			self.request_undo(trial)
		elif trial.plan.kills:
			self.kill_when_due(trial, row)
		return False

	def request_undo(self, trial: Trial) -> None:
		trial.is_undo_requested = True
		request_undo(trial.run, "accountant", self.store, self.queue)

	def kill_when_due(self, trial: Trial, row: sqlite3.Row) -> None:
		"""A little after the planned progress, so that the kill hits any line of a step."""
		kill, now = trial.plan.kills[0], time.monotonic()
		if trial.due is None and _progress(row) >= kill.progress:
			trial.due = now + kill.delay
		if trial.due is not None and now >= trial.due and self.kill(kill, row):
			trial.plan.kills.pop(0)
			trial.due = None
			self.counts["kills"] += 1

	def kill(self, kill: Kill, row: sqlite3.Row) -> bool:
		"""Kill the process that owns the run, or its worker, or any worker; False if none owns it."""
		if kill.is_blind:
			self.replace_worker(self.chance.choice(WORKERS))
			return True
		owner = int((row["lease_owner"] or "process 0").split()[1])
		for name in WORKERS:
			if owner in children_of(self.services.processes[name].pid):
				with suppress(ProcessLookupError):
					os.kill(owner, signal.SIGKILL) if kill.is_of_horse else self.replace_worker(name)
					return True
		return False

	def replace_worker(self, name: str) -> None:
		"""Kill a worker with what it does, and start another one in its place."""
		self.services.stop(name)
		self.services.start("worker", name)

	def judge(self, trial: Trial, row: sqlite3.Row) -> None:
		"""All or nothing, and what was asked for."""
		ending = read_ending(self.connection, trial.bank_transaction)
		is_completed = row["state"] == "Completed"
		is_to_be_undone = trial.plan.victim is not None or trial.is_undo_requested
		self.counts["completed" if is_completed else "undone"] += 1
		self.counts["resumed"] += row["fencing_token"] > 1
		is_as_told = ending.is_all if is_completed else ending.is_nothing
		if not is_as_told or (is_completed and is_to_be_undone):
			self.broken.append(f"{ending} {dict(row)}")


def _progress(row: sqlite3.Row) -> float:
	return (row["posted"] + row["undone"]) / row["total"]


def soak(trials: int, seed: int) -> Soak:
	"""Run the trials in a sandbox of their own."""
	with running_sandbox() as services, closing(create_database(services.workplace.database)) as connection:
		for name in WORKERS[1:]:
			services.start("worker", name)
		result = Soak(services, connection, seed)
		result.run(trials)
		return result


def main() -> int:
	parser = argparse.ArgumentParser(description=__doc__)
	parser.add_argument("--trials", type=int, default=1000)
	parser.add_argument("--seed", type=int, default=1)
	parser.add_argument("--write", type=Path, help="file for the result table")
	options = parser.parse_args()
	began = time.monotonic()
	result = soak(options.trials, options.seed)
	remark = (
		f"Deposits of {INVOICES[0]} to {INVOICES[1]} invoices, {TRIALS_AT_A_TIME} at a time,"
		f" {len(WORKERS)} workers, leases of {os.environ['BULK_RECONCILIATION_LEASE_SECONDS']} s,"
		f" seed {options.seed}."
	)
	table = report(result.counts, result.broken, time.monotonic() - began, remark)
	print(table)
	if options.write:
		options.write.write_text(f"# Soak of the sandbox\n\n{table}\n")
	return 1 if result.broken else 0


if __name__ == "__main__":
	sys.exit(main())
