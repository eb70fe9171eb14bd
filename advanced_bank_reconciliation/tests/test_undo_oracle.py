"""The undo of a run writes what ERPNext writes when somebody cancels and deletes its payments by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import frappe
from erpnext.accounts.doctype.payment_request.payment_request import make_payment_request

from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.erpnext_adapter.books.run_vouchers import read_vouchers_of
from advanced_bank_reconciliation.erpnext_adapter.erpnext_patches.number_series import keeping_numbers
from advanced_bank_reconciliation.erpnext_adapter.posting.payment_terms import putting_back_base_outstanding
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import RUN_DOCTYPE
from advanced_bank_reconciliation.tests import currencies, factories, special_invoices
from advanced_bank_reconciliation.tests.oracle import OracleTestCase, Scenario
from advanced_bank_reconciliation.tests.site_test_case import change_settings
from advanced_bank_reconciliation.tests.table_changes import changes_of, differences

ACTIONS = ("Cancel Only", "Cancel and Delete")


def undo_by_hand(run: str, action: str) -> None:
	"""Take everything off the Bank Transaction, and cancel each payment of a run, the newest first."""
	vouchers = read_vouchers_of(run)
	transaction = frappe.get_doc(
		"Bank Transaction", frappe.db.get_value(RUN_DOCTYPE, run, "bank_transaction")
	)
	transaction.set("payment_entries", [])
	transaction.save()
	documents = [document for facts in vouchers for document in facts.settled]
	with putting_back_base_outstanding(documents), keeping_numbers():
		for facts in vouchers:
			frappe.get_doc(*facts.key).cancel()
			if action == "Cancel and Delete":
				frappe.delete_doc(*facts.key)


class TestUndoOracle(OracleTestCase):
	def check_undo(self, scenario: Scenario) -> None:
		for action in ACTIONS:
			with self.subTest(action), self.completed(scenario, action) as run:
				with change_settings("Accounts Settings", delete_linked_ledger_entries=1):
					expected = changes_of(partial(undo_by_hand, run, action))
				self.assertEqual(differences(expected, changes_of(partial(self.undo_run, run))), [])
				self.assertTrue(expected.tables())

	@contextmanager
	def completed(self, scenario: Scenario, action: str) -> Iterator[str]:
		"""A run that has posted a scenario, taken back at the end."""
		frappe.db.savepoint("before_the_run")
		with self.undone_by(action):
			started = reconciliation.start_at_once(scenario.bank_transaction.name, *scenario.arguments())
		self.assertEqual(started["status"], "Completed")
		yield started["run"]
		frappe.db.rollback(save_point="before_the_run")

	def test_invoices_of_two_customers(self) -> None:
		invoices = [factories.open_sales_invoice(f"Bulk Test Customer {n % 2}", 50 + n) for n in range(4)]
		self.check_undo(self.scenario(*invoices))

	def test_purchases(self) -> None:
		invoices = [factories.create_test_purchase_invoice(rate=rate) for rate in (100, 70)]
		self.check_undo(self.scenario(*invoices))

	def test_terms_and_a_part(self) -> None:
		template = factories.create_test_terms()
		invoices = [factories.open_sales_invoice(payment_terms_template=template) for _time in "ab"]
		scenario = self.scenario(*invoices, amount=170)
		scenario.selection[0]["allocated_amount"] = 70.0
		self.check_undo(scenario)

	def test_credit_notes_and_deductions(self) -> None:
		invoices = [factories.open_sales_invoice(rate=rate) for rate in (100, 50)]
		note = special_invoices.note(factories.open_sales_invoice, 31.27)
		scenario = self.scenario(*invoices, note, amount=116.23)
		self.check_undo(scenario.with_deductions(factories.deduction("Marketing Expenses", "2.50"), typed={}))

	def test_currencies_and_their_journals(self) -> None:
		invoices = [currencies.create_foreign_invoice(rate) for rate in (100, 50)]
		rows = factories.selection_of(invoices)
		self.check_undo(Scenario(currencies.create_foreign_deposit(150), rows))

	def test_payment_requests(self) -> None:
		invoice = factories.open_sales_invoice("Bulk Test Customer 1", 500)
		values = {"recipient_id": "x@example.com", "mute_email": 1, "submit_doc": 1}
		make_payment_request(dt=invoice.doctype, dn=invoice.name, **values)
		self.check_undo(self.scenario(invoice, factories.open_sales_invoice()))

	def test_a_voucher_along(self) -> None:
		advance = factories.create_test_advance(60)
		voucher = {"payment_doctype": advance.doctype, "payment_name": advance.name, "amount": 60.0}
		scenario = self.scenario(factories.open_sales_invoice(), amount=160)
		self.check_undo(Scenario(scenario.bank_transaction, scenario.selection, [voucher]))
