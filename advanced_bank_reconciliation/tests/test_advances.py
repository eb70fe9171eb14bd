"""Advances of a run: their record, what is refused, their undo, also after they were allocated."""

from __future__ import annotations

import frappe
from frappe.desk.query_report import run as run_report
from frappe.model.document import Document
from frappe.utils.print_utils import get_print

from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.erpnext_adapter.books.party_accounts import SEPARATE
from advanced_bank_reconciliation.erpnext_adapter.document_events.guards import BusyWithBulkReconciliation
from advanced_bank_reconciliation.erpnext_adapter.runs.run_advances import requested_advance
from advanced_bank_reconciliation.erpnext_adapter.runs.run_view import describe_run, list_runs
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import ITEM_DOCTYPE, RUN_DOCTYPE
from advanced_bank_reconciliation.tests import factories, scenes
from advanced_bank_reconciliation.tests.advance_accounts import use_separate_advance_accounts
from advanced_bank_reconciliation.tests.advance_test_case import (
	CUSTOMER,
	SUPPLIER,
	advance_of,
)
from advanced_bank_reconciliation.tests.oracle import OracleTestCase
from advanced_bank_reconciliation.tests.other_apps import hook_of_another_app

OTHER_ACCOUNT = "Other Debtors"


def book_elsewhere(entry: Document, *_arguments: object) -> None:
	"""What a hook of another app might do."""
	if not entry.references:
		entry.paid_from = entry.party_account = f"{OTHER_ACCOUNT} - {factories.ABBREVIATION}"


