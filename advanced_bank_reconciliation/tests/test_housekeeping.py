"""Settings, jobs that find nothing to do, old records, and what is told when a run did not go through."""

from __future__ import annotations

from unittest.mock import patch

import frappe
from frappe.utils import add_days, now_datetime

from advanced_bank_reconciliation.advanced_bank_reconciliation.doctype.bulk_reconciliation_run.bulk_reconciliation_run import (  # noqa: E501
	BulkReconciliationRun,
)
from advanced_bank_reconciliation.engine.records import Run
from advanced_bank_reconciliation.engine.states import RunState
from advanced_bank_reconciliation.erpnext_adapter import jobs, reconciliation
from advanced_bank_reconciliation.erpnext_adapter.job_queue import LongQueue, job_id_of
from advanced_bank_reconciliation.erpnext_adapter.runs.run_leases import read_for_update
from advanced_bank_reconciliation.erpnext_adapter.settings import PATTERN_POSTING, BulkSettings, get_settings
from advanced_bank_reconciliation.install import (
	ERPNEXT_TOOL,
	TOOL,
	before_uninstall,
	link_from_erpnext,
)
from advanced_bank_reconciliation.patches import keep_cancel_and_delete, post_by_pattern
from advanced_bank_reconciliation.tests import factories, scenes
from advanced_bank_reconciliation.tests.bulk_test_case import SETTINGS, BulkTestCase
from advanced_bank_reconciliation.tests.settings import set_settings
from advanced_bank_reconciliation.tests.site_test_case import change_settings


def as_in_its_field(name: str, value: object) -> str:
	"""A value of `BulkSettings` as the field of the same name has it in the settings."""
	if name == "pattern_posting":
		return PATTERN_POSTING if value else "Never"
	return f"{value:g}" if isinstance(value, float) else str(getattr(value, "value", value))


class TestSettings(BulkTestCase):
	def test_the_defaults_are_the_documented_ones(self) -> None:
		meta = frappe.get_meta(SETTINGS)
		defaults = {field.fieldname: field.default for field in meta.fields if field.default}
		expected = {name: as_in_its_field(name, value) for name, value in vars(BulkSettings()).items()}
		self.assertEqual(defaults, {name: text for name, text in expected.items() if text})

	def test_impossible_numbers_are_refused_together(self) -> None:
		settings = frappe.get_doc(SETTINGS)
		settings.update({"batch_size": 0, "attempts": 1000, "slice_seconds": 7200})
		with self.assertRaises(frappe.ValidationError) as refused:
			settings.save()
		for words in ("Batch Size", "Attempts", "time slice"):
			self.assertIn(words, str(refused.exception))

	def test_a_run_keeps_the_settings_of_its_start(self) -> None:
		deposit, selection = factories.create_test_deposit(1)
		with change_settings(SETTINGS, {"batch_size": 7, "rollback_action": "Cancel Only"}):
			run = reconciliation.start_at_once(deposit.name, selection)["run"]
		self.assertNotEqual(get_settings().batch_size, 7)
		kept = frappe.db.get_value("Bulk Reconciliation Run", run, ["batch_size", "rollback_action"])
		self.assertEqual(kept, (7, "Cancel Only"))

	def test_a_site_that_never_chose_keeps_what_it_had(self) -> None:
		"""Runs of older installations were deleted; a choice that was saved stays."""
		of_it = {"doctype": SETTINGS, "field": "rollback_action"}
		for saved, kept in ((None, "Cancel and Delete"), ("Cancel Only", "Cancel Only")):
			with self.subTest(saved):
				frappe.db.delete("Singles", of_it)
				if saved:
					frappe.db.set_single_value(SETTINGS, "rollback_action", saved)
				keep_cancel_and_delete.execute()
				self.assertEqual(frappe.db.get_value("Singles", of_it, "value", order_by=None), kept)

	def test_settings_of_a_site_older_than_pattern_posting_can_be_saved(self) -> None:
		frappe.db.delete("Singles", {"doctype": SETTINGS, "field": "pattern_posting"})
		self.assertEqual(self.pattern_posting_after_an_upgrade(), "Automatic")
		self.assertIn("Pattern Posting was Never", self.last_comment())
		frappe.get_doc(SETTINGS).save()

	def test_pattern_posting_after_an_upgrade(self) -> None:
		"""What nobody chose becomes Automatic and is told of; what somebody chose stays."""
		frappe.db.delete("Version", {"ref_doctype": SETTINGS})
		set_settings(pattern_posting="Never")
		self.assertEqual(self.pattern_posting_after_an_upgrade(), "Automatic")
		self.assertIn("Pattern Posting was Never", self.last_comment())
		# Frappe keeps no versions in tests unless it is told to.
		frappe.get_doc(SETTINGS).update({"pattern_posting": "Never"}).save(ignore_version=False)
		self.assertEqual(self.pattern_posting_after_an_upgrade(), "Never")

	def test_nothing_is_told_of_what_is_automatic(self) -> None:
		set_settings(pattern_posting="Automatic")
		before = frappe.db.count("Comment", {"reference_doctype": SETTINGS})
		self.assertEqual(self.pattern_posting_after_an_upgrade(), "Automatic")
		self.assertEqual(frappe.db.count("Comment", {"reference_doctype": SETTINGS}), before)

	def pattern_posting_after_an_upgrade(self) -> str:
		post_by_pattern.execute()
		frappe.clear_document_cache(SETTINGS, SETTINGS)
		return frappe.db.get_single_value(SETTINGS, "pattern_posting")

	def last_comment(self) -> str:
		return frappe.get_last_doc("Comment", {"reference_doctype": SETTINGS}).content


