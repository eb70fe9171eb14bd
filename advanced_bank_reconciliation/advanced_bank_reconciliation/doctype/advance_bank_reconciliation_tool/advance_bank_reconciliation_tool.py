"""The form, and the endpoints of bulk reconciliation. Thin: the work is in `erpnext_adapter`."""

from pathlib import Path

import frappe
from frappe.model.document import Document

from advanced_bank_reconciliation.erpnext_adapter import many_deposits, reconciliation
from advanced_bank_reconciliation.erpnext_adapter.candidates import proposals as proposed
from advanced_bank_reconciliation.erpnext_adapter.candidates import remittance_advice
from advanced_bank_reconciliation.erpnext_adapter.candidates.advice_sources import (
	attached_advices,
	read_source,
)
from advanced_bank_reconciliation.erpnext_adapter.candidates.open_invoices import open_invoices
from advanced_bank_reconciliation.erpnext_adapter.candidates.rates import offered_rates
from advanced_bank_reconciliation.erpnext_adapter.candidates.remembered_formats import remember_format
from advanced_bank_reconciliation.erpnext_adapter.document_events.unmatching import unmatch_all
from advanced_bank_reconciliation.erpnext_adapter.permissions import check_may_see_run
from advanced_bank_reconciliation.erpnext_adapter.recovery import look_after_runs
from advanced_bank_reconciliation.erpnext_adapter.runs.run_view import active_runs, describe_run


class AdvanceBankReconciliationTool(Document):
	"""Holds nothing but what the form shows."""

	def onload(self) -> None:
		"""Tell the form whether ERPNext has its page for banking: later versions of 16, if it was built."""
		page = Path(frappe.get_app_path("erpnext", "www", "banking.html"))
		self.set_onload("has_banking_page", page.is_file())


@frappe.whitelist(methods=["POST"])
def create_payment_entries_bulk(
	bank_transaction_name: str,
	invoices: str | list,
	regular_vouchers: str | list | None = None,
	deductions: str | list | None = None,
	exchange_rates: str | dict | None = None,
	advice: str | dict | None = None,
	grouping: str | None = None,
	advance: str | dict | None = None,
) -> dict:
	"""Reconcile a Bank Transaction with any number of invoices in the background.

	invoices: list of `{"doctype", "name", "allocated_amount"}` or its JSON; doctype Sales Invoice or Purchase
	Invoice ("Unpaid …" is accepted too); amounts in the currency in which the invoice is owed, with the sign
	of its outstanding amount
	regular_vouchers: list of `{"payment_doctype", "payment_name", "amount"}` or its JSON: vouchers that exist
	deductions: list of `{"account", "cost_center", "amount", "description"}` or its JSON: what the amount at
	the bank is less than the invoices; positive is a cost, negative an income; invoices = bank + deductions
	exchange_rates: `{currency: rate}` or its JSON: what one unit is worth in the company's currency, if not
	the rate that ERPNext has for the Bank Transaction's date
	advice: the remittance advice that says all this, see `read_source`; kept with the run
	grouping: "Invoice", one payment for each invoice, or "Party", one for the invoices of a party; without it
	what the settings say
	advance: whose advance the rest becomes, `{"party_type", "party"}` or its JSON, see `read_advance`
	Returns `{"status": "queued", "job_id", "run", "total_invoices", "message"}`. A selection that cannot work
	is refused with all its problems in one error, and nothing is written.
	"""
	return reconciliation.start_in_background(
		bank_transaction_name,
		invoices,
		regular_vouchers,
		deductions,
		exchange_rates,
		grouping,
		advance,
		advice=read_source(advice) if advice else None,
	)


@frappe.whitelist(methods=["POST"])
def create_payment_entries_for_invoices(
	bank_transaction_name: str,
	invoices: str | list,
	regular_vouchers: str | list | None = None,
	deductions: str | list | None = None,
	exchange_rates: str | dict | None = None,
	advice: str | dict | None = None,
	grouping: str | None = None,
	advance: str | dict | None = None,
) -> dict:
	"""The same for few invoices, posted and matched before it answers. From the threshold on it is queued."""
	return reconciliation.start_at_once(
		bank_transaction_name,
		invoices,
		regular_vouchers,
		deductions,
		exchange_rates,
		grouping,
		advance,
		advice=read_source(advice) if advice else None,
	)


