"""Payments that are written by pattern are what ERPNext's controllers would have posted, in every table."""

from __future__ import annotations

from functools import partial
from typing import Any, cast
from unittest.mock import patch

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields
from frappe.model.document import Document
from frappe.utils import add_days, nowdate

from advanced_bank_reconciliation.erpnext_adapter.posting.patterns import audit, columns, site_hooks
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.audit import Difference
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.columns import Source
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.site_hooks import obstacle_of_site
from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.other_apps import hook_of_another_app
from advanced_bank_reconciliation.tests.pattern_test_case import PatternTestCase, run_by
from advanced_bank_reconciliation.tests.settings import set_settings
from advanced_bank_reconciliation.tests.table_changes import changes_of, differences
from advanced_bank_reconciliation.tests.test_undo_patterns import LEARNED, undoing_reasons

# A run posts by party. The second is of another one than the first, so that the numbers are in order.
PARTIES = (0, 1, 1, 2, 2)
LONG_NAME = "Bulk Test " + "very " * 17 + "long name, O'Neil & \\Söhne\\ 100%"


FIELD: dict = {
	"fieldname": "pattern_channel",
	"label": "Channel",
	"fieldtype": "Data",
	"reqd": 1,
	# A text that looks like a number stays a text in what is compared.
	"default": "5",
}

SCRIPT = {
	"script_type": "DocType Event",
	"reference_doctype": "GL Entry",
	"doctype_event": "After Insert",
	"script": "pass",
}
RULES_OF_SITES: dict[str, dict] = {
	"Server Script": SCRIPT,
	"Webhook": {"webhook_doctype": "Payment Entry", "enabled": 1},
	"Notification": {"document_type": "Sales Invoice", "enabled": 1, "event": "Value Change"},
	"Workflow": {"document_type": "Payment Entry", "is_active": 1},
	"Assignment Rule": {"document_type": "Payment Entry"},
	"Document Naming Rule": {"document_type": "Payment Entry"},
	"Milestone Tracker": {"document_type": "Payment Entry"},
}
# What they do is not because of a payment.
RULES_FOR_SAVING: tuple[dict, ...] = (
	*(
		{"doctype": "Notification", "document_type": "Sales Invoice", "enabled": 1, "event": event}
		for event in ("New", "Submit", "Days Before", "Days After")
	),
	{"doctype": "Workflow", "document_type": "Sales Invoice", "is_active": 1},
	{"doctype": "Assignment Rule", "document_type": "Sales Invoice"},
	{"doctype": "Document Naming Rule", "document_type": "Sales Invoice"},
	{"doctype": "Auto Repeat", "reference_doctype": "Sales Invoice"},
)


hooked: list[str] = []


def note(payment: Document, method: str) -> None:
	hooked.append(payment.name)


