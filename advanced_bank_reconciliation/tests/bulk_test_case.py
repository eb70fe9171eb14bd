"""The base of the tests that run inside a site."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from unittest.mock import patch

import frappe

from advanced_bank_reconciliation.engine.records import RollbackAction
from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.erpnext_adapter.settings import get_settings
from advanced_bank_reconciliation.erpnext_adapter.starting import new_runs
from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.books import read_books
from advanced_bank_reconciliation.tests.site_test_case import SiteTestCase

SETTINGS = "Advance Bank Reconciliation Settings"


class BulkTestCase(SiteTestCase):
	"""Runs as Administrator in a transaction that is rolled back after each test."""

	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		frappe.set_user("Administrator")
		factories.create_test_company()
		frappe.db.commit()

	def tearDown(self) -> None:
		frappe.set_user("Administrator")
		frappe.db.rollback()
		frappe.clear_messages()

	def refusal_of(
		self, bank_transaction: str, invoices: object, vouchers: object = None, deductions: object = None
	) -> str:
		"""Start a run that must be refused, see that nothing was written, and return the whole message."""
		before = self.count_records()
		with self.assertRaises(reconciliation.SelectionRefusedError) as refused:
			reconciliation.start_in_background(bank_transaction, invoices, vouchers, deductions)
		self.assertEqual(self.count_records(), before)
		return str(refused.exception)

	def count_records(self) -> tuple[int, ...]:
		"""How many records there are of everything that a run writes."""
		doctypes = ("Bulk Reconciliation Run", "Bulk Reconciliation Item", "Payment Entry", "GL Entry")
		return tuple(frappe.db.count(doctype) for doctype in doctypes)

	def books(self, bank_transaction: str, selection: Sequence[dict]) -> dict:
		return read_books(bank_transaction, [row["name"] for row in selection])

	def undone_by(self, action: str) -> AbstractContextManager:
		"""Let runs that are started in the scope be undone by *Cancel Only* or *Cancel and Delete*."""
		settings = replace(get_settings(), rollback_action=RollbackAction(action))
		return patch.object(new_runs, "get_settings", return_value=settings)
