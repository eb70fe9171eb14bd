"""Numbers for many payments at once, as ERPNext's naming series would have given them one by one."""

from __future__ import annotations

import re
from collections.abc import Sequence

import frappe
from frappe import _
from frappe.model import default_fields

from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.pattern import NoPattern

# Parts of a series that are the same for all payments of a batch (frappe.model.naming, parse_naming_series).
DATES = frozenset({"YY", "YYYY", "MM", "DD"})
DIGITS = re.compile(r"#+")
LITERAL = re.compile(r"[^.#{}]*")
# Parts that are another text for each payment, among them the moment of its creation.
OTHER_TEXTS = frozenset({"timestamp", *default_fields})


def take_numbers(series: str, given: str, count: int) -> Sequence[str]:
	"""The next `count` names of a series that gave the name `given` today, in this transaction or before.
	Locks the row of the series, as ERPNext does.

	series: as the Payment Entry has it, like `ACC-PAY-.YYYY.-`
	Raises `NoPattern` if the series names something else than text, a date and a number, or if a payment has
	one of the names already.
	"""
	digits = _digits(series)
	prefix = _prefix_of(series, given, digits)
	table = frappe.qb.DocType("Series")
	current = frappe.qb.from_(table).select(table.current).where(table.name == prefix).for_update().run()
	if not current or current[0][0] < int(given.removeprefix(prefix)):
		raise NoPattern(_("numbers of {0}").format(series))
	last = current[0][0]
	names = [f"{prefix}{last + step:0{digits}d}" for step in range(1, count + 1)]
	if frappe.db.exists("Payment Entry", {"name": ("in", names)}):
		raise NoPattern(_("numbers of {0}").format(series))
	frappe.qb.update(table).set(table.current, last + count).where(table.name == prefix).run()
	return names


def _prefix_of(series: str, given: str, digits: int) -> str:
	"""What comes before the number in the name `given`: what the series is counted under. A number may have
	more digits than the series asks for. Raises `NoPattern` unless exactly one prefix is counted.
	"""
	length = len(given) - len(given.rstrip("0123456789"))
	prefixes = [given[:-count] for count in range(digits, length + 1)]
	table = frappe.qb.DocType("Series")
	query = frappe.qb.from_(table).select(table.name).where(table.name.isin(prefixes))
	counted = query.run(pluck=True) if prefixes else []
	if len(counted) != 1 or counted[0] not in prefixes:
		raise NoPattern(_("numbers of {0}").format(series))
	return counted[0]


def require_simple(series: str) -> None:
	"""Raises `NoPattern` unless the numbers of a series can be foreseen."""
	_digits(series)


def _digits(series: str) -> int:
	parts = [part for part in (series or "").split(".") if part]
	if frappe.get_meta("Payment Entry").autoname != "naming_series:" or not parts:
		raise NoPattern(_("names of payments"))
	numbers = [part for part in parts if DIGITS.fullmatch(part)]
	others = [part for part in parts if part not in numbers and part not in DATES]
	meta, variables = frappe.get_meta("Payment Entry"), frappe.get_hooks("naming_series_variables", {})
	is_plain = all(
		LITERAL.fullmatch(part) and part not in {*variables, *OTHER_TEXTS} and not meta.has_field(part)
		for part in others
	)
	if not is_plain or len(numbers) > 1 or (numbers and parts[-1] not in numbers):
		raise NoPattern(_("numbers of {0}").format(series))
	# A series that names no number gets five digits (make_autoname).
	return len(numbers[0]) if numbers else 5
