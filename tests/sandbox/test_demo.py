"""`make demo` as somebody runs it: what it prints, how it ends, and that nothing of it remains."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from tests.sandbox.processes import children_of, command_of, processes_of, wait_until

ROOT = Path(__file__).resolve().parents[2]
MARK = "ABR_DEMO_UNDER_TEST"


@pytest.fixture
def mark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
	"""Something that all processes of one demo carry in their environment.

	What they leave in the folder for temporary files, as one that is killed must, goes with the test.
	"""
	monkeypatch.setenv("TMPDIR", str(tmp_path))
	return uuid.uuid4().hex


def start_demo(mark: str, count: int = 150, **options: object) -> subprocess.Popen:
	return subprocess.Popen(
		[sys.executable, "-m", "sandbox.demo", "--invoices", str(count)],
		cwd=ROOT,
		env={**os.environ, MARK: mark},
		**{"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, **options},  # type: ignore[call-overload]
	)


def test_one_deposit_pays_150_invoices(mark: str) -> None:
	"""Plain lines without a terminal, progress up to 100 %, the books in the end, within 15 seconds."""
	demo = start_demo(mark)
	output, _ = demo.communicate(timeout=15)
	assert demo.returncode == 0, output
	assert "payout.csv is read: 150 of 150 lines are matched" in output
	assert "100 %  The payments of 150 invoices are posted and matched" in output
	assert "\x1b" not in output
	fields = {
		line.rsplit(None, 1)[0].strip(): line.split()[-1] for line in output.splitlines() if line[:2] == "  "
	}
	assert fields["payments posted and matched"] == "150"
	assert fields["unallocated on the deposit"] == "0.00"
	assert fields["outstanding on the invoices"] == "0.00"
	assert processes_of(mark) == []


def test_a_bar_on_a_terminal(mark: str) -> None:
	ours, theirs = pty.openpty()
	demo = start_demo(mark, 40, stdout=theirs, stderr=theirs)
	os.close(theirs)
	output = _read_all(ours)
	assert demo.wait(timeout=15) == 0
	assert "100%" in output and "━" in output


def test_two_at_once_do_not_meet(mark: str) -> None:
	demos = [start_demo(mark), start_demo(mark)]
	for demo in demos:
		output, _ = demo.communicate(timeout=30)
		assert demo.returncode == 0, output
		assert "RUN-00001" in output
	assert processes_of(mark) == []


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_stopped_in_the_middle_it_leaves_nothing(mark: str, tmp_path: Path, kind: signal.Signals) -> None:
	"""No process; and no folder either, unless it was killed without a chance to clear up."""
	demo = start_demo(mark, 10_000)
	wait_until(lambda: "invoices posted" in demo.stdout.readline(), what="the first batch")
	demo.send_signal(kind)
	demo.communicate(timeout=30)
	assert demo.returncode != 0
	wait_until(lambda: not processes_of(mark), what="the end of all processes")
	assert kind == signal.SIGKILL or list(tmp_path.iterdir()) == []


def test_without_its_worker_it_says_so_and_ends(mark: str) -> None:
	"""The only worker is gone for good: nobody could go on with the run, so there is nothing to wait for."""
	demo = start_demo(mark, 10_000)
	wait_until(lambda: "invoices posted" in demo.stdout.readline(), what="the first batch")
	(worker,) = [pid for pid in children_of(demo.pid) if b"sandbox.worker" in command_of(pid)]
	os.kill(worker, signal.SIGKILL)
	output, _ = demo.communicate(timeout=30)
	assert demo.returncode == 1
	assert "The worker has ended" in output and "Traceback" not in output
	assert processes_of(mark) == []


@pytest.mark.parametrize("count", ["0", "10001", "many"])
def test_an_impossible_number_of_invoices(mark: str, count: str) -> None:
	demo = start_demo(mark, count)  # type: ignore[arg-type]
	output, _ = demo.communicate(timeout=30)
	assert demo.returncode == 2
	assert "Traceback" not in output


def _read_all(descriptor: int) -> str:
	"""Read a terminal until its other end is closed, which Linux tells by an error."""
	parts = []
	while True:
		try:
			part = os.read(descriptor, 4096)
		except OSError:
			break
		if not part:
			break
		parts.append(part)
	return b"".join(parts).decode()
