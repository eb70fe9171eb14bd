"""Who may import whom among the rooms of the adapter: what is above knows what is below, not the reverse."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import advanced_bank_reconciliation.engine as engine

ADAPTER = Path(engine.__file__).parent.parent / "erpnext_adapter"
PACKAGE = "advanced_bank_reconciliation.erpnext_adapter"

# From the entrance down to the ground. A room may use those that stand in the lines below its own.
LAYERS = (
	("many_deposits",),
	("reconciliation", "jobs", "health", "traces", "figures"),
	("recovery",),
	("wiring", "candidates"),
	("job_heirs",),
	("starting", "posting", "job_queue", "publisher"),
	("document_events",),
	("books", "permissions", "reporting", "completion_mail"),
	("runs",),
	("unit_of_work",),
	("erpnext_patches", "decimals", "settings"),
	("new_table_rows",),
)


def test_every_room_has_its_layer():
	rooms = {
		path.stem for path in ADAPTER.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
	}
	assert rooms - {"__init__", "__pycache__"} == {room for layer in LAYERS for room in layer}


def test_nobody_imports_upwards():
	height = {room: -number for number, layer in enumerate(LAYERS) for room in layer}
	upwards = [
		f"{path.relative_to(ADAPTER)} imports {room}"
		for path in ADAPTER.rglob("*.py")
		for room in imported_rooms(path)
		if room != room_of(path) and height[room] >= height[room_of(path)]
	]
	assert upwards == []


def room_of(path: Path) -> str:
	"""The room that a file stands in; a file at the top is its own room."""
	first = path.relative_to(ADAPTER).parts[0].removesuffix(".py")
	return first if first != "__init__" else "reconciliation"


def imported_rooms(path: Path) -> Iterator[str]:
	"""Every room of the adapter that a file imports anywhere, also inside of functions."""
	for node in ast.walk(ast.parse(path.read_text())):
		if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGE):
			inside = (node.module or "")[len(PACKAGE) :].lstrip(".")
			yield from [inside.split(".")[0]] if inside else [alias.name for alias in node.names]


def test_reading_advices_knows_neither_frappe_nor_the_books():
	"""`remittance/` knows of this app the engine alone, and packages that read files or compare numbers."""
	known = (*sys.stdlib_module_names, "advanced_bank_reconciliation", "defusedxml", "openpyxl", "rapidfuzz")
	for path in (ADAPTER.parent / "remittance").glob("*.py"):
		for name in imported_names(path):
			assert name.partition(".")[0] in known, f"{path.name} imports {name}"
			if name.startswith("advanced_bank_reconciliation"):
				assert name.split(".")[1] in ("engine", "remittance"), f"{path.name} imports {name}"


def imported_names(path: Path) -> Iterator[str]:
	"""Every module that a file imports anywhere."""
	for node in ast.walk(ast.parse(path.read_text())):
		if isinstance(node, ast.Import):
			yield from (alias.name for alias in node.names)
		elif isinstance(node, ast.ImportFrom):
			yield node.module or ""
