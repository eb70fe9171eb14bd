"""Deductions as a user asks for them, with every problem of their form found at once."""

from __future__ import annotations

from collections.abc import Mapping

from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.errors import Problem
from advanced_bank_reconciliation.engine.messages import _, message
from advanced_bank_reconciliation.engine.records import Deduction
from advanced_bank_reconciliation.engine.rows import read_amount, read_list, shown

TEXTS = ("account", "cost_center", "project", "description")


def read_deductions(rows: object, precision: int, problems: list[Problem]) -> list[Deduction]:
	"""Read what was deducted.

	rows: list of `{"account", "cost_center", "project", "amount", "description"}`, its JSON, or None; only
	account and amount are needed; a positive amount costs, see `deductions`
	precision: decimal places of the bank account's currency
	What cannot be read is added to `problems`.
	"""
	listed = read_list(rows, problems, _("The deductions must be a list of rows."))
	read = (_read_deduction(row, precision, problems) for row in listed)
	return [one for one in read if one]


def _read_deduction(row: object, precision: int, problems: list[Problem]) -> Deduction | None:
	if not isinstance(row, Mapping):
		problems.append(Problem("", "", message(_("{0} is not a row of deductions."), shown(row))))
		return None
	# What cannot be a name is the adapter's to refuse, as an account that does not exist.
	texts = {key: shown(row[key]).strip() if row.get(key) else "" for key in TEXTS}
	asked = None if row.get("amount") == "" else row.get("amount")
	missing = [
		key for key, value in (("account", texts["account"]), ("amount", asked)) if not value and value != 0
	]
	if missing:
		sentence = message(_("Deduction {0}: {1} is missing."), texts["account"] or "?", ", ".join(missing))
		problems.append(Problem("Account", texts["account"], sentence))
	amount, problem = read_amount(DocumentKey("Deduction", texts["account"]), asked, precision)
	problems += [Problem("Account", texts["account"], problem)] if problem else []
	if not texts["account"] or not amount:
		return None
	account, cost_center, project, description = (texts[key] for key in TEXTS)
	return Deduction(
		account=account, amount=amount, cost_center=cost_center, project=project, description=description
	)
