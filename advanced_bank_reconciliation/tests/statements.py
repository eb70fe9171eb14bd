"""What a test sends to the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import frappe


@contextmanager
def counted_statements() -> Iterator[list[str]]:
	"""All that goes to the database in the scope."""
	connection, statements = type(frappe.db._conn), []
	send = connection.query

	def query(itself: object, statement: str | bytes, *args: Any, **kwargs: Any) -> Any:
		statements.append(str(statement))
		return send(itself, statement, *args, **kwargs)

	with patch.object(connection, "query", query):
		yield statements
