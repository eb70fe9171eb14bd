"""What is proposed for Bank Transactions without an advice, and what becomes of it when it is taken."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.model.document import Document

from advanced_bank_reconciliation.commands.many import (
	description_of_proposals,
	ending_of_many,
	wait_for_all,
)
from advanced_bank_reconciliation.erpnext_adapter.candidates.proposals import list_proposals, proposal_for
from advanced_bank_reconciliation.erpnext_adapter.many_deposits import start_all, start_proposals
from advanced_bank_reconciliation.tests import factories, scenes
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase

PURPOSE = "Proposals"
TOOL = "advanced_bank_reconciliation.advanced_bank_reconciliation.doctype.advance_bank_reconciliation_tool"
ENDPOINTS = f"{TOOL}.advance_bank_reconciliation_tool"


class TestProposals(BulkTestCase):
	def setUp(self) -> None:
		super().setUp()
		# Letters alone: a customer of whom no other test knows.
		self.word = "".join(letter for letter in frappe.generate_hash(length=40) if letter.isalpha())[:8]
		self.customer = f"Stripe{self.word} Payout{self.word} Shop"
		self.bank_account = factories.create_test_bank_account(factories.COMPANY, purpose=PURPOSE)

	def invoice(self, rate: float, **values: Any) -> Document:
		return factories.create_test_sales_invoice(self.customer, rate, **values)

	def deposit(self, amount: float, **values: Any) -> str:
		words = {"description": f"STRIPE{self.word} PAYOUT{self.word}", "reference_number": ""}
		account = {"bank_account": self.bank_account}
		return factories.create_test_bank_transaction(amount, **{**account, **words, **values}).name

	def proposed(self, deposit: str) -> tuple | None:
		found = proposal_for(deposit)
		return (found["ground"], {row["name"] for row in found["invoices"]}) if found else None

	def listed(self) -> dict[str, dict]:
		return {one["bank_transaction"]: one for one in list_proposals(self.bank_account)}

	def take(self, *proposals: dict) -> list[dict]:
		kept = ("bank_transaction", "token")
		return start_proposals([{key: one[key] for key in kept} for one in proposals])

	def test_every_ground(self) -> None:
		"""Words, number, order number, party, IBAN, the bank's name; and nothing if two sets come to it."""
		first, second = self.invoice(101.5), self.invoice(250.25, po_no=f"PO-{self.word}-1")
		both = {first.name, second.name}
		for ground, amount, values, expected in (
			("words", 351.75, {}, both),
			("numbers", 101.5, {"description": f"Invoice {first.name}"}, {first.name}),
			("numbers", 250.25, {"description": f"order po {self.word} 1"}, {second.name}),
			("party", 351.75, {"description": "", "party_type": "Customer", "party": self.customer}, both),
			("iban", 351.75, {"description": "x", "bank_party_iban": self.make_iban()}, both),
			("name", 351.75, {"description": "x", "bank_party_name": self.customer.upper()}, both),
		):
			with self.subTest(ground, **values):
				self.assertEqual(self.proposed(self.deposit(amount, **values)), (ground, expected))
		self.invoice(101.5)
		self.assertIsNone(self.proposed(self.deposit(351.75)))

	def make_iban(self) -> str:
		values = {"account_name": self.word, "bank": "Bulk Test Bank", "iban": "GB33BUKB20201555555555"}
		party = {"party_type": "Customer", "party": self.customer}
		frappe.db.delete("Bank Account", {"iban": values["iban"]})
		frappe.get_doc({"doctype": "Bank Account", **values, **party}).insert()
		return "GB33 BUKB 2020 1555 5555 55"

	def test_a_withdrawal_pays_bills_and_a_credit_note_is_netted(self) -> None:
		bill = factories.create_test_purchase_invoice(f"Paper{self.word} Mill{self.word}", 81.3)
		withdrawal = self.deposit(-81.3, description=f"paper{self.word} mill{self.word}")
		self.assertEqual(self.proposed(withdrawal), ("words", {bill.name}))
		invoice, note = self.invoice(90), self.invoice(-20)
		found = proposal_for(self.deposit(70))
		amounts = {row["name"]: row["allocated_amount"] for row in (found or {})["invoices"]}
		self.assertEqual(amounts, {invoice.name: "90.00", note.name: "-20.00"})

	def test_no_proposal_for_what_somebody_has_entered_or_a_run_holds(self) -> None:
		"""A payment of the customer over this amount waits for its deposit: that one is to be matched."""
		self.invoice(77.7)
		deposit = self.deposit(77.7)
		self.assertIsNotNone(proposal_for(deposit))
		advance = factories.create_test_advance(77.7, self.customer, bank_account=self.bank_account)
		self.assertIsNone(proposal_for(deposit))
		advance.cancel()
		self.assertIn(deposit, self.listed())
		run = frappe.get_attr(f"{ENDPOINTS}.create_payment_entries_bulk")(
			deposit, (proposal_for(deposit) or {})["invoices"]
		)
		self.assertEqual(run["status"], "queued")
		self.assertNotIn(deposit, self.listed())

	def test_one_is_posted_at_once(self) -> None:
		names = [self.invoice(amount).name for amount in (10, 20.02)]
		deposit = self.deposit(30.02)
		(result,) = self.take(self.listed()[deposit])
		self.assertEqual((result["status"], result["total_invoices"]), ("completed", 2), result)
		books = self.books(deposit, [{"name": name} for name in names])
		self.assertEqual(books["transaction"]["unallocated_amount"], 0)
		self.assertEqual(set(books["outstanding"].values()), {0})

	def test_on_the_command_line(self) -> None:
		"""A line for each proposal; what became of each; a run that has ended is not waited for."""
		invoice = self.invoice(66.06)
		deposit = self.deposit(66.06, description=f"Invoice {invoice.name}")
		listed = [one for one in list_proposals(self.bank_account) if one["bank_transaction"] == deposit]
		text = description_of_proposals(listed)
		self.assertIn(f"{deposit}  66.06 USD  1 invoices: The bank's text names them", text)
		stale = {**listed[0], "token": "x"}
		results = wait_for_all([*start_all(listed), *start_all([stale])])
		self.assertEqual([one["status"] for one in results], ["Completed", "outdated"])
		self.assertTrue(ending_of_many(results).endswith("1 runs of 2 proposals."))

	def test_several_are_queued_and_what_is_not_as_it_was_starts_nothing(self) -> None:
		"""One is as it was; of one an invoice came in that makes it two ways; one never was proposed."""
		self.invoice(11.11)
		good = self.deposit(11.11)
		other = f"Other{self.word} Trader{self.word}"
		factories.create_test_sales_invoice(other, 12.12)
		stale = self.deposit(12.12, description=other)
		seen = self.listed()
		factories.create_test_sales_invoice(other, 12.12)
		stranger = {"bank_transaction": self.deposit(5_000.01, description="x"), "token": "x"}
		results = self.take(seen[good], seen[stale], stranger)
		self.assertEqual([one["status"] for one in results], ["queued", "outdated", "outdated"])
		self.assertEqual(frappe.db.count("Bulk Reconciliation Run", {"bank_transaction": good}), 1)
		for name in (stale, stranger["bank_transaction"]):
			self.assertFalse(frappe.db.exists("Bulk Reconciliation Run", {"bank_transaction": name}))

	def test_what_is_refused_stops_no_other(self) -> None:
		"""The normal check of the start decides: here the supplier is on hold."""
		supplier = f"Held{self.word} Mill{self.word}"
		factories.create_test_purchase_invoice(supplier, 31.31)
		frappe.db.set_value("Supplier", supplier, {"on_hold": 1, "hold_type": "Payments"})
		refused = self.deposit(-31.31, description=supplier)
		self.invoice(32.32)
		good = self.deposit(32.32)
		seen = self.listed()
		# A start that is refused is rolled back, and in a request nothing was written before.
		frappe.db.commit()
		results = self.take(seen[refused], seen[good])
		self.assertEqual([one["status"] for one in results], ["refused", "queued"])
		self.assertIn("on hold", results[0]["message"])
		self.assertEqual(frappe.message_log, [])

	def test_two_deposits_for_one_invoice_have_none(self) -> None:
		self.invoice(44.4)
		deposits = {self.deposit(44.4), self.deposit(44.4)}
		self.assertFalse(deposits & set(self.listed()))

	def test_who_may_not_see_bank_transactions_gets_nothing(self) -> None:
		self.invoice(55.5)
		deposit = self.deposit(55.5)
		seen = self.listed()[deposit]
		frappe.set_user(scenes.make_user("nobody-of-proposals", ["Employee"])["user"])
		for call in (
			lambda: frappe.get_attr(f"{ENDPOINTS}.get_proposal")(deposit),
			lambda: frappe.get_attr(f"{ENDPOINTS}.get_proposals")(self.bank_account),
			lambda: frappe.get_attr(f"{ENDPOINTS}.start_proposals")([seen]),
		):
			with self.assertRaises(frappe.PermissionError):
				call()

	def test_a_list_of_another_form_is_refused(self) -> None:
		for wrong in ([], "{}", "[1]", [{"token": "x"}], "[", [{"bank_transaction": "x"}] * 101):
			with self.subTest(wrong=wrong), self.assertRaises(frappe.ValidationError):
				start_proposals(wrong)
