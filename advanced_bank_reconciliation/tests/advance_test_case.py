"""What the tests of advances share: an advance that is asked for, and the same by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import frappe
from erpnext.accounts.doctype.bank_account.bank_account import get_party_bank_account
from erpnext.accounts.party import get_party_account
from frappe.model.document import Document
from frappe.utils import flt

from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.oracle import OracleTestCase, Scenario, pay_by_hand
from advanced_bank_reconciliation.tests.table_changes import TableChanges

CUSTOMER, SUPPLIER = "Bulk Test Customer 0", "Bulk Test Supplier"


def advance_of(party: str = CUSTOMER, **values: Any) -> dict:
	"""The whole rest, as an advance of a party."""
	party_type = "Supplier" if "Supplier" in party else "Customer"
	return {"party_type": party_type, "party": party, **values}


def advance_by_hand(scenario: Scenario, amount: float, typed: dict | None = None) -> Document:
	"""What an accountant enters in a new Payment Entry of a party, without references.

	amount: at the bank, in the currency of the bank account; typed: further fields
	"""
	asked, transaction = scenario.advance or {}, scenario.bank_transaction
	bank = frappe.db.get_value("Bank Account", transaction.bank_account, "account")
	party = (asked["party_type"], asked["party"])
	account = get_party_account(*party, factories.COMPANY)
	is_received = asked["party_type"] == "Customer"
	return frappe.get_doc(
		{
			"doctype": "Payment Entry",
			"payment_type": "Receive" if is_received else "Pay",
			"company": factories.COMPANY,
			"posting_date": transaction.date,
			"party_type": party[0],
			"party": party[1],
			"bank_account": transaction.bank_account,
			"party_bank_account": get_party_bank_account(*party),
			"paid_from": account if is_received else bank,
			"paid_to": bank if is_received else account,
			"paid_amount": amount,
			"received_amount": amount,
			"reference_no": transaction.reference_number,
			"reference_date": transaction.date,
			**(typed or {}),
		}
	)


class AdvanceTestCase(OracleTestCase):
	def compare(
		self, scenario: Scenario, advance: dict, amount: float, typed: dict | None = None
	) -> TableChanges:
		"""amount: of the advance at the bank; typed: what an accountant enters further"""
		asked = replace(scenario, advance=advance)

		def by_hand(scenario: Scenario) -> None:
			pay_by_hand(scenario, [advance_by_hand(scenario, amount, typed)])

		return self.check(asked, by_hand)

	def judge(self, changes: TableChanges, account: str, amount: float, party: str = CUSTOMER) -> None:
		"""The hand itself has left the amount as an advance on that account."""
		rows = [
			row
			for row in changes.rows("tabPayment Ledger Entry")
			if row["against_voucher_type"] == "Payment Entry"
		]
		found = [(row["account"], row["party"], flt(row["amount_in_account_currency"], 2)) for row in rows]
		self.assertEqual(found, [(account, party, -amount)])
