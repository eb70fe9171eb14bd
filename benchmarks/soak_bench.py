"""Kill the workers of a real bench at random moments, run after run, and judge every end from the tables.

	python -m benchmarks.soak_bench [--trials 100] [--minutes 30] [--seed 1] [--write FILE]

As the sandbox's soak, on ERPNext and MariaDB, with real `bench worker` processes and leases of 15 s, the
default. Somebody looks at every run many times a second, as an open dialog does every three seconds.
Everything stays on the site: use a test site.

Silence is what passes between the SIGKILL of the process that owns a run and the run's next checkpoint: after
the death of a work horse, which its worker sees, and after that of a whole worker, which another one of the
same machine replaces.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import time
from collections import Counter, defaultdict
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.soak_plan import Kill, Plan, make_plan
from benchmarks.soak_table import report
from tests.bench.bench import Bench, CommandFailed, find_bench
from tests.bench.desk_user import DeskUser
from tests.bench.judge import check_all_paid, check_nothing_left, read_books
from tests.bench.outages import Workers, children_of
from tests.bench.servers import running_servers
from tests.bench.talking import TalkingBench, talking

MAX_TRIAL_SECONDS = 180.0
WORKERS = 2
# No more than workers: a run that waits for a free one is not silent for want of being noticed.
TRIALS_AT_A_TIME = WORKERS
INVOICES = (30, 40)
MAX_DELAY_SECONDS = 1.0
LIMITS = {"batch_size": 5, "lease_seconds": 15}
HORSE, WORKER = "horse silence", "worker silence"


@dataclass
class Trial:
	"""One deposit and its run.

	before: its books before the start; victim: an invoice that somebody has cancelled
	due: when the next of its kills is to happen, once its progress is reached
	silence: since the last kill, until there is progress again: whose death, when, and the record of then
	"""

	plan: Plan
	deposit: dict
	before: dict
	run: str
	victim: str | None
	began: float = field(default_factory=time.monotonic)
	due: float | None = None
	silence: tuple[str, float, dict] | None = None
	is_undo_requested: bool = False


class Soak:
	"""Trials on one site, several at a time, all in this thread."""

	def __init__(self, bench: TalkingBench, workers: list[Workers], seed: int):
		self.bench = bench
		self.workers = workers
		self.chance = random.Random(seed)
		user = bench.call("scenes.make_user", name="accountant", roles=["Accounts User"])
		self.accountant = DeskUser(bench, **user)
		self.counts: Counter[str] = Counter()
		self.broken: list[str] = []
		self.silences: dict[str, list[float]] = defaultdict(list)

	def run(self, trials: int, minutes: float) -> None:
		"""Begin trials until there are enough or the time is up, and bring all of them to their end."""
		deadline = time.monotonic() + 60 * minutes
		plans = [make_plan(self.chance, INVOICES, MAX_DELAY_SECONDS) for _trial in range(trials)]
		deposits = self.bench.call("soak_scenes.make_deposits", counts=[plan.invoices for plan in plans])
		waiting = list(zip(plans, deposits, strict=True))
		active: list[Trial] = []
		while active or (waiting and time.monotonic() < deadline):
			if waiting and len(active) < TRIALS_AT_A_TIME and time.monotonic() < deadline:
				active.append(self.begin(*waiting.pop(0)))
			active = self.go_on(active)
			time.sleep(0.1)

	def begin(self, plan: Plan, deposit: dict) -> Trial:
		"""Start a run, with an invoice that nobody can pay any more if so planned."""
		before = read_books(self.bench, deposit)
		answer = self.accountant.start(deposit)
		answer.raise_for_status()
		victim = self.cancel_invoice(deposit["invoices"][plan.victim]["name"]) if plan.victim else None
		self.counts["trials"] += 1
		return Trial(plan, deposit, before, answer.json()["message"]["run"], victim)

	def cancel_invoice(self, name: str) -> str | None:
		"""Cancel an invoice, unless the run was faster and has paid it."""
		with suppress(CommandFailed):
			self.bench.call("scenes.cancel_invoice", name=name)
			return name
		return None

	def go_on(self, trials: list[Trial]) -> list[Trial]:
		"""Look at all trials, and do what the scheduler does; return those that are not over."""
		runs = [trial.run for trial in trials]
		self.bench.call("soak_scenes.recover", runs=runs)
		rows = self.bench.call("soak_scenes.run_rows", runs=runs)
		return [trial for trial in trials if not self.is_over(trial, rows[trial.run])]

	def is_over(self, trial: Trial, row: dict) -> bool:
		"""Do what is due for a trial; judge it if it has come to its end or its time is up."""
		self.measure_silence(trial, row)
		is_undo_left = trial.plan.undo_at is not None and not trial.is_undo_requested
		if row["state"] == "Rolled Back" or (row["state"] == "Completed" and not is_undo_left):
			self.judge(trial, row)
			return True
		if time.monotonic() - trial.began > MAX_TRIAL_SECONDS:
			self.broken.append(f"not over after {MAX_TRIAL_SECONDS} s: {row}")
			return True
		if is_undo_left and _progress(row) >= trial.plan.undo_at:
			self.accountant.tool("cancel_bulk_reconciliation", run=trial.run).raise_for_status()
			trial.is_undo_requested = True
		elif trial.plan.kills:
			self.kill_when_due(trial, row)
		return False

	def measure_silence(self, trial: Trial, row: dict) -> None:
		"""Note how long a run stood still, once it goes on."""
		if trial.silence and _has_moved(trial.silence[2], row):
			whose, since, _before = trial.silence
			self.silences[whose].append(time.monotonic() - since)
			trial.silence = None

	def kill_when_due(self, trial: Trial, row: dict) -> None:
		"""A little after the planned progress, so that the kill hits any line of a step."""
		kill, now = trial.plan.kills[0], time.monotonic()
		if trial.due is None and _progress(row) >= kill.progress:
			trial.due = now + kill.delay
		if trial.due is not None and now >= trial.due and self.kill(trial, kill, row):
			trial.plan.kills.pop(0)
			trial.due = None
			self.counts["kills"] += 1

	def kill(self, trial: Trial, kill: Kill, row: dict) -> bool:
		"""Kill the process that owns the run, or its worker, or any worker; False if none owns it."""
		if kill.is_blind:
			self.chance.choice(self.workers).replace()
			return True
		owner = int((row["lease_owner"] or "none 0").split()[1])
		for workers in self.workers:
			if owner in children_of(workers.process.pid):
				with suppress(ProcessLookupError):
					os.kill(owner, signal.SIGKILL) if kill.is_of_horse else workers.replace()
					trial.silence = self.silence_of(trial, HORSE if kill.is_of_horse else WORKER)
					return True
		return False

	def silence_of(self, trial: Trial, whose: str) -> tuple[str, float, dict]:
		"""What is committed now is the last that the dead one did."""
		began = time.monotonic()
		return whose, began, self.bench.call("soak_scenes.run_rows", runs=[trial.run])[trial.run]

	def judge(self, trial: Trial, row: dict) -> None:
		"""All or nothing, and what was asked for."""
		is_completed = row["state"] == "Completed"
		self.counts["completed" if is_completed else "undone"] += 1
		self.counts["resumed"] += row["fencing_token"] > 1
		books = read_books(self.bench, trial.deposit, trial.run)
		try:
			assert not (is_completed and (trial.victim or trial.is_undo_requested)), "completed all the same"
			if is_completed:
				check_all_paid(books, trial.deposit)
			else:
				check_nothing_left(books, trial.before, frozenset({trial.victim or ""}))
		except AssertionError as error:
			self.broken.append(f"{error} {row}")


def _has_moved(before: dict, row: dict) -> bool:
	return any(before[key] != row[key] for key in ("state", "posted_items", "undone_items"))


def _progress(row: dict) -> float:
	return (row["posted_items"] + row["undone_items"]) / row["total_items"]


def soak(bench: Bench, trials: int, minutes: float, seed: int) -> Soak:
	"""Run the trials with workers of their own."""
	with ExitStack() as stack:
		stack.enter_context(running_servers(bench))
		talker = stack.enter_context(talking(bench))
		before = talker.call("soak_scenes.set_single_limits", **LIMITS)
		stack.callback(talker.call, "soak_scenes.set_single_limits", **before)
		workers = [stack.enter_context(Workers(bench)) for _worker in range(WORKERS)]
		result = Soak(talker, workers, seed)
		result.run(trials, minutes)
		return result


def main() -> int:
	parser = argparse.ArgumentParser(description=__doc__)
	parser.add_argument("--trials", type=int, default=100)
	parser.add_argument("--minutes", type=float, default=60, help="begin no trial later than this")
	parser.add_argument("--seed", type=int, default=1)
	parser.add_argument("--write", type=Path, help="file for the result table")
	options = parser.parse_args()
	path = find_bench()
	if path is None:
		parser.error("no bench with ERPNext: set FRAPPE_BENCH to its folder")
	began = time.monotonic()
	result = soak(Bench.at(path), options.trials, options.minutes, options.seed)
	remark = (
		f"Deposits of {INVOICES[0]} to {INVOICES[1]} invoices, {TRIALS_AT_A_TIME} at a time,"
		f" {WORKERS} workers, batches of {LIMITS['batch_size']}, leases of"
		f" {LIMITS['lease_seconds']} s, seed {options.seed}."
	)
	seconds = time.monotonic() - began
	table = report(result.counts, result.broken, seconds, remark, {HORSE: [], WORKER: [], **result.silences})
	print(table)
	if options.write:
		options.write.write_text(f"# Soak of a bench with ERPNext\n\n{table}\n")
	return 1 if result.broken else 0


if __name__ == "__main__":
	sys.exit(main())
