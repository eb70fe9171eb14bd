"""What the two reports have in common: their filters, and totals over all that the filters let through.

Everything is read with `frappe.get_list`: by the roles and user permissions of who looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, getdate, today

FIRST_ROWS = 500
FIRST_DAY = "2000-01-01"
FIRST_VERSION_WITHOUT_TEXTS = 16
CHART_HEIGHT = 180
# As the indicators of runs show them, by the names that charts have for them; what is under way is blue.
COLORS = {
	"Completed": "green",
	"Posted": "green",
	"Attention": "red",
	"Failed": "red",
	"Rolled Back": "grey",
	"Undone": "grey",
	"Rolling Back": "orange",
}


@dataclass(frozen=True, kw_only=True)
class Reported:
	"""A document type with what is counted and summed of it.

	filters: columns that a user may filter by; count: a column whose values are added, None to count rows;
	amount: the column of the amount; deducted: that of what was deducted from it, if there is one;
	first_rows: how many are shown to who asks for no number
	"""

	doctype: str
	filters: Sequence[str]
	amount: str
	count: str | None = None
	deducted: str | None = None
	first_rows: int = FIRST_ROWS

	def rows(self, wanted: frappe._dict, columns: Sequence[str]) -> list[frappe._dict]:
		"""The newest rows, as many as wanted."""
		conditions, limit = self._conditions(wanted), self.count_of_rows(wanted)
		return frappe.get_list(self.doctype, conditions, columns, order_by="creation desc", limit=limit)

	def count_of_rows(self, wanted: frappe._dict) -> int:
		"""How many rows are wanted; 0 for all."""
		return self.first_rows if wanted.get("rows") is None else cint(wanted.rows)

	def names(self, wanted: frappe._dict) -> list[str]:
		"""Of everything that the filters let through."""
		return frappe.get_list(self.doctype, self._conditions(wanted), pluck="name", limit=0)

	def totals(self, wanted: frappe._dict) -> list[frappe._dict]:
		"""`state`, `currency`, `count`, `amount`, `deducted` of everything that the filters let through."""
		counted = _function("SUM", self.count, "count") if self.count else _function("COUNT", "name", "count")
		columns = ["state", "currency", counted, _function("SUM", self.amount, "amount")]
		columns += [_function("SUM", self.deducted, "deducted")] if self.deducted else []
		grouping = {"group_by": "state, currency", "order_by": "state", "limit": 0}
		return frappe.get_list(self.doctype, self._conditions(wanted), columns, **grouping)

	def _conditions(self, wanted: frappe._dict) -> dict[str, Any]:
		conditions: dict[str, Any] = {column: wanted[column] for column in self.filters if wanted.get(column)}
		if wanted.get("from_date") or wanted.get("to_date"):
			days = [getdate(wanted.get("from_date") or FIRST_DAY), getdate(wanted.get("to_date") or today())]
			conditions["creation"] = ("between", days)
		return conditions


def summary(totals: Sequence[frappe._dict]) -> list[dict]:
	"""The figures above a report: how many, and in each currency the amount, and what was deducted."""
	counted = {"value": sum(cint(row["count"]) for row in totals), "label": _("Invoices"), "datatype": "Int"}
	amounts = _sums(totals, "amount")
	deducted = {currency: amount for currency, amount in _sums(totals, "deducted").items() if amount}
	return [
		counted,
		*(_amount(_("Amount in {0}"), currency, amount) for currency, amount in amounts.items()),
		*(_amount(_("Deductions in {0}"), currency, amount) for currency, amount in deducted.items()),
	]


def chart(totals: Sequence[frappe._dict]) -> dict | None:
	"""How many in each state."""
	counts: dict[str, int] = {}
	for row in totals:
		counts[row.state] = counts.get(row.state, 0) + cint(row["count"])
	if not counts:
		return None
	labels = [_(state) for state in counts]
	return {
		"data": {"labels": labels, "datasets": [{"values": list(counts.values())}]},
		"type": "donut",
		"colors": [COLORS.get(state, "blue") for state in counts],
		"height": CHART_HEIGHT,
	}


def column(fieldname: str, label: str, fieldtype: str, options: str = "", width: int = 140) -> dict:
	"""A column as Frappe's reports want it.

	It is no link to what the reader may not read: Frappe refuses the whole report for such a column.
	"""
	if fieldtype == "Link" and not frappe.has_permission(options, "read"):
		return column(fieldname, label, "Data", width=width)
	words = {"fieldname": fieldname, "label": label, "fieldtype": fieldtype, "width": width}
	return {**words, "options": options} if options else words


def _sums(totals: Sequence[frappe._dict], column: str) -> dict[str, float]:
	"""By currency, in its order."""
	sums: dict[str, float] = {}
	for row in sorted(totals, key=lambda row: row.currency):
		sums[row.currency] = sums.get(row.currency, 0) + (row.get(column) or 0)
	return sums


def _amount(label: str, currency: str, amount: float) -> dict:
	return {"value": amount, "label": label.format(currency), "datatype": "Currency", "currency": currency}


def _function(name: str, argument: str, alias: str) -> str | dict:
	"""A function of SQL in a list of columns: from version 16 on Frappe takes no texts any more."""
	if int(frappe.__version__.split(".")[0]) < FIRST_VERSION_WITHOUT_TEXTS:
		return f"{name}({argument}) as `{alias}`"
	return {name: argument, "as": alias}
