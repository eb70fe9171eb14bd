"""Starting a run: what is refused, with which words, and that nothing is written then."""

from __future__ import annotations

import json
from unittest.mock import patch

import frappe
from frappe.model.document import Document

from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.erpnext_adapter.job_queue import LongQueue
from advanced_bank_reconciliation.erpnext_adapter.starting.start import BankTransactionBusyError
from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase


class TestStart(BulkTestCase):
	def setUp(self) -> None:
		self.deposit, self.selection = factories.create_test_deposit(3)

	def row(self, index: int = 0, **changes: object) -> dict:
		return {**self.selection[index], **changes}

	def test_unknown_bank_transaction(self) -> None:
		with self.assertRaises(frappe.DoesNotExistError) as refused:
			reconciliation.start_in_background("ACC-BTN-NEVER", self.selection)
		self.assertIn("ACC-BTN-NEVER", str(refused.exception))

	def test_cancelled_bank_transaction(self) -> None:
		self.deposit.cancel()
		self.assertIn("is not submitted", self.refusal_of(self.deposit.name, self.selection))

	def test_reconciled_bank_transaction(self) -> None:
		reconciliation.start_at_once(self.deposit.name, self.selection)
		other = factories.selection_of([factories.open_sales_invoice()])
		self.assertIn("already reconciled", self.refusal_of(self.deposit.name, other))

	def test_every_problem_is_named_at_once(self) -> None:
		"""Ten rows with ten different problems are refused by one error that names all documents."""
		draft = factories.open_sales_invoice(submit=False)
		cancelled = factories.open_sales_invoice()
		cancelled.cancel()
		paid = self.paid_invoice()
		foreign = self.invoice_of_another_company()
		rows = [
			{"doctype": "Sales Invoice", "name": "SINV-NEVER", "allocated_amount": 1},
			{"doctype": "Sales Invoice", "name": draft.name, "allocated_amount": 1},
			{"doctype": "Sales Invoice", "name": cancelled.name, "allocated_amount": 1},
			{"doctype": "Sales Invoice", "name": paid, "allocated_amount": 1},
			{"doctype": "Sales Invoice", "name": foreign, "allocated_amount": 1},
			self.row(0, allocated_amount=10_000),
			self.row(1, allocated_amount=-1),
		]
		text = self.refusal_of(self.deposit.name, rows)
		for name in ("SINV-NEVER", draft.name, cancelled.name, paid, foreign):
			self.assertIn(name, text)
		for words in ("does not exist", "draft", "cancelled", "fully paid", "belongs to", "more than the"):
			self.assertIn(words, text)
		self.assertIn("wrong sign", text)

	def test_problems_of_form_are_named_at_once(self) -> None:
		rows = [
			self.row(0, allocated_amount="many"),
			self.row(1, allocated_amount=0),
			self.row(2, doctype="User"),
			self.row(2),
			self.row(2),
			{"doctype": "Sales Invoice"},
			"no row",
		]
		text = self.refusal_of(self.deposit.name, rows)
		for words in ("not an amount", "is zero", "type User", "selected twice", "is missing", "no row"):
			self.assertIn(words, text)

	def test_problems_of_form_and_of_the_books_are_named_at_once(self) -> None:
		"""At once as well as in the background: mending one thing must not bring the next to light."""
		draft = factories.open_sales_invoice(submit=False).name
		rows = [
			{"doctype": "Sales Invoice", "name": draft, "allocated_amount": 1},
			{"doctype": "Sales Invoice", "name": "SINV-NEVER", "allocated_amount": 0},
			self.row(0, allocated_amount="1_00"),
		]
		voucher = {"payment_doctype": "Payment Entry", "payment_name": "PE-NEVER", "amount": "0.005"}
		for start in (reconciliation.start_at_once, reconciliation.start_in_background):
			with self.assertRaises(reconciliation.SelectionRefusedError) as refused:
				start(self.deposit.name, rows, [voucher])
			text = str(refused.exception)
			for words in (
				f"{draft} is a draft",
				"SINV-NEVER: the amount is zero",
				"SINV-NEVER does not exist",
				f"{self.selection[0]['name']}: 1_00 is not an amount",
				"PE-NEVER: 0.005 has more decimals",
				"PE-NEVER does not exist",
			):
				self.assertIn(words, text)
			self.assertEqual(text.count("<br>"), 5)

	def test_a_readable_part_that_a_run_has_is_not_that_run(self) -> None:
		"""The same rows and one that cannot be read: not the selection that was started before."""
		reconciliation.start_at_once(self.deposit.name, self.selection)
		text = self.refusal_of(self.deposit.name, [*self.selection, "no row"])
		self.assertIn("no row is not a row of a selection", text)

	def test_a_message_is_of_a_size_that_can_be_read(self) -> None:
		"""20,000 bad rows: the first fifty are named, the others counted."""
		rows = [self.row(name=f"NONE-{number}") for number in range(20_000)]
		text = self.refusal_of(self.deposit.name, rows)
		self.assertLess(len(text), 10_000)
		self.assertIn("NONE-49 does", text)
		self.assertIn("19950 more", text)

	def test_malformed_json(self) -> None:
		self.assertIn("not valid JSON", self.refusal_of(self.deposit.name, '[{"doctype": '))

	def test_more_than_the_deposit(self) -> None:
		"""One cent too much in the sum is refused, whatever each row has outstanding."""
		more = [*self.selection, *factories.selection_of([factories.open_sales_invoice(rate=0.01)])]
		self.assertIn("0.01 too much", self.refusal_of(self.deposit.name, more))

	def test_sales_invoice_against_a_withdrawal(self) -> None:
		withdrawal = factories.create_test_bank_transaction(-500)
		self.assertIn("is a withdrawal", self.refusal_of(withdrawal.name, self.selection))

	def test_markup_in_the_input_is_escaped(self) -> None:
		text = self.refusal_of(self.deposit.name, [self.row(name="<img src=x onerror=alert(1)>")])
		self.assertNotIn("<img", text)
		self.assertIn("&lt;img", text)

	def test_markup_in_the_name_of_the_bank_transaction_is_escaped(self) -> None:
		with self.assertRaises(frappe.DoesNotExistError) as refused:
			reconciliation.start_in_background("<img src=x onerror=alert(1)>", self.selection)
		self.assertIn("&lt;img", str(refused.exception))

	def test_amounts_of_a_browser(self) -> None:
		"""760 − 649.71 is 110.28999999999996 in a browser, and 110.29 on the invoice."""
		invoice = factories.open_sales_invoice(rate=110.29)
		deposit = factories.create_test_bank_transaction(110.29)
		row = {"doctype": "Unpaid Sales Invoice", "name": invoice.name, "allocated_amount": 760 - 649.71}
		reconciliation.start_at_once(deposit.name, json.dumps([row]))
		self.assertEqual(frappe.db.get_value("Sales Invoice", invoice.name, "outstanding_amount"), 0)
		self.assertEqual(frappe.db.get_value("Bank Transaction", deposit.name, "status"), "Reconciled")

	def test_the_number_of_queries_does_not_grow(self) -> None:
		"""Starting with 220 invoices asks the database as often as with 20."""
		few, many = factories.create_test_deposit(20), factories.create_test_deposit(220)
		self.queries_of_start(self.deposit, self.selection)
		self.assertEqual(self.queries_of_start(*few), self.queries_of_start(*many))

	def test_the_same_selection_again_is_the_same_run(self) -> None:
		with patch.object(LongQueue, "enqueue") as enqueue:
			first = reconciliation.start_in_background(self.deposit.name, self.selection)
			second = reconciliation.start_in_background(self.deposit.name, self.selection[::-1])
		self.assertEqual(first["run"], second["run"])
		self.assertEqual({call.args[0].name for call in enqueue.call_args_list}, {first["run"]})

	def test_another_selection_for_a_busy_deposit(self) -> None:
		with patch.object(LongQueue, "enqueue"):
			run = reconciliation.start_in_background(self.deposit.name, self.selection)["run"]
			with self.assertRaises(BankTransactionBusyError) as refused:
				reconciliation.start_in_background(self.deposit.name, self.selection[:1])
		self.assertIn(run, str(refused.exception))

	def test_an_invoice_that_another_run_has(self) -> None:
		other = factories.create_test_bank_transaction(50)
		with patch.object(LongQueue, "enqueue"):
			run = reconciliation.start_in_background(self.deposit.name, self.selection)["run"]
		text = self.refusal_of(other.name, [self.row(allocated_amount=50)])
		self.assertIn(f"is being reconciled by run {run}", text)

	def queries_of_start(self, deposit: Document, selection: list[dict]) -> int:
		"""Count the statements of one start, with warm caches."""
		count = 0
		original = frappe.db.sql

		def counting(*arguments: object, **options: object) -> object:
			nonlocal count
			count += 1
			return original(*arguments, **options)

		with patch.object(LongQueue, "enqueue"), patch.object(frappe.db, "sql", counting):
			reconciliation.start_in_background(deposit.name, selection)
		return count

	def paid_invoice(self) -> str:
		invoice = factories.open_sales_invoice(rate=10)
		deposit = factories.create_test_bank_transaction(10)
		reconciliation.start_at_once(deposit.name, factories.selection_of([invoice]))
		return invoice.name

	def invoice_of_another_company(self) -> str:
		company = factories.create_test_company("Another Bulk Test Company", "ABTC")
		return factories.open_sales_invoice(company=company).name
