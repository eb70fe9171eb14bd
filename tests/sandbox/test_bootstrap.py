"""Setting up the environment: on machines that lack something, twice, and after an interruption."""

from __future__ import annotations

import ast
import importlib.util
import sys
from pathlib import Path

import pytest

from sandbox import bootstrap


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
	"""The steps that a set-up would have run."""
	taken: list[tuple[str, ...]] = []
	monkeypatch.setattr(bootstrap, "run", lambda *words: taken.append(words))
	return taken


def test_it_is_done_once(tmp_path: Path, steps: list) -> None:
	bootstrap.set_up(tmp_path, "sandbox")
	assert [words[2] for words in steps] == ["venv", "pip"]
	bootstrap.set_up(tmp_path, "sandbox")
	assert len(steps) == 2


def test_what_was_interrupted_is_done_again(tmp_path: Path, steps: list) -> None:
	"""Stopped with Ctrl-C while the environment was made: it has a Python already, and no pip."""
	(tmp_path / "bin").mkdir()
	(tmp_path / "bin/python").touch()
	bootstrap.set_up(tmp_path, "sandbox")
	assert [words[2] for words in steps] == ["venv", "pip"]


def test_a_failed_step_shows_its_output(tmp_path: Path) -> None:
	with pytest.raises(SystemExit, match=r"the reason\n(.|\n)*The set-up failed in"):
		bootstrap.run(sys.executable, "-c", "import sys; print('the reason'); sys.exit(3)")


def test_the_versions_are_those_of_the_lock(tmp_path: Path, steps: list) -> None:
	bootstrap.set_up(tmp_path, "sandbox")
	words = steps[1]
	assert words[words.index("--constraint") + 1] == str(bootstrap.VERSIONS)


def test_another_lock_is_another_environment(
	tmp_path: Path, steps: list, monkeypatch: pytest.MonkeyPatch
) -> None:
	bootstrap.set_up(tmp_path, "sandbox")
	newer = tmp_path / "versions.txt"
	newer.write_text("rich==99.0\n")
	monkeypatch.setattr(bootstrap, "VERSIONS", newer)
	bootstrap.set_up(tmp_path, "sandbox")
	assert len(steps) == 4


def test_a_new_python_without_a_compiler_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
	monkeypatch.setattr(sys, "version_info", (3, 14, 0))
	monkeypatch.setenv("PATH", "/nowhere")
	with pytest.raises(SystemExit, match=r"^Python newer than 3.12 needs a C compiler .*$"):
		bootstrap.check_machine()


def test_an_old_python_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
	monkeypatch.setattr(sys, "version_info", (3, 9, 18))
	with pytest.raises(SystemExit, match=r"^Python 3.10 or newer is needed, .*$"):
		bootstrap.check_machine()


def test_an_old_python_can_read_it() -> None:
	"""Python 3.6 does not know that import: it would only show a syntax error."""
	tree = ast.parse(Path(bootstrap.__file__).read_text(), feature_version=(3, 6))
	imported = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
	assert "__future__" not in imported


def test_a_missing_venv_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
	find = importlib.util.find_spec
	monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "ensurepip" else find(name))
	with pytest.raises(SystemExit, match=r"^.*install python3-venv$"):
		bootstrap.check_machine()
