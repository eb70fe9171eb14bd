"""Which rows a statement may write, told from its text before it is sent."""

from __future__ import annotations

import re

# All that cannot write to a table; any other statement may write to each table that is named in it.
READS = frozenset(
	{"select", "with", "show", "describe", "explain", "set", "savepoint", "release", "rollback"}
)
NAME = re.compile(r"`([^`]+)`|(\w+)")
# Texts and comments: what stands in them is no part of the statement.
PROSE = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|/\*.*?\*/|--\s[^\n]*|#[^\n]*""", re.DOTALL)
TABLE = r"\s*(?:`(?P<quoted>[^`]+)`|\b(?P<bare>\w+))\s*"
ANY_CASE = re.IGNORECASE | re.DOTALL
INSERT = re.compile(
	rf"\s*INSERT\s+(?:IGNORE\s+)?INTO\b{TABLE}\((?P<columns>[^)]*)\)\s*(?P<rows>VALUES\b.*)", ANY_CASE
)
UPDATE = re.compile(rf"\s*UPDATE\b{TABLE}SET\b(?P<assigned>.*?)\b(?P<rows>WHERE\b.*)", ANY_CASE)
DELETE = re.compile(rf"\s*DELETE\s+FROM\b{TABLE}(?P<rows>WHERE\b.*)", ANY_CASE)
# A statement with one of these may write rows that its own condition or values do not tell.
MORE = re.compile(r"\b(?:SELECT|JOIN|USING|LIMIT|DUPLICATE|DEFAULT|RETURNING)\b|;", ANY_CASE)


def tables_written_by(statement: str, tables: set[str]) -> set[str]:
	"""Those of the tables to which the statement may write; rather one too many than too few."""
	outline = outline_of(statement)
	first = NAME.search(outline)
	if not first or first.group().lower() in READS:
		return set()
	return {quoted or bare for quoted, bare in NAME.findall(outline)} & tables


def query_of_keys(statement: str, table: str, key: str) -> str | None:
	"""SQL that asks for the keys of all rows of a table that the statement may write, new ones as well.

	key: the column that is the table's primary key
	None if this cannot be told: any row may be written then.
	"""
	outline = outline_of(statement)
	for form in (INSERT, UPDATE, DELETE):
		found = form.fullmatch(outline)
		if found and table == (found["quoted"] or found["bare"]) and not MORE.search(outline):
			rows = statement[found.start("rows") :]
			if form is INSERT:
				return _keys_of_values(found["columns"], rows, key)
			assigned = found["assigned"] if form is UPDATE else ""
			return None if _names(assigned, key) else f"SELECT `{key}` FROM `{table}` {rows}"  # noqa: S608
	return None


def _keys_of_values(columns: str, rows: str, key: str) -> str | None:
	"""The database itself reads the values. A key that it will draw cannot be told."""
	if not _names(columns, key):
		return None
	return f"WITH written ({columns}) AS ({rows}) SELECT `{key}` FROM written"  # noqa: S608


def _names(text: str, column: str) -> bool:
	return any(column in names for names in NAME.findall(text))


def outline_of(statement: str) -> str:
	"""The statement, as long as it is, with its texts and comments blotted out."""
	return PROSE.sub(lambda prose: "?" * len(prose.group()), statement)
