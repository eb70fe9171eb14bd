"""The app's own tests inside the site of a bench."""

from __future__ import annotations

import subprocess

from tests.bench.bench import APP, Bench
from tests.bench.prepare import prepare


def run_inside(bench: Bench) -> int:
	"""Put this checkout into the bench and run them, as `bench run-tests --app` does; the exit status."""
	prepare(bench)
	words = bench.arguments("run-tests", "--app", APP, "--skip-before-tests")
	return subprocess.run(words, cwd=bench.path / "sites", env=bench.environment).returncode
