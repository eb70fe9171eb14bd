"""Finding the Pythons of a machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import pythons


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
	"""A machine that has nothing yet: programs go to its folder `bin`, pyenv's to `pyenv`."""
	monkeypatch.setenv("PATH", str(tmp_path / "bin"))
	monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
	return tmp_path


def install(path: Path, status: int = 0) -> Path:
	path.parent.mkdir(parents=True, exist_ok=True)
	path.write_text(f"#!/bin/sh\nexit {status}\n")
	path.chmod(0o755)
	return path


def test_the_one_on_the_path(machine: Path) -> None:
	python = install(machine / "bin/python3.10")
	assert pythons.find_python("3.10") == str(python)


def test_one_that_only_looks_like_it_is_passed_over(machine: Path) -> None:
	"""pyenv's own file ends with an error if that version is not chosen."""
	install(machine / "bin/python3.10", status=127)
	python = install(machine / "pyenv/versions/3.10.13/bin/python3.10")
	assert pythons.find_python("3.10") == str(python)


def test_one_that_is_not_here_is_said_and_skipped(machine: Path, capsys: pytest.CaptureFixture) -> None:
	assert pythons.main(["3.10"]) == 0
	assert capsys.readouterr().out == "Python 3.10 skipped: it is not on this machine.\n"


def test_a_failure_is_a_failure(machine: Path, capsys: pytest.CaptureFixture) -> None:
	install(machine / "bin/python3.10")
	install(machine / "bin/make", status=1)
	assert pythons.main(["3.10"]) == 1
	assert "Failed with Python 3.10." in capsys.readouterr().out
