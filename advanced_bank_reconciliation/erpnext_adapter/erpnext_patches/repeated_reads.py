"""Ask the database the same question once while a batch is posted.

For each payment, and for its draft once more, ERPNext reads the same settings, accounts, dimensions and
periods again: measured on 15.99, half of the 124 statements of a payment. Within `reading_once` an answer is
kept until this transaction writes to one of the tables it came from. The database itself would answer the
same: all reads of a transaction without a lock see one snapshot (REPEATABLE READ, which Frappe works with)
and what the transaction has written since. What a hook of another app writes counts as well.

Wraps `Database.sql` of Frappe 15.101 for the calling thread's connection. Whatever is not known for sure to
be a read of known tables goes to the database as it always did.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import frappe

TABLE = re.compile(r"`tab([^`]+)`|\btab(\w+)", re.IGNORECASE)
# Reads past the snapshot, reads that are not the same twice, and tables that are not of a doctype.
NEVER_KEPT = re.compile(
	r"\bfor\s+update\b|\bshare\s+mode\b|\binto\b|__|information_schema|@"
	r"|\b(nextval|rand|uuid|sleep|get_lock|last_insert_id|found_rows|row_count)\b",
	re.IGNORECASE,
)
# Tables of Frappe that belong to no doctype begin so: what is read of them is never kept.
FRAPPES_OWN = "__"
READS = frozenset({"select", "with", "show", "describe", "explain", "savepoint", "release"})
WRITES = frozenset({"insert", "update", "delete", "replace"})
# Arguments of `Database.sql` that an answer depends on; with any other that is set, it is not kept.
FORMS = frozenset({"values", "as_dict", "as_list", "pluck", "debug", "ignore_ddl", "run"})


@contextmanager
def reading_once() -> Iterator[None]:
	"""Keep the answers to reads, for the calling thread's connection, until the scope is left."""
	database = frappe.local.db
	former = database.__dict__.get("sql")
	database.sql = _Answers(database.sql).sql
	try:
		yield
	finally:
		if former:
			database.sql = former
		else:
			del database.sql


class _Answers:
	"""What was answered so far, and by which tables."""

	def __init__(self, ask: Callable[..., Any]):
		self._ask = ask
		self._kept: dict[tuple[str, str], Any] = {}
		self._questions: dict[str, set[tuple[str, str]]] = defaultdict(set)

	def sql(self, query: object, *values: Any, **form: Any) -> Any:
		"""`Database.sql`, which answers a question from memory if it has been asked."""
		text = str(query).strip()
		tables = {(quoted or bare).lower() for quoted, bare in TABLE.findall(text)}
		if not _may_be_kept(text, tables, values, form):
			self._forget(text, tables)
			return self._ask(query, *values, **form)
		question = (text, repr((values, sorted(form.items()))))
		if question not in self._kept:
			self._kept[question] = self._ask(query, *values, **form)
			for table in tables:
				self._questions[table].add(question)
		return _copy(self._kept[question])

	def _forget(self, text: str, tables: set[str]) -> None:
		"""Forget what a statement may have changed: all, if it is unknown what it does."""
		word = text.split(None, 1)[0].lower()
		if word in READS:
			return
		if word not in WRITES or not (tables or FRAPPES_OWN in text):
			self._kept.clear()
			self._questions.clear()
		for table in tables:
			for question in self._questions.pop(table, ()):
				self._kept.pop(question, None)


def _may_be_kept(text: str, tables: set[str], values: tuple, form: dict) -> bool:
	is_ordinary = {name for name in form if form[name]} <= FORMS and form.get("run", True) and len(values) < 2
	is_read = text[:6].lower() == "select" and bool(tables)
	return bool(is_ordinary and is_read and not NEVER_KEPT.search(text))


def _copy(answer: Any) -> Any:
	"""An answer that its reader may change: rows are dictionaries, lists or tuples of plain values."""
	if not isinstance(answer, list):
		return answer
	return [row.copy() if isinstance(row, dict | list) else row for row in answer]
