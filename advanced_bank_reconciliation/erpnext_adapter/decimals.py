"""Between the database's numbers and exact decimals."""

from __future__ import annotations

from decimal import Decimal

import frappe

from advanced_bank_reconciliation.engine.money import rounded

try:
	from frappe.utils.number_format import NUMBER_FORMAT_MAP as NUMBER_FORMATS  # version 16
except ImportError:
	from frappe.utils.data import number_format_info as NUMBER_FORMATS  # version 15

STORED = 9
"""Decimals of amounts in the tables."""


def to_decimal(value: float | str | Decimal | None, precision: int) -> Decimal:
	"""Read an amount column. Frappe hands decimal(21,9) columns out as floats; their shortest text is exact
	far beyond any currency's precision. None is zero.
	"""
	return rounded(Decimal(str(value or 0)), precision)


def as_stored(value: float | str | Decimal | None, precision: int) -> Decimal:
	"""Read an amount column as it is: with `precision` decimals, or with all nine if it has more."""
	stored = to_decimal(value, STORED)
	usual = rounded(stored, precision)
	return usual if usual == stored else stored


def to_float(amount: Decimal) -> float:
	"""An amount for a document's field; ERPNext calculates with floats and rounds them itself."""
	return float(amount)


def bank_precision(currency: str) -> int:
	"""Decimal places of a Bank Transaction in `currency`, as ERPNext rounds `unallocated_amount`."""
	return frappe.get_precision("Bank Transaction", "unallocated_amount", currency=currency)


def decimals_of_currency(currency: str) -> int:
	"""Decimal places of a currency by its own number format, say none of yen; 2 if it has no known format."""
	number_format = frappe.get_cached_value("Currency", currency, "number_format")
	*_separators, decimals = NUMBER_FORMATS.get(number_format, (".", ",", 2))
	return decimals


def company_precision(company: str) -> int:
	"""Decimal places of amounts in the currency of a company."""
	return bank_precision(frappe.get_cached_value("Company", company, "default_currency"))
