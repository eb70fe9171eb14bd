"""What ERPNext's documents show of the runs that settled them, and to whom."""

from __future__ import annotations

import frappe
from frappe.desk.form.load import get_additional_timeline_content
from frappe.model.document import Document

from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import ITEM_DOCTYPE, RUN_DOCTYPE
from advanced_bank_reconciliation.erpnext_adapter.traces.connections import get_open_count
from advanced_bank_reconciliation.tests import factories, scenes
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase
from advanced_bank_reconciliation.tests.test_reports import MARKUP


class TestTraces(BulkTestCase):
	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		scenes.make_other_company()
		cls.advance = factories.create_test_advance(25)
		cls.deposit, selection = factories.create_test_deposit(3, beside=25)
		voucher = {"payment_doctype": "Payment Entry", "payment_name": cls.advance.name, "amount": 25}
		cls.run_name = reconciliation.start_at_once(cls.deposit.name, selection, [voucher])["run"]
		cls.invoice = selection[0]["name"]
		cls.customer = frappe.db.get_value("Sales Invoice", cls.invoice, "customer")
		paid = {"run": cls.run_name, "reference_name": cls.invoice}
		cls.payment = frappe.db.get_value(ITEM_DOCTYPE, paid, "voucher")
		frappe.db.commit()

	def settled(self) -> list[Document]:
		"""The documents that one run has settled, or settled with."""
		payments = [self.advance, frappe.get_doc("Payment Entry", self.payment)]
		return [self.deposit, frappe.get_doc("Sales Invoice", self.invoice), *payments]

	def told(self, document: Document) -> str:
		found = get_additional_timeline_content(document.doctype, document.name)
		return "\n".join(entry["content"] for entry in found)

	def counted(self, doctype: str, name: str, ours: str, items: object = None) -> dict:
		"""The connection as Desk asks for it."""
		asked = frappe.override_whitelisted_method("frappe.desk.notifications.get_open_count")
		count = frappe.get_attr(asked)(doctype, name, items)["count"]
		everything = count["external_links_found"] + count["internal_links_found"]
		return next((found for found in everything if found["doctype"] == ours), {})

	def test_each_document_names_its_run(self) -> None:
		for document in self.settled():
			self.assertIn("Administrator started bulk reconciliation <a href=", self.told(document))
			self.assertIn(self.run_name, self.told(document))
			self.assertIn("was completed", self.told(document))
			found = self.counted(document.doctype, document.name, RUN_DOCTYPE)
			self.assertEqual((found["count"], found.get("names", [self.run_name])), (1, [self.run_name]))

	def test_parties_and_accounts_count_what_the_tables_have(self) -> None:
		account = self.deposit.bank_account
		counts = {
			("Customer", self.customer, ITEM_DOCTYPE): {"party_type": "Customer", "party": self.customer},
			("Bank Account", account, RUN_DOCTYPE): {"bank_account": account},
		}
		for asked, filters in counts.items():
			expected = min(100, frappe.db.count(asked[2], filters))
			self.assertEqual(self.counted(*asked)["count"], expected)

	def test_a_supplier_of_the_same_name_has_none_of_the_customers(self) -> None:
		factories.create_test_supplier(self.customer)
		self.assertEqual(self.counted("Supplier", self.customer, ITEM_DOCTYPE)["count"], 0)

	def test_an_undo_is_told_with_its_reason(self) -> None:
		frappe.db.set_value(RUN_DOCTYPE, self.run_name, {"state": "Rolled Back", "reason": MARKUP})
		for document in self.settled():
			self.assertIn("was undone: &lt;img src=x&gt;", self.told(document))
			self.assertNotIn(MARKUP, self.told(document))

	def test_what_was_taken_away_since_is_told(self) -> None:
		frappe.get_doc("Payment Entry", self.payment).cancel()
		self.assertIn("1 of its payments were taken away since", self.told(self.deposit))

	def test_the_other_connections_are_frappes(self) -> None:
		asked = ("Sales Invoice", self.invoice, "Payment Entry")
		for items in (None, '["Payment Entry"]', ["Payment Entry", RUN_DOCTYPE]):
			self.assertEqual(self.counted(*asked, items=items)["count"], 1)

	def test_without_rights_there_are_neither_names_nor_counts(self) -> None:
		frappe.set_user(scenes.make_user("traces-sales", ["Sales User", "Stock Manager"])["user"])
		self.assertEqual(self.counted("Customer", self.customer, ITEM_DOCTYPE)["count"], 0)
		self.assertEqual(self.told(self.deposit), "")
		for ours in (RUN_DOCTYPE, ITEM_DOCTYPE):
			self.assertEqual(self.counted("Item", factories.ITEM, ours, [ours]), {})
		with self.assertRaises(frappe.PermissionError):
			get_open_count("Bank Transaction", self.deposit.name, [RUN_DOCTYPE])

	def test_who_is_confined_elsewhere_sees_none(self) -> None:
		user = scenes.make_user("traces-elsewhere", ["Accounts User"])["user"]
		scenes.confine(user=user, doctype="Company", name="Another Bulk Test Company")
		frappe.set_user(user)
		self.assertEqual(self.counted("Customer", self.customer, ITEM_DOCTYPE)["count"], 0)
		for document in self.settled():
			self.assertEqual(self.told(document), "")
