"""Invoices that were discounted at a bank: ERPNext takes no Payment Entry for them, so they are refused."""

from __future__ import annotations

import frappe
from erpnext.accounts.doctype.journal_entry.journal_entry import get_payment_entry_against_invoice
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from frappe.model.document import Document
from frappe.utils import nowdate

from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.erpnext_adapter.posting.ledger import ErpnextLedger
from advanced_bank_reconciliation.erpnext_adapter.runs.run_items import pending
from advanced_bank_reconciliation.erpnext_adapter.starting.start import record_run
from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase

BANK = f"Bulk Test Bank USD - {factories.ABBREVIATION}"
RECEIVABLE = ("accounts_receivable_credit", "accounts_receivable_discounted", "accounts_receivable_unpaid")


def create_account(name: str, parent: str) -> str:
	"""Without a type: on accounts for parties ERPNext leaves the invoice open, whoever pays it."""
	group = {"company": factories.COMPANY, "account_name": parent, "is_group": 1}
	values = {"account_name": name, "company": factories.COMPANY}
	parent_account = frappe.db.get_value("Account", group)
	return frappe.get_doc({"doctype": "Account", "parent_account": parent_account, **values}).insert().name


class TestInvoiceDiscounting(BulkTestCase):
	def setUp(self) -> None:
		self.accounts = {field: create_account(field, "Accounts Receivable") for field in RECEIVABLE}
		self.accounts["short_term_loan"] = create_account("Bulk Test Loan", "Current Liabilities")
		charges = f"Marketing Expenses - {factories.ABBREVIATION}"
		self.accounts |= {"bank_account": BANK, "bank_charges_account": charges}

	def discount(self, invoice: Document) -> Document:
		"""The bank has paid for it in advance."""
		row = {"sales_invoice": invoice.name, "customer": invoice.customer, "outstanding_amount": 100}
		values = {"posting_date": nowdate(), "loan_start_date": nowdate(), "loan_period": 30}
		document = {"doctype": "Invoice Discounting", "company": factories.COMPANY, "invoices": [row]}
		discounting = frappe.get_doc({**document, **values, **self.accounts}).insert().submit()
		self.submit(discounting.create_disbursement_entry())
		return discounting

	def submit(self, journal: Document) -> Document:
		journal.update({"posting_date": nowdate(), "cheque_no": "LOAN", "cheque_date": nowdate()})
		return journal.insert().submit()

	def test_refused_as_erpnext_refuses_it(self) -> None:
		invoice = factories.create_test_sales_invoice()
		self.discount(invoice)
		self.assertEqual(invoice.reload().outstanding_amount, 100)
		entry = get_payment_entry(invoice.doctype, invoice.name, bank_account=BANK)
		entry.update({"reference_no": "PAYOUT", "reference_date": nowdate()})
		with self.assertRaisesRegex(frappe.ValidationError, "has already been fully paid"):
			entry.insert()
		line = factories.create_test_bank_transaction(100)
		said = self.refusal_of(line.name, factories.selection_of([invoice]))
		self.assertIn(f"{invoice.name} is discounted by an Invoice Discounting", said)

	def test_what_is_advised_instead(self) -> None:
		"""The Journal Entry that the invoice's own button makes, matched along with another invoice."""
		invoice, other = factories.create_test_sales_invoice(), factories.create_test_sales_invoice()
		self.discount(invoice)
		made = get_payment_entry_against_invoice(invoice.doctype, invoice.name, bank_account=BANK)
		journal = self.submit(frappe.get_doc(made))
		self.assertEqual(invoice.reload().outstanding_amount, 0)
		line = factories.create_test_bank_transaction(200)
		voucher = {"payment_doctype": journal.doctype, "payment_name": journal.name, "amount": 100}
		state = reconciliation.start_at_once(line.name, factories.selection_of([other]), [voucher])
		self.assertEqual(state["status"], "Completed")

	def test_discounted_meanwhile(self) -> None:
		"""Between the start and its job: the batch is refused, and says why."""
		invoice = factories.create_test_sales_invoice()
		line = factories.create_test_bank_transaction(100)
		run, _is_new = record_run(line.name, factories.selection_of([invoice]), None)
		self.discount(invoice)
		(failure,) = ErpnextLedger().recheck(run, pending(run.name))
		self.assertIn("is discounted by an Invoice Discounting", failure.reason)
