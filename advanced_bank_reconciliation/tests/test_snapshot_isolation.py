"""The tests in which transactions meet, on a database with `innodb_snapshot_isolation`.

MariaDB has it on by default from 11.6.2: whoever locks a row that was changed after their snapshot gets error
1020 instead of the newest row. Older versions have the switch for a session. Tests over one connection are
not here: each of its transactions sees all that was committed before, so the switch changes nothing for them.
"""

from __future__ import annotations

from typing import Any
from unittest import SkipTest
from unittest.mock import patch

import frappe
from frappe.database.database import Database

from advanced_bank_reconciliation.tests import test_races, test_refused_halfway


class SnapshotIsolation:
	"""Mixed into a test case: every connection of its tests has the switch on."""

	database_refuses = True

	@classmethod
	def setUpClass(cls) -> None:
		if not frappe.db.sql("show variables like 'innodb_snapshot_isolation'"):
			raise SkipTest("this MariaDB does not know innodb_snapshot_isolation")
		# Version 16 has another class for its other driver.
		database = type(frappe.local.db)
		switching = patch.object(database, "get_connection", get_switched(database.get_connection))
		cls.addClassCleanup(lambda: frappe.db.close())  # type: ignore[attr-defined]
		cls.addClassCleanup(switching.stop)  # type: ignore[attr-defined]
		switching.start()
		frappe.db.close()
		super().setUpClass()  # type: ignore[misc]

	def setUp(self) -> None:
		super().setUp()  # type: ignore[misc]
		assert frappe.db.sql("select @@session.innodb_snapshot_isolation")[0][0] == 1


def get_switched(get_connection: Any) -> Any:
	"""`get_connection` of Frappe's database, with the switch."""

	def connect(database: Database) -> Any:
		connection = get_connection(database)
		connection.cursor().execute("set session innodb_snapshot_isolation = ON")
		return connection

	return connect


class TestRaces(SnapshotIsolation, test_races.TestRaces):
	"""The database may refuse before the app does."""


class TestRefusedHalfway(SnapshotIsolation, test_refused_halfway.TestRefusedHalfway):
	"""A start at the moment at which another one takes the same."""
