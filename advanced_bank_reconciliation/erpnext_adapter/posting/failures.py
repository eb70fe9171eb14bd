"""Which errors pass by themselves, and what a refusal says in plain words."""

from __future__ import annotations

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
		CONNECTION_KILLED,
	}
)


class OutdatedSnapshot(frappe.QueryDeadlockError):
	"""Somebody wrote between this transaction's first read and its locks. It has to begin again, as after a
	deadlock.
	"""


def classify(error: BaseException) -> FailureKind:
	"""Say what the engine should do about an error of Frappe, ERPNext, MariaDB, Redis or RQ."""
	if isinstance(error, BaseTimeoutException):
		return FailureKind.TIME_LIMIT
	if isinstance(error, TRANSIENT_ERRORS) or _database_code(error) in TRANSIENT_DATABASE_CODES:
		return FailureKind.TRANSIENT
	return FailureKind.REFUSED


def _database_code(error: BaseException) -> int | None:
	is_of_database = isinstance(error, pymysql.err.OperationalError | pymysql.err.InternalError)
	return error.args[0] if is_of_database and error.args else None


def reason_of(error: BaseException) -> str:
	"""What an error says, without markup; its class if it says nothing."""
	return " ".join(strip_html(str(error)).split()) or type(error).__name__
