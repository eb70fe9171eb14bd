"""What other apps and documents have to do with payments that are undone counts for each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

import frappe
from frappe.model import rename_doc
from frappe.model.document import Document

from advanced_bank_reconciliation.engine.states import RunState
from advanced_bank_reconciliation.erpnext_adapter import reconciliation, wiring
from advanced_bank_reconciliation.erpnext_adapter.erpnext_patches import links_of_deleted
from advanced_bank_reconciliation.erpnext_adapter.job_queue import LongQueue
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import ITEM_DOCTYPE
from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase
from advanced_bank_reconciliation.tests.other_apps import hook_of_another_app

# By event: the payments that the hooks of another app were asked about.
SEEN: dict[str, list[str]] = {}


def note_cancel(payment: Document, method: str) -> None:
	"""The hook sees the ledgers as they are after cancelling."""
	left = frappe.db.count("GL Entry", {"voucher_no": payment.name, "is_cancelled": 0})
	SEEN.setdefault(method, []).append(f"{payment.name} {left}")


def note_trash(payment: Document, method: str) -> None:
	SEEN.setdefault(method, []).append(f"{payment.name} {payment.docstatus:d} {len(payment.references)}")


def change_remarks(payment: Document, method: str) -> None:
	"""A hook that writes to another payment of the batch while one is cancelled."""
	others = {"bulk_reconciliation_run": payment.bulk_reconciliation_run, "docstatus": 1}
	frappe.db.set_value("Payment Entry", others, "remarks", "changed by another app")


class TestUndoAndOthers(BulkTestCase):
	def completed_run(self, action: str, count: int = 3) -> str:
		"""The run's payments are in `payments`, last invoice first: the order in which they are undone.
		The numbers tell another one if the audit has drawn a payment.
		"""
		self.deposit, self.selection = factories.create_test_deposit(count)
		with self.undone_by(action):
			run = reconciliation.start_at_once(self.deposit.name, self.selection)["run"]
		self.payments = frappe.get_all(ITEM_DOCTYPE, {"run": run}, pluck="voucher", order_by="position desc")
		return run

	@contextmanager
	def hooked(self, event: str, function: Callable) -> Iterator[None]:
		SEEN.clear()
		with hook_of_another_app(event, function):
			yield

	def test_hooks_of_cancelling_run_for_each_payment(self) -> None:
		run = self.completed_run("Cancel Only")
		with self.hooked("on_cancel", note_cancel):
			self.undo_run(run)
		self.assertEqual(SEEN, {"on_cancel": [f"{name} 0" for name in self.payments]})

	def test_hooks_of_deleting_run_for_each_payment(self) -> None:
		for event in ("on_trash", "after_delete"):
			with self.subTest(event):
				run = self.completed_run("Cancel and Delete")
				with self.hooked(event, note_trash):
					self.undo_run(run)
				self.assertEqual(SEEN, {event: [f"{name} 2 1" for name in self.payments]})

	def test_a_hook_that_writes_to_the_other_payments(self) -> None:
		"""Each is read when its turn comes: what was written to it meanwhile is there."""
		run = self.completed_run("Cancel Only")
		with self.hooked("on_cancel", change_remarks):
			self.assertIs(self.undo_run(run).state, RunState.ROLLED_BACK)
		remarks = frappe.get_all("Payment Entry", {"name": ("in", self.payments)}, ["name", "remarks"])
		changed = {row.name for row in remarks if row.remarks == "changed by another app"}
		self.assertEqual(changed, {*self.payments[1:]})

	def test_a_document_that_names_a_payment_forbids_its_undo(self) -> None:
		"""The last of the batch: that it is named is no less known if it was asked for the others before."""
		run = self.completed_run("Cancel Only")
		frappe.db.commit()
		before = self.books(self.deposit.name, self.selection)
		with patch.object(LongQueue, "enqueue"):
			reconciliation.undo(run)
		with self.named_by_another_document(self.payments[-1]) as other:
			undone = wiring.runner().work_on(run, "worker")
		self.assertIs(undone.state, RunState.ATTENTION)
		self.assertIn(other, undone.last_error)
		self.assertEqual(len(self.books(self.deposit.name, self.selection)["payments"]), 3)
		self.assertEqual(self.books(self.deposit.name, self.selection)["outstanding"], before["outstanding"])
		with patch.object(LongQueue, "enqueue"):
			reconciliation.resume(run)
		self.assertIs(wiring.runner().work_on(run, "worker").state, RunState.ROLLED_BACK)

	@contextmanager
	def named_by_another_document(self, payment: str) -> Iterator[str]:
		"""A submitted document with a field of another app that leads to a payment."""
		find, advance = rename_doc.get_link_fields, factories.create_test_advance(50)
		advance.db_set("reference_no", payment)
		frappe.db.commit()
		field = frappe._dict(parent="Payment Entry", fieldname="reference_no", issingle=0)
		with patch.object(rename_doc, "get_link_fields", lambda doctype: [*find(doctype), field]):
			yield advance.name

	def test_what_names_deleted_payments_is_deleted_by_one_job(self) -> None:
		run = self.completed_run("Cancel and Delete")
		self.comment_on(self.payments)
		with patch.object(links_of_deleted, "delete_links_of", wraps=links_of_deleted.delete_links_of) as job:
			self.undo_run(run)
		job.assert_called_once_with(doctype="Payment Entry", names=sorted(self.payments))
		self.assertEqual(self.comments(), [])

	def test_what_names_payments_stays_if_they_may_not_be_deleted(self) -> None:
		run = self.completed_run("Cancel and Delete")
		self.comment_on(self.payments)
		with patch("erpnext.regional.get_region", return_value="Nepal"):
			self.undo_run(run)
		self.assertEqual(self.comments(), sorted(self.payments))

	def test_what_names_deleted_payments_while_the_queue_is_full(self) -> None:
		run = self.completed_run("Cancel and Delete")
		self.comment_on(self.payments)
		with patch.object(links_of_deleted, "enqueue", side_effect=frappe.QueueOverloaded):
			self.assertIs(self.undo_run(run).state, RunState.ROLLED_BACK)
		self.assertEqual(self.comments(), [])

	def comment_on(self, payments: list[str]) -> None:
		for name in payments:
			frappe.get_doc("Payment Entry", name).add_comment("Comment", "of a colleague")

	def comments(self) -> list[str]:
		"""The payments that have one of a colleague."""
		filters = {"reference_name": ("in", self.payments), "comment_type": "Comment"}
		return frappe.get_all("Comment", filters, pluck="reference_name", order_by="reference_name")
