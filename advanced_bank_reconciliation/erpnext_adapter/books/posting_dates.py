"""Whether ERPNext takes a payment on the date of a Bank Transaction: asked before anything is written."""

from __future__ import annotations

import frappe
from erpnext.accounts.doctype.accounting_period.accounting_period import (
	validate_accounting_period_on_doc_save,
)
from erpnext.accounts.general_ledger import check_freezing_date, validate_against_pcv
from frappe.utils import formatdate, strip_html

from advanced_bank_reconciliation.engine.errors import Problem
from advanced_bank_reconciliation.engine.messages import _, message
from advanced_bank_reconciliation.erpnext_adapter.books.statement_lines import LedgerStatementLine
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import PAYMENT_DOCTYPE

# Closed accounting periods, frozen books, and what a Period Closing Voucher has closed.
CHECKS = (validate_accounting_period_on_doc_save, check_freezing_date, validate_against_pcv)


def find_date_problems(line: LedgerStatementLine) -> list[Problem]:
	"""What ERPNext says, for the current user, against payments on the date of `line`. Three queries."""
	payment = frappe._dict(doctype=PAYMENT_DOCTYPE, company=line.company, posting_date=line.date)
	sentence = _("No payment can be posted on {0}: {1} Open the books of that day, or pay on another day.")
	problems = []
	for check in CHECKS:
		try:
			# Gives each one only what it asks for.
			frappe.call(check, doc=payment, is_opening=False, **payment)
		except frappe.ValidationError as error:
			frappe.clear_last_message()
			reason = message(sentence, formatdate(line.date), " ".join(strip_html(str(error)).split()))
			problems.append(Problem("Bank Transaction", line.name, reason))
	return problems
