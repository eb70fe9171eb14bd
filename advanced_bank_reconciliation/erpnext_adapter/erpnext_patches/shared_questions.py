"""A question about one document of a batch, asked for all of them at once.

ERPNext asks the same about each document: its rows, those of its child tables, what else names it. These
questions differ in nothing but the name. So `col` = 'A' is asked as `col` IN ('A', 'B', …), and the rows are
handed out by that column. The order of the rows is that of the question itself. What is not plain
(`statement_texts`), or locks, is asked as it is.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from advanced_bank_reconciliation.erpnext_adapter.erpnext_patches.statement_texts import (
	COLUMN,
	LITERAL,
	READ,
	without_literals,
)

KEY = "key_of_batch"
FROM = re.compile(r"(?=\s+from\s)", re.IGNORECASE)
LIMIT = re.compile(r"\s+limit\s+1$", re.IGNORECASE)


@dataclass(frozen=True)
class SharedQuestion:
	"""A question that can be asked for a batch.

	text: of the question, its values written out; name: whom it is about; names: the batch
	condition, column: where it says so, and of which column
	"""

	text: str
	name: str
	names: Collection[str]
	condition: str
	column: str

	@classmethod
	def of(cls, text: str, names: Collection[str]) -> SharedQuestion | None:
		"""`text` as a question about one of `names`, if it is understood as such. names: without quotes"""
		found = [literal[1:-1] for literal in LITERAL.findall(text) if literal[1:-1] in names]
		if len(found) != 1:
			return None
		read = READ.fullmatch(without_literals(text)[0])
		condition = re.search(rf"({COLUMN})\s*=\s*'{re.escape(found[0])}'", text)
		if not read or read["lock"] or not condition:
			return None
		return cls(text, found[0], names, condition[0], condition[1])

	def about(self, name: str) -> str:
		"""The text of the same question about another document."""
		return self.text.replace(f"'{self.name}'", f"'{name}'")

	def for_all(self) -> str:
		"""The text of the question about all documents; as a last column rows have whom they are about."""
		literals = ", ".join(f"'{name}'" for name in sorted(self.names))
		text = LIMIT.sub("", self.text).replace(self.condition, f"{self.column} in ({literals})")
		return FROM.sub(f", {self.column} as `{KEY}`", text, count=1)

	def hand_out(self, rows: Sequence[Any], form: Mapping[str, Any]) -> Mapping[str, Any]:
		"""The answer for each of the names; nothing if the database finds other names equal to one of them.

		rows: the answer for all, in `form_for_all`; form: arguments of `Database.sql`, the form of each
		"""
		groups: dict[str, list] = defaultdict(list)
		for row in rows:
			groups[row.pop(KEY) if isinstance(row, dict) else row[-1]].append(row)
		if not groups.keys() <= set(self.names):
			return {}
		limit = 1 if LIMIT.search(self.text) else None
		return {name: _in_form(groups.get(name, [])[:limit], form, type(rows)) for name in self.names}


def form_for_all(form: Mapping[str, Any]) -> dict[str, Any]:
	"""Arguments of `Database.sql` for the question about all. As there, pluck goes before the other forms."""
	plucked = ("pluck", "as_dict", "as_list") if form.get("pluck") else ()
	return {name: value for name, value in form.items() if name not in ("values", *plucked)}


def _in_form(rows: Sequence[Any], form: Mapping[str, Any], kind: type) -> Any:
	"""Rows as `Database.sql` would have answered with them."""
	if form.get("pluck"):
		return [row[0] for row in rows]
	if form.get("as_dict"):
		return list(rows)
	return kind(row[:-1] for row in rows)
