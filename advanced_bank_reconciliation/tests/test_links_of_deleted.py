"""What names documents that a batch has deleted is deleted as Frappe deletes it, however many they are."""

from __future__ import annotations

from functools import partial

import frappe

from advanced_bank_reconciliation.erpnext_adapter.erpnext_patches import links_of_deleted
from advanced_bank_reconciliation.erpnext_adapter.erpnext_patches.links_of_deleted import delete_doc
from advanced_bank_reconciliation.tests.site_test_case import SiteTestCase
from advanced_bank_reconciliation.tests.statements import counted_statements
from advanced_bank_reconciliation.tests.table_changes import changes_of, differences

DOCTYPE = "Payment Entry"
NAMES = [f"A deleted payment {number}" for number in range(3)]
VERSION = ("Version", "ref_doctype", "docname")


def name_it(table: str, type_column: str, column: str, name: str) -> None:
	frappe.get_doc({"doctype": table, type_column: DOCTYPE, column: name}).db_insert()


def by_frappe() -> None:
	for name in NAMES:
		delete_doc.delete_dynamic_links(DOCTYPE, name)


class TestLinksOfDeleted(SiteTestCase):
	def setUp(self) -> None:
		frappe.db.savepoint("before_links")
		for name in NAMES:
			name_it(*VERSION, name)

	def tearDown(self) -> None:
		frappe.db.rollback(save_point="before_links")

	def test_each_place_that_frappe_looks_at(self) -> None:
		for place in links_of_deleted.PLACES:
			with self.subTest(place):
				name_it(*place, NAMES[1])
				expected = changes_of(by_frappe)
				found = changes_of(partial(links_of_deleted.delete_links_of, DOCTYPE, NAMES))
				self.assertEqual(differences(expected, found), [])
				self.assertIn(f"tab{place[0]}", expected.tables())

	def test_two_statements_for_versions_alone(self) -> None:
		with counted_statements() as statements:
			links_of_deleted.delete_links_of(DOCTYPE, NAMES)
		self.assertEqual(len(statements), 2, statements)
		self.assertFalse(frappe.db.exists("Version", {"docname": ("in", NAMES)}))