class TestOldRuns(BulkTestCase):
	def test_only_old_ended_runs_are_cleared(self) -> None:
		old, young, active = self.ended_run(), self.ended_run(), self.queued_run()
		for run in (old, active):
			values = {"modified": add_days(now_datetime(), -40)}
			frappe.db.set_value("Bulk Reconciliation Run", run, values, update_modified=False)
		BulkReconciliationRun.clear_old_logs(days=30)
		left = [bool(frappe.db.exists("Bulk Reconciliation Run", run)) for run in (old, young, active)]
		self.assertEqual(left, [False, True, True])
		self.assertEqual(frappe.db.count("Bulk Reconciliation Item", {"run": old}), 0)

	def test_frappe_offers_runs_in_its_log_settings(self) -> None:
		logs = frappe.get_doc("Log Settings")
		logs.append("logs_to_clear", {"ref_doctype": "Bulk Reconciliation Run", "days": 30})
		logs.validate()
		self.assertIn("Bulk Reconciliation Run", [row.ref_doctype for row in logs.logs_to_clear])

	def test_accountants_find_the_form_in_erpnexts_workspace(self) -> None:
		"""Once, behind ERPNext's own tool, which they may not open; and no trace of it after uninstalling."""

		def links() -> list[str]:
			order = {"order_by": "idx", "pluck": "link_to"}
			return frappe.get_all("Workspace Link", {"parent": workspace, "type": "Link"}, **order)

		def card() -> int:
			return frappe.db.get_value(
				"Workspace Link", {"parent": workspace, "label": "Banking"}, "link_count"
			)

		workspace = frappe.db.get_value("Workspace Link", {"link_to": ERPNEXT_TOOL}, "parent")
		link_from_erpnext()
		link_from_erpnext()
		with_ours, count = links(), card()
		self.assertEqual(with_ours[with_ours.index(ERPNEXT_TOOL) + 1], TOOL)
		self.assertEqual(with_ours.count(TOOL), 1)
		before_uninstall()
		self.assertEqual(links(), [name for name in with_ours if name != TOOL])
		if count:
			self.assertEqual(card(), count - 1)

	def test_uninstalling_takes_the_number_series_along(self) -> None:
		self.ended_run()
		before_uninstall()
		series = frappe.qb.DocType("Series")
		self.assertFalse(frappe.qb.from_(series).select(series.name).where(series.name.like("BRR-%")).run())

	def ended_run(self) -> str:
		deposit, selection = factories.create_test_deposit(1)
		return reconciliation.start_at_once(deposit.name, selection)["run"]

	def queued_run(self) -> str:
		deposit, selection = factories.create_test_deposit(1)
		with patch.object(LongQueue, "enqueue"):
			return reconciliation.start_in_background(deposit.name, selection)["run"]


