"""The engine stays free of Frappe and of every database and queue, small, and documented."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import advanced_bank_reconciliation.engine as engine

FOLDER = Path(engine.__file__).parent
ROOT = FOLDER.parent.parent
MODULES = sorted(FOLDER.glob("*.py"))
FORBIDDEN = {"frappe", "erpnext", "rq", "redis", "socketio", "pymysql", "MySQLdb", "sqlite3", "pypika"}
MAX_LINES_OF_A_FILE = 300

every_module = pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)

IMPORT_WITHOUT_THE_WORLD = """
import importlib, sys

class Blocker:
	def find_spec(self, name, path=None, target=None):
		if name.partition(".")[0] in {forbidden!r}:
			raise AssertionError("the engine imported " + name)

sys.meta_path.insert(0, Blocker())
for module in {modules!r}:
	importlib.import_module("advanced_bank_reconciliation.engine." + module)
print("imported")
"""


def imported_packages(tree: ast.AST) -> set[str]:
	"""Everything that is imported anywhere in a module, also inside functions and for types alone."""
	names: set[str] = set()
	for node in ast.walk(tree):
		if isinstance(node, ast.Import):
			names |= {alias.name for alias in node.names}
		elif isinstance(node, ast.ImportFrom):
			assert node.level == 0, "imports are absolute"
			names.add(node.module or "")
	return names


@every_module
def test_the_engine_imports_the_standard_library_and_itself_alone(path: Path):
	"""No Frappe, no database, no queue; of this app nothing but the engine."""
	names = imported_packages(ast.parse(path.read_text()))
	assert not {name.partition(".")[0] for name in names} & FORBIDDEN
	for name in names:
		top = name.partition(".")[0]
		assert top in sys.stdlib_module_names or name.startswith("advanced_bank_reconciliation.engine")


def test_the_engine_works_if_nothing_else_is_installed():
	"""A fresh interpreter that fails on any import of the world outside still loads every module."""
	code = IMPORT_WITHOUT_THE_WORLD.format(forbidden=FORBIDDEN, modules=[path.stem for path in MODULES])
	result = subprocess.run(
		[sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60
	)
	assert (result.stdout.strip(), result.returncode) == ("imported", 0), result.stderr


@every_module
def test_everything_public_says_what_it_is(path: Path):
	"""Each module, public class and public function has a docstring."""
	tree = ast.parse(path.read_text())
	assert ast.get_docstring(tree)
	nameless = [
		node.name
		for node in tree.body
		if isinstance(node, ast.ClassDef | ast.FunctionDef)
		and not node.name.startswith("_")
		and not ast.get_docstring(node)
	]
	assert nameless == []


@every_module
def test_files_are_short(path: Path):
	"""A file can be read at one sitting."""
	assert len(path.read_text().splitlines()) <= MAX_LINES_OF_A_FILE