class TestAdvances(OracleTestCase):
	"""The record, the same request again, what is refused, and the undo."""

	def setUp(self) -> None:
		self.invoices = [factories.open_sales_invoice(rate=rate) for rate in (100, 40)]
		self.selection = factories.selection_of(self.invoices)
		self.transaction = factories.create_test_bank_transaction(152.5)

	def start(self, advance: object) -> dict:
		return reconciliation.start_at_once(self.transaction.name, self.selection, advance=advance)

	def refused(self, advance: object) -> str:
		before = self.count_records()
		with self.assertRaises(reconciliation.SelectionRefusedError) as refused:
			self.start(advance)
		self.assertEqual(self.count_records(), before)
		return str(refused.exception)

	def test_the_record(self) -> None:
		state = self.start(advance_of(description="Paid twice"))
		run = frappe.get_doc(RUN_DOCTYPE, state["run"])
		self.assertEqual((run.advance_party, run.advance_amount, run.total_amount), (CUSTOMER, 12.5, 152.5))
		self.assertEqual(run.advance_account, f"Debtors - {factories.ABBREVIATION}")
		self.assertEqual((run.total_items, state["total_invoices"]), (3, 2))
		self.assertIn("The payments of 2 invoices and an advance are posted", state["message"])
		item = frappe.get_last_doc(ITEM_DOCTYPE, {"run": run.name, "kind": "Advance"})
		self.assertEqual((item.reference_doctype, item.reference_name), ("Customer", CUSTOMER))
		payment = frappe.get_doc("Payment Entry", item.voucher)
		self.assertEqual((payment.unallocated_amount, payment.references), (12.5, []))
		self.assertEqual(payment.bulk_reconciliation_item, item.name)
		self.transaction.reload()
		self.assertEqual((self.transaction.unallocated_amount, self.transaction.status), (0, "Reconciled"))
		self.assertIsNotNone(payment.clearance_date)

	def test_a_list_of_runs_counts_invoices(self) -> None:
		"""As the run itself does, before and after its undo."""
		run = self.start(advance_of())["run"]
		self.assertEqual(self.listed(run), (2, 2, 0))
		self.undo_run(run)
		self.assertEqual(self.listed(run), (2, 2, 2))

	def listed(self, run: str) -> tuple:
		(row,) = list_runs({"name": run})
		return row["total"], row["posted"], row["undone"]

	def test_statement_and_register(self) -> None:
		state = self.start(advance_of())
		self.assertIn(f"Advance: Customer {CUSTOMER}", get_print(RUN_DOCTYPE, state["run"]))
		report = run_report("Bulk Reconciliation Register", {"bank_transaction": self.transaction.name})
		rows = [row for row in report["result"] if isinstance(row, dict) and row.get("run") == state["run"]]
		self.assertEqual([row["advance_amount"] for row in rows], [12.5])

	def test_the_same_request_again_is_the_same_run(self) -> None:
		first = self.start(advance_of())
		again = self.start(advance_of())
		self.assertEqual(first["run"], again["run"])
		payments = frappe.get_all("Payment Entry", {"bulk_reconciliation_run": first["run"]})
		self.assertEqual(len(payments), 3)
		refusal = self.refused(advance_of(factories.create_test_customer("Bulk Test Customer 7")))
		self.assertIn("already reconciled", refusal)

	def test_what_is_asked_for_must_be_the_rest(self) -> None:
		for amount in ("12.51", "12.49"):
			refusal = self.refused(advance_of(amount=amount))
			self.assertIn(f"{amount} was asked for, but the selection leaves 12.50", refusal)
		self.assertIn("-12.50 is negative", self.refused(advance_of(amount="-12.50")))
		self.assertIn("the amount is zero", self.refused(advance_of(amount=0)))
		self.assertIn("has more decimals", self.refused(advance_of(amount="12.501")))

	def test_nothing_is_left(self) -> None:
		self.transaction = factories.create_test_bank_transaction(140)
		self.assertIn("takes all of Bank Transaction", self.refused(advance_of()))

	def test_all_that_is_wrong_in_one_message(self) -> None:
		other = scenes.make_other_company()
		of_other = {"company": other, "account_type": "Receivable", "is_group": 0}
		abroad = frappe.db.get_value("Account", of_other)
		self.selection[0]["allocated_amount"] = 101
		refusal = self.refused(
			advance_of("No Such Customer", account=abroad, cost_center="No Such", project="No Such")
		)
		self.assertIn("101.00 is more than the 100.00 outstanding", refusal)
		self.assertIn("Customer No Such Customer does not exist", refusal)
		no_such = {"cost_center": "No Such", "project": "No Such", "mode_of_payment": "No Such"}
		refusal = self.refused(advance_of(account=abroad, **no_such))
		for sentence in (
			f"Account {abroad} belongs to {other}, not to {factories.COMPANY}.",
			"Cost Center No Such does not exist, or you may not read it.",
			"Project No Such does not exist, or you may not read it.",
			"Mode of Payment No Such does not exist, or you may not read it.",
		):
			self.assertIn(sentence, refusal)
		disabled = "Wire Transfer"
		frappe.db.set_value("Mode of Payment", disabled, "enabled", 0)
		refusal = self.refused(advance_of(mode_of_payment=disabled))
		self.assertIn(f"Mode of Payment {disabled} is disabled.", refusal)

	def test_wrong_form(self) -> None:
		for advance, sentence in (
			("{", "The advance is not valid JSON"),
			([], "must name a party_type and a party"),
			({"party": CUSTOMER}, "party_type is missing"),
			({**advance_of(), "ammount": 5}, "ammount is not known"),
			({**advance_of(), "party_type": "Employee"}, "Employee is no type of party"),
		):
			self.assertIn(sentence, self.refused(advance))

	def test_a_party_of_the_other_side(self) -> None:
		factories.create_test_supplier()
		self.assertIn("Choose another party", self.refused(advance_of(SUPPLIER)))

	def test_an_account_that_is_not_the_parties(self) -> None:
		account = f"Creditors - {factories.ABBREVIATION}"
		self.assertIn("is not of the type Receivable", self.refused(advance_of(account=account)))
		use_separate_advance_accounts(self)
		account = f"Debtors - {factories.ABBREVIATION}"
		self.assertIn(f"Leave the account {account} out.", self.refused(advance_of(account=account)))
		frappe.db.set_value("Company", factories.COMPANY, "default_advance_received_account", None)
		self.assertIn("has no default account for advances", self.refused(advance_of()))

	def test_a_frozen_customer(self) -> None:
		frozen = factories.create_test_customer("Bulk Test Customer 7")
		frappe.db.set_value("Customer", frozen, "disabled", 1)
		self.assertIn("Release it first, or leave the advance out.", self.refused(advance_of(frozen)))

	def test_a_customer_that_the_user_may_not_read(self) -> None:
		other = factories.create_test_customer("Bulk Test Customer 7")
		user = scenes.make_user("confined-to-one-customer", ["Accounts User"])["user"]
		scenes.confine(user, "Customer", CUSTOMER)
		frappe.set_user(user)
		self.assertIn("does not exist, or you may not read it.", self.refused(advance_of(other)))

	def test_a_hook_that_books_it_elsewhere_is_no_success(self) -> None:
		"""The ledgers are read before the commit."""
		account = f"Debtors - {factories.ABBREVIATION}"
		other = frappe.copy_doc(frappe.get_doc("Account", account))
		other.update({"account_name": OTHER_ACCOUNT}).insert()
		with hook_of_another_app("before_submit", book_elsewhere):
			self.assertIn("is booked otherwise", self.refused(advance_of()))

	def test_a_retried_run_has_the_same(self) -> None:
		mode = "Wire Transfer"
		state = self.start(advance_of(description="Paid twice", mode_of_payment=mode))
		self.undo_run(state["run"])
		again = reconciliation.retry(state["run"])
		self.assertNotEqual(again["run"], state["run"])
		asked = requested_advance(state["run"])
		self.assertEqual(asked, requested_advance(again["run"]))
		self.assertEqual(((asked or {})["amount"], (asked or {})["mode_of_payment"]), (12.5, mode))


