"""The marks of a run are its own: nobody else's payment can carry them."""

from __future__ import annotations

from unittest.mock import patch

import frappe
from frappe.client import insert, save

from advanced_bank_reconciliation.custom_fields import ITEM_MARK, RUN_MARK
from advanced_bank_reconciliation.engine.states import RunState
from advanced_bank_reconciliation.erpnext_adapter import reconciliation, wiring
from advanced_bank_reconciliation.erpnext_adapter.job_queue import LongQueue
from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase


class TestMarks(BulkTestCase):
	def setUp(self) -> None:
		deposit, selection = factories.create_test_deposit(2)
		with patch.object(LongQueue, "enqueue"):
			self.run_name = reconciliation.start_in_background(deposit.name, selection)["run"]
		frappe.db.commit()

	def test_an_import_or_a_request_that_copies_the_marks(self) -> None:
		"""The payment is the user's own: the undo does not touch it, and the run is not held up by it."""
		advance = frappe.copy_doc(factories.create_test_advance(5.0)).update({"docstatus": 0})
		inserted = insert({**advance.as_dict(), **self.marks()})["name"]
		draft = frappe.copy_doc(advance).insert()
		saved = save({**draft.as_dict(), **self.marks()})["name"]
		payments = [frappe.get_doc("Payment Entry", name).submit() for name in (inserted, saved)]
		frappe.db.commit()
		run = wiring.runner().work_on(self.run_name, "worker")
		self.assertIs(run.state, RunState.COMPLETED)
		with patch.object(LongQueue, "enqueue"):
			reconciliation.undo(self.run_name)
		self.assertIs(wiring.runner().work_on(self.run_name, "worker").state, RunState.ROLLED_BACK)
		for payment in payments:
			self.assertEqual(payment.reload().docstatus, 1)

	def test_a_payment_of_a_run_keeps_its_marks_when_it_is_amended(self) -> None:
		"""The cancelled one keeps them, its successor has none."""
		wiring.runner().work_on(self.run_name, "worker")
		payment = frappe.get_doc("Payment Entry", {RUN_MARK: self.run_name})
		payment.cancel()
		amended = frappe.copy_doc(payment)
		amended.update({"amended_from": payment.name, "docstatus": 0})
		amended.insert()
		self.assertEqual(payment.reload().get(RUN_MARK), self.run_name)
		self.assertFalse(amended.reload().get(RUN_MARK))

	def marks(self) -> dict:
		return {RUN_MARK: self.run_name, ITEM_MARK: f"{self.run_name}-00000"}
