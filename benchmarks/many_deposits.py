"""Start a run for each of many deposits at once, and let several real workers settle them.

	python -m benchmarks.many_deposits [--deposits 20] [--invoices 100] [--workers 4]

Needs a bench with ERPNext, see `tests/bench/bench.py`, and starts the servers that are not running. Each end
is judged from the tables. Everything stays on the site: use a test site.
"""

from __future__ import annotations

import argparse
import sys
import time
from contextlib import ExitStack

from tests.bench.bench import Bench, find_bench
from tests.bench.desk_user import DeskUser
from tests.bench.judge import check_all_paid, read_books
from tests.bench.servers import running_servers, running_worker
from tests.bench.talking import talking

TIMEOUT = 1800


def settle_at_once(bench: Bench, deposits: int, invoices: int, workers: int) -> float:
	"""Settle so many deposits of so many invoices each, all started before the first worker is.

	bench: whose web server is running
	Returns the seconds from the workers' start to the last run's end. Raises AssertionError if a run does not
	complete, or the tables tell of anything but each invoice paid once.
	"""
	accountant = DeskUser(bench, **bench.call("scenes.make_user", name="accountant", roles=["Accounts User"]))
	with talking(bench) as talker:
		scenes = [talker.call("scenes.make_deposit", count=invoices) for _deposit in range(deposits)]
		runs = [accountant.start(scene).json()["message"]["run"] for scene in scenes]
		seconds = _wait_for(accountant, runs, workers)
		for run, scene in zip(runs, scenes, strict=True):
			check_all_paid(read_books(talker, scene, run), scene)
	return seconds


def _wait_for(accountant: DeskUser, runs: list[str], workers: int) -> float:
	began = time.monotonic()
	with ExitStack() as stack:
		for _worker in range(workers):
			stack.enter_context(running_worker(accountant.bench))
		for run in runs:
			accountant.wait_for(run, "Completed", timeout=TIMEOUT)
		return time.monotonic() - began


def main() -> int:
	parser = argparse.ArgumentParser(description=__doc__)
	parser.add_argument("--deposits", type=int, default=20)
	parser.add_argument("--invoices", type=int, default=100)
	parser.add_argument("--workers", type=int, default=4)
	options = parser.parse_args()
	path = find_bench()
	if path is None:
		parser.error("no bench with ERPNext: set FRAPPE_BENCH to its folder")
	bench = Bench.at(path)
	with running_servers(bench):
		seconds = settle_at_once(bench, options.deposits, options.invoices, options.workers)
	sizes = f"{options.deposits} deposits of {options.invoices} invoices, {options.workers} workers"
	print(f"{sizes}: all completed, {seconds:.0f} s")
	return 0


if __name__ == "__main__":
	sys.exit(main())
