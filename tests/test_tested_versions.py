"""What the app is said to be tested on is said in one way, wherever it is said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from advanced_bank_reconciliation import tested_versions

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("name", ["README.md", "BULK_RECONCILIATION.md"])
def test_the_documents_name_the_versions(name: str) -> None:
	words = " ".join((ROOT / name).read_text().split())
	assert tested_versions.tested_on() in words


def test_no_other_major_version_can_be_installed() -> None:
	text = (ROOT / "pyproject.toml").read_text()
	allowed = re.findall(r'^(?:frappe|erpnext) = ">=(\d+)\.0\.0,<(\d+)\.0\.0"$', text, re.MULTILINE)
	assert allowed == [(str(min(tested_versions.TESTED)), str(max(tested_versions.TESTED) + 1))] * 2
