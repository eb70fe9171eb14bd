"""A worker of the queue `long` whose database connections wait two seconds for a lock, instead of fifty."""

from __future__ import annotations

from typing import Any

from frappe.database.mariadb.database import MariaDBDatabase
from frappe.utils.background_jobs import start_worker

LOCK_WAIT_SECONDS = 2


def work() -> None:
	"""Work until stopped. Work horses are forked, and so have what is patched here."""
	connect = MariaDBDatabase.get_connection

	def connect_impatiently(database: MariaDBDatabase) -> Any:
		connection = connect(database)
		connection.cursor().execute(f"SET SESSION innodb_lock_wait_timeout = {LOCK_WAIT_SECONDS}")
		return connection

	MariaDBDatabase.get_connection = connect_impatiently
	start_worker(queue="long", quiet=True)
