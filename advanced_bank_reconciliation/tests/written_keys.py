"""Which rows a statement may write, told from its text before it is sent."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

ANY_CASE = re.IGNORECASE | re.DOTALL
# All that cannot write to a table; any other statement may write to each table that is named in it.
READS = re.compile(
	r"\W*(?:(?:SELECT|SHOW|DESCRIBE|EXPLAIN|CHECKSUM)\b|WITH\b(?!.*\b(?:UPDATE|DELETE)\b)|$)", ANY_CASE
)
# Most statements: nothing stands before their first word, so they need no outline.
PLAINLY_READS = re.compile(r"\s*(?:SELECT|SHOW|DESCRIBE|EXPLAIN|CHECKSUM)\b", ANY_CASE)
NAME = re.compile(r"`([^`]+)`|(\w+)")
# Names, which stay, and texts and comments: what stands in these is no part of the statement. The database
# does what stands in a comment that begins with an exclamation mark.
PROSE = re.compile(
	r"""`[^`]*`|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|/\*(?!M?!).*?\*/|--\s[^\n]*|#[^\n]*""", re.DOTALL
)
TABLE = r"\s*(?:`(?P<quoted>[^`]+)`|\b(?P<bare>\w+))\s*"
INSERT = re.compile(
	rf"\s*INSERT\s+(?:IGNORE\s+)?INTO\b{TABLE}\((?P<columns>[^)]*)\)\s*(?P<rows>VALUES\b.*)", ANY_CASE
)
UPDATE = re.compile(rf"\s*UPDATE\b{TABLE}SET\b(?P<assigned>.*?)\b(?P<rows>WHERE\b.*)", ANY_CASE)
DELETE = re.compile(rf"\s*DELETE\s+FROM\b{TABLE}(?P<rows>WHERE\b.*)", ANY_CASE)
# A statement with one of these may write rows that its own condition or values do not tell.
MORE = re.compile(r"\b(?:SELECT|JOIN|USING|LIMIT|DUPLICATE|DEFAULT|RETURNING|NEXT)\b|[;@]|/\*", re.IGNORECASE)
# What may stand before a bracket. Another function may answer otherwise when asked again, as UUID() does.
BEFORE_BRACKETS = frozenset({"values", "where", "in", "and", "or", "not", "ifnull", "coalesce"})
CALL = re.compile(r"(\w+)`?\s*\(")
# What a list of assignments consists of: quoted names, which are passed over, and what holds others together.
PARTS = re.compile(r"`[^`]*`|[(),]|\b(?:CASE|END)\b", ANY_CASE)
DEEPER, BACK = frozenset({"(", "CASE"}), frozenset({")", "END"})


def tables_written_by(statement: str, tables: set[str]) -> set[str]:
	"""Those of the tables to which the statement may write; rather one too many than too few."""
	if PLAINLY_READS.match(statement):
		return set()
	outline = outline_of(statement)
	if READS.match(outline):
		return set()
	return {quoted or bare for text in (outline, statement) for quoted, bare in NAME.findall(text)} & tables


def query_of_keys(statement: str, table: str, key: str) -> str | None:
	"""SQL that asks for the keys of all rows of a table that the statement may write, new ones as well.

	key: the column of text that is the table's primary key
	None if this cannot be told: any row may be written then.
	"""
	outline = outline_of(statement)
	if MORE.search(outline):
		return None
	for form in (INSERT, UPDATE, DELETE):
		found = form.fullmatch(outline)
		if found and table == (found["quoted"] or found["bare"]) and _is_steady(found["rows"]):
			parts = {**found.groupdict(), "rows": statement[found.start("rows") :]}
			return _keys_of_values(parts, key) if form is INSERT else _keys_of_condition(parts, table, key)
	return None


def _is_steady(rows: str) -> bool:
	return {call.lower() for call in CALL.findall(rows)} <= BEFORE_BRACKETS


def _keys_of_values(parts: Mapping[str, str], key: str) -> str | None:
	"""The database itself reads the values. A key that it will draw cannot be told."""
	if not _names(parts["columns"], key):
		return None
	return f"WITH written ({parts['columns']}) AS ({parts['rows']}) SELECT `{key}` FROM written"  # noqa: S608


def _keys_of_condition(parts: Mapping[str, str], table: str, key: str) -> str | None:
	"""Rows that get another key are others than those that the condition finds."""
	if any(_names(target, key) for target in _targets(parts.get("assigned", ""))):
		return None
	return f"SELECT `{key}` FROM `{table}` {parts['rows']}"  # noqa: S608 - a condition that is sent anyway


def _targets(assigned: str) -> Sequence[str]:
	"""What a list of assignments gives values to; all of it if its brackets and cases cannot be told."""
	depth, start, targets = 0, 0, []
	for part in PARTS.finditer(f"{assigned},"):
		word = part.group().upper()
		depth += (word in DEEPER) - (word in BACK)
		if depth < 0:
			break
		if word == "," and not depth:
			targets.append(assigned[start : part.start()].partition("=")[0])
			start = part.end()
	return [assigned] if depth else targets


def _names(text: str, column: str) -> bool:
	"""The database does not tell small letters in a column's name from capitals."""
	return any(column.lower() in {quoted.lower(), bare.lower()} for quoted, bare in NAME.findall(text))


def outline_of(statement: str) -> str:
	"""The statement, as long as it is, with its texts and comments blotted out."""
	return PROSE.sub(lambda prose: _blot(prose.group()), statement)


def _blot(prose: str) -> str:
	return prose if prose.startswith("`") else "?" * len(prose)
