"""The parts of the dialog that need no page, in Node's own test runner."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

UNIT_TESTS = sorted(str(path) for path in Path(__file__).parent.glob("unit/*.test.mjs"))


def test_selection_and_progress_without_a_page() -> None:
	"""Amounts, selection, filters, remittance advice, progress tracking."""
	node = shutil.which("node")
	if node is None:
		pytest.skip("no Node: install the package nodejs to run these tests")
	result = subprocess.run([node, "--test", *UNIT_TESTS], capture_output=True, text=True, timeout=120)
	assert result.returncode == 0, result.stdout[-8000:]
