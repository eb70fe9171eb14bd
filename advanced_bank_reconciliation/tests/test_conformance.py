"""ERPNext keeps what every set of adapters keeps."""

from __future__ import annotations

import logging
import random
from collections.abc import Sequence

from frappe.utils import nowdate

from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase
from advanced_bank_reconciliation.tests.conformance import ConformanceTests
from advanced_bank_reconciliation.tests.conformance_harness import Harness
from advanced_bank_reconciliation.tests.erpnext_harness import ErpnextHarness
from advanced_bank_reconciliation.tests.fault_walk import SCENARIOS, Kind, Point, Scenario, points_of, walk

# Each takes some three seconds.
POINTS_OF_A_SCENARIO = 6
KINDS = (Kind.KILLED, Kind.TRANSIENT)


class OnErpnext(BulkTestCase):
	"""Works on the test site. The engine's transactions really commit, and stay."""

	harness: Harness = ErpnextHarness()

	def setUp(self) -> None:
		super().setUp()
		self.harness.accept_undo()
		# The engine's warnings are what these tests bring about.
		logging.disable(logging.WARNING)
		self.addCleanup(logging.disable, logging.NOTSET)


class TestConformance(ConformanceTests, OnErpnext):
	"""The conformance tests."""


class TestFaultWalk(OnErpnext):
	"""A short walk: some of the points at which a run can go wrong, other ones each day."""

	def test_forward(self) -> None:
		self.walk("forward")

	def test_an_invoice_of_the_last_batch_fails(self) -> None:
		self.walk("an invoice of the last batch fails")

	def test_undone_after_completion(self) -> None:
		self.walk("undone after completion")

	def walk(self, name: str) -> None:
		(scenario,) = (scenario for scenario in SCENARIOS if scenario.name == name)
		self.assertEqual(list(walk(self.harness, scenario, self.some_points(scenario))), [])

	def some_points(self, scenario: Scenario) -> Sequence[Point]:
		points = [point for point in points_of(self.harness, scenario) if point.kind in KINDS]
		return random.Random(nowdate()).sample(points, POINTS_OF_A_SCENARIO)
