"""Run a command while a bench has its databases: `python -m tests.bench.databases COMMAND [ARGUMENT …]`.

For commands that test several benches beside each other: they share MariaDB, and whoever started it stops it.
Without a bench the command runs all the same.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from contextlib import nullcontext

from tests.bench.bench import Bench, find_bench, find_bench_16
from tests.bench.servers import running_databases


def main(command: Sequence[str]) -> int:
	"""Return the command's exit status."""
	path = find_bench() or find_bench_16()
	with running_databases(Bench.at(path)) if path else nullcontext():
		return subprocess.run(command).returncode


if __name__ == "__main__":
	sys.exit(main(sys.argv[1:]))
