"""Remittance advices on the command line: what is told, and what has to be decided before a start."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

import click

from advanced_bank_reconciliation.commands.advices import (
	description_of_advice,
	read_advice_file,
	selection_of_advice,
)
from advanced_bank_reconciliation.commands.selection_files import SelectionFileError
from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase

INVOICE = {"doctype": "Sales Invoice", "name": "A", "allocated_amount": "100.00"}
FEE = {"code": "fee", "account": "", "cost_center": "", "amount": "2.50", "description": "fee"}
OPEN_LINE = {
	"number": 3,
	"reference": "B",
	"text": "",
	"gross": "7.00",
	"state": "Not Found",
	"reason": "No open item has this number.",
	"candidates": [{**INVOICE, "name": "BB", "slip": ""}],
}


def advice(**changes: object) -> dict:
	said = {"format": "Table", "message": "1 of 2 lines matched, 1 to look at.", "difference": "0.00"}
	return {**said, "lines": [OPEN_LINE], "invoices": [INVOICE], "deductions": [FEE], **changes}


class TestAdviceDecisions(unittest.TestCase):
	def problems(self, said: dict, *, matched_only: bool = False, other_deductions: bool = False) -> str:
		with self.assertRaises(click.ClickException) as refused:
			selection_of_advice(said, matched_only=matched_only, other_deductions=other_deductions)
		return refused.exception.message

	def test_what_is_open_is_told_with_what_it_may_mean(self) -> None:
		text = description_of_advice(advice())
		for words in (
			"line 3: B 7.00",
			"No open item has this number.",
			"maybe BB 100.00",
			"2.50 fee → no account",
		):
			self.assertIn(words, text)

	def test_nothing_starts_before_all_is_decided(self) -> None:
		text = self.problems(advice())
		self.assertIn("--matched-only", text)
		self.assertIn("No Deduction Rule covers fee", text)
		self.assertIn("No line of the advice", self.problems(advice(invoices=[], lines=[], deductions=[])))
		self.assertNotIn("--matched-only", self.problems(advice(), matched_only=True))

	def test_an_advice_of_another_payment_does_not_start(self) -> None:
		said = advice(lines=[], deductions=[], difference="-0.01")
		self.assertIn("differ by -0.01", self.problems(said))
		invoices, _deductions = selection_of_advice(said, matched_only=True, other_deductions=False)
		self.assertEqual(invoices, [INVOICE])

	def test_what_is_decided_starts(self) -> None:
		said = advice(deductions=[{**FEE, "account": "Fees"}])
		invoices, deductions = selection_of_advice(said, matched_only=True, other_deductions=False)
		self.assertEqual(invoices, [INVOICE])
		self.assertEqual(deductions, [{"account": "Fees", "amount": "2.50", "description": "fee"}])
		self.assertEqual(selection_of_advice(advice(), matched_only=True, other_deductions=True)[1], [])


class TestAdviceFiles(BulkTestCase):
	def test_a_file_is_read_where_it_is(self) -> None:
		invoice = factories.open_sales_invoice(rate=55.55)
		deposit = factories.create_test_bank_transaction(55.55).name
		with tempfile.TemporaryDirectory() as folder:
			path = Path(folder) / "payout.csv"
			path.write_text(f"Rechnungsnummer;Betrag\n{invoice.name};55,55\n")
			said = read_advice_file(deposit, "payout.csv", None, [Path("/nowhere"), Path(folder)])
			self.assertEqual([one["name"] for one in said["invoices"]], [invoice.name])
			with self.assertRaises(SelectionFileError):
				read_advice_file(deposit, "other.csv", None, [Path(folder)])
