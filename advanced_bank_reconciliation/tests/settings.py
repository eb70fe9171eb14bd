"""The app's settings, changed for the time of a scope."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import frappe

from advanced_bank_reconciliation.erpnext_adapter.settings import DOCTYPE


@contextmanager
def changed_settings(**values: object) -> Iterator[None]:
	"""Save `values` in Advance Bank Reconciliation Settings, afterwards what was there.

	Commits the latter: what is tested within commits too, and a rollback must not leave the values behind.
	"""
	settings = frappe.get_doc(DOCTYPE)
	former = {field: settings.get(field) for field in values}
	settings.update(values).save()
	try:
		yield
	finally:
		frappe.get_doc(DOCTYPE).update(former).save()
		frappe.db.commit()


def set_settings(**values: object) -> None:
	"""Write `values` into the transaction: a rollback takes them back, but not from Frappe's cache."""
	for field, value in values.items():
		frappe.db.set_single_value(DOCTYPE, field, value)
	frappe.clear_document_cache(DOCTYPE, DOCTYPE)
