"""Which errors pass by themselves, and what a refusal says in plain words."""

from __future__ import annotations

from collections.abc import Sequence

import frappe
import pymysql
import redis
from frappe.utils import strip_html
from pymysql.constants import CR, ER
from rq.timeouts import BaseTimeoutException

from advanced_bank_reconciliation.engine.errors import FailureKind

TRANSIENT_ERRORS = (
	frappe.QueryDeadlockError,
	frappe.QueryTimeoutError,
	frappe.TimestampMismatchError,
	pymysql.err.InterfaceError,
	redis.exceptions.ConnectionError,
	redis.exceptions.TimeoutError,
)
# MariaDB's ER_CONNECTION_KILLED, which PyMySQL has no name for.
CONNECTION_KILLED = 1927
TRANSIENT_DATABASE_CODES = frozenset(
	{
		CR.CR_CONN_HOST_ERROR,
		CR.CR_CONNECTION_ERROR,
		CR.CR_SERVER_GONE_ERROR,
		CR.CR_SERVER_LOST,
		ER.CON_COUNT_ERROR,
		ER.CHECKREAD,
		ER.LOCK_DEADLOCK,
		ER.LOCK_WAIT_TIMEOUT,
		ER.SERVER_SHUTDOWN,
		# A savepoint is gone only with its transaction.
		ER.SP_DOES_NOT_EXIST,
		CONNECTION_KILLED,
	}
)


CONFLICT_CODES = frozenset({ER.CHECKREAD, ER.LOCK_DEADLOCK})
# How many errors are looked at that wrap one another. Apps wrap a few; a loop may wrap without end.
MAX_CHAIN_LENGTH = 100


class OutdatedSnapshot(frappe.QueryDeadlockError):
	"""Somebody wrote between this transaction's first read and its locks. It has to begin again, as after a
	deadlock.
	"""


def classify(error: BaseException) -> FailureKind:
	"""Say what the engine should do about an error of Frappe, ERPNext, MariaDB, Redis or RQ.

	What an error was raised from, or while handling it, counts as well: apps catch errors in their hooks and
	raise others instead. A time limit wins over everything, since the job has no more time. After a deadlock
	the whole transaction is gone, so the step has to be done again, also if an app caught it, tried again
	and was refused only then. A refusal that is a real one comes again, and does not pass the limit of
	attempts.
	"""
	chain = _chain(error)
	if any(isinstance(one, BaseTimeoutException) for one in chain):
		return FailureKind.TIME_LIMIT
	return FailureKind.TRANSIENT if any(map(_is_transient, chain)) else FailureKind.REFUSED


def is_conflict(error: BaseException) -> bool:
	"""Whether another transaction stood in the way, so that the same again at once will probably succeed:
	a deadlock, or a record that somebody changed (MariaDB's `innodb_snapshot_isolation`).
	"""
	is_in_time = classify(error) is FailureKind.TRANSIENT
	return is_in_time and any(map(_is_conflict, _chain(error)))


def _chain(error: BaseException) -> Sequence[BaseException]:
	"""The error and all that it was raised from or while handling, nearest first, each once."""
	chain = [error]
	for one in chain:
		inner = [other for other in (one.__cause__, one.__context__) if other is not None]
		chain += [other for other in dict.fromkeys(inner) if not any(other is known for known in chain)]
		if len(chain) >= MAX_CHAIN_LENGTH:
			break
	return chain


def _is_transient(error: BaseException) -> bool:
	return isinstance(error, TRANSIENT_ERRORS) or _database_code(error) in TRANSIENT_DATABASE_CODES


def _is_conflict(error: BaseException) -> bool:
	return isinstance(error, frappe.QueryDeadlockError) or _database_code(error) in CONFLICT_CODES


def _database_code(error: BaseException) -> int | None:
	is_of_database = isinstance(error, pymysql.err.OperationalError | pymysql.err.InternalError)
	return error.args[0] if is_of_database and error.args else None


def reason_of(error: BaseException) -> str:
	"""What an error says, without markup; its class if it says nothing."""
	return " ".join(strip_html(str(error)).split()) or type(error).__name__