class TestJobs(BulkTestCase):
	def test_a_job_that_a_former_version_has_queued(self) -> None:
		"""Its function and arguments are in Redis as the former version wrote them."""
		function = frappe.get_attr(
			"advanced_bank_reconciliation.erpnext_adapter.jobs.process_bulk_reconciliation"
		)
		deposit, selection = factories.create_test_deposit(2)
		with patch.object(LongQueue, "enqueue"):
			run = reconciliation.start_in_background(deposit.name, selection)["run"]
		function(run_name=run)
		self.assertEqual(frappe.db.get_value("Bulk Reconciliation Run", run, "state"), "Completed")

	def test_a_job_whose_run_is_gone(self) -> None:
		jobs.process_bulk_reconciliation("BRR-NEVER")

	def test_a_job_whose_run_is_over(self) -> None:
		deposit, selection = factories.create_test_deposit(1)
		run = reconciliation.start_at_once(deposit.name, selection)["run"]
		with patch.object(frappe.db, "commit"), patch.object(frappe.db, "rollback"):
			jobs.process_bulk_reconciliation(run)
		self.assertEqual(frappe.db.get_value("Bulk Reconciliation Run", run, "fencing_token"), 0)

	def test_the_error_log_names_the_run(self) -> None:
		deposit, selection = factories.create_test_deposit(1)
		run = read_for_update(reconciliation.start_at_once(deposit.name, selection)["run"])
		jobs.log_failure(
			Run(**{**vars(run), "state": RunState.ATTENTION, "reason": "paid", "last_error": "closed"})
		)
		filters = {"reference_doctype": "Bulk Reconciliation Run", "reference_name": run.name}
		title, text = frappe.db.get_value("Error Log", filters, ["method", "error"])
		self.assertIn(run.name, title)
		self.assertEqual(text, "paid\nclosed")

	def test_each_claim_has_a_job_of_its_own(self) -> None:
		"""A dead worker's job counts as started: its id must not stand in the way of the next one."""
		deposit, selection = factories.create_test_deposit(1)
		run = read_for_update(reconciliation.start_at_once(deposit.name, selection)["run"])
		ids = {job_id_of(Run(**{**vars(run), "fencing_token": token})) for token in range(3)}
		self.assertEqual(len(ids), 3)
		self.assertTrue(all(set(one) <= set(_ALLOWED_IN_JOB_IDS) for one in ids))


# RQ from version 3 on takes letters, numbers, underscores and dashes only.
_ALLOWED_IN_JOB_IDS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"


class TestWhoIsLookedAfter(BulkTestCase):
	def test_the_run_of_a_user_who_was_disabled(self) -> None:
		"""Nothing is posted in the name of somebody who may not log in any more."""
		deposit, selection = factories.create_test_deposit(2)
		user = scenes.make_user("dismissed", ["Accounts User"])["user"]
		frappe.set_user(user)
		with patch.object(LongQueue, "enqueue"):
			run = reconciliation.start_in_background(deposit.name, selection)["run"]
		frappe.set_user("Administrator")
		frappe.db.set_value("User", user, "enabled", 0)
		with patch.object(frappe.db, "commit"):
			jobs.process_bulk_reconciliation(run)
		row = read_for_update(run)
		self.assertEqual((row.state, row.posted), (RunState.ROLLED_BACK, 0))
		self.assertIn(f"{user} is disabled", row.reason)
