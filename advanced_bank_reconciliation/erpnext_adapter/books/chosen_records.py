"""Accounts, cost centers and the like that somebody has chosen: asked before anything is written."""

from __future__ import annotations

from collections.abc import Sequence

import frappe

from advanced_bank_reconciliation.engine.messages import Message, _, message

# What tells whether a company can book to a record.
OF_COMPANY = ("company", "is_group", "disabled", "enabled")


def read_chosen(doctype: str, name: str, columns: Sequence[str]) -> frappe._dict | None:
	"""The row, if it exists and the user may read or choose it, as a link field asks."""
	row = frappe.db.get_value(doctype, name, columns, as_dict=True)
	if not row or not any(frappe.has_permission(doctype, one, doc=name) for one in ("select", "read")):
		return None
	return row


def chosen_problem(doctype: str, name: str, company: str) -> Message | None:
	"""Why a company cannot book to what somebody has chosen, of whatever type it is."""
	meta = frappe.get_meta(doctype)
	columns = [column for column in OF_COMPANY if meta.has_field(column)]
	row = read_chosen(doctype, name, ["name", *columns])
	if not row:
		return message(_("{0} {1} does not exist, or you may not read it."), doctype, name)
	# A project may have no company, a mode of payment has none.
	row.company = row.company or company
	row.disabled = row.disabled or row.get("enabled", 1) == 0
	return record_problem(doctype, row, company)


def record_problem(doctype: str, row: frappe._dict, company: str) -> Message | None:
	"""Why a company cannot book to a record. row: its name, `company`, `is_group` and `disabled`"""
	if row.company != company:
		sentence = _("{0} {1} belongs to {2}, not to {3}.")
		return message(sentence, doctype, row.name, row.company, company)
	if row.is_group:
		return message(_("{0} {1} is a group. Choose one of its members."), doctype, row.name)
	if row.disabled:
		return message(_("{0} {1} is disabled."), doctype, row.name)
	return None
