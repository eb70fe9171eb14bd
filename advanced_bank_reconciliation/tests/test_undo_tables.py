"""After its undo a run has left nothing in any table but cancelled documents; deleted, not even these."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import patch

import frappe
from erpnext.accounts.doctype.payment_request.payment_request import make_payment_request

from advanced_bank_reconciliation.engine.requests import request_undo
from advanced_bank_reconciliation.engine.steps import next_step
from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.erpnext_adapter.job_queue import LongQueue
from advanced_bank_reconciliation.erpnext_adapter.posting.ledger import ErpnextLedger
from advanced_bank_reconciliation.erpnext_adapter.runs.run_store import FrappeRunStore
from advanced_bank_reconciliation.tests import currencies, factories, special_invoices
from advanced_bank_reconciliation.tests.oracle import OracleTestCase, Scenario
from advanced_bank_reconciliation.tests.table_changes import (
	TableChanges,
	changes_of,
	differences,
	whole_changes_of,
)

# By table: the column that says that a row has no effect any more, and its value.
WITHOUT_EFFECT = {
	"tabPayment Entry": ("docstatus", "2"),
	"tabPayment Entry Reference": ("docstatus", "2"),
	"tabPayment Entry Deduction": ("docstatus", "2"),
	"tabJournal Entry": ("docstatus", "2"),
	"tabJournal Entry Account": ("docstatus", "2"),
	"tabGL Entry": ("is_cancelled", "1"),
	"tabPayment Ledger Entry": ("delinked", "1"),
}
# Numbers that were given out are not given out again; Frappe keeps what was deleted, and who changed what.
RECORDS = {"tabSeries", "tabDeleted Document", "tabVersion"}


class TestUndoTables(OracleTestCase):
	def setUp(self) -> None:
		self.example = self.make_example()

	def make_example(self) -> Scenario:
		"""Terms paid in part, terms that miss a cent, a Payment Request, a credit note netted, a purchase's
		note, a voucher along, an early payment discount, an invoice in euros that gains, a fee, an
		advance.
		"""
		template = factories.create_test_terms()
		terms = factories.create_test_sales_invoice(payment_terms_template=template)
		odd = factories.create_test_sales_invoice(
			rate=20.29, payment_terms_template=template, disable_rounded_total=1
		)
		requested = factories.create_test_sales_invoice("Bulk Test Customer 1", 500)
		values = {"recipient_id": "x@example.com", "mute_email": 1, "submit_doc": 1}
		make_payment_request(dt=requested.doctype, dn=requested.name, **values)
		notes = [
			special_invoices.note(factories.create_test_sales_invoice, 31.27, "Bulk Test Customer 1"),
			special_invoices.note(factories.create_test_purchase_invoice, 31.27),
		]
		euros = currencies.create_invoice_in("EUR", conversion_rate=1.05)
		account = f"Write Off - {factories.ABBREVIATION}"
		frappe.db.set_value("Company", factories.COMPANY, "default_discount_account", account)
		self.addCleanup(frappe.clear_document_cache, "Company", factories.COMPANY)
		discounted = factories.create_test_sales_invoice(
			payment_terms_template=factories.create_test_discount_terms(2, 1)
		)
		scenario = self.scenario(terms, odd, requested, euros, *notes, discounted, amount=922.29)
		scenario.selection[-1]["discount"] = 3
		scenario.selection[0]["allocated_amount"] = 70.0
		advance = factories.create_test_advance(60)
		voucher = {"payment_doctype": advance.doctype, "payment_name": advance.name, "amount": 60.0}
		fee, rates = factories.deduction("Marketing Expenses", "2.50"), {"EUR": "1.1"}
		rest = {"party_type": "Customer", "party": "Bulk Test Customer 1"}
		selected = replace(scenario, vouchers=[voucher], deductions=[fee], exchange_rates=rates)
		return replace(selected, advance=rest)

	def start_and_undo(self) -> None:
		example, store = self.example, FrappeRunStore(60)
		started = reconciliation.start_at_once(example.bank_transaction.name, *example.arguments())
		self.assertEqual(started["status"], "Completed")
		with patch.object(LongQueue, "enqueue"), patch.object(frappe.db, "commit"):
			run = request_undo(started["run"], "Administrator", store, LongQueue(60))
			while run.state.value == "Rolling Back":
				run = next_step(run)(run, ErpnextLedger(), store)
		self.assertEqual(run.state.value, "Rolled Back")

	def changes_after(self, action: str) -> TableChanges:
		with self.undone_by(action):
			return changes_of(self.start_and_undo)

	def test_no_row_is_missed(self) -> None:
		"""Whatever is written on the way, the changes are those that whole tables tell."""
		whole = whole_changes_of(self.start_and_undo)
		self.assertEqual(differences(whole, changes_of(self.start_and_undo)), [])

	def test_cancelled_documents_are_all_that_is_left(self) -> None:
		changes = self.changes_after("Cancel Only")
		self.assertEqual(set(changes.gone) - RECORDS, set())
		self.assertEqual(set(changes.new) - RECORDS, set(WITHOUT_EFFECT))
		for table, (column, value) in WITHOUT_EFFECT.items():
			self.assertEqual({row[column] for row in changes.rows(table)}, {value}, table)

	def test_if_payments_are_deleted_nothing_is_left(self) -> None:
		changes = self.changes_after("Cancel and Delete")
		self.assertEqual(changes.tables() - RECORDS, {"tabComment"})
		self.assertEqual({row["comment_type"] for row in changes.rows("tabComment")}, {"Deleted"})
		self.assertEqual({row["ref_doctype"] for row in changes.rows("tabVersion")}, {"Bank Transaction"})


class TestUndoOfSharedPayments(TestUndoTables):
	"""The same of payments that several invoices share."""

	def make_example(self) -> Scenario:
		return replace(super().make_example(), grouping="Party")
