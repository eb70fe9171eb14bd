"""The database transaction of a step: begun, guarded and ended in one place.

A savepoint of its own is set at the beginning and asked for before the commit. It dies with its transaction,
however that ended: a COMMIT on the driver's own connection, a statement that commits implicitly, a deadlock
or a lost connection that somebody swallowed. So what is committed is the whole step or nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import frappe
from frappe import _
from rq.timeouts import BaseTimeoutException

from advanced_bank_reconciliation.engine.errors import ReconciliationError
from advanced_bank_reconciliation.erpnext_adapter.erpnext_patches.database_guard import (
	is_guarded,
	is_in_hook,
	refusing_others,
)


class TransactionLost(frappe.QueryDeadlockError):
	"""The transaction of a step ended in the middle of it. As after a deadlock, the step is done again; what
	somebody may have committed of it is found by its mark and undone.
	"""


class NoTransactionInHook(frappe.ValidationError):
	"""A step that has to commit was asked for in a document's hook. Nothing was begun."""


@contextmanager
def own_transaction() -> Iterator[None]:
	"""Commit the scope as a whole, or roll it back and leave a usable connection behind.

	Raises `NoTransactionInHook` in a document's hook on version 16, whose `commit` does nothing there.
	"""
	if is_in_hook():
		raise NoTransactionInHook(
			_(
				"A bulk reconciliation run cannot go on within the hook of another document. Queue it with"
				" frappe.enqueue there."
			)
		)
	try:
		with dropping_interrupted_connection():
			# What was read since the last commit, say by a publisher, must not be this one's snapshot.
			frappe.db.commit()
			with _guarded(f"unit_of_work_{frappe.generate_hash(length=10)}"):
				yield
			frappe.db.commit()
	except BaseException:
		roll_back()
		raise


@contextmanager
def callers_transaction() -> Iterator[None]:
	"""Do the scope inside the caller's transaction: all of it, or nothing, also if the caller survives the
	error and commits. Nothing is committed here. A scope inside another one is a part of it.
	"""
	if is_guarded():
		yield
		return
	savepoint = f"unit_of_work_{frappe.generate_hash(length=10)}"
	try:
		with _guarded(savepoint):
			yield
	except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
		roll_back()
		raise
	except BaseException:
		_back_to(savepoint)
		raise


@contextmanager
def _guarded(savepoint: str) -> Iterator[None]:
	"""Let nobody end the transaction in the scope, and notice if somebody did all the same."""
	database = frappe.local.db
	database.savepoint(savepoint)
	with refusing_others() as guard:
		try:
			yield
			guard.check()
		except (ReconciliationError, frappe.ValidationError):
			# What was refused may be the consequence of the first half of the step being gone.
			if not guard.attempts:
				with _in_transaction_of(savepoint, database):
					database.rollback(save_point=savepoint)
			raise
	with _in_transaction_of(savepoint, database):
		database.release_savepoint(savepoint)


@contextmanager
def _in_transaction_of(savepoint: str, database: Any) -> Iterator[None]:
	"""Use the savepoint in the scope. Raises `TransactionLost` if it is gone with its transaction."""
	sentence = _("The database transaction was ended in the middle of a step.")
	if frappe.local.db is not database:
		raise TransactionLost(sentence)
	try:
		yield
	except database.OperationalError as error:
		raise TransactionLost(sentence) from error


def _back_to(savepoint: str) -> None:
	"""Roll back to the savepoint, or altogether if it is gone with its transaction."""
	try:
		frappe.db.rollback(save_point=savepoint)
	except frappe.db.OperationalError:
		roll_back()


@contextmanager
def dropping_interrupted_connection() -> Iterator[None]:
	"""Drop the connection when the job's time limit strikes in the scope; the next query opens a new one.

	It may strike between a query and its answer: the next query would then get the answer of the last one.
	"""
	try:
		yield
	except BaseTimeoutException:
		frappe.db.close()
		raise


def roll_back() -> None:
	"""Roll back, and drop a connection that is beyond use: the next query opens a new one.

	So is one in a hook of version 16, whose `rollback` does nothing there.
	"""
	if is_in_hook():
		frappe.db.close()
		return
	try:
		frappe.db.rollback()
	except Exception:
		frappe.db.close()
