"""The base of the tests of pattern posting: the same deposit by controllers and by pattern, in all tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import frappe
from frappe.custom.doctype.property_setter.property_setter import make_property_setter
from frappe.model.document import Document

from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.switch import OFF_FOR
from advanced_bank_reconciliation.erpnext_adapter.reconciliation import SelectionRefusedError
from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.bulk_test_case import SETTINGS
from advanced_bank_reconciliation.tests.oracle import OracleTestCase, Scenario, run_at_once
from advanced_bank_reconciliation.tests.production import as_in_production
from advanced_bank_reconciliation.tests.settings import set_settings
from advanced_bank_reconciliation.tests.table_changes import TableChanges, changes_of, differences

ONE_BY_ONE = "one by one: "
FIRST, COMPARED = "first of its kind", "compared with its kind"
# The second is the first of another party, so that it is compared; the last is as none before.
PARTIES = (0, 1, 1, 1, 2)


class PatternTestCase(OracleTestCase):
	def setUp(self) -> None:
		frappe.db.set_single_value("Accounts Settings", "show_party_balance", 0)
		set_settings(**{OFF_FOR: ""})

	def tearDown(self) -> None:
		super().tearDown()
		frappe.clear_document_cache("Accounts Settings")
		frappe.clear_document_cache(SETTINGS, SETTINGS)

	def compare(self, scenario: Scenario, one_by_one: Sequence[str] | None = None) -> None:
		"""Settle a scenario both ways and see that every row of every table is the same.

		one_by_one: why ERPNext posts payments by itself in the second way, in order; only the two that it
		always posts if None
		"""
		expected = changes_of(partial(run_by, "Never", scenario))
		self.assertEqual(differences(expected, self.by_pattern(scenario)), [])
		if one_by_one is None:
			one_by_one = [FIRST, COMPARED]
		self.assertEqual(self.reasons, list(one_by_one))

	def by_pattern(
		self, scenario: Scenario, before: Callable[[], object] = lambda: None, audit_share: float = 0
	) -> TableChanges:
		"""Settle a scenario by pattern; keep what the run says of the items that ERPNext posted by itself."""

		def run() -> None:
			before()
			run_by("Automatic", scenario, audit_share)
			self.reasons = reasons_of(scenario)
			self.is_off = bool(frappe.db.get_single_value(SETTINGS, OFF_FOR))

		return changes_of(run)


class SomeTestCase(PatternTestCase):
	"""Payments of which the last is another one than the first two, which ERPNext posts in any way."""

	def sales(self, *rates: float, **values: Any) -> list[Document]:
		return [
			factories.open_sales_invoice(f"Bulk Test Customer {party}", rate, **values)
			for party, rate in zip(PARTIES, rates or (50, 51, 52, 53, 54), strict=True)
		]

	def purchases(self, **values: Any) -> list[Document]:
		return [
			factories.create_test_purchase_invoice(
				f"Bulk Test Supplier {party}", 50 + number, bill_no=f"B-{number}", **values
			)
			for number, party in enumerate(PARTIES)
		]

	def assert_refused(self, scenario: Scenario, *words: str) -> None:
		"""Both ways refuse it in the same sentences, with these words."""
		one_by_one, by_pattern = (self.refusal_by(way, scenario) for way in ("Never", "Automatic"))
		self.assertEqual([word for word in words if word not in one_by_one], [], one_by_one)
		self.assertEqual(by_pattern, one_by_one)

	def refusal_by(self, way: str, scenario: Scenario) -> str:
		frappe.db.savepoint("refusal")
		with self.assertRaises(SelectionRefusedError) as refused, as_in_production():
			run_by(way, scenario)
		frappe.db.rollback(save_point="refusal")
		frappe.clear_messages()
		return str(refused.exception)

	@contextmanager
	def property(self, doctype: str, field: str, name: str, value: str) -> Iterator[None]:
		"""A site that has customized a field, or the document type if none is named."""
		frappe.db.savepoint("property")
		kind = "Check" if name in ("reqd", "hidden", "in_global_search") else "Data"
		make_property_setter(
			doctype, field, name, value, kind, for_doctype=not field, validate_fields_for_doctype=False
		)
		frappe.clear_cache(doctype=doctype)
		try:
			yield
		finally:
			frappe.db.rollback(save_point="property")
			frappe.clear_cache(doctype=doctype)


def run_by(way: str, scenario: Scenario, audit_share: float = 0) -> None:
	set_settings(pattern_posting=way, audit_share=audit_share)
	run_at_once(scenario)


def reasons_of(scenario: Scenario) -> list[str]:
	"""Why ERPNext posted payments one by one."""
	filters = {"bank_transaction": scenario.bank_transaction.name}
	ways = frappe.get_all("Bulk Reconciliation Item", filters, pluck="posting_way", order_by="position")
	return [way.removeprefix(ONE_BY_ONE) for way in ways if way.startswith(ONE_BY_ONE)]
