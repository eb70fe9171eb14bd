"""Invoices and bank accounts in several currencies, compared with ERPNext's ordinary way in every table."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import frappe
from frappe.model.document import Document

from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.tests import currencies, factories
from advanced_bank_reconciliation.tests.oracle import OracleTestCase, Scenario
from advanced_bank_reconciliation.tests.other_apps import hook_of_another_app

SALES, PURCHASE = "Sales Invoice", "Purchase Invoice"
FEE = "Marketing Expenses"


def use_another_rate(entry: Document, *_arguments: object) -> None:
	"""What a hook of another app might do, to the side that is not in the company's currency."""
	for side in ("source", "target"):
		if entry.get(f"{side}_exchange_rate") != 1:
			entry.set(f"{side}_exchange_rate", 1.2)


class CurrencyTestCase(OracleTestCase):
	def setUp(self) -> None:
		currencies.without_rates()

	def tearDown(self) -> None:
		super().tearDown()
		frappe.clear_document_cache("Currency Exchange Settings", "Currency Exchange Settings")

	def settle(
		self,
		*invoices: Document,
		bank: str,
		amounts: list[float],
		rate: float,
		bank_rate: float,
		allocated: float = 0,
		exchange_rates: dict | None = None,
		fee: float = 0,
		owed: float = 0,
	) -> Any:
		"""Have a deposit or withdrawal in `bank` compared that the invoices come to.

		amounts: what each invoice comes to at the bank; rate, bank_rate: to dollars
		fee: what is deducted, in the currency of the bank; owed: what the party's account moves then
		"""
		deduction = factories.deduction(FEE, str(fee))
		by_name = dict(zip([invoice.name for invoice in invoices], map(float, amounts), strict=True))

		def type_in(entry: Document, row: dict) -> None:
			"""What an accountant types in from the statement: both amounts and both rates."""
			party = (owed or abs(row["allocated_amount"]), rate)
			at_bank = (by_name[row["name"]], bank_rate)
			paid, received = (party, at_bank) if entry.payment_type == "Receive" else (at_bank, party)
			entry.paid_amount, entry.source_exchange_rate = paid
			entry.received_amount, entry.target_exchange_rate = received
			if fee:
				cost_center = frappe.get_cached_value("Company", entry.company, "cost_center")
				booked = round(fee * bank_rate, 2)
				entry.append("deductions", {**deduction, "cost_center": cost_center, "amount": booked})

		selection = factories.selection_of(list(invoices))
		for row in selection:
			row["allocated_amount"] = float(allocated or row["allocated_amount"])
		sign = 1 if invoices[0].doctype == SALES else -1
		transaction = currencies.create_transaction_in(bank, sign * sum(amounts))
		deductions = [deduction] if fee else []
		return self.check(
			Scenario(
				transaction,
				selection,
				exchange_rates=exchange_rates,
				prepare=type_in,
				deductions=deductions,
			)
		)


class TestPairsOfCurrencies(CurrencyTestCase):
	def test_a_foreign_sales_invoice_that_gains(self) -> None:
		currencies.set_rate("EUR", 1.1)
		invoice = currencies.create_invoice_in("EUR", conversion_rate=1.05)
		changes = self.settle(invoice, bank="USD", amounts=[110], rate=1.1, bank_rate=1)
		self.assertIn("tabJournal Entry", changes.tables())

	def test_part_of_a_foreign_purchase_invoice_that_loses(self) -> None:
		currencies.set_rate("EUR", 1.0837)
		invoice = currencies.create_invoice_in("EUR", doctype=PURCHASE, conversion_rate=1.05)
		self.settle(invoice, bank="USD", amounts=[36.12], rate=1.0837, bank_rate=1, allocated=33.33)

	def test_a_foreign_purchase_invoice_on_an_account_in_its_currency(self) -> None:
		currencies.set_rate("EUR", 1.1)
		invoice = currencies.create_invoice_in("EUR", doctype=PURCHASE, conversion_rate=1.05)
		self.settle(invoice, bank="EUR", amounts=[100], rate=1.1, bank_rate=1.1)

	def test_invoices_in_company_currency_on_a_foreign_account(self) -> None:
		currencies.set_gain_and_loss_account()
		currencies.set_rate("EUR", 1.1)
		for create in (factories.create_test_sales_invoice, factories.create_test_purchase_invoice):
			with self.subTest(create.__name__):
				self.settle(create(), bank="EUR", amounts=[90.91], rate=1, bank_rate=1.1)

	def test_two_foreign_currencies(self) -> None:
		"""The button *Payment* divides by a rate between the two, which an accountant then overwrites."""
		currencies.set_rate("EUR", 1.1)
		currencies.set_rate("GBP", 1.3)
		currencies.set_rate("GBP", 1.2, to="EUR")
		invoice = currencies.create_invoice_in("EUR", conversion_rate=1.05)
		self.settle(invoice, bank="GBP", amounts=[84.62], rate=1.1, bank_rate=1.3)

	def test_several_invoices_meet_the_deposit_to_the_cent(self) -> None:
		"""Three times 11.11 euros are 36.11 dollars, but 36.12 one by one: the first gives the cent."""
		invoices = [currencies.create_invoice_in("EUR", 11.11, conversion_rate=1.05) for _number in range(3)]
		self.settle(
			*invoices,
			bank="USD",
			amounts=[12.03, 12.04, 12.04],
			rate=1.08342,
			bank_rate=1,
			exchange_rates={"EUR": "1.08342"},
		)


