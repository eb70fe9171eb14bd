"""The app's own tests inside the site of a bench."""

from __future__ import annotations

import subprocess

from tests.bench.bench import APP, Bench


def run_inside(bench: Bench) -> int:
	"""Run them in a bench that has this checkout, as `bench run-tests --app` does; the exit status."""
	words = bench.arguments("run-tests", "--app", APP, "--skip-before-tests")
	return subprocess.run(words, cwd=bench.path / "sites", env=bench.environment).returncode
