"""Whether a selection may pass: an oracle that counts in whole cents and shares no code with the engine."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from advanced_bank_reconciliation.engine.books import ExistingVoucher, OpenItem, StatementLine
from tests.engine.factories import PAYMENT, PURCHASE, SALES

INVOICES = {prefix + doctype: doctype for prefix in ("", "Unpaid ") for doctype in (SALES, PURCHASE)}
PAYMENTS = {PAYMENT: PAYMENT}


@dataclass
class Case:
	"""Raw rows as they come in, and the books."""

	line: StatementLine
	items: list[OpenItem]
	vouchers: list[ExistingVoucher]
	invoice_rows: list[Any] = field(default_factory=list)
	voucher_rows: list[Any] = field(default_factory=list)

	@property
	def direction(self) -> int:
		return 1 if self.line.amount > 0 else -1


@dataclass
class Asked:
	"""One row that reads well: its document, and its amount in cents."""

	doctype: str
	name: str
	cents: int


def may_pass(case: Case) -> bool:
	"""Whether every condition holds that a selection has to meet."""
	invoices = [_asked(row, "doctype", "name", "allocated_amount", INVOICES) for row in case.invoice_rows]
	vouchers = [
		_asked(row, "payment_doctype", "payment_name", "amount", PAYMENTS) for row in case.voucher_rows
	]
	if not invoices or None in invoices or None in vouchers:
		return False
	asked = [one for one in invoices if one], [one for one in vouchers if one]
	names = Counter((one.doctype, one.name) for part in asked for one in part)
	return (
		max(names.values()) == 1
		and (case.line.docstatus, case.line.amount != 0) == (1, True)
		and all(_is_payable(case, one) for one in asked[0])
		and all(_is_matchable(case, one) for one in asked[1])
		and 0 < sum(_cash(case, one) for one in asked[0]) + sum(one.cents for one in asked[1]) <= _rest(case)
		and all(net > 0 for net in _nets(case, asked[0]).values())
		and all(_cash(case, one) > 0 for one in asked[0] if one.cents > 0)
	)


def _asked(row: Any, doctype_key: str, name_key: str, amount_key: str, doctypes: dict) -> Asked | None:
	if not isinstance(row, dict) or not isinstance(row.get(doctype_key), str):
		return None
	doctype, name, amount = doctypes.get(row[doctype_key]), row.get(name_key), row.get(amount_key)
	read = read_cents(amount)
	return Asked(doctype, str(name), read) if doctype and name and read else None


def read_cents(value: Any) -> int | None:
	"""An amount in whole cents: a text by its word, a number if it is a cent or as good as one."""
	if isinstance(value, str):
		return _cents_of_text(value.strip())
	if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
		return None
	if str(value).lower().lstrip("-") in ("nan", "snan", "inf", "infinity"):
		return None
	exact = Fraction(str(value)) * 100
	return round(exact) if abs(exact - round(exact)) <= Fraction(1, 1000) else None


def _cents_of_text(text: str) -> int | None:
	sign, digits = (-1, text[1:]) if text[:1] == "-" else (1, text.removeprefix("+"))
	whole, _point, decimals = digits.partition(".")
	if not whole + decimals or set(whole + decimals) - set("0123456789") or decimals[2:].strip("0"):
		return None
	amount = sign * (int(whole or "0") * 100 + int((decimals + "00")[:2]))
	return amount if abs(amount) < 10**14 else None


def _find(documents: Sequence[Any], asked: Asked) -> Any:
	found = [one for one in documents if (one.doctype, one.name) == (asked.doctype, asked.name)]
	return found[0] if found else None


def _is_payable(case: Case, asked: Asked) -> bool:
	item = _find(case.items, asked)
	if item is None or item.docstatus != 1 or item.obstacle:
		return False
	if (item.company, item.currency) != (case.line.company, case.line.currency):
		return False
	outstanding = int(item.outstanding * 100)
	return 0 < asked.cents <= outstanding or 0 > asked.cents >= outstanding


def _is_matchable(case: Case, asked: Asked) -> bool:
	voucher = _find(case.vouchers, asked)
	if voucher is None or voucher.docstatus != 1 or voucher.is_on_line:
		return False
	left = int(voucher.moved * 100) * case.direction - int(voucher.matched * 100)
	return voucher.company == case.line.company and 0 < asked.cents <= left


def _rest(case: Case) -> int:
	return int(case.line.unallocated * 100)


def _cash(case: Case, asked: Asked) -> int:
	"""Along the line positive, against it negative."""
	return asked.cents * case.direction * (1 if asked.doctype == SALES else -1)


def _nets(case: Case, invoices: Sequence[Asked]) -> dict[tuple, int]:
	"""What each party with something against the line comes to."""
	nets: dict[tuple, int] = defaultdict(int)
	against = set()
	for one in invoices:
		item = _find(case.items, one)
		key = (one.doctype, item.party, item.party_account)
		nets[key] += _cash(case, one)
		if _cash(case, one) < 0:
			against.add(key)
	return {key: net for key, net in nets.items() if key in against}
