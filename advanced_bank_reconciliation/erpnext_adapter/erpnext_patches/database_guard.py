"""Nobody else ends a database transaction: what Frappe's database object is asked for is refused.

Other apps commit or roll back in their hooks, some catch the refusal and try again. Within `refusing_others`
each way that Frappe offers is refused before it reaches the database, and remembered: a scope in which
anybody has tried is poisoned, and its owner commits nothing of it. What goes past Frappe, say on the driver's
own connection, is noticed by the owner (see `unit_of_work`).

Wraps, for the time of the scope and on the one object alone, `sql`, `commit`, `rollback`, `begin` and `close`
of frappe.database.database.Database. Checked on Frappe 15.101 and 16.10.

Version 16 counts how deep it is in documents' hooks, and ends no transaction in one: `commit` and `rollback`
return as if they had. Its `sql_ddl` loses count if it is refused, and from then on nothing would ever be
committed or rolled back on that connection. So the count is restored at the end of a scope.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import frappe
from frappe import _

WRAPPED = ("sql", "commit", "rollback", "begin", "close")
# Version 16's count of hooks.
HOOK_DEPTH = "_disable_transaction_control"
# What ends a transaction in MariaDB, also implicitly; see "SQL statements causing an implicit commit".
ENDING_STATEMENT = re.compile(
	r"^\s*(?:/\*.*?\*/\s*|(?:--|#)[^\n]*\n\s*)*"
	r"(commit|rollback(?!(?:\s+work)?\s+to\b)|begin|start\s+transaction"
	r"|create(?!(?:\s+or\s+replace)?\s+temporary)|drop(?!\s+temporary)|alter|rename|truncate"
	r"|(?:un)?lock\s+tables|set\s+(?:session\s+|@@(?:session\.)?)?autocommit"
	r"|analyze|optimize|repair|grant|revoke|xa)\b",
	re.IGNORECASE | re.DOTALL,
)

_guarded_database: ContextVar[object] = ContextVar("guarded_database", default=None)


class ForeignTransactionEnd(frappe.ValidationError):
	"""Something else wanted to end the transaction of a step. Nothing of the step is kept."""


class DatabaseGuard:
	"""What was tried in a scope. attempts: one sentence each, in order"""

	def __init__(self) -> None:
		self.attempts: list[str] = []

	def refuse(self, what: str) -> None:
		"""Remember the attempt, and raise for it."""
		self.attempts.append(_("{0} by {1}").format(what, _caller()))
		self.check()

	def check(self) -> None:
		"""Raise `ForeignTransactionEnd` if anybody has tried, also if the refusal was swallowed."""
		if self.attempts:
			sentence = _(
				"An app or a script ends the database transaction while payments are being posted: {0}. Have"
				" it changed, or disable it."
			)
			raise ForeignTransactionEnd(sentence.format(self.attempts[0]))


def is_guarded() -> bool:
	"""Whether the current database object is in the scope of `refusing_others`."""
	return _guarded_database.get() is frappe.local.db


def is_in_hook() -> bool:
	"""Whether Frappe would end no transaction now, and say nothing; never so on version 15."""
	return bool(getattr(frappe.local.db, HOOK_DEPTH, 0))


@contextmanager
def refusing_others() -> Iterator[DatabaseGuard]:
	"""Refuse every end of the current transaction in the scope."""
	database, guard = frappe.local.db, DatabaseGuard()
	before = {name: vars(database)[name] for name in (*WRAPPED, HOOK_DEPTH) if name in vars(database)}
	vars(database).update(_wrappers(guard, {name: getattr(database, name) for name in WRAPPED}))
	token = _guarded_database.set(database)
	try:
		yield guard
	finally:
		_guarded_database.reset(token)
		for name in WRAPPED:
			vars(database).pop(name, None)
		vars(database).update(before)


def _wrappers(guard: DatabaseGuard, own: dict[str, Callable]) -> dict[str, Callable]:
	def sql(query: Any, *args: Any, **kwargs: Any) -> Any:
		found = ENDING_STATEMENT.match(str(query))
		if found:
			guard.refuse(" ".join(found.group(1).upper().split()))
		if kwargs.get("auto_commit"):
			guard.refuse("COMMIT")
		return own["sql"](query, *args, **kwargs)

	def rollback(*args: Any, save_point: str | None = None, **kwargs: Any) -> None:
		if not save_point:
			guard.refuse("ROLLBACK")
		own["rollback"](*args, save_point=save_point, **kwargs)

	def refuse(what: str) -> Callable[..., None]:
		return lambda *args, **kwargs: guard.refuse(what)

	others = {"commit": refuse("COMMIT"), "begin": refuse("BEGIN"), "close": refuse("CLOSE")}
	return {"sql": sql, "rollback": rollback, **others}


def _caller() -> str:
	"""Who it was, for the administrator: the innermost function neither of Frappe nor of a wrapper."""
	for frame, _line in traceback.walk_stack(None):
		module = frame.f_globals.get("__name__", "")
		if not module.startswith(f"{__package__}.") and module.partition(".")[0] != "frappe":
			return f"{module}.{frame.f_code.co_name}"
	return _("an unknown function")
