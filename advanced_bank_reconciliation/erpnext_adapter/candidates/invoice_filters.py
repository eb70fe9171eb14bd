"""Which unpaid invoices a user wants to see for a Bank Transaction, as conditions of `frappe.get_list`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from types import UnionType
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html

from advanced_bank_reconciliation.erpnext_adapter.books.open_items import PARTY_FIELD
from advanced_bank_reconciliation.erpnext_adapter.books.statement_lines import LedgerStatementLine
from advanced_bank_reconciliation.erpnext_adapter.decimals import to_float
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import ITEM_DOCTYPE

MAX_NUMBERS = 5_000
GROUP_FIELD = {"Sales Invoice": "customer_group", "Purchase Invoice": "supplier_group"}
# The number by which the other side knows the invoice.
REFERENCE_FIELD = {"Sales Invoice": "po_no", "Purchase Invoice": "bill_no"}


@dataclass(frozen=True, kw_only=True)
class InvoiceFilters:
	"""What the user wants to see; everything empty is everything.

	text: part of a number or a party; party: part of a party; party_group: exact; from_date, to_date: due
	dates; least, most: size of the outstanding amount; numbers: exactly these invoices
	every_currency: also what is owed in another one than the bank account's
	"""

	text: str = ""
	party: str = ""
	party_group: str = ""
	from_date: str = ""
	to_date: str = ""
	least: Decimal | None = None
	most: Decimal | None = None
	numbers: tuple[str, ...] = ()
	every_currency: bool = False


@dataclass(frozen=True)
class Part:
	"""Open items of one document type and one sign, for only some of these fit a Bank Transaction."""

	doctype: str
	sign: int

	def conditions(self, statement_line: LedgerStatementLine, filters: InvoiceFilters) -> list[list]:
		"""What `frappe.get_list` is to filter by."""
		doctype, party = self.doctype, PARTY_FIELD[self.doctype]
		found: list[list] = [
			["docstatus", "=", 1],
			["company", "=", statement_line.company],
			["outstanding_amount", ">" if self.sign > 0 else "<", 0],
		]
		if not filters.every_currency:
			found.append(["party_account_currency", "=", statement_line.currency])
		if doctype == "Purchase Invoice":
			found.append(["on_hold", "=", 0])
		found += [["name", "not in", held]] if (held := _held(doctype)) else []
		found += [[f"{party}_name", "like", f"%{filters.party}%"]] if filters.party else []
		found += [[GROUP_FIELD[doctype], "=", filters.party_group]] if filters.party_group else []
		found += [["due_date", ">=", filters.from_date]] if filters.from_date else []
		found += [["due_date", "<=", filters.to_date]] if filters.to_date else []
		return found + list(self._amount_conditions(filters))

	def _amount_conditions(self, filters: InvoiceFilters) -> Iterator[list]:
		for size, along, against in ((filters.least, ">=", "<="), (filters.most, "<=", ">=")):
			if size is not None:
				comparison = along if self.sign > 0 else against
				yield ["outstanding_amount", comparison, to_float(size) * self.sign]

	def alternatives(self, filters: InvoiceFilters) -> list[list]:
		"""What `frappe.get_list` is to find at least one of; empty for anything."""
		reference, party = REFERENCE_FIELD[self.doctype], PARTY_FIELD[self.doctype]
		if filters.numbers:
			return [["name", "in", filters.numbers], [reference, "in", filters.numbers]]
		if filters.text:
			fields = ("name", reference, party, f"{party}_name")
			return [[field, "like", f"%{filters.text}%"] for field in fields]
		return []


def _held(doctype: str) -> list[str]:
	"""Names of invoices that an active run holds."""
	item = frappe.qb.DocType(ITEM_DOCTYPE)
	query = frappe.qb.from_(item).select(item.reference_name).where(item.active_document.isnotnull())
	return query.where(item.reference_doctype == doctype).run(pluck=True)


def read_invoice_filters(filters: str | Mapping | None) -> InvoiceFilters:
	"""Read the JSON or the mapping that came from a browser; what is of the wrong form is refused."""
	values = from_json(filters, Mapping) or {}
	texts = ("text", "party", "party_group", "from_date", "to_date")
	numbers = values.get("numbers") or ()
	if not isinstance(numbers, list | tuple) or len(numbers) > MAX_NUMBERS:
		frappe.throw(_("Look for at most {0} invoice numbers at once.").format(MAX_NUMBERS))
	return InvoiceFilters(
		**{field: str(values.get(field) or "").strip() for field in texts},
		least=_read_amount(values.get("least")),
		most=_read_amount(values.get("most")),
		numbers=tuple(str(number) for number in numbers),
		every_currency=bool(values.get("every_currency")),
	)


def _read_amount(value: object) -> Decimal | None:
	if value in (None, ""):
		return None
	try:
		return Decimal(str(value))
	except InvalidOperation:
		frappe.throw(_("{0} is not an amount.").format(escape_html(str(value))))
		raise


def from_json(value: object, kind: type | UnionType) -> Any:
	"""What came as JSON or as it is; None for nothing."""
	try:
		read = json.loads(value) if isinstance(value, str) and value else value or None
	except ValueError:
		frappe.throw(_("The request is not valid JSON."))
	if read is not None and not isinstance(read, kind):
		frappe.throw(_("The request is not valid JSON."))
	return read
