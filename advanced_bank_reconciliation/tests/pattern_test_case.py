"""The base of the tests of pattern posting: the same deposit by controllers and by pattern, in all tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import frappe

from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.switch import OFF_FOR
from advanced_bank_reconciliation.tests.bulk_test_case import SETTINGS
from advanced_bank_reconciliation.tests.oracle import OracleTestCase, Scenario, run_at_once
from advanced_bank_reconciliation.tests.table_changes import TableChanges, changes_of, differences

ONE_BY_ONE = "one by one: "


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
			one_by_one = ["first of its kind", "compared with its kind"]
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


def run_by(way: str, scenario: Scenario, audit_share: float = 0) -> None:
	set_settings(pattern_posting=way, audit_share=audit_share)
	run_at_once(scenario)


def reasons_of(scenario: Scenario) -> list[str]:
	"""Why ERPNext posted payments one by one."""
	filters = {"bank_transaction": scenario.bank_transaction.name}
	ways = frappe.get_all("Bulk Reconciliation Item", filters, pluck="posting_way", order_by="position")
	return [way.removeprefix(ONE_BY_ONE) for way in ways if way.startswith(ONE_BY_ONE)]


def set_settings(**values: object) -> None:
	for field, value in values.items():
		frappe.db.set_single_value(SETTINGS, field, value)
	frappe.clear_document_cache(SETTINGS, SETTINGS)
