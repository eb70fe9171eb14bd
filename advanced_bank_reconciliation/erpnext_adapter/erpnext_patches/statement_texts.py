"""Which rows of a table a statement is about, as far as its text tells.

Only what is plain is understood: one table, conditions that are comparisons joined by AND. Of anything else
nothing is known, and whoever asks has to assume the worst.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

LITERAL = re.compile(r"'(?:[^'\\]|\\.|'')*'", re.DOTALL)
COLUMN = r"(?:`[^`]+`\.)?`?\w+`?"
# Literals are question marks here.
VALUE = r"(?:\?|[\d.]+|null)"
OPERAND = rf"(?:{COLUMN}|(?:ifnull|coalesce)\({COLUMN},\s*{VALUE}\))"
CONDITION = rf"{OPERAND}\s*(?:=|<>|!=|<=?|>=?)\s*{VALUE}"
CONDITIONS = rf"(?P<conditions>{CONDITION}(?:\s+and\s+{CONDITION})*)"
READ = re.compile(
	rf"(?P<select>select\s+(?:\*|{COLUMN}(?:\s*,\s*{COLUMN})*))"
	rf"(?P<source>\s+from\s+`tab[^`]+`\s+where\s+{CONDITIONS}"
	rf"(?:\s+order\s+by\s+{COLUMN}(?:\s+(?:asc|desc))?)?)(?P<limit>\s+limit\s+1)?(?P<lock>\s+for\s+update)?",
	re.IGNORECASE,
)
WRITE = re.compile(
	r"(?:update\s+`tab[^`]+`\s+set\s+(?P<assignments>.+)|delete\s+from\s+`tab[^`]+`)"
	rf"\s+where\s+{CONDITIONS}(?:\s+and\s+`name`\s+not\s+in\s+\([?,\s]*\))?",
	re.IGNORECASE | re.DOTALL,
)
PARTS = re.compile(rf"(?P<operand>{OPERAND})\s*(?P<operator>=|<>|!=|<=?|>=?)\s*{VALUE}", re.IGNORECASE)


@dataclass(frozen=True)
class Rows:
	"""Rows of one table. equal: what columns of theirs are equal to; assigned: columns that are written"""

	equal: Mapping[str, str]
	assigned: frozenset[str] = frozenset()

	def are_apart_from(self, others: Rows) -> bool:
		"""Whether no row that is written is one of the others, neither before nor afterwards."""
		return any(
			_differ(value, others.equal[column])
			for column, value in self.equal.items()
			if column in others.equal and column not in self.assigned
		)


def rows_read(text: str) -> Rows | None:
	"""The rows that a read is about. text: with its values written out"""
	blank, literals = without_literals(text)
	read = READ.fullmatch(blank)
	return Rows(_equal(blank, read, literals)) if read else None


def rows_written(text: str) -> Rows | None:
	"""The rows that an UPDATE or a DELETE is about. text: with its values written out"""
	blank, literals = without_literals(text)
	write = WRITE.fullmatch(blank)
	if not write:
		return None
	assigned = re.findall(r"`?(\w+)`?\s*=", write["assignments"] or "")
	return Rows(_equal(blank, write, literals), frozenset(column.lower() for column in assigned))


def without_literals(text: str) -> tuple[str, list[str]]:
	"""A statement with a question mark for each literal, and these. What is quoted otherwise is not plain."""
	return LITERAL.sub("?", text).strip(), LITERAL.findall(text)


def _equal(blank: str, statement: re.Match[str], literals: list[str]) -> dict[str, str]:
	equal = {}
	for part in PARTS.finditer(blank, *statement.span("conditions")):
		if part["operator"] == "=" and part[0].endswith("?") and "(" not in part["operand"]:
			literal = literals[blank.count("?", 0, part.end() - 1)]
			equal[column_name(part["operand"])] = literal[1:-1]
	return equal


def column_name(operand: str) -> str:
	"""Without the table and quotes."""
	return operand.rpartition(".")[2].strip("`").lower()


def _differ(one: str, other: str) -> bool:
	"""Whether the database takes two texts for different, whatever its collation: surely only if both are
	plain letters, digits and signs.
	"""
	both = one + other
	is_plain = both.isascii() and both.isprintable() and "\\" not in both
	return is_plain and one.strip().lower() != other.strip().lower()
