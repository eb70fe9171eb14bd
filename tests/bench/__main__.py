"""All tests that need a bench: `python -m tests.bench`.

Puts this checkout into the bench, runs the tests inside the site, then those from outside with the real
servers and workers. Without a bench it says so and is content. On the bench that it has prepared, `make
test-outages` stops MariaDB and Redis.
"""

from __future__ import annotations

import subprocess
import sys

from tests.bench.bench import CHECKOUT, Bench, find_bench
from tests.bench.inside import run_inside
from tests.bench.prepare import prepare
from tests.bench.servers import running_databases, running_servers


def main() -> int:
	path = find_bench()
	if path is None:
		print("Bench tests skipped: no bench with ERPNext and a site. Set FRAPPE_BENCH to its folder.")
		return 0
	bench = Bench.at(path)
	with running_databases(bench):
		prepare(bench)
		inside = run_inside(bench)
		with running_servers(bench):
			outside = _run_outside()
	return inside or outside


def _run_outside() -> int:
	words = [sys.executable, "-m", "pytest", "-m", "bench and not disruptive", "tests/bench", *sys.argv[1:]]
	return subprocess.run(words, cwd=CHECKOUT).returncode


if __name__ == "__main__":
	sys.exit(main())