@frappe.whitelist(methods=["GET"])
def get_exchange_rates(bank_transaction_name: str, currencies: str | list) -> dict:
	"""The rates of a Bank Transaction's date, see `offered_rates`."""
	return offered_rates(bank_transaction_name, currencies)


@frappe.whitelist(methods=["GET", "POST"])
def get_open_invoices(
	bank_transaction_name: str, doctypes: str | list, filters: str | dict | None = None
) -> dict:
	"""Unpaid invoices that a Bank Transaction could settle, see `open_invoices`.

	doctypes: list of Sales Invoice and Purchase Invoice; filters: see `InvoiceFilters`; or JSON. Nothing is
	written; the numbers of a list may be too many for a GET request, whose address web servers limit.
	"""
	return open_invoices(bank_transaction_name, doctypes, filters)


@frappe.whitelist(methods=["POST"])
def read_remittance_advice(
	bank_transaction_name: str,
	file: str | None = None,
	text: str | None = None,
	decimal: str | None = None,
	columns: str | dict | None = None,
	choices: str | list | None = None,
	ask: bool = False,
) -> dict:
	"""What a remittance advice says about a Bank Transaction, see `remittance_advice`. Nothing is written.

	file: name of a File; text: what was pasted instead; decimal: "." or ","
	columns: titles of columns by what they hold, or JSON; choices: see `read_source`
	"""
	return remittance_advice.read_remittance_advice(
		bank_transaction_name, file, text, decimal, columns, choices, ask
	)


@frappe.whitelist(methods=["POST"])
def remember_remittance_format(
	bank_transaction_name: str,
	titles: str | list,
	columns: str | dict | None = None,
	decimal: str | None = None,
) -> str:
	"""Keep how files with these titles are meant, see `remember_format`."""
	return remember_format(bank_transaction_name, titles, columns, decimal)


@frappe.whitelist(methods=["GET"])
def get_attached_advices(bank_transaction_name: str) -> list[dict]:
	"""Files of a Bank Transaction that may be remittance advices: `{"name", "file_name"}`, newest first."""
	return attached_advices(bank_transaction_name)


@frappe.whitelist(methods=["GET"])
def get_proposal(bank_transaction_name: str) -> dict | None:
	"""What a Bank Transaction pays, as far as its text, party and amount tell, see `proposal_for`."""
	return proposed.proposal_for(bank_transaction_name)


@frappe.whitelist(methods=["GET"])
def get_proposals(bank_account: str, from_date: str | None = None, to_date: str | None = None) -> list[dict]:
	"""What is sure of the Bank Transactions of a Bank Account, see `list_proposals`."""
	frappe.has_permission("Bank Transaction", "read", throw=True)
	return proposed.list_proposals(bank_account, from_date, to_date)


@frappe.whitelist(methods=["POST"])
def start_proposals(proposals: str | list) -> list[dict]:
	"""Start a run for each chosen proposal that is still the same, see `start_proposals`.

	proposals: list of `{"bank_transaction", "token"}` or its JSON
	"""
	frappe.has_permission("Bank Transaction", "write", throw=True)
	return many_deposits.start_proposals(proposals)


@frappe.whitelist()
def get_bulk_reconciliation(run: str) -> dict:
	"""The state of a run, see `describe_run`. Who asks for it looks after it too; no document is written."""
	check_may_see_run(run)
	look_after_runs([run])
	return describe_run(run)


@frappe.whitelist()
def get_active_bulk_reconciliations(bank_account: str) -> list[dict]:
	"""The active runs of a bank account that the caller may see."""
	frappe.has_permission("Bulk Reconciliation Run", "read", throw=True)
	look_after_runs()
	return active_runs(bank_account)


@frappe.whitelist(methods=["POST"])
def cancel_bulk_reconciliation(run: str) -> dict:
	"""Cancel a run that is going, or undo one that is completed."""
	return reconciliation.undo(run)


@frappe.whitelist(methods=["POST"])
def resume_bulk_reconciliation(run: str) -> dict:
	"""Queue a run again whose worker is gone."""
	return reconciliation.resume(run)


@frappe.whitelist(methods=["POST"])
def retry_bulk_reconciliation(run: str) -> dict:
	"""Start a run that was rolled back anew; go on with the undo of one that needs attention."""
	return reconciliation.retry(run)


@frappe.whitelist(methods=["POST"])
def unmatch_vouchers(bank_transaction_name: str) -> int:
	"""Take all vouchers off a Bank Transaction; returns how many there were. They stay as they are."""
	return unmatch_all(bank_transaction_name)
