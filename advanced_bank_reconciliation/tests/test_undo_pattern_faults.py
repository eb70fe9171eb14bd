"""What goes wrong while payments are cancelled or deleted by pattern: killed workers, deadlocks."""

from __future__ import annotations

from contextlib import ExitStack

import frappe

from advanced_bank_reconciliation.engine.states import RunState
from advanced_bank_reconciliation.erpnext_adapter.posting.undo_patterns import undoing
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import ITEM_DOCTYPE
from advanced_bank_reconciliation.tests.conformance_harness import Harness, work
from advanced_bank_reconciliation.tests.fault_walk import Arranged, Scenario, points_of, walk
from advanced_bank_reconciliation.tests.settings import changed_settings
from advanced_bank_reconciliation.tests.test_conformance import OnErpnext
from advanced_bank_reconciliation.tests.test_pattern_faults import COUNT, POINTS, Statements, some


def _completed(harness: Harness) -> Arranged:
	deposit = harness.make_deposit(COUNT)
	before = harness.read_books(deposit)
	run = harness.start(deposit, batch_size=COUNT)
	work(harness.ports(), run)
	return Arranged(deposit, run, before)


SCENARIO = Scenario("undone by pattern", _completed, asks_undo=True, expected=RunState.ROLLED_BACK)


class TestUndoPatternFaults(OnErpnext):
	action = "Cancel Only"

	def setUp(self) -> None:
		super().setUp()
		stack = ExitStack()
		values = {"pattern_posting": "Automatic", "audit_share": 0, "rollback_action": self.action}
		stack.enter_context(changed_settings(**values))
		self.addCleanup(stack.close)

	def test_a_fault_at_a_statement(self) -> None:
		"""Some of the statements that write, other ones each day: the run is undone, and once."""
		statements = Statements(undoing, "write")
		with statements.numbered():
			points = points_of(self.harness, SCENARIO, statements.number)
			self.assertGreater(len(points), POINTS)
			self.assertEqual(list(walk(self.harness, SCENARIO, some(points), statements.number)), [])
		ways = frappe.get_all(ITEM_DOCTYPE, {"undoing_way": ("like", "as %")}, pluck="name")
		self.assertTrue(ways)


class TestDeletingPatternFaults(TestUndoPatternFaults):
	"""The same while they are deleted as well."""

	action = "Cancel and Delete"
