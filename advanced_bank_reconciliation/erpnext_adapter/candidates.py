"""Unpaid invoices that a Bank Transaction could settle, with a constant number of queries."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from types import UnionType
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html

from advanced_bank_reconciliation.engine.allocation import CASH_SIGN
from advanced_bank_reconciliation.erpnext_adapter.decimals import bank_precision, to_decimal, to_float
from advanced_bank_reconciliation.erpnext_adapter.open_items import PARTY_FIELD
from advanced_bank_reconciliation.erpnext_adapter.permissions import check_may_use_bank_transaction
from advanced_bank_reconciliation.erpnext_adapter.settings import get_settings
from advanced_bank_reconciliation.erpnext_adapter.statement_lines import BankLine, read_bank_line
from advanced_bank_reconciliation.erpnext_adapter.tables import ITEM_DOCTYPE

LIMIT = 10_000
MOST_NUMBERS = 5_000
GROUP_FIELD = {"Sales Invoice": "customer_group", "Purchase Invoice": "supplier_group"}
# The number by which the other side knows the invoice.
REFERENCE_FIELD = {"Sales Invoice": "po_no", "Purchase Invoice": "bill_no"}
COLUMNS = (
	"doctype",
	"name",
	"party",
	"party_name",
	"party_group",
	"posting_date",
	"due_date",
	"outstanding",
	"reference",
	"rank",
)
# How much each sign that an invoice belongs to the Bank Transaction counts.
NAMED, SAME_AMOUNT, SAME_PARTY = 4, 2, 1


@dataclass(frozen=True, kw_only=True)
class Wish:
	"""What the user wants to see; everything empty is everything.

	text: part of a number or a party; party: part of a party; party_group: exact; from_date, to_date: due
	dates; least, most: size of the outstanding amount; numbers: exactly these invoices
	"""

	text: str = ""
	party: str = ""
	party_group: str = ""
	from_date: str = ""
	to_date: str = ""
	least: Decimal | None = None
	most: Decimal | None = None
	numbers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
	"""Open items of one document type and one sign, for only some of these fit a Bank Transaction."""

	doctype: str
	sign: int

	def conditions(self, bank_line: BankLine, wish: Wish) -> list[list]:
		"""What `frappe.get_list` is to filter by."""
		doctype, party = self.doctype, PARTY_FIELD[self.doctype]
		found: list[list] = [
			["docstatus", "=", 1],
			["company", "=", bank_line.line.company],
			["party_account_currency", "=", bank_line.line.currency],
			["outstanding_amount", ">" if self.sign > 0 else "<", 0],
		]
		if doctype == "Purchase Invoice":
			found.append(["on_hold", "=", 0])
		found += [["name", "not in", held]] if (held := _held(doctype)) else []
		found += [[f"{party}_name", "like", f"%{wish.party}%"]] if wish.party else []
		found += [[GROUP_FIELD[doctype], "=", wish.party_group]] if wish.party_group else []
		found += [["due_date", ">=", wish.from_date]] if wish.from_date else []
		found += [["due_date", "<=", wish.to_date]] if wish.to_date else []
		return found + list(self._amount_conditions(wish))

	def _amount_conditions(self, wish: Wish) -> Iterator[list]:
		for size, along, against in ((wish.least, ">=", "<="), (wish.most, "<=", ">=")):
			if size is not None:
				comparison = along if self.sign > 0 else against
				yield ["outstanding_amount", comparison, to_float(size) * self.sign]

	def alternatives(self, wish: Wish) -> list[list]:
		"""What `frappe.get_list` is to find at least one of; empty for anything."""
		reference, party = REFERENCE_FIELD[self.doctype], PARTY_FIELD[self.doctype]
		if wish.numbers:
			return [["name", "in", wish.numbers], [reference, "in", wish.numbers]]
		if wish.text:
			fields = ("name", reference, party, f"{party}_name")
			return [[field, "like", f"%{wish.text}%"] for field in fields]
		return []


@dataclass(frozen=True, kw_only=True)
class Clues:
	"""What a Bank Transaction says about where it came from."""

	words: frozenset[str]
	party_type: str
	party: str
	unallocated: Decimal

	def rank(self, row: frappe._dict) -> int:
		"""How much speaks for an invoice."""
		is_named = row.name.lower() in self.words or (row.reference or "").lower() in self.words
		has_party = bool(self.party) and row.party == self.party
		return (
			NAMED * is_named
			+ SAME_AMOUNT * (abs(row.outstanding) == self.unallocated)
			+ SAME_PARTY * has_party
		)

	def alternatives(self, part: Part) -> list[list]:
		"""The conditions of `rank` for `frappe.get_list`."""
		words = sorted(self.words)[:MOST_NUMBERS] or [""]
		found: list[list] = [["name", "in", words], [REFERENCE_FIELD[part.doctype], "in", words]]
		found.append(["outstanding_amount", "=", to_float(self.unallocated) * part.sign])
		if self.party and PARTY_FIELD[part.doctype] == frappe.scrub(self.party_type):
			found.append([PARTY_FIELD[part.doctype], "=", self.party])
		return found


def open_invoices(
	bank_transaction: str, doctypes: str | Sequence, wish: str | Mapping | None = None, limit: int = LIMIT
) -> dict:
	"""Find what the current user could settle with a Bank Transaction.

	doctypes: Sales Invoice, Purchase Invoice, or both; wish: fields of `Wish`; or the JSON of either
	Returns `{"bank_line", "columns", "rows", "total", "background_threshold"}`: the likeliest rows first,
	then the oldest; `total` counts also those beyond `limit`. Raises `frappe.PermissionError`.
	"""
	check_may_use_bank_transaction(bank_transaction, "read")
	bank_line = read_bank_line(bank_transaction)
	clues = _clues(bank_line)
	wanted = _read_wish(_from_json(wish, Mapping) or {})
	rows: list[frappe._dict] = []
	total = 0
	for part in _parts(bank_line, _from_json(doctypes, list | tuple) or []):
		found, count = _find(part, bank_line, wanted, clues, min(limit, LIMIT))
		rows += found
		total += count
	rows.sort(key=lambda row: (-row.rank, str(row.due_date or row.posting_date), row.name))
	return {
		"bank_line": _describe(bank_line),
		"columns": COLUMNS,
		"rows": [[_plain(row[column]) for column in COLUMNS] for row in rows[:limit]],
		"total": total,
		"background_threshold": get_settings().background_threshold,
	}


def _parts(bank_line: BankLine, doctypes: Sequence[str]) -> list[Part]:
	"""Everything of the type that brings cash in the direction of the bank line, and what of the other type
	runs backwards, which is the same direction again. Own credit notes are netted with their party's
	invoices.
	"""
	direction = 1 if bank_line.is_deposit else -1
	parts = []
	for doctype in sorted({str(doctype).removeprefix("Unpaid ") for doctype in doctypes}):
		if doctype not in CASH_SIGN:
			frappe.throw(_("{0} is not a type of invoice.").format(escape_html(doctype)))
		if not frappe.has_permission(doctype, "read"):
			continue
		parts += [Part(doctype, 1)] if CASH_SIGN[doctype] == direction else []
		parts.append(Part(doctype, -1))
	return parts


def _find(
	part: Part, bank_line: BankLine, wish: Wish, clues: Clues, limit: int
) -> tuple[list[frappe._dict], int]:
	"""The rows of one part, and how many there are altogether."""
	conditions = part.conditions(bank_line, wish)
	rows = _list(part, conditions, part.alternatives(wish), limit)
	total = len(rows)
	if len(rows) == limit:
		counted = frappe.get_list(
			part.doctype,
			filters=conditions,
			or_filters=part.alternatives(wish),
			fields=["count(name) as total"],
			order_by=None,
		)
		total = counted[0].total
		# The likeliest ones must be among those that are shown, however young they are.
		rows += [] if part.alternatives(wish) else _list(part, conditions, clues.alternatives(part), limit)
	known = {row.name: row for row in rows}
	precision = bank_precision(bank_line.line.currency)
	for row in known.values():
		row.outstanding = to_decimal(row.outstanding_amount, precision)
		row.doctype = part.doctype
		row.rank = clues.rank(row)
	return [row for row in known.values() if row.outstanding], total


def _list(part: Part, conditions: list[list], alternatives: list[list], limit: int) -> list[frappe._dict]:
	"""`frappe.get_list` applies the user's permissions, user permissions included."""
	party = PARTY_FIELD[part.doctype]
	fields = [
		"name",
		f"{party} as party",
		f"{party}_name as party_name",
		f"{GROUP_FIELD[part.doctype]} as party_group",
		f"{REFERENCE_FIELD[part.doctype]} as reference",
		"posting_date",
		"due_date",
		"outstanding_amount",
	]
	return frappe.get_list(
		part.doctype,
		filters=conditions,
		or_filters=alternatives,
		fields=fields,
		order_by="due_date, posting_date, name",
		limit=limit,
	)


