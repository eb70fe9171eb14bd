"""Ask the database the same question once while a batch is posted.

For each payment, and for its draft once more, ERPNext reads the same settings, accounts, dimensions and
periods again: measured on 15.99, half of the 124 statements of a payment. Within `reading_once` an answer is
kept until this transaction writes to one of the tables it came from. The database itself would answer the
same: all reads of a transaction without a lock see one snapshot (REPEATABLE READ, which Frappe works with)
and what the transaction has written since, and what it has read with a lock nobody else can change. What a
hook of another app writes counts as well. What is asked about one document of a batch can be asked for all
of them (`shared_questions`).

Wraps `Database.sql` of Frappe 15.101 for the calling thread's connection. Whatever is not known for sure to
be a read of known tables goes to the database as it always did.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import frappe
from frappe.database.utils import EmptyQueryValues

from advanced_bank_reconciliation.erpnext_adapter.erpnext_patches.shared_questions import (
	SharedQuestion,
	form_for_all,
)
from advanced_bank_reconciliation.erpnext_adapter.erpnext_patches.statement_texts import (
	Rows,
	rows_read,
	rows_written,
)

TABLE = re.compile(r"`tab([^`]+)`|\btab(\w+)", re.IGNORECASE)
# Reads whose locks may be refused, reads that are not the same twice, and tables that are not of a doctype.
NEVER_KEPT = re.compile(
	r"\bnowait\b|\bskip\s+locked\b|\bshare\s+mode\b|\binto\b|__|information_schema|@"
	r"|\b(nextval|rand|uuid|sleep|get_lock|last_insert_id|found_rows|row_count)\b",
	re.IGNORECASE,
)
# Tables of Frappe that belong to no doctype begin so: what is read of them is never kept.
FRAPPES_OWN = "__"
READS = frozenset({"select", "with", "show", "checksum", "describe", "explain", "savepoint", "release"})
WRITES = frozenset({"insert", "update", "delete", "replace"})
# What may tell by its conditions which rows it writes.
WRITES_OF_ROWS = frozenset({"update", "delete"})
# Arguments of `Database.sql` that an answer depends on; with any other that is set, it is not kept.
FORMS = frozenset({"values", "as_dict", "as_list", "pluck", "debug", "ignore_ddl", "run"})
# Signs that a text of SQL has to escape.
ESCAPED = frozenset({"'", "\\"})
Question = tuple[str, str]


@contextmanager
def reading_once(*batches: Collection[str]) -> Iterator[None]:
	"""Keep the answers to reads, for the calling thread's connection, until the scope is left.

	batches: names of documents, those of one doctype together, that the same will be asked about
	"""
	database = frappe.local.db
	former = database.__dict__.get("sql")
	database.sql = _Answers(database.sql, batches).sql
	try:
		yield
	finally:
		if former:
			database.sql = former
		else:
			del database.sql


@dataclass(frozen=True)
class Kept:
	"""An answer, the tables it came from, and of which rows, if that is known."""

	answer: Any
	tables: Collection[str]
	rows: Rows | None


class _Answers:
	"""What was answered so far, and by which tables."""

	def __init__(self, ask: Callable[..., Any], batches: Collection[Collection[str]]):
		self._ask = ask
		self._batches = [{name for name in names if not ESCAPED & {*name}} for names in batches]
		self._shared: set[Question] = set()
		self._kept: dict[Question, Kept] = {}
		self._questions: dict[str, set[Question]] = defaultdict(set)

	def sql(self, query: object, *values: Any, **form: Any) -> Any:
		"""`Database.sql`, which answers a question from memory if it has been asked."""
		text = str(query).strip()
		tables = {(quoted or bare).lower() for quoted, bare in TABLE.findall(text)}
		if not _may_be_kept(text, tables, values, form):
			self._forget(text, tables, values, form)
			return self._ask(query, *values, **form)
		written_out = _written_out(text, values, form)
		question = (written_out, _form_of(form))
		if question not in self._kept and not self._ask_for_batch(question, tables, form):
			self._keep(question, tables, self._ask(query, *values, **form))
		return _copy(self._kept[question].answer)

	def _ask_for_batch(self, question: Question, tables: set[str], form: dict) -> bool:
		"""Ask for all documents what is asked for one, once; whether there is an answer to `question` now.

		Not again after its rows were written: then each would be asked about as often as there are documents.
		"""
		text, form_of_answer = question
		shared = next((found for names in self._batches if (found := SharedQuestion.of(text, names))), None)
		if not shared or (shared.about(""), form_of_answer) in self._shared:
			return False
		self._shared.add((shared.about(""), form_of_answer))
		answers = shared.hand_out(self._ask(shared.for_all(), **form_for_all(form)), form)
		for name, answer in answers.items():
			self._keep((shared.about(name), form_of_answer), tables, answer)
		return bool(answers)

	def _keep(self, question: Question, tables: set[str], answer: Any) -> None:
		self._kept[question] = Kept(answer, tables, rows_read(question[0]))
		for table in tables:
			self._questions[table].add(question)

	def _forget(self, text: str, tables: set[str], values: tuple, form: dict) -> None:
		"""Forget what a statement may have changed: all, if it is unknown what it does."""
		word = text.split(None, 1)[0].lower()
		if word in READS:
			return
		if word not in WRITES or not (tables or FRAPPES_OWN in text):
			self._kept.clear()
			self._questions.clear()
		asked = {question for table in tables for question in self._questions.get(table, ())}
		is_of_rows = bool(asked) and word in WRITES_OF_ROWS
		written = rows_written(_written_out(text, values, form)) if is_of_rows else None
		for question in asked:
			read = self._kept[question].rows
			if not (written and read and written.are_apart_from(read)):
				self._drop(question)

	def _drop(self, question: Question) -> None:
		for table in self._kept.pop(question).tables:
			self._questions[table].discard(question)


def _may_be_kept(text: str, tables: set[str], values: tuple, form: dict) -> bool:
	is_ordinary = {name for name in form if form[name]} <= FORMS and form.get("run", True) and len(values) < 2
	is_read = text[:6].lower() == "select" and bool(tables)
	return bool(is_ordinary and is_read and not NEVER_KEPT.search(text))


def _written_out(text: str, values: tuple, form: dict) -> str:
	"""A question with its values, given by place or by name."""
	given = values[0] if values else form.get("values")
	if given is None or given is EmptyQueryValues:
		return text
	return str(frappe.db.mogrify(text, given if isinstance(given, tuple | list | dict) else (given,)))


def _form_of(form: dict) -> str:
	return repr(sorted((name, value) for name, value in form.items() if name != "values"))


def _copy(answer: Any) -> Any:
	"""An answer that its reader may change: rows are dictionaries, lists or tuples of plain values."""
	if not isinstance(answer, list):
		return answer
	return [row.copy() if isinstance(row, dict | list) else row for row in answer]
