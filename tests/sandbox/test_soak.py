"""A short soak of the sandbox, and a job that is lost between the queue and the worker."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from sandbox.audit import read_ending
from sandbox.database import create_database
from sandbox.job_queue import LongQueue
from sandbox.seed import seed_deposit
from sandbox.services import running_sandbox
from sandbox.start import start_run
from tests.sandbox.processes import wait_until

ROOT = Path(__file__).resolve().parents[2]
TRIALS = 30


def test_thirty_trials(tmp_path: Path) -> None:
	"""Workers killed at random moments: every run comes to its end by itself, and none is broken."""
	result = tmp_path / "result.md"
	words = ["--trials", str(TRIALS), "--seed", "7", "--write", str(result)]
	process = subprocess.run(
		[sys.executable, "-m", "benchmarks.soak_sandbox", *words],
		cwd=ROOT,
		capture_output=True,
		text=True,
		timeout=120,
	)
	assert process.returncode == 0, process.stdout + process.stderr
	trials, kills, resumed, completed, undone, broken = _numbers(result.read_text())[:6]
	assert trials == completed + undone == TRIALS
	# How many runs end before their kill depends on the machine.
	assert kills >= 3 and resumed >= 1
	assert undone > 0 and broken == 0


def test_a_job_that_its_worker_took_to_the_grave(monkeypatch: pytest.MonkeyPatch) -> None:
	"""A worker dies right after it took the job from the queue: the job's status stays "queued" for ever."""
	monkeypatch.setenv("BULK_RECONCILIATION_SCHEDULER_SECONDS", "0.25")
	with running_sandbox() as services, closing(create_database(services.workplace.database)) as connection:
		services.stop("worker")
		deposit = seed_deposit(connection, 20)
		queue = LongQueue(services.workplace)
		queue.enqueue(start_run(connection, deposit.bank_transaction, deposit.selection))
		services.workplace.connect_redis().delete(queue.queue.key)
		services.start("worker")
		wait_until(lambda: read_ending(connection, deposit.bank_transaction).is_all, 20, "the payment")


def _numbers(table: str) -> list[int]:
	row = next(line for line in table.splitlines() if re.match(r"\| \d", line))
	return [int(number.replace(",", "")) for number in row.strip("| ").split(" | ")]
