"""What other apps do to the ledgers behind a payment: whatever is booked otherwise than asked is undone."""

from __future__ import annotations

from collections.abc import Callable
from unittest.mock import patch

import frappe
from erpnext.accounts.utils import unlink_ref_doc_from_payment_entries
from frappe.model.document import Document
from frappe.utils import add_days

from advanced_bank_reconciliation.engine.records import Run
from advanced_bank_reconciliation.engine.states import RunState
from advanced_bank_reconciliation.erpnext_adapter import reconciliation, wiring
from advanced_bank_reconciliation.erpnext_adapter.job_queue import LongQueue
from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase
from advanced_bank_reconciliation.tests.other_apps import hook_of_another_app

LEDGERS = ("GL Entry", "Payment Ledger Entry")
OTHER_PARTY = "Bulk Test Stranger"


def change_party(payment: Document, method: str) -> None:
	for ledger in LEDGERS:
		frappe.db.set_value(
			ledger, {"voucher_no": payment.name, "party": payment.party}, "party", OTHER_PARTY
		)


def change_party_in_the_general_ledger(payment: Document, method: str) -> None:
	filters = {"voucher_no": payment.name, "party": payment.party}
	frappe.db.set_value("GL Entry", filters, "party", OTHER_PARTY)


def change_account(payment: Document, method: str) -> None:
	other = frappe.db.get_value("Account", {"company": payment.company, "account_type": "Payable"})
	for ledger in LEDGERS:
		frappe.db.set_value(
			ledger, {"voucher_no": payment.name, "account": payment.paid_from}, "account", other
		)


def change_account_in_the_general_ledger(payment: Document, method: str) -> None:
	filters = {"company": payment.company, "account_type": "Payable"}
	other = frappe.db.get_value("Account", filters)
	of_party = {"voucher_no": payment.name, "account": payment.paid_from}
	frappe.db.set_value("GL Entry", of_party, "account", other)


def change_date(payment: Document, method: str) -> None:
	other = add_days(payment.posting_date, -1)
	for ledger in LEDGERS:
		frappe.db.set_value(ledger, {"voucher_no": payment.name}, "posting_date", other)


def turn_round(payment: Document, method: str) -> None:
	"""The bank pays and the customer owes more; still it balances."""
	entry = frappe.qb.DocType("GL Entry")
	columns = (entry.debit, entry.debit_in_account_currency, entry.credit, entry.credit_in_account_currency)
	for row in frappe.get_all("GL Entry", {"voucher_no": payment.name}, ["name", *(c.name for c in columns)]):
		frappe.db.set_value(
			"GL Entry",
			row.name,
			{
				"debit": row.credit,
				"debit_in_account_currency": row.credit_in_account_currency,
				"credit": row.debit,
				"credit_in_account_currency": row.debit_in_account_currency,
			},
		)


def cancel_by_halves(payment: Document, method: str) -> None:
	"""Another app's own idea of cancelling: the bank's money is still there."""
	filters = {"voucher_no": payment.name, "account": payment.paid_to, "debit": (">", 0)}
	frappe.db.set_value("GL Entry", filters, "is_cancelled", 0)


def release_the_one_before(payment: Document, method: str) -> None:
	"""What *Unreconcile* does, to the payment of an earlier batch of the run."""
	filters = {"bulk_reconciliation_run": payment.bulk_reconciliation_run, "name": ("<", payment.name)}
	for name in frappe.get_all("Payment Entry", filters, pluck="name"):
		for row in frappe.get_doc("Payment Entry", name).references:
			unlink_ref_doc_from_payment_entries(
				frappe.get_doc(row.reference_doctype, row.reference_name), name
			)


FORMS: tuple[Callable, ...] = (
	change_party,
	change_party_in_the_general_ledger,
	change_account,
	change_account_in_the_general_ledger,
	change_date,
	turn_round,
)


class TestWrongPostings(BulkTestCase):
	def test_at_once_nothing_is_left(self) -> None:
		factories.create_test_customer(OTHER_PARTY)
		for form in FORMS:
			with self.subTest(form.__name__), hook_of_another_app("on_submit", form):
				deposit, selection = factories.create_test_deposit(2)
				before = self.books(deposit.name, selection)
				with self.assertRaises(reconciliation.SelectionRefusedError):
					reconciliation.start_at_once(deposit.name, selection)
				self.assertEqual(self.books(deposit.name, selection), before)

	def test_a_payment_of_an_earlier_batch_that_pays_no_more(self) -> None:
		"""Each batch was right when it was committed; the run asks all of them again before it completes."""
		deposit, selection = factories.create_test_deposit(2)
		with patch.object(LongQueue, "enqueue"):
			name = reconciliation.start_in_background(deposit.name, selection)["run"]
			frappe.db.set_value("Bulk Reconciliation Run", name, "batch_size", 1)
			frappe.db.commit()
		with hook_of_another_app("on_submit", release_the_one_before):
			run = wiring.runner().work_on(name, "worker")
		self.assertIs(run.state, RunState.ROLLED_BACK)
		self.assertIn("does not pay any more what it should", run.reason)

	def test_an_undo_that_leaves_ledger_rows_needs_attention(self) -> None:
		deposit, selection = factories.create_test_deposit(2)
		frappe.db.commit()
		before = self.books(deposit.name, selection)
		with self.undone_by("Cancel Only"):
			name = reconciliation.start_at_once(deposit.name, selection)["run"]
		with hook_of_another_app("on_cancel", cancel_by_halves):
			self.assertIs(self.undone(reconciliation.undo, name).state, RunState.ATTENTION)
		self.assertIs(self.undone(reconciliation.resume, name).state, RunState.ROLLED_BACK)
		after = self.books(deposit.name, selection)
		self.assertEqual({**after, "payments": []}, {**before, "payments": []})

	def undone(self, ask: Callable, name: str) -> Run:
		with patch.object(LongQueue, "enqueue"):
			ask(name)
		return wiring.runner().work_on(name, "worker")