class TestDeductions(CurrencyTestCase):
	"""A fee is in the currency of the bank account, and booked in the company's."""

	def test_a_foreign_sales_invoice_less_a_fee(self) -> None:
		"""100 euros are 110 dollars; of 107.50 dollars an accountant makes 97.73 euros."""
		currencies.set_rate("EUR", 1.1)
		invoice = currencies.create_invoice_in("EUR", conversion_rate=1.05)
		changes = self.settle(
			invoice, bank="USD", amounts=[107.5], rate=1.1, bank_rate=1, fee=2.5, owed=97.73
		)
		self.assertIn("tabJournal Entry", changes.tables())

	def test_a_foreign_bill_with_a_charge_on_its_own_account(self) -> None:
		"""Euros from euros: 100 and a charge of 2.50, which is 2.75 dollars."""
		currencies.set_rate("EUR", 1.1)
		invoice = currencies.create_invoice_in("EUR", doctype=PURCHASE, conversion_rate=1.05)
		self.settle(invoice, bank="EUR", amounts=[102.5], rate=1.1, bank_rate=1.1, fee=2.5, owed=102.5)

	def test_many_amounts_to_the_cent_of_the_bank_account(self) -> None:
		"""Every invoice is paid in full, the bank has moved its amount, and nothing is left unallocated."""
		terms, exact = factories.create_test_terms(), {"conversion_rate": 3.1, "disable_rounded_total": 1}
		for doctype, bank, rates, amount, fee in (
			(SALES, "USD", {"KWD": "3.257"}, 194.96, "3.33"),
			(SALES, "USD", {"KWD": "3.257"}, 0.05, "198.24"),
			(PURCHASE, "USD", {"KWD": "3.257"}, -198.28, "-0.01"),
			(PURCHASE, "EUR", {"KWD": "3.257", "EUR": "1.0837"}, -185.74, "2.77"),
			(SALES, "JPY", {"KWD": "3.257", "JPY": "0.0067"}, 28598, "997"),
		):
			with self.subTest(doctype=doctype, bank=bank, fee=fee):
				invoices = [
					currencies.create_invoice_in("KWD", amount_owed, doctype, **exact, **values)
					for amount_owed, values in (
						(20.29, {}),
						(20.30, {"payment_terms_template": terms}),
						(20.29, {}),
					)
				]
				deposit = currencies.create_transaction_in(bank, amount)
				row = factories.deduction(FEE, fee)
				state = reconciliation.start_at_once(
					deposit.name, factories.selection_of(invoices), None, [row], rates
				)
				self.assertEqual(state["status"], "Completed")
				self.assertEqual(self.left_of(deposit, invoices), [0, 0, 0, 0])

	def left_of(self, deposit: Document, invoices: list[Document]) -> list[float]:
		"""What is open of the Bank Transaction and of each invoice."""
		documents = [(deposit.doctype, deposit.name, "unallocated_amount")]
		documents += [(one.doctype, one.name, "outstanding_amount") for one in invoices]
		return [frappe.db.get_value(*document) for document in documents]


class TestWrongRates(CurrencyTestCase):
	def test_a_payment_at_another_rate_is_no_success(self) -> None:
		"""It balances and settles everything: its worth in the ledger tells."""
		currencies.set_gain_and_loss_account()
		for bank, amount, invoice, worth in (
			("USD", 110, currencies.create_invoice_in("EUR", conversion_rate=1.05), "is worth 120.00"),
			("EUR", 90.91, factories.create_test_sales_invoice(), "is worth 109.09"),
		):
			with self.subTest(bank=bank), hook_of_another_app("before_validate", use_another_rate):
				deposit = currencies.create_transaction_in(bank, amount)
				with self.assertRaises(reconciliation.SelectionRefusedError) as refused:
					reconciliation.start_at_once(
						deposit.name, factories.selection_of([invoice]), exchange_rates={"EUR": 1.1}
					)
				self.assertIn(worth, str(refused.exception))


