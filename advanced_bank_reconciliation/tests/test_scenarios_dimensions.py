"""Accounting dimensions of the site's own, mandatory ones too, compared in every table."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from unittest.mock import patch

import frappe
from erpnext.accounts.doctype.accounting_dimension import accounting_dimension
from frappe.model.document import Document

from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.erpnext_adapter.starting import exchange_rates
from advanced_bank_reconciliation.tests import currencies, factories
from advanced_bank_reconciliation.tests.advance_test_case import advance_by_hand, advance_of
from advanced_bank_reconciliation.tests.factories import deduction
from advanced_bank_reconciliation.tests.oracle import pay_by_hand
from advanced_bank_reconciliation.tests.pattern_test_case import PatternTestCase
from advanced_bank_reconciliation.tests.test_grouping import pay_together

DIMENSION, FIELD, FEE = "Bulk Test Branch", "bulk_test_branch", "Marketing Expenses"
# What invoices and their payments are written to, and what version 16 then asks for budgets. ERPNext adds the
# field to forty types, each with DDL.
DOCTYPES = (
	*("GL Entry", "Payment Ledger Entry", "Advance Payment Ledger Entry"),
	*("Sales Invoice", "Sales Invoice Item", "Purchase Invoice", "Purchase Invoice Item"),
	*("Payment Entry", "Payment Entry Deduction", "Advance Taxes and Charges", "Budget"),
)


class TestDimensions(PatternTestCase):
	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		use_dimension_in(cls)

	def setUp(self) -> None:
		super().setUp()
		values = {"parent": DIMENSION, "parenttype": "Accounting Dimension", "company": factories.COMPANY}
		demands = {"parentfield": "dimension_defaults", "mandatory_for_bs": 1, "mandatory_for_pl": 1}
		self.mandatory = frappe.get_doc({"doctype": "Accounting Dimension Detail", **values, **demands})
		self.addCleanup(forget_dimensions)

	def demand(self) -> None:
		self.mandatory.db_insert()
		forget_dimensions()

	def test_a_dimension_that_is_mandatory_everywhere(self) -> None:
		"""Sales less a fee, which is a cost, and purchases: each entry has the invoice's."""
		self.demand()
		fee, invoice = deduction(FEE, "2.50"), self.invoice()
		scenario = self.scenario(invoice, amount=97.5)
		changes = self.check(scenario.with_deductions(fee, typed={invoice.name: [fee]}))
		self.assertEqual({row[FIELD] for row in changes.rows("tabGL Entry")}, {"North"})
		purchase = factories.create_test_purchase_invoice(**self.north())
		self.check(self.scenario(purchase, allocated=60))

	def test_invoices_of_a_party_that_differ_in_it(self) -> None:
		"""One payment for each party: those that agree share one, and its entries have what they agree in."""
		self.demand()
		self.make_south()
		branches = ("North", "South", "North")
		invoices = [factories.create_test_sales_invoice(**self.in_branch(branch)) for branch in branches]
		scenario = replace(self.scenario(*invoices), grouping="Party", batch_size=3)
		changes = self.check(scenario, by_hand=partial(pay_together, [[0, 2], [1]]))
		self.assertEqual(len(changes.rows("tabPayment Entry")), 2)

	def test_an_invoice_without_it(self) -> None:
		"""Written before the dimension was demanded: nothing is posted, and the start says what to do."""
		invoice = factories.create_test_sales_invoice()
		self.demand()
		line = factories.create_test_bank_transaction(100)
		said = self.refusal_of(line.name, factories.selection_of([invoice]))
		self.assertIn(f"ERPNext demands the accounting dimension {DIMENSION} of its payment", said)

	def test_a_dimension_that_profit_and_loss_alone_demands(self) -> None:
		"""Its lines have it, the invoice has not: paid as it is, but nothing is booked beside it."""
		self.mandatory.mandatory_for_bs = 0
		self.demand()
		lines = {"items": self.north()["items"]}
		self.check(self.scenario(factories.create_test_sales_invoice(**lines)))
		currencies.set_gain_and_loss_account()
		account = f"Write Off - {factories.ABBREVIATION}"
		frappe.db.set_value("Company", factories.COMPANY, "default_discount_account", account)
		self.addCleanup(frappe.clear_document_cache, "Company", factories.COMPANY)
		terms = factories.create_test_discount_terms(2)
		for label, currency, amount, values in (
			(FEE, "USD", 97.5, {"deductions": [deduction(FEE, "2.50")]}),
			("Write Off", "USD", 98, {"payment_terms_template": terms}),
			("Exchange Gain/Loss", "EUR", 110, {}),
		):
			with self.subTest(label):
				deductions = values.pop("deductions", None)
				invoice = currencies.create_invoice_in(currency, conversion_rate=1, **lines, **values)
				selection = factories.selection_of([invoice])
				selection[0]["discount"] = 2 if values else 0
				line = factories.create_test_bank_transaction(amount)
				with patch.object(exchange_rates, "get_exchange_rate", return_value=1.1):
					said = self.refusal_of(line.name, selection, None, deductions)
				self.assertIn(f"its payment books to {label} - {factories.ABBREVIATION}", said)
				self.assertIn(f"the accounting dimension {DIMENSION}", said)

	def test_a_company_without_an_account_for_the_exchange_is_told_so(self) -> None:
		"""Beside a deduction, too, that lacks the dimension."""
		self.mandatory.mandatory_for_bs = 0
		self.demand()
		invoice = currencies.create_invoice_in("EUR", conversion_rate=1, items=self.north()["items"])
		frappe.db.set_value("Company", factories.COMPANY, "exchange_gain_loss_account", None)
		self.addCleanup(frappe.clear_document_cache, "Company", factories.COMPANY)
		line = factories.create_test_bank_transaction(107.5)
		with patch.object(exchange_rates, "get_exchange_rate", return_value=1.1):
			said = self.refusal_of(
				line.name, factories.selection_of([invoice]), None, [deduction(FEE, "2.50")]
			)
		self.assertIn("has no Exchange Gain / Loss Account", said)
		self.assertIn(f"its payment books to {FEE} - {factories.ABBREVIATION}", said)

	def test_an_advance_has_those_that_are_given(self) -> None:
		"""In the ledger of the bank, and on the party's account."""
		self.demand()
		invoice = self.invoice()
		advance = advance_of(invoice.customer, dimensions={FIELD: "North"})
		scenario = replace(self.scenario(invoice, amount=112.5), advance=advance)
		typed = {FIELD: "North"}
		changes = self.check(
			scenario, lambda asked: pay_by_hand(asked, [advance_by_hand(asked, 12.5, typed)])
		)
		for table in ("tabGL Entry", "tabPayment Ledger Entry"):
			self.assertEqual({row[FIELD] for row in changes.rows(table)}, {"North"})

	def test_an_advance_without_one_that_is_demanded(self) -> None:
		self.demand()
		invoice = self.invoice()
		said = self.refused_advance(invoice)
		self.assertIn(f"demands the accounting dimension {DIMENSION} of its advance", said)
		for dimensions, sentence in (
			({FIELD: "Nowhere"}, "Branch Nowhere does not exist, or you may not read it."),
			({FIELD: "North", "colour": "Red"}, "colour is no accounting dimension of the site."),
			("North", "dimensions must be names by the fields of payments, not North."),
		):
			self.assertIn(sentence, self.refused_advance(invoice, dimensions=dimensions))

	def test_an_advance_with_one_that_its_account_may_not_have(self) -> None:
		self.make_south()
		invoice = self.invoice()
		account = f"Debtors - {factories.ABBREVIATION}"
		values = {
			"accounting_dimension": "Branch",
			"company": factories.COMPANY,
			"allow_or_restrict": "Allow",
		}
		rules = frappe.get_doc(
			{
				"doctype": "Accounting Dimension Filter",
				**values,
				"apply_restriction_on_values": 1,
				"accounts": [{"applicable_on_account": account}],
				"dimensions": [{"accounting_dimension": "Branch", "dimension_value": "South"}],
			}
		).insert()
		self.addCleanup(frappe.flags.pop, "dimension_filter_map", None)
		frappe.flags.pop("dimension_filter_map", None)
		said = self.refused_advance(invoice, dimensions={FIELD: "North"})
		self.assertIn(f"North is not allowed for account {account}", said)
		rules.accounts[0].is_mandatory = 1
		rules.save()
		frappe.flags.pop("dimension_filter_map", None)
		self.assertIn(f"demands the accounting dimension {DIMENSION}", self.refused_advance(invoice))

	def refused_advance(self, invoice: Document, **values: object) -> str:
		line = factories.create_test_bank_transaction(112.5)
		with self.assertRaises(reconciliation.SelectionRefusedError) as refused:
			advance = advance_of(invoice.customer, **values)
			reconciliation.start_at_once(line.name, factories.selection_of([invoice]), advance=advance)
		return str(refused.exception)

	def test_payments_by_pattern(self) -> None:
		"""Two kinds in one batch; those that ERPNext posts come first, so that the numbers are in order."""
		self.demand()
		self.make_south()
		branches = ("North", "North", "South", "South", "North", "South")
		invoices = [
			factories.create_test_sales_invoice(f"Bulk Test Customer {party}", **self.in_branch(branch))
			for party, branch in enumerate(branches)
		]
		self.compare(self.scenario(*invoices), ["first of its kind", "compared with its kind"] * 2)

	def make_south(self) -> None:
		if not frappe.db.exists("Branch", "South"):
			frappe.get_doc({"doctype": "Branch", "branch": "South"}).insert()

	def invoice(self) -> Document:
		return factories.create_test_sales_invoice(**self.north())

	def north(self) -> dict:
		return self.in_branch("North")

	def in_branch(self, branch: str) -> dict:
		line = {"item_code": factories.create_test_item(), "qty": 1, "rate": 100, FIELD: branch}
		return {FIELD: branch, "items": [line]}


def use_dimension_in(test_class: type[PatternTestCase]) -> None:
	"""For all of its tests."""
	make_dimension()
	use_dimension(True)
	test_class.addClassCleanup(use_dimension, False)


def make_dimension() -> None:
	"""A dimension whose values are Branches; its columns stay in the site, without a value."""
	if not frappe.db.exists("Branch", "North"):
		frappe.get_doc({"doctype": "Branch", "branch": "North"}).insert()
	if frappe.db.exists("Accounting Dimension", {"label": DIMENSION}):
		return
	with patch.object(accounting_dimension, "get_doctypes_with_dimensions", return_value=DOCTYPES):
		values = {"document_type": "Branch", "label": DIMENSION}
		frappe.get_doc({"doctype": "Accounting Dimension", **values}).insert()


def use_dimension(is_used: bool) -> None:
	frappe.db.set_value("Accounting Dimension", {"label": DIMENSION}, "disabled", int(not is_used))
	frappe.db.commit()
	forget_dimensions()


def forget_dimensions() -> None:
	"""ERPNext keeps them in its flags."""
	frappe.flags.accounting_dimensions = None
	frappe.flags.accounting_dimensions_details = None
