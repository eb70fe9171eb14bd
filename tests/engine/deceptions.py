"""Selections that somebody has tampered with: a case that fits in every respect, and then up to three things
of it are changed: a cent, a sign, a state, a form.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from advanced_bank_reconciliation.engine.books import ExistingVoucher, OpenItem, StatementLine
from advanced_bank_reconciliation.engine.messages import message
from tests.engine.factories import PAYMENT, PURCHASE, SALES, make_item, make_line, make_voucher
from tests.engine.oracle import Case, read_cents
from tests.engine.strategies import in_cents

Draw = st.DrawFn
Tampering = Callable[[st.DrawFn, Case], None]
cents = st.integers(1, 10**7)
ON_HOLD = message("on hold")


class Cents(int):
	"""An amount that is written as an honest client writes it."""


@st.composite
def cases(draw: Draw) -> Case:
	"""A case that fits, and then perhaps does not."""
	case = draw(fitting_cases())
	for name in draw(st.lists(st.sampled_from(sorted(TAMPERINGS)), max_size=3)):
		TAMPERINGS[name](draw, case)
	return case


@st.composite
def tampered_cases(draw: Draw, tampering: str) -> Case:
	"""A case that fits but for this one thing, if it matters."""
	case = draw(fitting_cases())
	TAMPERINGS[tampering](draw, case)
	return case


@st.composite
def fitting_cases(draw: Draw) -> Case:
	"""Invoices along the line, returns that they outweigh, vouchers; often exactly what the line has left."""
	direction = draw(st.sampled_from([1, -1]))
	case = Case(make_line(), [], [])
	for number in range(draw(st.integers(1, 6))):
		add_party(draw, case, direction, number)
	for number in range(draw(st.integers(0, 2))):
		moved, matched = draw(cents), draw(st.sampled_from([0, 0, 500]))
		case.vouchers.append(
			make_voucher(f"V-{number}", str(in_cents(direction * (moved + matched))), str(in_cents(matched)))
		)
		case.voucher_rows.append(voucher_row(draw, f"V-{number}", draw(part_of(moved))))
	total = total_of(case, direction)
	rest = total + draw(st.sampled_from([0, 0, 1, 1000]))
	case.line = make_line(in_cents(direction * (rest + 700)), in_cents(rest))
	return case


def add_party(draw: Draw, case: Case, direction: int, number: int) -> None:
	"""What runs along, and if that is an invoice, perhaps a return of the same party that is smaller."""
	doctype = draw(st.sampled_from([SALES, PURCHASE]))
	sign = direction if doctype == SALES else -direction
	size = draw(st.integers(2, 10**7))
	asked = draw(part_of(size, least=2))
	facts = {"doctype": doctype, "party": f"Party {number % 4}"}
	add_item(draw, case, make_item(f"I-{number}", in_cents(sign * size), **facts), sign * asked)
	if sign > 0 and draw(st.booleans()):
		against = draw(part_of(asked - 1))
		add_item(draw, case, make_item(f"R-{number}", in_cents(-sign * against), **facts), -sign * against)


def add_item(draw: Draw, case: Case, item: OpenItem, asked: int) -> None:
	case.items.append(item)
	doctype = draw(st.sampled_from([item.doctype, f"Unpaid {item.doctype}"]))
	row = {"doctype": doctype, "name": item.name, "allocated_amount": draw(written(asked))}
	case.invoice_rows.append(row)


def part_of(amount: int, least: int = 1) -> st.SearchStrategy[int]:
	"""All of an amount, most often, so that a cent more is too much."""
	return st.just(amount) | st.just(amount) | st.integers(least, amount)


def voucher_row(draw: Draw, name: str, asked: int) -> dict:
	return {"payment_doctype": PAYMENT, "payment_name": name, "amount": draw(written(asked))}


def written(amount: int) -> st.SearchStrategy:
	"""The ways in which an honest client writes an amount of cents."""
	exact = in_cents(amount)
	forms: list = [str(exact), f"{exact}000", f" {exact} ", exact]
	forms += [float(exact), float(exact) + 1e-7, float(exact) - 1e-7]
	return st.sampled_from([*forms, amount // 100] if amount % 100 == 0 else forms)


def total_of(case: Case, direction: int) -> int:
	"""What the readable rows come to along the line, in cents."""
	rows = [(row["allocated_amount"], row["doctype"].endswith(SALES)) for row in case.invoice_rows]
	cash = sum((read_cents(amount) or 0) * (1 if is_sale else -1) for amount, is_sale in rows)
	return direction * cash + sum(read_cents(row["amount"]) or 0 for row in case.voucher_rows)


@dataclass
class Row:
	"""One row that is still a row, where it stands, and what its keys are called."""

	rows: list
	position: int
	keys: tuple[str, str, str]

	@property
	def values(self) -> dict:
		return self.rows[self.position]

	def change(self, key: str, value: object) -> dict:
		return {**self.values, key: value}


def any_row(draw: Draw, case: Case) -> Row | None:
	"""One row of those that nobody has spoilt yet; None if there is none."""
	sides = [(case.invoice_rows, ("doctype", "name", "allocated_amount"))]
	sides += [(case.voucher_rows, ("payment_doctype", "payment_name", "amount"))]
	rows = [
		Row(rows, position, keys)
		for rows, keys in sides
		for position, row in enumerate(rows)
		if isinstance(row, dict) and set(keys) <= set(row)
	]
	return draw(st.sampled_from(rows)) if rows else None


def to_amount(change: Callable[[int], Any]) -> Tampering:
	"""Another amount for one row: what `change` makes of the cents; a number of cents is written honestly."""

	def tamper(draw: Draw, case: Case) -> None:
		row = any_row(draw, case)
		amount = row and read_cents(row.values[row.keys[2]])
		if row and amount:
			other = change(amount)
			value = draw(written(other)) if isinstance(other, Cents) else other
			row.rows[row.position] = row.change(row.keys[2], value)

	return tamper


def to_row(change: Callable[[Row], Any]) -> Tampering:
	"""Another row beside one, or instead of it. The line has room, so that the sum is no reason to refuse."""

	def tamper(draw: Draw, case: Case) -> None:
		row = any_row(draw, case)
		case.line = replace(case.line, unallocated=Decimal(10**9))
		if row:
			other = change(row)
			if draw(st.booleans()):
				row.rows.pop(row.position)
			row.rows.insert(row.position, other)

	return tamper


def to_item(change: Callable[[OpenItem], dict]) -> Tampering:
	"""What the books say of one open item."""

	def tamper(draw: Draw, case: Case) -> None:
		number = draw(st.integers(0, len(case.items) - 1))
		case.items[number] = replace(case.items[number], **change(case.items[number]))

	return tamper


def to_voucher(change: Callable[[ExistingVoucher], dict]) -> Tampering:
	"""What the books say of one voucher."""

	def tamper(draw: Draw, case: Case) -> None:
		if case.vouchers:
			number = draw(st.integers(0, len(case.vouchers) - 1))
			case.vouchers[number] = replace(case.vouchers[number], **change(case.vouchers[number]))

	return tamper


def to_line(change: Callable[[StatementLine], dict]) -> Tampering:
	"""What the books say of the Bank Transaction."""

	def tamper(draw: Draw, case: Case) -> None:
		case.line = replace(case.line, **change(case.line))

	return tamper


def take_row(draw: Draw, case: Case) -> None:
	"""One row less: it may have been the one that carried a return."""
	row = any_row(draw, case)
	if row:
		row.rows.pop(row.position)


def text(cents: int) -> str:
	return str(in_cents(cents))


CENT = Decimal("0.01")
TAMPERINGS: dict[str, Tampering] = {
	"a cent more": to_amount(lambda cents: Cents(cents + 1)),
	"a cent less": to_amount(lambda cents: Cents(cents - 1)),
	"the other sign": to_amount(lambda cents: Cents(-cents)),
	"ten times as much": to_amount(lambda cents: Cents(10 * cents)),
	"half of it": to_amount(lambda cents: Cents(cents // 2)),
	"nothing": to_amount(lambda cents: Cents(0)),
	"a third decimal": to_amount(lambda cents: text(cents) + "5"),
	"a third decimal in a number": to_amount(lambda cents: in_cents(cents) - Decimal("0.004")),
	"half a cent in a float": to_amount(lambda cents: float(in_cents(cents)) - 0.005),
	"an underscore": to_amount(lambda cents: text(cents).replace(".", "_0.")),
	"an exponent": to_amount(lambda cents: text(cents) + "e0"),
	"wide digits": to_amount(lambda cents: chr(ord(text(abs(cents))[0]) + 0xFEE0) + text(abs(cents))[1:]),
	"a decimal comma": to_amount(lambda cents: text(cents).replace(".", ",")),
	"more zeros": to_amount(lambda cents: text(cents) + "0000000000"),
	"no amount": to_amount(lambda cents: None),
	"an empty amount": to_amount(lambda cents: ""),
	"a boolean": to_amount(lambda cents: True),
	"a list": to_amount(lambda cents: []),
	"not a number": to_amount(lambda cents: float("nan")),
	"infinity": to_amount(lambda cents: float("inf")),
	"a huge exponent": to_amount(lambda cents: Decimal("1e999")),
	"the row twice": to_row(lambda row: dict(row.values)),
	"no row": to_row(lambda row: None),
	"a text as row": to_row(lambda row: "row"),
	"an empty row": to_row(lambda row: {}),
	"another type": to_row(lambda row: row.change(row.keys[0], "User")),
	"no type": to_row(lambda row: row.change(row.keys[0], None)),
	"no name": to_row(lambda row: row.change(row.keys[1], "")),
	"an unknown name": to_row(lambda row: row.change(row.keys[1], "NONE")),
	"a name with a space": to_row(lambda row: row.change(row.keys[1], "I-0 ")),
	"one row less": take_row,
	"a draft": to_item(lambda item: {"docstatus": 0}),
	"a cancelled item": to_item(lambda item: {"docstatus": 2}),
	"an item of another company": to_item(lambda item: {"company": "Other"}),
	"an item in another currency": to_item(lambda item: {"currency": "USD"}),
	"an item on hold": to_item(lambda item: {"obstacle": ON_HOLD}),
	"an item of another party": to_item(lambda item: {"party": "Party X"}),
	"an item on another account": to_item(lambda item: {"party_account": "Other"}),
	"a paid item": to_item(lambda item: {"outstanding": Decimal(0)}),
	"an item that runs the other way": to_item(lambda item: {"outstanding": -item.outstanding}),
	"a cent less outstanding": to_item(lambda item: {"outstanding": item.outstanding.copy_sign(1) - CENT}),
	"a cent more outstanding": to_item(lambda item: {"outstanding": item.outstanding + CENT}),
	"a voucher as draft": to_voucher(lambda voucher: {"docstatus": 0}),
	"a cancelled voucher": to_voucher(lambda voucher: {"docstatus": 2}),
	"a voucher of another company": to_voucher(lambda voucher: {"company": "Other"}),
	"a voucher that is on the line": to_voucher(lambda voucher: {"is_on_line": True}),
	"a voucher that moved nothing": to_voucher(lambda voucher: {"moved": Decimal(0)}),
	"a voucher that runs the other way": to_voucher(lambda voucher: {"moved": -voucher.moved}),
	"a voucher with nothing left": to_voucher(lambda voucher: {"matched": abs(voucher.moved)}),
	"a voucher with a cent less left": to_voucher(lambda voucher: {"matched": voucher.matched + CENT}),
	"a line as draft": to_line(lambda line: {"docstatus": 0}),
	"a cancelled line": to_line(lambda line: {"docstatus": 2}),
	"a line that runs the other way": to_line(lambda line: {"amount": -line.amount}),
	"a line of nothing": to_line(lambda line: {"amount": Decimal(0)}),
	"a line with nothing left": to_line(lambda line: {"unallocated": Decimal(0)}),
	"a line with a cent less left": to_line(lambda line: {"unallocated": line.unallocated - CENT}),
	"a line of another company": to_line(lambda line: {"company": "Other"}),
	"a line in another currency": to_line(lambda line: {"currency": "USD"}),
}
