"""Nobody else ends the database transaction in which a batch is posted.

Other apps may commit in a hook of Payment Entry. The payments so far would stand without their checkpoint,
and a later failure could not take them back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe import _


class ForeignCommit(frappe.ValidationError):
	"""Something else wanted to commit in the middle of a batch. Nothing was committed."""


@contextmanager
def refusing_foreign_commits() -> Iterator[None]:
	"""Let every commit in the scope fail, before it reaches the database."""
	is_over = False

	def refuse() -> None:
		if is_over:
			return
		# Frappe asks each callback once; whoever commits again is refused again.
		frappe.db.before_commit.add(refuse)
		frappe.throw(_("An app or a script commits while payments are being posted."), ForeignCommit)

	frappe.db.before_commit.add(refuse)
	try:
		yield
	finally:
		is_over = True
