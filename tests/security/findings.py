"""What a rule found, and where."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APP = "advanced_bank_reconciliation"


@dataclass(frozen=True)
class Finding:
	"""One place that a rule objects to.

	path: relative to the repository; function: its qualified name, empty outside of functions
	"""

	rule: str
	path: str
	function: str
	line: int

	@property
	def place(self) -> str:
		"""What known places are listed by: it stays the same when lines move."""
		return f"{self.path}: {self.function}"


def files(ending: str) -> list[Path]:
	"""The repository's own files, without environments and what was installed or built into the folder."""
	folders = (APP, "benchmarks", "docs", "sandbox", "tests")
	found = (path for folder in folders for path in (ROOT / folder).rglob(f"*{ending}"))
	return sorted(path for path in found if "dist" not in path.parts)


def name_of(path: Path) -> str:
	"""A file's path as findings give it."""
	return path.relative_to(ROOT).as_posix()


def is_product(name: str) -> bool:
	"""Whether a file is part of what a site runs, its tests excepted."""
	return name.startswith(f"{APP}/") and not name.startswith(f"{APP}/tests/")
