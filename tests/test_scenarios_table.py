"""The table of scenarios in the docs names only tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
TABLE = ROOT / "docs" / "scenarios.md"
TESTS = ROOT / "advanced_bank_reconciliation" / "tests"
ROW = re.compile(r"^\| (?P<scenario>[^|]+) \| (?P<supported>[^|]+) \| (?P<proof>[^|]+) \|$", re.MULTILINE)
NAMED = re.compile(r"`(test_\w+)(?:\.(\w+))?`")


def rows() -> list[re.Match[str]]:
	"""The rows below the heading and its line."""
	return list(ROW.finditer(TABLE.read_text()))[2:]


def test_every_scenario_names_a_test():
	assert len(rows()) > 20
	assert [row["scenario"] for row in rows() if not NAMED.search(row["proof"])] == []


def test_every_test_that_is_named_exists():
	named = {match.groups() for row in rows() for match in NAMED.finditer(row["proof"])}
	missing = []
	for module, test_class in named:
		path = TESTS / f"{module}.py"
		text = path.read_text() if path.exists() else ""
		if not text or (test_class and f"class {test_class}(" not in text):
			missing.append((module, test_class))
	assert missing == []