class TestPatterns(PatternTestCase):
	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		create_custom_fields({"Payment Entry": [FIELD]})

	@classmethod
	def tearDownClass(cls) -> None:
		frappe.delete_doc("Custom Field", f"Payment Entry-{FIELD['fieldname']}", force=True)
		frappe.db.commit()
		super().tearDownClass()

	def sales(self, **values: Any) -> list[Document]:
		return [
			factories.open_sales_invoice(f"Bulk Test Customer {party}", 50 + number * 1.37, **values)
			for number, party in enumerate(PARTIES)
		]

	def purchases(self, **values: Any) -> list[Document]:
		return [
			factories.create_test_purchase_invoice(
				f"Bulk Test Supplier {party}", 50 + number * 1.37, bill_no=f"B-{number}", **values
			)
			for number, party in enumerate(PARTIES)
		]

	def test_withdrawal_for_purchase_invoices(self) -> None:
		self.compare(self.scenario(*self.purchases()))

	def test_the_undo_of_what_was_written(self) -> None:
		scenario = self.scenario(*self.sales())

		def settle_and_undo(way: str, action: str) -> None:
			set_settings(rollback_action=action)
			run_by(way, scenario)
			run = frappe.get_last_doc("Bulk Reconciliation Run").name
			self.undo_run(run)
			self.reasons = undoing_reasons(run)

		for action in ("Cancel Only", "Cancel and Delete"):
			with self.subTest(action):
				expected, found = (
					changes_of(partial(settle_and_undo, way, action)) for way in ("Never", "Automatic")
				)
				self.assertIn(
					"tabPayment Entry" if action == "Cancel Only" else "tabDeleted Document", found.new
				)
				self.assertEqual(differences(expected, found), [])
				self.assertEqual(sorted(self.reasons), sorted(LEARNED))

	def test_parts_of_overdue_invoices_with_a_long_reference(self) -> None:
		dates = {"posting_date": add_days(nowdate(), -40), "due_date": add_days(nowdate(), -9)}
		invoices = self.sales(set_posting_time=1, **dates)
		self.compare(self.scenario(*invoices, allocated=10.01, reference_number="ä%'" + "R" * 137))

	def test_cost_centers_projects_contacts_and_custom_fields(self) -> None:
		self.make_contact(factories.create_test_customer("Bulk Test Customer 1"))
		factories.create_test_customer(LONG_NAME)
		cost_center = frappe.db.get_value("Company", factories.COMPANY, "cost_center")
		project = {"project_name": "Patterns", "company": factories.COMPANY}
		project = frappe.get_doc({"doctype": "Project", **project}).insert().name
		invoices = self.sales(cost_center=cost_center, project=project)
		long = factories.create_test_sales_invoice(LONG_NAME, 12, cost_center=cost_center, project=project)
		self.compare(self.scenario(*invoices, long))

	def make_contact(self, customer: str) -> None:
		email = {"email_id": "p@example.com", "is_primary": 1}
		links = [{"link_doctype": "Customer", "link_name": customer}]
		contact = {"doctype": "Contact", "first_name": "Pattern", "is_primary_contact": 1, "links": links}
		frappe.get_doc({**contact, "email_ids": [email]}).insert()

	def test_forms_that_show_an_invoice_are_told_of_its_new_time(self) -> None:
		scenario = self.scenario(*self.sales())
		told: dict[str, str] = {}

		def publish(event: str, message: Any = None, **kwargs: Any) -> None:
			if event == "doc_update" and message["doctype"] == "Sales Invoice":
				told[message["name"]] = str(message["modified"])

		with patch.object(frappe, "publish_realtime", publish):
			run_by("Automatic", scenario)
		names = [row["name"] for row in scenario.selection]
		times = frappe.get_all("Sales Invoice", {"name": ("in", names)}, ["name", "modified"], as_list=True)
		self.assertEqual(told, {name: str(modified) for name, modified in times})

	def test_each_column_that_would_be_wrong_is_noticed(self) -> None:
		"""A rule that does not hold: ERPNext posts all, the run says so, and the books are right."""
		scenario = self.scenario(*self.sales())
		expected = changes_of(partial(run_by, "Never", scenario))
		for table, column in (
			("GL Entry", "against"),
			("GL Entry", "debit"),
			("Payment Ledger Entry", "party"),
			("Payment Entry", "title"),
		):
			wrong = patch.dict(cast(dict, columns.TABLES[table].columns), {column: (Source.CONSTANT,)})
			with self.subTest(f"{table}.{column}"), wrong:
				lines = differences(expected, self.by_pattern(scenario))
				# Where the Error Log is a table without transactions, it is not among the changes.
				self.assertEqual([line for line in lines if not line.startswith("tabError Log")], [])
				self.assertTrue(self.was_logged(f"{table}.{column}"))
				self.assertIn(f"{table}.{column}", self.reasons[-1])
				self.assertEqual((len(self.reasons), self.is_off), (len(PARTIES), True))

	def two_kinds(self) -> list[Document]:
		"""With and without a project. What ERPNext posts comes first, so that the numbers are in order."""
		project = {"project_name": "Patterns", "company": factories.COMPANY}
		project = frappe.get_doc({"doctype": "Project", **project}).insert().name
		projects = (project, project, None, None, project, project, None, None)
		return [
			factories.create_test_sales_invoice(f"Bulk Test Customer {party}", 50 + party, project=of)
			for party, of in enumerate(projects)
		]

	def test_two_kinds_in_a_batch(self) -> None:
		self.compare(self.scenario(*self.two_kinds()), ["first of its kind", "compared with its kind"] * 2)

	def test_a_difference_in_one_kind_is_one_of_the_whole_batch(self) -> None:
		invoices = self.two_kinds()
		scenario = self.scenario(*invoices)
		expected = changes_of(partial(run_by, "Never", scenario))
		found = [None, Difference(["a line"])]
		with patch.object(audit, "compare", side_effect=found):
			lines = differences(expected, self.by_pattern(scenario))
		self.assertEqual([line for line in lines if not line.startswith("tabError Log")], [])
		self.assertEqual((len(self.reasons), self.is_off), (len(invoices), True))

	def test_a_column_that_nobody_has_looked_at(self) -> None:
		"""As of a new version of ERPNext."""
		scenario = self.scenario(*self.sales())
		known = cast(dict, columns.TABLES["GL Entry"].columns)
		with patch.dict(known):
			del known["finance_book"]
			self.by_pattern(scenario)
		self.assertEqual(
			self.reasons, ["first of its kind", *["column finance_book of GL Entry"] * (len(PARTIES) - 1)]
		)

	def test_a_column_that_a_former_field_has_left_behind(self) -> None:
		name = f"Payment Entry-{FIELD['fieldname']}"
		frappe.db.delete("Custom Field", name)
		frappe.clear_cache(doctype="Payment Entry")
		self.addCleanup(frappe.clear_cache, doctype="Payment Entry")
		self.compare(self.scenario(*self.sales()))

	def was_logged(self, text: str) -> bool:
		return bool(frappe.db.exists("Error Log", {"error": ("like", f"%{text}%")}))

	def test_what_is_not_plain_goes_one_by_one_and_says_why(self) -> None:
		terms = factories.create_test_terms()
		with_terms = factories.create_test_sales_invoice(
			"Bulk Test Customer 3", payment_terms_template=terms, due_date=None
		)
		self.by_pattern(self.scenario(*self.sales(), with_terms, allocated=50))
		self.assertEqual(self.reasons, ["first of its kind", "compared with its kind", "payment terms"])

	def test_with_a_rule_of_the_site_all_go_one_by_one(self) -> None:
		scenario = self.scenario(*self.sales())
		self.insert({"doctype": "Server Script", **SCRIPT})
		self.by_pattern(scenario)
		self.assertEqual(self.reasons, ["Server Script Pattern Server Script"] * len(PARTIES))

	def test_each_rule_of_the_site_is_seen(self) -> None:
		self.assertIsNone(obstacle_of_site())
		for doctype, values in RULES_OF_SITES.items():
			with self.subTest(doctype):
				frappe.db.savepoint("rule_of_site")
				self.insert({"doctype": doctype, **values})
				self.assertIn(doctype, obstacle_of_site() or "")
				frappe.db.rollback(save_point="rule_of_site")

	def test_rules_for_saving_invoices_do_not_matter(self) -> None:
		scenario = self.scenario(*self.sales())
		self.addCleanup(frappe.clear_cache)
		for number, rule in enumerate(RULES_FOR_SAVING):
			self.insert(rule, f"Pattern {number}")
		frappe.clear_cache()
		self.compare(scenario)

	def test_what_a_user_may_not_see_is_asked_for_each_payment(self) -> None:
		with patch.object(site_hooks, "get_user_permissions", return_value={"Customer": ["One"]}):
			self.assertEqual(obstacle_of_site(), "user permissions of Administrator")

	def insert(self, rule: dict, name: str = "") -> None:
		document = frappe.get_doc(rule)
		document.name = name or f"Pattern {rule['doctype']}"
		document.db_insert()

	def test_a_hook_of_another_app_is_run_for_each_payment(self) -> None:
		hooked.clear()
		with hook_of_another_app("on_submit", note):
			self.by_pattern(self.scenario(*self.sales()))
		self.assertEqual(len(hooked), len(PARTIES))
		self.assertEqual(self.reasons, [f"hook {note.__module__}.note"] * len(PARTIES))
		self.assertIsNone(obstacle_of_site())
