"""`make demo` and `make test` with every supported Python that is here: `python -m tests.pythons [3.10 …]`.

Each has an environment of its own, with the same versions of all packages. A Python that is not here is said
in one line and skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
SUPPORTED = ("3.10", "3.11", "3.12", "3.13", "3.14")


def main(versions: list[str]) -> int:
	"""Return 0 if nothing failed."""
	failed = [version for version in versions or SUPPORTED if not _passes(version)]
	if failed:
		print(f"Failed with Python {', '.join(failed)}.")
	return 1 if failed else 0


def _passes(version: str) -> bool:
	"""Whether both commands pass with a Python, or it is not here."""
	python = find_python(version)
	if python is None:
		print(f"Python {version} skipped: it is not on this machine.", flush=True)
		return True
	print(f"Python {version}: {python}", flush=True)
	words = [f"PYTHON={python}", f"ENVIRONMENT=.venv/python{version}"]
	return all(_make(target, *words) for target in ("demo", "test"))


def _make(*words: str) -> bool:
	make = shutil.which("make") or "make"
	return subprocess.run([make, "--no-print-directory", *words], cwd=CHECKOUT).returncode == 0


def find_python(version: str) -> str | None:
	"""The first Python of a version (like 3.10) on the PATH or in pyenv that really starts."""
	return next((str(path) for path in _candidates(version) if _starts(path)), None)


def _candidates(version: str) -> Iterator[Path]:
	found = shutil.which(f"python{version}")
	if found:
		yield Path(found)
	root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
	yield from sorted(root.glob(f"versions/{version}.*/bin/python{version}"))


def _starts(python: Path) -> bool:
	"""pyenv puts a file of that name on the PATH for each version, and lets only the chosen ones start."""
	return subprocess.run([python, "--version"], capture_output=True).returncode == 0


if __name__ == "__main__":
	sys.exit(main(sys.argv[1:]))
