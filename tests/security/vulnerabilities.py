"""`make audit`: is there a known vulnerability in what the environment has installed?

	python -m tests.security.vulnerabilities [OPTIONS OF pip-audit]

Exit status 0 only if a vulnerability service was asked and knows of none. pip-audit itself also succeeds
if the service knows none of the packages: that of a mirror may serve nothing but the packages.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import shorten

NOTHING_AUDITED = "Nothing was audited: no vulnerability service answered"
MAX_REASON_LENGTH = 120


class NothingAudited(Exception):
	"""There was no answer, or one that says nothing."""


def main() -> None:
	"""Audit the packages of the interpreter that this runs in."""
	with tempfile.TemporaryDirectory() as folder:
		requirements = Path(folder) / "requirements.txt"
		requirements.write_text("\n".join(installed()))
		try:
			report, is_clean = judge(ask(requirements, sys.argv[1:]))
		except NothingAudited as error:
			sys.exit(f"{NOTHING_AUDITED} ({error}).")
	print(report)
	sys.exit(not is_clean)


def installed() -> list[str]:
	"""The packages that requirements brought, as `name==version`: not this app, nor what comes with venv."""
	words = [sys.executable, "-m", "pip", "freeze", "--local", "--exclude-editable"]
	listed = subprocess.run(words, capture_output=True, text=True, check=True).stdout.splitlines()
	return [line for line in listed if "==" in line]


def ask(requirements: Path, options: Sequence[str]) -> list[dict]:
	"""What pip-audit says of each package. Raises `NothingAudited` if it breaks off."""
	words = [sys.executable, "-m", "pip_audit", "--requirement", str(requirements), "--no-deps"]
	words += ["--disable-pip", "--format", "json", "--progress-spinner", "off", *options]
	asked = subprocess.run(words, capture_output=True, text=True)
	try:
		return json.loads(asked.stdout)["dependencies"]
	except ValueError:
		last_line = asked.stderr.strip().rpartition("\n")[2]
		raise NothingAudited(shorten(last_line, MAX_REASON_LENGTH, placeholder=" …")) from None


def judge(packages: Sequence[Mapping]) -> tuple[str, bool]:
	"""A report for people, and whether all is well. Raises `NothingAudited`.

	packages: `{"name", "version", "vulns"}`, or `{"name", "skip_reason"}` if the service does not know it
	"""
	audited = [package for package in packages if "skip_reason" not in package]
	unknown = [package["name"] for package in packages if "skip_reason" in package]
	if not audited:
		raise NothingAudited(f"none of {len(unknown)} packages is known there")
	vulnerable = [line for package in audited for line in _vulnerabilities(package)]
	missing = [f"Not known there, and not audited: {', '.join(unknown)}"] if unknown else []
	count = f"{len(audited)} packages audited, {len(vulnerable)} known vulnerabilities"
	return "\n".join([*vulnerable, *missing, count]), not vulnerable


def _vulnerabilities(package: Mapping) -> list[str]:
	label = f"{package['name']} {package['version']}"
	return [
		f"{label}: {one['id']}, fixed in {', '.join(one['fix_versions']) or 'no version yet'}"
		for one in package["vulns"]
	]


if __name__ == "__main__":
	main()
