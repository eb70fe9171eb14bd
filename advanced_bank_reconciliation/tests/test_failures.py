"""Which errors are transient, also if something else has wrapped them, and that the database's own are."""

from __future__ import annotations

import frappe
import pymysql
from pymysql.constants import ER
from rq.timeouts import JobTimeoutException

from advanced_bank_reconciliation.engine.errors import FailureKind
from advanced_bank_reconciliation.erpnext_adapter.posting.failures import classify, is_conflict
from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase
from advanced_bank_reconciliation.tests.test_races import somebody_else

DEADLOCK = frappe.QueryDeadlockError(ER.LOCK_DEADLOCK, "Deadlock found")
OUTDATED = pymysql.err.OperationalError(ER.CHECKREAD, "Record has changed since last read")


def wrapped(error: Exception, *, depth: int = 1, cause: bool = False) -> Exception:
	"""`error`, caught `depth` times and replaced by a refusal each time, as apps do it in their hooks."""
	for number in range(depth):
		try:
			try:
				raise error
			except Exception as inner:
				refusal = frappe.ValidationError(f"could not be saved ({number})")
				if cause:
					raise refusal from inner
				raise refusal  # noqa: B904 - as apps do it
		except frappe.ValidationError as outer:
			error = outer
	return error


class TestFailures(BulkTestCase):
	def test_a_deadlock_that_something_has_wrapped(self) -> None:
		for error in (DEADLOCK, OUTDATED):
			for how in ({}, {"cause": True}, {"depth": 5}, {"depth": 5, "cause": True}):
				with self.subTest(error=error, how=how):
					self.assertIs(classify(wrapped(error, **how)), FailureKind.TRANSIENT)
					self.assertTrue(is_conflict(wrapped(error, **how)))

	def test_a_wrapper_that_hides_what_it_caught(self) -> None:
		"""`raise … from None` hides the deadlock from readers; the transaction is lost all the same."""
		error = wrapped(DEADLOCK)
		error.__suppress_context__ = True
		self.assertIs(classify(error), FailureKind.TRANSIENT)

	def test_a_refusal_while_a_deadlock_is_handled(self) -> None:
		"""An app caught the deadlock and tried again, and its second attempt was refused. The deadlock has
		undone the whole batch, so that even a second attempt that succeeds leaves nothing to build on.
		"""
		try:
			try:
				raise DEADLOCK
			except frappe.QueryDeadlockError:
				raise frappe.ValidationError("the second attempt was refused")  # noqa: B904 - as apps do it
		except frappe.ValidationError as error:
			self.assertIs(classify(error), FailureKind.TRANSIENT)

	def test_a_refusal_after_a_deadlock_was_handled(self) -> None:
		"""What was caught and left behind is no part of a later refusal."""
		try:
			raise DEADLOCK
		except frappe.QueryDeadlockError:
			pass
		try:
			raise frappe.ValidationError("refused")
		except frappe.ValidationError as error:
			self.assertIs(classify(error), FailureKind.REFUSED)
			self.assertFalse(is_conflict(error))

	def test_the_time_limit_wins_wherever_it_is(self) -> None:
		limit = JobTimeoutException("time is up")
		self.assertIs(classify(wrapped(limit, depth=3)), FailureKind.TIME_LIMIT)
		deadlock = frappe.QueryDeadlockError(ER.LOCK_DEADLOCK, "Deadlock found")
		deadlock.__cause__ = wrapped(limit)
		self.assertIs(classify(deadlock), FailureKind.TIME_LIMIT)

	def test_errors_that_contain_each_other(self) -> None:
		one, other = frappe.ValidationError("one"), frappe.ValidationError("other")
		one.__cause__, other.__cause__ = other, one
		self.assertIs(classify(one), FailureKind.REFUSED)

	def test_an_endless_chain_is_not_walked_to_its_end(self) -> None:
		"""Nobody wraps an error a thousand times, but a loop may."""
		self.assertIs(classify(wrapped(DEADLOCK, depth=1000)), FailureKind.REFUSED)

	def test_a_lost_connection_is_transient_but_no_reason_to_start_again_at_once(self) -> None:
		lost = pymysql.err.OperationalError(2013, "Lost connection")
		self.assertIs(classify(wrapped(lost)), FailureKind.TRANSIENT)
		self.assertFalse(is_conflict(wrapped(lost)))

	def test_what_the_database_says_of_an_outdated_record(self) -> None:
		"""MariaDB with `innodb_snapshot_isolation`: error 1020, whatever class Frappe makes of it."""
		with somebody_else():
			deposit = factories.create_test_bank_transaction(10)
		frappe.db.rollback()
		# The variable takes effect with the next transaction.
		frappe.db.sql("SET SESSION innodb_snapshot_isolation = ON")
		frappe.db.rollback()
		try:
			self.change_what_somebody_has_changed(deposit.name)
		except Exception as error:
			self.assertIn(str(ER.CHECKREAD), repr(error))
			self.assertIs(classify(error), FailureKind.TRANSIENT)
			self.assertTrue(is_conflict(error))
		else:
			self.fail("the database wrote over what it had not seen")
		finally:
			frappe.db.rollback()
			frappe.db.sql("SET SESSION innodb_snapshot_isolation = OFF")

	def change_what_somebody_has_changed(self, name: str) -> None:
		frappe.db.get_value("Bank Transaction", name, "description")
		with somebody_else():
			frappe.db.set_value("Bank Transaction", name, "description", "changed meanwhile")
		frappe.db.get_value("Bank Transaction", name, "description", for_update=True)