class TestRates(CurrencyTestCase):
	def test_without_any_rate_it_is_the_invoices(self) -> None:
		"""As get_payment_entry does it: nothing is gained or lost."""
		invoice = currencies.create_invoice_in("EUR", conversion_rate=1.05)
		changes = self.settle(invoice, bank="USD", amounts=[105], rate=1.05, bank_rate=1)
		self.assertNotIn("tabJournal Entry", changes.tables())

	def test_the_run_says_which_rate_and_where_from(self) -> None:
		invoice = currencies.create_invoice_in("EUR", conversion_rate=1.05)
		deposit = currencies.create_transaction_in("USD", 105)
		result = reconciliation.start_at_once(deposit.name, factories.selection_of([invoice]))
		expected = {"currency": "EUR", "exchange_rate": 1.05, "source": "Invoice"}
		self.assertEqual(result["exchange_rates"], [expected])

	def test_a_retried_run_has_the_rates_that_were_entered(self) -> None:
		invoice = currencies.create_invoice_in("EUR", conversion_rate=1.05)
		deposit = currencies.create_transaction_in("USD", 108)
		selection = factories.selection_of([invoice])
		result = reconciliation.start_at_once(deposit.name, selection, exchange_rates={"EUR": "1.08"})
		frappe.db.set_value("Bulk Reconciliation Run", result["run"], "state", "Rolled Back")
		with patch.object(reconciliation, "start_in_background") as started:
			reconciliation.retry(result["run"])
		self.assertEqual(started.call_args.args[4], '{"EUR": "1.08"}')

	def test_no_rate_at_all_is_refused(self) -> None:
		currencies.set_gain_and_loss_account()
		deposit = currencies.create_transaction_in("EUR", 90)
		refusal = self.refusal_of(
			deposit.name, factories.selection_of([factories.create_test_sales_invoice()])
		)
		self.assertIn("There is no exchange rate from EUR to USD", refusal)

	def test_a_company_without_an_account_for_gains_and_losses_is_refused(self) -> None:
		invoice = currencies.create_invoice_in("EUR", conversion_rate=1.05)
		frappe.db.set_value("Company", factories.COMPANY, "exchange_gain_loss_account", None)
		self.addCleanup(frappe.clear_document_cache, "Company", factories.COMPANY)
		deposit = currencies.create_transaction_in("USD", 105)
		refusal = self.refusal_of(deposit.name, factories.selection_of([invoice]))
		self.assertIn("has no Exchange Gain / Loss Account", refusal)


class TestRounding(CurrencyTestCase):
	def test_yen_have_no_decimals_at_the_bank(self) -> None:
		"""74.44 dollars are 11,110 yen and not 11,110.45."""
		currencies.set_gain_and_loss_account()
		currencies.set_rate("JPY", 0.0067)
		sale = factories.create_test_sales_invoice(rate=74.44)
		self.settle(sale, bank="JPY", amounts=[11110], rate=1, bank_rate=0.0067)

	def test_dinars_have_three_decimals_if_the_site_has(self) -> None:
		frappe.db.set_default("currency_precision", "3")
		self.addCleanup(frappe.clear_cache)
		currencies.set_rate("KWD", 3.2573)
		invoice = currencies.create_invoice_in("KWD", 10.123, conversion_rate=3.2, disable_rounded_total=1)
		self.settle(invoice, bank="USD", amounts=[32.974], rate=3.2573, bank_rate=1)

	def test_terms_of_a_foreign_invoice_that_round_to_more_than_the_whole(self) -> None:
		"""Two terms of 10.11 euros are 10.62 dollars each at 1.05, but 20.22 are 21.23: a cent is lost."""
		terms = factories.create_test_terms()
		for rate in (1.05, 1.049):
			with self.subTest(rate=rate):
				invoice = currencies.create_invoice_in(
					"EUR", 20.22, conversion_rate=1, payment_terms_template=terms
				)
				deposit = currencies.create_transaction_in("EUR", 20.22)
				selection = factories.selection_of([invoice])
				result = reconciliation.start_at_once(deposit.name, selection, exchange_rates={"EUR": rate})
				self.assertEqual(result["status"], "Completed")
				entry = frappe.get_last_doc("Payment Entry", {"docstatus": 1})
				self.assertEqual(entry.unallocated_amount, 0)
				self.assertEqual(frappe.db.get_value(SALES, invoice.name, "outstanding_amount"), 0)


class TestWhatErpnextCannot(CurrencyTestCase):
	def test_terms_in_another_currency_than_the_party_and_the_bank(self) -> None:
		terms = factories.create_test_terms()
		currencies.set_gain_and_loss_account()
		invoice = currencies.create_invoice_owed_in_company_currency(payment_terms_template=terms)
		deposit = currencies.create_transaction_in("EUR", 100)
		refusal = self.refusal_of(deposit.name, factories.selection_of([invoice]))
		self.assertIn("ERPNext cannot pay its terms from a bank account in EUR", refusal)