class TestAllocatedLater(OracleTestCase):
	"""Somebody lets the advance pay an invoice, by ERPNext's Payment Reconciliation."""

	def setUp(self) -> None:
		paid = factories.open_sales_invoice("Bulk Test Customer 3")
		self.later = factories.open_sales_invoice("Bulk Test Customer 3", 30)
		self.transaction = factories.create_test_bank_transaction(112.5)
		self.selection = factories.selection_of([paid])
		self.advance = advance_of("Bulk Test Customer 3")

	def start(self) -> dict:
		return reconciliation.start_at_once(self.transaction.name, self.selection, advance=self.advance)

	def allocate(self, run: str) -> None:
		"""The whole advance to the later invoice."""
		payment = frappe.db.get_value(ITEM_DOCTYPE, {"run": run, "kind": "Advance"}, "voucher")
		tool = frappe.get_doc("Payment Reconciliation")
		account = frappe.db.get_value("Sales Invoice", self.later.name, "debit_to")
		values = {"party_type": "Customer", "party": "Bulk Test Customer 3"}
		tool.update({"company": factories.COMPANY, "receivable_payable_account": account, **values})
		tool.update({"payment_limit": 0, "invoice_limit": 0})  # all, however many the site has
		if frappe.get_cached_value("Company", factories.COMPANY, SEPARATE):
			field = "default_advance_received_account"
			tool.default_advance_account = frappe.get_cached_value("Company", factories.COMPANY, field)
		tool.get_unreconciled_entries()
		payments = [row.as_dict() for row in tool.payments if row.reference_name == payment]
		invoices = [row.as_dict() for row in tool.invoices if row.invoice_number == self.later.name]
		tool.allocate_entries(frappe._dict(payments=payments, invoices=invoices))
		tool.reconcile()
		self.assertEqual(self.outstanding(), 17.5)

	def outstanding(self) -> float:
		return frappe.db.get_value("Sales Invoice", self.later.name, "outstanding_amount")

	def check_undo(self) -> None:
		"""As ERPNext does it when a person cancels the payment: the later invoice is open again."""
		state = self.start()
		self.allocate(state["run"])
		self.assertEqual(describe_run(state["run"])["taken_away"], [])
		self.assertEqual(self.undo_run(state["run"]).state.value, "Rolled Back")
		self.assertEqual(self.outstanding(), 30)
		payments = {"bulk_reconciliation_run": state["run"], "docstatus": 1}
		self.assertEqual(frappe.get_all("Payment Entry", payments), [])
		self.transaction.reload()
		self.assertEqual(self.transaction.unallocated_amount, 112.5)

	def test_the_undo_opens_that_invoice_again(self) -> None:
		self.check_undo()

	def test_with_an_account_for_advances_alone(self) -> None:
		use_separate_advance_accounts(self)
		self.check_undo()

	def test_a_cancelled_advance_is_told(self) -> None:
		state = self.start()
		payment = frappe.db.get_value(ITEM_DOCTYPE, {"run": state["run"], "kind": "Advance"}, "voucher")
		frappe.get_doc("Payment Entry", payment).cancel()
		(gone,) = describe_run(state["run"])["taken_away"]
		self.assertEqual((gone["name"], gone["reason"]), (payment, "cancelled by Administrator"))

	def test_nobody_allocates_it_while_the_run_is_active(self) -> None:
		state = self.start()
		frappe.db.set_value(RUN_DOCTYPE, state["run"], "state", "Matching")
		with self.assertRaises(BusyWithBulkReconciliation):
			self.allocate(state["run"])
