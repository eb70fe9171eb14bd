"""All kinds of invoices on one deposit and on one withdrawal, also in part: compared in every table."""

from __future__ import annotations

from collections.abc import Sequence

from frappe.model.document import Document

from advanced_bank_reconciliation.tests import special_invoices as special
from advanced_bank_reconciliation.tests.factories import create_test_purchase_invoice as purchase
from advanced_bank_reconciliation.tests.factories import create_test_sales_invoice as sale
from advanced_bank_reconciliation.tests.factories import create_test_terms
from advanced_bank_reconciliation.tests.oracle import OracleTestCase, Scenario, pay_by_hand

PART = 33.33


def sales() -> list[Document]:
	return [
		special.on_another_account(sale),
		special.opening(sale),
		special.with_advance(sale),
		special.requested(sale),
		special.dunned(),
		special.partly_paid_at_a_till(),
		special.reduced_by_a_return(sale),
		special.paid_by_loyalty_points(),
		special.subscribed(),
	]


def purchases() -> list[Document]:
	return [
		special.on_another_account(purchase),
		special.opening(purchase),
		special.with_advance(purchase),
		special.requested(purchase),
		special.with_tax_withheld(),
		special.reduced_by_a_return(purchase),
	]


class TestTogether(OracleTestCase):
	def scenario_of(self, invoices: Sequence[Document], allocated: float = 0) -> Scenario:
		"""In the order in which a run pays them: all of one party after another."""
		parties = [(one.get("customer") or one.get("supplier"), one) for one in invoices]
		ordered = [one for _party, one in sorted(parties, key=lambda pair: pair[0])]
		return self.scenario(*ordered, allocated=allocated)

	def test_sales_in_part(self) -> None:
		invoices = sales()
		self.assertEqual(
			[one.outstanding_amount for one in invoices], [100, 100, 60, 100, 100, 60, 70, 80, 100]
		)
		self.check(self.scenario_of(invoices, PART))

	def test_purchases_in_part_and_in_full(self) -> None:
		invoices = purchases()
		self.assertEqual([one.outstanding_amount for one in invoices], [100, 100, 60, 100, 90, 70])
		self.check(self.scenario_of(invoices, PART))
		self.check(self.scenario_of([one for one in invoices if not one.get("apply_tds")]))

	def test_a_term_that_was_paid_before(self) -> None:
		"""All and part of the term that is left, and a term that was begun."""
		for create, before, now, terms in (
			(sale, 50, 50, [50]),
			(purchase, 50, 20, [20]),
			(sale, 30, 40, [20, 20]),
		):
			with self.subTest(create.__name__, before=before, now=now):
				invoice = create(payment_terms_template=create_test_terms())
				pay_by_hand(self.scenario(invoice, allocated=before).with_terms(before))
				self.check(self.scenario(invoice.reload(), allocated=now).with_terms(*terms))
