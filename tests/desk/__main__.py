"""Desk in a real browser: `python -m tests.desk [ARGUMENT …]`; the arguments are pytest's, else all is run.

Puts this checkout into the bench first. Without a bench only the tests of scripts by themselves are run.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

from tests.bench.bench import CHECKOUT, Bench, find_bench
from tests.bench.prepare import prepare
from tests.bench.servers import running_databases


def main(arguments: Sequence[str]) -> int:
	"""Return 0 if nothing failed."""
	path = find_bench()
	if path is None:
		return _run(arguments)
	bench = Bench.at(path)
	with running_databases(bench):
		prepare(bench)
		return _run(arguments)


def _run(arguments: Sequence[str]) -> int:
	words = [sys.executable, "-m", "pytest", *(arguments or ["tests/desk"])]
	return subprocess.run(words, cwd=CHECKOUT).returncode


if __name__ == "__main__":
	sys.exit(main(sys.argv[1:]))
