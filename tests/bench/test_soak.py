"""A short soak of the bench: workers killed at random moments, every end judged from the tables."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.bench import CHECKOUT, Bench

pytestmark = [pytest.mark.bench, pytest.mark.disruptive, pytest.mark.timeout(420)]


def test_three_trials(bench: Bench, tmp_path: Path) -> None:
	"""All of them come to their end by themselves, and none is broken."""
	result = tmp_path / "result.md"
	words = ["--trials", "3", "--seed", "4", "--write", str(result)]
	process = subprocess.run(
		[sys.executable, "-m", "benchmarks.soak_bench", *words],
		cwd=CHECKOUT,
		capture_output=True,
		text=True,
		timeout=400,
	)
	assert process.returncode == 0, process.stdout + process.stderr
	row = result.read_text().splitlines()[4].strip("| ").split(" | ")
	trials, kills, _resumed, completed, undone, broken = (int(number) for number in row[:6])
	assert trials == completed + undone == 3
	assert kills > 0 and broken == 0
