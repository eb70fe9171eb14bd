"""Hypothesis strategies of books and selections that fit them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from hypothesis import strategies as st

from advanced_bank_reconciliation.engine.books import ExistingVoucher, OpenItem, StatementLine
from advanced_bank_reconciliation.engine.selection import RequestedAllocation, Selection
from tests.engine.factories import PURCHASE, SALES, make_item, make_line, make_voucher

sizes_in_cents = st.integers(1, 10**7)
directions = st.sampled_from([1, -1])
parts = st.sampled_from([100, 100, 99, 50, 1])
parts_and_more = st.sampled_from([100, 99, 101])


def in_cents(cents: int) -> Decimal:
	return Decimal(cents).scaleb(-2)


@st.composite
def open_items(draw: st.DrawFn) -> list[OpenItem]:
	"""Invoices and returns of both kinds, of a few parties with an account or two each."""
	rows = st.tuples(
		st.sampled_from([SALES, PURCHASE]),
		directions,
		sizes_in_cents,
		st.sampled_from("ABC"),
		st.sampled_from(["Account 1", "Account 2"]),
	)
	return [
		make_item(f"I-{number}", in_cents(sign * size), doctype=doctype, party=party, party_account=account)
		for number, (doctype, sign, size, party, account) in enumerate(draw(st.lists(rows, max_size=12)))
	]


@st.composite
def invoices_of_one_direction(draw: st.DrawFn, direction: int) -> list[OpenItem]:
	"""What most selections are: many invoices that run along the Bank Transaction, and a small return."""
	doctype = SALES if direction > 0 else PURCHASE
	sizes = draw(st.lists(sizes_in_cents, min_size=2, max_size=12))
	items = [make_item(f"I-{number}", in_cents(size), doctype=doctype) for number, size in enumerate(sizes)]
	return [*items, make_item("R", "-0.01", doctype=doctype)] if draw(st.booleans()) else items


@dataclass
class Books:
	"""A Bank Transaction, what is open, and what somebody selected of it: perhaps too much of it."""

	line: StatementLine
	items: list[OpenItem]
	vouchers: list[ExistingVoucher]
	selection: Selection


@st.composite
def books(draw: st.DrawFn) -> Books:
	"""Selections that fit and that do not: amounts from well below to just above what is open."""
	direction = draw(directions)
	percentages = draw(st.sampled_from([parts, parts_and_more]))
	items = draw(open_items() | invoices_of_one_direction(direction))
	vouchers = [
		make_voucher(f"V-{number}", str(in_cents(direction * size)))
		for number, size in enumerate(draw(st.lists(sizes_in_cents, max_size=2)))
	]
	invoices = [
		RequestedAllocation(item.doctype, item.name, share_of(item.outstanding, draw(percentages)))
		for item in items
	]
	matched = [
		RequestedAllocation(voucher.doctype, voucher.name, share_of(voucher.left, draw(percentages)))
		for voucher in vouchers
	]
	selection = Selection(tuple(invoices), tuple(matched))
	total = sum((abs(one.amount) for one in (*invoices, *matched)), Decimal(1))
	line = make_line(direction * total, share_of(total, draw(percentages)))
	return Books(line, items, vouchers, selection)


def share_of(amount: Decimal, percentage: int) -> Decimal:
	"""A part of `amount` in whole cents, with its sign, at least one cent."""
	cents = max(1, int(abs(amount)) * percentage, int(abs(amount) * 100) * percentage // 100)
	return in_cents(cents if amount > 0 else -cents)
