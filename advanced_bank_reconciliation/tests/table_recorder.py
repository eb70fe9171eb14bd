"""Which rows an action writes, learnt from the statements that it sends to the database.

Before the first statement that may write to a table is let through, a digest of each row of the table is
kept. So an action costs a look at the tables that it writes to, and not at all tables of the site.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import frappe

# All that cannot write to a table; any other statement may write to each table that is named in it.
READS = frozenset(
	{"select", "with", "show", "describe", "explain", "set", "savepoint", "release", "rollback"}
)
NAME = re.compile(r"`([^`]+)`|(\w+)")
# Columns and values as they are in the table.
RawRow = tuple[tuple[str, ...], tuple[Any, ...]]
# What stands for a row: equal only for rows that are equal in all columns.
Digests = Counter[str]


class TableRows:
	"""The rows of one table, by their digests. A table that changes its columns needs a new object."""

	def __init__(self, table: str) -> None:
		self._table = table
		columns, _rows = self._ask("*", "LIMIT 0")
		self._digest = f"MD5(JSON_ARRAY({', '.join(f'`{column}`' for column in columns)}))"

	def digests(self) -> Digests:
		"""How many rows there are of each digest."""
		_columns, rows = self._ask(self._digest)
		return Counter(digest for (digest,) in rows)

	def rows_of(self, digests: Digests) -> Counter[RawRow]:
		"""The rows with these digests, each as many times as asked for."""
		if not digests:
			return Counter()
		wanted = ", ".join(f"'{digest}'" for digest in digests)
		columns, rows = self._ask(f"{self._digest}, `{self._table}`.*", f"WHERE {self._digest} IN ({wanted})")
		return Counter({(columns[1:], tuple(row[1:])): digests[row[0]] for row in rows})

	def _ask(self, what: str, which: str = "") -> tuple[tuple[str, ...], list[tuple]]:
		"""Columns and rows, on a cursor of its own: Frappe's one is in use, and wrapped by what is tested."""
		cursor = frappe.db._conn.cursor()
		cursor.execute(f"SELECT {what} FROM `{self._table}` {which}")  # noqa: S608 - names and digests alone
		columns, rows = tuple(column[0] for column in cursor.description), list(cursor.fetchall())
		cursor.close()
		return columns, rows


class TableRecorder:
	"""What an action does to the rows of all tables but the `ignored`."""

	def __init__(self, ignored: re.Pattern[str]) -> None:
		tables = frappe.db.get_tables(cached=False)
		self._tables = {table for table in tables if not ignored.match(table)}
		self._rows: dict[str, TableRows] = {}
		self._before: dict[str, Digests] = {}
		self._after: dict[str, Digests] = {}

	@contextmanager
	def recording(self) -> Iterator[None]:
		"""See each statement that goes to the database in the scope, whoever sends it."""
		connection = type(frappe.db._conn)
		send = connection.query

		def query(itself: object, statement: str | bytes, *args: Any, **kwargs: Any) -> Any:
			self._look_at_tables_of(statement)
			return send(itself, statement, *args, **kwargs)

		with patch.object(connection, "query", query):
			yield

	def _look_at_tables_of(self, statement: str | bytes) -> None:
		for table in tables_written_by(statement, self._tables) - set(self._before):
			self._rows[table] = TableRows(table)
			self._before[table] = self._rows[table].digests()

	def new_rows(self) -> dict[str, Counter[RawRow]]:
		"""By table that may have been written to, what is there now and was not before. Ask first."""
		self._after = {table: rows.digests() for table, rows in self._rows.items()}
		return {
			table: self._rows[table].rows_of(after - self._before[table])
			for table, after in self._after.items()
		}

	def gone_rows(self) -> dict[str, Counter[RawRow]]:
		"""By table, what was there before and not after. Ask when all has been taken back."""
		return {
			table: self._rows[table].rows_of(before - self._after[table])
			for table, before in self._before.items()
		}


def tables_written_by(statement: str | bytes, tables: set[str]) -> set[str]:
	"""Those of the tables to which the statement may write; rather one too many than too few."""
	text = statement if isinstance(statement, str) else statement.decode(errors="replace")
	first = NAME.search(text)
	if not first or first.group().lower() in READS:
		return set()
	return {quoted or bare for quoted, bare in NAME.findall(text)} & tables
