"""One payment for the invoices of a party, against that which an accountant makes of them in ERPNext."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from unittest.mock import patch

import frappe
from erpnext.accounts.doctype.payment_entry.payment_entry import get_outstanding_reference_documents
from frappe.model.document import Document
from frappe.utils import flt

from advanced_bank_reconciliation.tests import currencies, factories, oracle, special_invoices
from advanced_bank_reconciliation.tests.advance_accounts import use_separate_advance_accounts
from advanced_bank_reconciliation.tests.factories import create_test_purchase_invoice as purchase
from advanced_bank_reconciliation.tests.factories import deduction
from advanced_bank_reconciliation.tests.factories import open_sales_invoice as sale
from advanced_bank_reconciliation.tests.oracle import OracleTestCase, Scenario
from advanced_bank_reconciliation.tests.table_changes import TableChanges

FEE = "Marketing Expenses"
SMALL, LARGE = "Bulk Test Customer 0", "Bulk Test Customer 1"
SUPPLIER = "Bulk Test Supplier"


def pay_together(payments: Sequence[Sequence[int]], scenario: Scenario) -> None:
	"""Begin each payment from its first invoice, and add the others by *Get Outstanding Invoices*.

	payments: for each, the positions of its invoices in the selection
	"""
	drafts = {}
	for first, *others in payments:
		drafts[scenario.selection[first]["name"]] = [scenario.selection[other] for other in others]

	def add_others(entry: Document, row: dict) -> None:
		for other in drafts[row["name"]]:
			add_outstanding(entry, other)
		scenario.prepare(entry, row)

	by_hand = [scenario.selection[first] for first, *_others in payments]
	oracle.pay_by_hand(replace(scenario, by_hand=by_hand, prepare=add_others))


def add_outstanding(entry: Document, row: dict) -> None:
	"""What the button adds of one invoice, a row for each of its terms, with the amount that is typed in."""
	found = get_outstanding_reference_documents(arguments_of(entry))
	references = [one for one in found if one.voucher_no == row["name"]]
	left = row["allocated_amount"]
	for one in references:
		amount = min(left, one.outstanding_amount, key=abs)
		left = flt(left - amount, 2)
		columns = ("due_date", "outstanding_amount", "bill_no", "payment_term", "payment_term_outstanding")
		values = {column: one.get(column) for column in (*columns, "account", "exchange_rate")}
		named = {"reference_doctype": one.voucher_type, "reference_name": one.voucher_no}
		entry.append(
			"references", {**named, **values, "total_amount": one.invoice_amount, "allocated_amount": amount}
		)
	paid = flt(row["allocated_amount"] - left, 2)
	entry.paid_amount = entry.received_amount = flt(entry.paid_amount + paid, 2)


def arguments_of(entry: Document) -> dict:
	account = entry.paid_from if entry.payment_type == "Receive" else entry.paid_to
	of_party = {"party_type": entry.party_type, "party": entry.party, "party_account": account}
	values = {"company": entry.company, "payment_type": entry.payment_type}
	return {**of_party, **values, "posting_date": entry.posting_date, "get_outstanding_invoices": True}


class SharedPaymentsTestCase(OracleTestCase):
	def check_together(self, scenario: Scenario, *payments: Sequence[int]) -> TableChanges:
		"""Have a scenario compared whose invoices are paid by these payments."""
		grouped = replace(scenario, grouping="Party", batch_size=3)
		changes = self.check(grouped, by_hand=partial(pay_together, payments))
		self.assertEqual(len(changes.rows("tabPayment Entry")), len(payments))
		return changes


class TestAgainstTheOrdinaryWay(SharedPaymentsTestCase):
	def test_sales_of_two_customers(self) -> None:
		invoices = [sale(SMALL, 10), sale(LARGE, 20.01), sale(SMALL, 30), sale(LARGE, 40), sale(SMALL, 50)]
		self.check_together(self.scenario(*invoices), [0, 2, 4], [1, 3])

	def test_purchases_of_a_supplier_and_of_another(self) -> None:
		invoices = [purchase(SUPPLIER, 10), purchase("Bulk Test Supplier 2", 20), purchase(SUPPLIER, 30)]
		self.check_together(self.scenario(*invoices), [0, 2], [1])

	def test_parts_of_invoices(self) -> None:
		self.check_together(self.scenario(sale(SMALL, 100), sale(SMALL, 80), allocated=33.33), [0, 1])
		self.check_together(self.scenario(purchase(rate=100), purchase(rate=80), allocated=50), [0, 1])

	def test_a_credit_note_and_others_that_join(self) -> None:
		"""The largest invoice and the note first, as they have to be; then the others of the customer."""
		note = special_invoices.note(sale, 31.27, SMALL)
		invoices = [sale(SMALL, 20), note, sale(SMALL, 100)]
		self.check_together(self.scenario(*invoices), [2, 1, 0])

	def test_a_fee_and_a_surplus(self) -> None:
		"""The larger payment has both, the invoice that is largest among its own says so."""
		invoices = [sale(SMALL, 100), sale(LARGE, 70), sale(LARGE, 80)]
		fee, surplus = deduction(FEE, "2.50"), deduction("Write Off", "-0.50")
		scenario = self.scenario(*invoices, amount=248).with_deductions(
			fee, surplus, typed={invoices[1].name: [surplus, fee]}
		)
		self.check_together(scenario, [0], [1, 2])

	def test_terms_of_several_invoices(self) -> None:
		"""Each by its own terms, also if these have the same names; the second only in part."""
		template = factories.create_test_terms()
		invoices = [sale(SMALL, rate, payment_terms_template=template) for rate in (100, 80)]
		scenario = self.scenario(*invoices, amount=160)
		scenario.selection[1]["allocated_amount"] = 60.0
		self.check_together(scenario, [0, 1])

	def test_a_company_with_a_separate_account_for_advances(self) -> None:
		use_separate_advance_accounts(self)
		self.check_together(self.scenario(sale(SMALL, 10), sale(SMALL, 20)), [0, 1])


class TestWhoSharesAPayment(SharedPaymentsTestCase):
	def test_cost_centers_and_projects(self) -> None:
		"""A payment has one of each, and the ledgers show it: the project of a line counts, too."""
		center = self.make_cost_center()
		project = self.make_project()
		line = {"item_code": factories.create_test_item(), "qty": 1, "rate": 5, "project": project}
		invoices = [
			sale(SMALL, 1, cost_center=center),
			sale(SMALL, 2),
			sale(SMALL, 3, cost_center=center),
			sale(SMALL, 4, project=project),
			sale(SMALL, items=[line]),
		]
		self.check_together(self.scenario(*invoices), [0, 2], [1], [3, 4])

	def test_modes_of_payment(self) -> None:
		mode = frappe.get_doc("Mode of Payment", "Wire Transfer")
		account = f"Bulk Test Bank USD - {factories.ABBREVIATION}"
		mode.append("accounts", {"company": factories.COMPANY, "default_account": account})
		mode.save()
		paid = [purchase(rate=1, mode_of_payment=mode.name), purchase(rate=2), purchase(rate=3)]
		self.check_together(self.scenario(*paid), [0], [1, 2])

	def test_an_early_payment_discount_has_a_payment_of_its_own(self) -> None:
		account = f"Write Off - {factories.ABBREVIATION}"
		frappe.db.set_value("Company", factories.COMPANY, "default_discount_account", account)
		self.addCleanup(frappe.clear_document_cache, "Company", factories.COMPANY)
		terms = factories.create_test_discount_terms(2)
		invoices = [sale(SMALL, 10), sale(SMALL, 100, payment_terms_template=terms), sale(SMALL, 20)]
		scenario = self.scenario(*invoices, amount=128)
		scenario.selection[1]["discount"] = 2
		self.check_together(scenario, [0, 2], [1])

	def test_no_more_than_fit_a_batch(self) -> None:
		"""Four invoices, three a batch: the first three share a payment."""
		invoices = [sale(SMALL, rate) for rate in (10, 20, 30, 40)]
		with patch.object(oracle, "run_at_once", oracle.run_in_batches):
			self.check_together(self.scenario(*invoices), [0, 1, 2], [3])

	def make_cost_center(self) -> str:
		name = f"Oracle - {factories.ABBREVIATION}"
		if not frappe.db.exists("Cost Center", name):
			parent = frappe.db.get_value("Cost Center", {"company": factories.COMPANY, "is_group": 1})
			values = {
				"cost_center_name": "Oracle",
				"parent_cost_center": parent,
				"company": factories.COMPANY,
			}
			frappe.get_doc({"doctype": "Cost Center", **values}).insert()
		return name

	def make_project(self) -> str:
		values = {"project_name": "Oracle", "company": factories.COMPANY}
		return frappe.get_doc({"doctype": "Project", **values}).insert().name


class TestCurrencies(SharedPaymentsTestCase):
	def setUp(self) -> None:
		currencies.without_rates()
		self.addCleanup(
			frappe.clear_document_cache, "Currency Exchange Settings", "Currency Exchange Settings"
		)

	def test_invoices_in_euros_on_an_account_in_euros(self) -> None:
		"""One rate of the date: each invoice has its own journal of gain or loss, against its own rate."""
		currencies.set_rate("EUR", 1.1)
		invoices = [
			currencies.create_invoice_in("EUR", rate, conversion_rate=own)
			for rate, own in ((10, 1.05), (20, 1.2))
		]
		self.check_together(self.foreign("EUR", 30, invoices, self.typed(30.0, 30.0, 1.1, 1.1)), [0, 1])

	def test_invoices_in_euros_on_an_account_in_dollars(self) -> None:
		currencies.set_rate("EUR", 1.1)
		invoices = [
			currencies.create_invoice_in("EUR", rate, conversion_rate=1.05) for rate in (10.01, 20.02)
		]
		self.check_together(self.foreign("USD", 33.03, invoices, self.typed(30.03, 33.03, 1.1, 1)), [0, 1])

	def test_without_a_rate_of_the_date_invoices_of_one_rate_share_a_payment(self) -> None:
		invoices = [
			currencies.create_invoice_in("EUR", rate, conversion_rate=own)
			for rate, own in ((10, 1.05), (20, 1.2), (30, 1.05))
		]
		rates = {invoices[0].name: (40.0, 1.05), invoices[1].name: (20.0, 1.2)}

		def type_in(entry: Document, row: dict) -> None:
			amount, rate = rates[row["name"]]
			self.typed(amount, amount, rate, rate)(entry, row)

		self.check_together(self.foreign("EUR", 60, invoices, type_in), [0, 2], [1])

	def foreign(
		self,
		bank: str,
		amount: float,
		invoices: Sequence[Document],
		type_in: Callable[[Document, dict], None],
	) -> Scenario:
		transaction = currencies.create_transaction_in(bank, amount)
		return Scenario(transaction, factories.selection_of(list(invoices)), prepare=type_in)

	def typed(
		self, owed: float, at_bank: float, rate: float, bank_rate: float
	) -> Callable[[Document, dict], None]:
		"""What an accountant types in from the statement of a deposit: both amounts and both rates."""

		def type_in(entry: Document, _row: dict) -> None:
			entry.update({"paid_amount": owed, "source_exchange_rate": rate})
			entry.update({"received_amount": at_bank, "target_exchange_rate": bank_rate})

		return type_in
