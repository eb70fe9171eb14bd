"""The exchange rates that the dialog offers for a Bank Transaction."""

from __future__ import annotations

from collections.abc import Sequence

from advanced_bank_reconciliation.engine.exchange import RATE_PRECISION
from advanced_bank_reconciliation.engine.money import rounded
from advanced_bank_reconciliation.erpnext_adapter.books.statement_lines import read_statement_line
from advanced_bank_reconciliation.erpnext_adapter.candidates.invoice_filters import from_json
from advanced_bank_reconciliation.erpnext_adapter.permissions import check_may_use_bank_transaction
from advanced_bank_reconciliation.erpnext_adapter.starting.exchange_rates import rates_of_date

# More currencies than one Bank Transaction is ever for, each a question to the service of rates.
MAX_CURRENCIES = 50


def offered_rates(bank_transaction: str, currencies: str | Sequence) -> dict[str, str]:
	"""What one unit of each currency is worth in the company's on the date of a Bank Transaction, as plain
	decimal text; those without a rate left out.

	currencies: their codes, or JSON. Raises `frappe.PermissionError`.
	"""
	check_may_use_bank_transaction(bank_transaction, "read")
	codes = [str(code) for code in from_json(currencies, list | tuple) or []][:MAX_CURRENCIES]
	rates = rates_of_date(read_statement_line(bank_transaction), codes)
	return {code: f"{rounded(rate, RATE_PRECISION).normalize():f}" for code, rate in rates.items()}
