"""Tests from outside on the bench with version 16: `python -m tests.bench.version_16 FILE [FILE …]`.

The files are pytest's. Without such a bench it says so and is content.
"""

from __future__ import annotations

import os
import subprocess
import sys

from tests.bench.bench import CHECKOUT, find_bench, find_bench_16

# The servers and the site that these name are the first bench's.
OF_THE_FIRST_BENCH = (
	"ABR_TEST_SITE",
	"ABR_TEST_WEB_PORT",
	"FRAPPE_REDIS_CACHE",
	"FRAPPE_REDIS_QUEUE",
	"FRAPPE_SOCKETIO_PORT",
)


def turn_to_it() -> bool:
	"""Make the bench with version 16 the one that is tested on from now on, also by what is started.

	Returns False, and says so, if it is not here or is the first bench itself.
	"""
	path = find_bench_16()
	if path is None:
		print("Version 16 skipped: no such bench with ERPNext and a site. Set FRAPPE_BENCH_16 to its folder.")
		return False
	if path == find_bench():
		return False
	for name in OF_THE_FIRST_BENCH:
		os.environ.pop(name, None)
	os.environ["FRAPPE_BENCH"] = str(path)
	return True


def run(*files: str) -> int:
	"""Run test files of pytest on the bench that is turned to; returns the exit status."""
	words = [sys.executable, "-m", "pytest", "-m", "not disruptive", *files]
	return subprocess.run(words, cwd=CHECKOUT).returncode


if __name__ == "__main__":
	sys.exit(run(*sys.argv[1:]) if turn_to_it() else 0)