def _held(doctype: str) -> list[str]:
	"""Names of invoices that an active run holds."""
	item = frappe.qb.DocType(ITEM_DOCTYPE)
	query = frappe.qb.from_(item).select(item.reference_name).where(item.active_document.isnotnull())
	return query.where(item.reference_doctype == doctype).run(pluck=True)


def _clues(bank_line: BankLine) -> Clues:
	columns = ["description", "reference_number", "party_type", "party"]
	row = frappe.db.get_value("Bank Transaction", bank_line.line.name, columns, as_dict=True)
	text = f"{row.description or ''} {row.reference_number or ''}".lower()
	words = (word.strip(".:()[]#\"'") for word in re.split(r"[\s,;|]+", text))
	return Clues(
		words=frozenset(word for word in words if len(word) > 2),
		party_type=row.party_type or "",
		party=row.party or "",
		unallocated=bank_line.line.unallocated,
	)


def _from_json(value: object, kind: type | UnionType) -> Any:
	"""What came as JSON or as it is; None for nothing."""
	try:
		read = json.loads(value) if isinstance(value, str) and value else value or None
	except ValueError:
		frappe.throw(_("What was asked for is not valid JSON."))
	if read is not None and not isinstance(read, kind):
		frappe.throw(_("What was asked for is not valid JSON."))
	return read


def _read_wish(values: Mapping) -> Wish:
	"""Read what came from a browser; what is of the wrong form is refused."""
	texts = ("text", "party", "party_group", "from_date", "to_date")
	numbers = values.get("numbers") or ()
	if not isinstance(numbers, list | tuple) or len(numbers) > MOST_NUMBERS:
		frappe.throw(_("Look for at most {0} invoice numbers at once.").format(MOST_NUMBERS))
	return Wish(
		**{field: str(values.get(field) or "").strip() for field in texts},
		least=_read_amount(values.get("least")),
		most=_read_amount(values.get("most")),
		numbers=tuple(str(number) for number in numbers),
	)


def _read_amount(value: object) -> Decimal | None:
	if value in (None, ""):
		return None
	try:
		return Decimal(str(value))
	except InvalidOperation:
		frappe.throw(_("{0} is not an amount.").format(escape_html(str(value))))
		raise


def _describe(bank_line: BankLine) -> dict:
	line = bank_line.line
	return {
		"name": line.name,
		"currency": line.currency,
		"precision": bank_precision(line.currency),
		"is_deposit": bank_line.is_deposit,
		"unallocated": str(line.unallocated),
	}


def _plain(value: object) -> object:
	return value if value is None or isinstance(value, int) else str(value)
