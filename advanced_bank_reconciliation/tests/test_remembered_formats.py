"""What a person said about a file is asked once: columns and decimals, the most specific format first."""

from __future__ import annotations

import frappe

from advanced_bank_reconciliation.advanced_bank_reconciliation.doctype.advance_bank_reconciliation_tool.advance_bank_reconciliation_tool import (  # noqa: E501
	remember_remittance_format,
)
from advanced_bank_reconciliation.erpnext_adapter.candidates.advice_sources import RemittanceAdviceError
from advanced_bank_reconciliation.tests import factories, scenes
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase
from advanced_bank_reconciliation.tests.test_remittance_advice import read

TITLES = ["Whose", "Sum", "Other Sum"]


class TestRememberedFormats(BulkTestCase):
	def setUp(self) -> None:
		super().setUp()
		self.invoice = factories.open_sales_invoice(rate=71.5)
		customer = {"party_type": "Customer", "party": self.invoice.customer}
		self.deposit = factories.create_test_bank_transaction(71.5, **customer).name
		self.text = f"Whose;Sum;Other Sum\n{self.invoice.name};71,50;1,00\n"

	def gross(self) -> str:
		return read(self.deposit, text=self.text)["lines"][0]["gross"]

	def test_columns_are_asked_for_and_remembered(self) -> None:
		with self.assertRaisesRegex(RemittanceAdviceError, "Whose, Sum, Other Sum"):
			read(self.deposit, text=self.text)
		question = read(self.deposit, text=self.text, ask=True)["question"]
		self.assertEqual((question["about"], question["titles"]), ("columns", TITLES))
		columns = {"reference": "Whose", "gross": "Sum"}
		self.assertEqual(read(self.deposit, text=self.text, columns=columns)["difference"], "0.00")
		first = remember_remittance_format(self.deposit, question["titles"], columns)
		self.assertEqual(self.gross(), "71.50")
		again = remember_remittance_format(self.deposit, TITLES, {**columns, "gross": "Other Sum"})
		self.assertEqual((again, self.gross()), (first, "1.00"))

	def test_the_most_specific_one_wins(self) -> None:
		"""Customer before bank account before company, whichever was made last; of others it is none."""
		account = frappe.db.get_value("Bank Transaction", self.deposit, "bank_account")
		other = factories.create_test_customer("Bulk Test Customer 9")
		place = {"doctype": "Remittance Format", "company": factories.COMPANY, "reference": "Whose"}
		for gross, where in (
			("Other Sum", {"customer": other}),
			("Sum", {"customer": self.invoice.customer}),
			("Other Sum", {"bank_account": account}),
			("Other Sum", {}),
		):
			values = {**place, **where, "gross": gross, "titles": "\n".join(TITLES)}
			frappe.get_doc(values).insert()
		self.assertEqual(self.gross(), "71.50")

	def test_a_decimal_is_asked_for_and_remembered(self) -> None:
		self.text = f'Invoice,Amount\n{self.invoice.name},"1,234"\n'
		question = read(self.deposit, text=self.text, ask=True)["question"]
		self.assertEqual((question["about"], question["titles"]), ("decimal", ["Invoice", "Amount"]))
		remember_remittance_format(self.deposit, question["titles"], None, ",")
		self.assertEqual(self.gross(), "1.234")

	def test_what_else_is_wrong_is_refused_and_who_may_not_remembers_nothing(self) -> None:
		with self.assertRaises(RemittanceAdviceError):
			read(self.deposit, text="%PDF-1.7", ask=True)
		frappe.set_user(scenes.make_user("reads-only", ["Auditor"])["user"])
		with self.assertRaises(frappe.PermissionError):
			remember_remittance_format(self.deposit, TITLES, {"reference": "Whose"})
