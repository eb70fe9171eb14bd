"""Payments that are cancelled and deleted by pattern leave what ERPNext leaves of them, in every table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any
from unittest.mock import patch

import frappe
from frappe.core.doctype.deleted_document.deleted_document import restore

from advanced_bank_reconciliation.engine.errors import PostConditionFailed
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.site_hooks import Work, obstacle_of_site
from advanced_bank_reconciliation.erpnext_adapter.posting.undo_patterns import writing
from advanced_bank_reconciliation.tests import test_undo_patterns
from advanced_bank_reconciliation.tests.other_apps import hook_of_another_app
from advanced_bank_reconciliation.tests.production import as_in_production
from advanced_bank_reconciliation.tests.site_test_case import change_settings
from advanced_bank_reconciliation.tests.table_changes import TableChanges, changes_of, differences
from advanced_bank_reconciliation.tests.test_undo_patterns import LEARNED, PARTIES, Form, payments_of

PAYMENT_TABLES = ("Payment Entry", "Payment Entry Reference", "Payment Ledger Entry", "GL Entry")


def refuse(payment: object, method: str) -> None:
	raise frappe.ValidationError("Not this one.")


class TestDeletingPatterns(test_undo_patterns.TestUndoPatterns):
	"""All that holds for payments that are cancelled, and what holds for deleted ones alone."""

	action = "Cancel and Delete"
	hooks = ("on_cancel", "on_trash", "after_delete")

	@property
	def noticed(self) -> Sequence[Form]:
		return (*super().noticed, another_document, another_subject, no_trace)

	def assert_left(self, found: TableChanges) -> None:
		for doctype in PAYMENT_TABLES:
			self.assertNotIn(f"tab{doctype}", found.new)
			self.assertGreaterEqual(found.gone[f"tab{doctype}"].total(), len(PARTIES))
		self.assertEqual(len(found.rows("tabDeleted Document")), len(PARTIES))

	def test_with_the_versions_that_frappe_keeps(self) -> None:
		with as_in_production():
			run = self.completed(self.scenario(*self.sales()))
		found = self.compare_undo(run)
		self.assertGreaterEqual(found.gone["tabVersion"].total(), len(PARTIES))

	def test_with_the_ledger_entries_that_erpnext_deletes(self) -> None:
		run = self.completed(self.scenario(*self.sales()))
		for setting in (0, 1):
			with self.subTest(setting):
				with change_settings("Accounts Settings", delete_linked_ledger_entries=setting):
					self.compare_undo(run)

	def test_each_is_restored_alike(self) -> None:
		run = self.completed(self.scenario(*self.sales()))
		names = payments_of(run)
		expected, found = (
			changes_of(partial(self.undo_and_restore, way, run, names)) for way in ("Never", "Automatic")
		)
		self.assertEqual(differences(expected, found), [])
		self.assertEqual(sorted(self.reasons), sorted(LEARNED))
		restored = found.rows("tabPayment Entry")
		self.assertEqual([row["docstatus"] for row in restored], ["0"] * len(PARTIES))
		self.assertEqual({row["restored"] for row in found.rows("tabDeleted Document")}, {"1"})

	def undo_and_restore(self, way: str, run: str, names: Sequence[str]) -> None:
		self.undo_by(way, run)
		for name in names:
			restore(frappe.get_last_doc("Deleted Document", {"deleted_name": name}).name)

	def test_what_is_found_by_the_search(self) -> None:
		run = self.completed(self.scenario(*self.sales()))
		for name in payments_of(run):
			values = {"doctype": "Payment Entry", "name": name, "title": name, "content": name}
			frappe.db.sql(
				"insert into __global_search (doctype, name, title, content)"
				" values (%(doctype)s, %(name)s, %(title)s, %(content)s)",
				values,
			)
		self.undo_by("Automatic", run)
		self.assertEqual(sorted(self.reasons), sorted(LEARNED))
		self.assertFalse(frappe.db.sql("select name from __global_search where doctype = 'Payment Entry'"))

	def test_a_tag_is_deleted_by_frappe(self) -> None:
		run = self.completed(self.scenario(*self.sales()))
		payment = payments_of(run)[2]
		values = {"document_type": "Payment Entry", "document_name": payment, "tag": "Look", "title": payment}
		frappe.get_doc({"doctype": "Tag Link", **values}).insert(ignore_links=True)
		found = self.compare_undo(run, [*LEARNED, "another document names the payment"])
		self.assertEqual(found.gone["tabTag Link"].total(), 1)

	def test_a_number_that_was_deleted_before(self) -> None:
		"""Frappe gives the number of the payment deleted last to the next one."""
		run = self.completed(self.scenario(*self.sales()))
		for name in payments_of(run):
			values = {"deleted_doctype": "Payment Entry", "deleted_name": name, "data": "{}"}
			frappe.get_doc({"doctype": "Deleted Document", **values}).db_insert()
		self.compare_undo(run)

	def test_a_deletion_that_is_refused(self) -> None:
		"""An app's hook forbids it for each: all are kept, cancelled."""
		run = self.completed(self.scenario(*self.sales()))
		with hook_of_another_app("on_trash", refuse):
			found = self.compare_undo(run, [f"hook {refuse.__module__}.refuse"] * len(PARTIES))
		self.assertEqual([row["docstatus"] for row in found.rows("tabPayment Entry")], ["2"] * len(PARTIES))

	def test_a_country_that_forbids_deletion(self) -> None:
		"""ERPNext refuses the first of the kind: the others are not deleted either."""
		run = self.completed(self.scenario(*self.sales()))
		refused = ["ERPNext refuses one of the kind"] * (len(PARTIES) - 1)
		with patch("erpnext.regional.get_region", return_value="Nepal"):
			found = self.compare_undo(run, ["first of its kind", *refused])
		self.assertNotIn("tabDeleted Document", found.new)

	def test_rules_for_the_traces_of_deletions(self) -> None:
		"""They matter only if something is deleted."""
		self.assertIsNone(obstacle_of_site(Work.DELETING))
		values = {"webhook_doctype": "Comment", "webhook_docevent": "after_insert"}
		frappe.get_doc({"doctype": "Webhook", "name": "Deleting", "enabled": 1, **values}).db_insert()
		self.assertIn("Webhook", obstacle_of_site(Work.DELETING) or "")
		self.assertIsNone(obstacle_of_site(Work.CANCELLING))

	def test_what_slips_past_the_comparison_is_refused(self) -> None:
		"""The post-conditions judge what is deleted by pattern as they judge all else."""
		run = self.completed(self.scenario(*self.sales()))
		with deleting_all_but("Payment Entry"), self.assertRaises(PostConditionFailed):
			self.undo_by("Automatic", run)


@contextmanager
def deleting_all_but(doctype: str) -> Iterator[None]:
	delete = writing._delete

	def delete_others(deleted: str, *arguments: Any) -> None:
		if deleted != doctype:
			delete(deleted, *arguments)

	with patch.object(writing, "_delete", delete_others):
		yield


def another_document(outcome: Any) -> None:
	(kept,) = outcome.traces["Deleted Document"]
	kept["data"] = kept["data"].replace('"docstatus": 2', '"docstatus": 1')


def another_subject(outcome: Any) -> None:
	outcome.traces["Comment"][0]["subject"] += "1"


def no_trace(outcome: Any) -> None:
	outcome.traces["Comment"].clear()
