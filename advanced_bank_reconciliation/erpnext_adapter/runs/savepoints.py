"""A start or a request that fails leaves nothing in the database, whatever its caller does then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe import _

from advanced_bank_reconciliation.erpnext_adapter.runs.run_store import roll_back


class TransactionEnded(frappe.ValidationError):
	"""Somebody else ended the database transaction in the middle of a start or a request."""


@contextmanager
def all_or_nothing(name: str) -> Iterator[None]:
	"""Take back what was written in the scope after an error, also if the caller survives it and commits.

	name: of the savepoint, one for each scope that may lie in another
	What was written before the scope stays, except after a deadlock: the database has undone the whole
	transaction then. Whatever was written since goes as well. Raises `TransactionEnded` if the savepoint is
	gone at the end, say after a deadlock that somebody caught.
	"""
	frappe.db.savepoint(name)
	try:
		yield
		_release(name)
	except BaseException:
		_roll_back_to(name)
		raise


def _release(savepoint: str) -> None:
	try:
		frappe.db.release_savepoint(savepoint)
	except Exception as error:
		sentence = _(
			"Something ended the database transaction in the middle of the request. Look what became of the"
			" run before you try again."
		)
		raise TransactionEnded(sentence) from error


def _roll_back_to(savepoint: str) -> None:
	try:
		frappe.db.rollback(save_point=savepoint)
	except Exception:
		# A deadlock took the savepoint, or the connection is lost.
		roll_back()
