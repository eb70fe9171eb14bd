"""Which rows an action writes, learnt from the statements that it sends to the database.

Before a statement that may write is let through, the rows that it may write are kept as they are. So an
action costs a look at what it writes, however much there is on the site.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import frappe

from advanced_bank_reconciliation.tests.written_keys import query_of_keys, tables_written_by

# Columns and values as they are in the table.
RawRow = tuple[tuple[str, ...], tuple[Any, ...]]


class TableRows:
	"""The rows of one table that may have been written. If its columns change, it needs a new object."""

	def __init__(self, table: str) -> None:
		self._table = table
		self._key = self._find_key()
		self._looked_at: set[str] = set()
		self._whole = False
		self._before: Counter[RawRow] = Counter()

	def look_before(self, statement: str) -> None:
		"""Keep the rows that the statement may write, unless they have been kept already."""
		if self._whole:
			return
		query = query_of_keys(statement, self._table, self._key) if self._key else None
		if query:
			self._keep({str(key) for (key,) in self._values(query)} - self._looked_at)
		else:
			self._keep_all()

	def changes(self) -> tuple[Counter[RawRow], Counter[RawRow]]:
		"""The rows that are gone and those that are new, how many times each."""
		after = Counter(self._rows() if self._whole else self._rows_of(self._looked_at))
		return self._before - after, after - self._before

	def _keep(self, keys: set[str]) -> None:
		self._before.update(self._rows_of(keys))
		self._looked_at |= keys

	def _keep_all(self) -> None:
		"""Rows that have been looked at may have been written since."""
		self._before.update(row for row in self._rows() if self._key_of(row) not in self._looked_at)
		self._whole = True

	def _key_of(self, row: RawRow) -> str | None:
		columns, values = row
		return str(values[columns.index(self._key)]) if self._key else None

	def _find_key(self) -> str | None:
		"""The column that tells rows apart, if it is one of text: the database draws no value for it."""
		_columns, keys = self._ask(f"SHOW COLUMNS FROM `{self._table}` WHERE `Key` = 'PRI'")
		texts = [column for column, kind, *_others in keys if "varchar" in str(kind)]
		return texts[0] if len(keys) == len(texts) == 1 else None

	def _rows_of(self, keys: set[str]) -> list[RawRow]:
		return self._rows(f"WHERE `{self._key}` IN ({', '.join(['%s'] * len(keys))})", keys) if keys else []

	def _rows(self, which: str = "", values: Iterable[str] = ()) -> list[RawRow]:
		columns, rows = self._ask(f"SELECT * FROM `{self._table}` {which}", values)  # noqa: S608 - names alone
		return [(columns, tuple(row)) for row in rows]

	def _values(self, query: str) -> list[tuple]:
		_columns, rows = self._ask(query)
		return rows

	def _ask(self, query: str, values: Iterable[str] = ()) -> tuple[tuple[str, ...], list[tuple]]:
		"""Columns and rows, on a cursor of its own: Frappe's one is in use, and wrapped by what is tested."""
		cursor = frappe.db._conn.cursor()
		cursor.execute(query, tuple(values) or None)
		columns, rows = tuple(column[0] for column in cursor.description), list(cursor.fetchall())
		cursor.close()
		return columns, rows


class TableRecorder:
	"""What an action does to the rows of all tables but the `ignored`."""

	def __init__(self, ignored: re.Pattern[str]) -> None:
		tables = frappe.db.get_tables(cached=False)
		self._tables = {table for table in tables if not ignored.match(table)}
		self._rows: dict[str, TableRows] = {}

	@contextmanager
	def recording(self) -> Iterator[None]:
		"""See each statement that goes to the database in the scope, whoever sends it."""
		connection = type(frappe.db._conn)
		send = connection.query

		def query(itself: object, statement: str | bytes, *args: Any, **kwargs: Any) -> Any:
			text = statement if isinstance(statement, str) else statement.decode(errors="surrogateescape")
			self._look_before(text)
			return send(itself, statement, *args, **kwargs)

		with patch.object(connection, "query", query):
			yield

	def _look_before(self, statement: str) -> None:
		for table in tables_written_by(statement, self._tables):
			if table not in self._rows:
				self._rows[table] = TableRows(table)
			self._rows[table].look_before(statement)

	def changes(self) -> dict[str, tuple[Counter[RawRow], Counter[RawRow]]]:
		"""By table that may have been written to, its rows that are gone and new now."""
		return {table: rows.changes() for table, rows in self._rows.items()}
