"""The tests on the bench with version 16: `python -m tests.bench.version_16 [ARGUMENT …]`.

Puts this checkout into the bench, runs the tests inside the site, then those from outside and in a browser
that are marked `by_version`; with arguments, which are pytest's, these tests from outside alone. Afterwards
the site's database is as it was. Without such a bench it says so and is content.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

from tests.bench.bench import CHECKOUT, Bench, find_bench, find_bench_16
from tests.bench.inside import run_inside
from tests.bench.kept_site import kept_site
from tests.bench.prepare import prepare
from tests.bench.servers import running_databases

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

	Returns False, and says why, if it is not here or is the first bench itself.
	"""
	path = find_bench_16()
	if path is None:
		print("Version 16 skipped: no such bench with ERPNext and a site. Set FRAPPE_BENCH_16 to its folder.")
		return False
	if path == find_bench():
		print("Version 16 skipped: its bench is the first one, which has been tested.")
		return False
	for name in OF_THE_FIRST_BENCH:
		os.environ.pop(name, None)
	os.environ["FRAPPE_BENCH"] = str(path)
	return True


def main(arguments: Sequence[str]) -> int:
	"""Return 0 if nothing failed."""
	if not turn_to_it():
		return 0
	bench = Bench.at(find_bench())
	with running_databases(bench):
		prepare(bench)
		with kept_site(bench):
			return _run_outside("not disruptive", *arguments) if arguments else _run_all(bench)


def _run_all(bench: Bench) -> int:
	inside = run_inside(bench)
	outside = _run_outside("by_version", "tests/bench", "tests/desk")
	return inside or outside


def _run_outside(marks: str, *arguments: str) -> int:
	"""Run tests of pytest; returns the exit status."""
	words = [sys.executable, "-m", "pytest", "-m", marks, *arguments]
	return subprocess.run(words, cwd=CHECKOUT).returncode


if __name__ == "__main__":
	sys.exit(main(sys.argv[1:]))
