"""What is judged of texts, numbers and ledgers before a payment is written by pattern; none is here."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import frappe

from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.amounts import (
	decimals_of_books,
	reason_in_amounts,
)
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.ledgers import (
	entry_currencies,
	ledger_outstanding,
)
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.numbers import require_simple, take_numbers
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.pattern import NoPattern
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.texts import reason_in_text
from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.pattern_test_case import SomeTestCase

SERIES = "Pattern-.##"
PARTY = "Bulk Test Party of Judgements"


class TestPatternJudgements(SomeTestCase):
	def test_texts(self) -> None:
		for text, is_plain in (("R & D", True), ("N" * 140, True), ("1 < 2", False), ("2 > 1", False)):
			with self.subTest(text):
				self.assertEqual(reason_in_text("Payment Entry", "party_name", text) is None, is_plain)
		self.assertIsNotNone(reason_in_text("Payment Entry", "party_name", "N" * 141))

	def test_series_whose_numbers_cannot_be_foreseen(self) -> None:
		for series in (
			"Pattern-.timestamp.-.##",
			"Pattern-.creation.-.##",
			"Pattern-.FY.-.##",
			"Pattern-.party.-.##",
			"Pattern-.{party}.-.##",
			"Pattern-.##.-.##",
			"Pattern-.##.-",
			"",
		):
			with self.subTest(series), self.assertRaises(NoPattern):
				require_simple(series)
		require_simple(SERIES)

	def test_names_without_a_series(self) -> None:
		with self.property("Payment Entry", "", "autoname", "hash"), self.assertRaises(NoPattern):
			require_simple(SERIES)

	def test_numbers_that_are_not_counted_as_the_first_was(self) -> None:
		"""Under another spelling, or from the start again since then."""
		for prefix, current in (("PATTERN-", 7), ("Pattern-", 6)):
			self.count_under(prefix, current)
			with self.subTest(prefix), self.assertRaises(NoPattern):
				take_numbers(SERIES, "Pattern-07", 2)
		self.count_under("Pattern-", 7)
		self.assertEqual(take_numbers(SERIES, "Pattern-07", 2), ["Pattern-08", "Pattern-09"])

	def count_under(self, prefix: str, current: int) -> None:
		frappe.db.delete("Series", {"name": prefix})
		series = frappe.qb.DocType("Series")
		frappe.qb.into(series).columns("name", "current").insert(prefix, current).run()

	def test_amounts(self) -> None:
		for allocated, outstanding, is_plain in (
			("1.25", "2.5", True),
			("1.255", "2.5", False),
			("1.25", "2.505", False),
		):
			with self.subTest(allocated=allocated, outstanding=outstanding):
				reason = reason_in_amounts(2, Decimal(allocated), Decimal(outstanding))
				self.assertEqual(reason is None, is_plain)
		self.assertIsNotNone(reason_in_amounts(3, Decimal("0.005"), Decimal("0.005")))

	def test_decimals(self) -> None:
		self.assertEqual(decimals_of_books("USD", "USD"), 2)
		for doctype, field in (("GL Entry", "debit"), ("Bank Transaction", "unallocated_amount")):
			with self.subTest(doctype), self.property(doctype, field, "precision", "1"):
				self.assertEqual(decimals_of_books("USD", "USD"), 1)

	def test_the_currency_of_the_entries_of_a_party(self) -> None:
		"""Neither cancelled entries nor those of other companies count."""
		factories.create_test_customer(PARTY)
		for values in ({"is_cancelled": 1}, {"docstatus": 0}, {"company": "Another Company"}):
			self.ledger_row("GL Entry", account_currency="EUR", **values)
		self.assertEqual(entry_currencies("Customer", [PARTY], factories.COMPANY), {PARTY: None})
		self.ledger_row("GL Entry", account_currency="USD")
		self.assertEqual(entry_currencies("Customer", [PARTY], factories.COMPANY), {PARTY: "USD"})

	def test_what_is_outstanding_by_the_ledger(self) -> None:
		"""Rows that are delinked do not count."""
		against = {"against_voucher_type": "Sales Invoice", "against_voucher_no": "Pattern"}
		for amount, delinked in ((100, 0), (-30, 0), (-50, 1)):
			row = {"amount_in_account_currency": amount, "delinked": delinked}
			self.ledger_row("Payment Ledger Entry", **against, **row)
		self.assertEqual(list(ledger_outstanding("Sales Invoice", ["Pattern"]).values()), [70])

	def ledger_row(self, doctype: str, **values: Any) -> None:
		party = {"party_type": "Customer", "party": PARTY, "company": factories.COMPANY, "docstatus": 1}
		frappe.get_doc({"doctype": doctype, **party, **values}).db_insert()
