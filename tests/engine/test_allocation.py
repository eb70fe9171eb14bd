"""Allocations that were accepted: their signs, their sums, and what they never exceed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from advanced_bank_reconciliation.engine.errors import SelectionRefused
from tests.engine.factories import (
	PURCHASE,
	SALES,
	allocate_from,
	make_item,
	make_line,
	make_voucher,
	money,
	problems_of,
	read,
	row,
	select_all,
)
from tests.engine.strategies import Books, books, in_cents, sizes_in_cents


@pytest.mark.parametrize(
	("doctype", "outstanding", "line_amount", "cash"),
	[
		(SALES, "80.00", "80.00", "80.00"),
		(SALES, "-80.00", "-80.00", "-80.00"),
		(PURCHASE, "80.00", "-80.00", "-80.00"),
		(PURCHASE, "-80.00", "80.00", "80.00"),
	],
	ids=["sales into deposit", "sales return out", "purchase out", "purchase return into deposit"],
)
def test_signs_follow_the_cash(doctype: str, outstanding: str, line_amount: str, cash: str):
	"""A customer pays in and is refunded out; a supplier is paid out and refunds in."""
	item = make_item(outstanding=outstanding, doctype=doctype)
	(allocation,) = allocate_from(make_line(line_amount), select_all([item]), [item])
	assert (allocation.allocated_amount, allocation.cash_amount) == (money(outstanding), money(cash))


@pytest.mark.parametrize(
	("doctype", "outstanding", "line_amount"),
	[
		(SALES, "80.00", "-80.00"),
		(SALES, "-80.00", "80.00"),
		(PURCHASE, "80.00", "80.00"),
		(PURCHASE, "-80.00", "-80.00"),
	],
	ids=["sales to withdrawal", "sales return to deposit", "purchase to deposit", "purchase return out"],
)
def test_cash_of_the_other_direction_is_refused(doctype: str, outstanding: str, line_amount: str):
	"""An unpaid sales invoice is never matched to a withdrawal, although the numbers are equal."""
	item = make_item(outstanding=outstanding, doctype=doctype)
	problems = problems_of(allocate_from, make_line(line_amount), select_all([item]), [item])
	direction = "deposit" if Decimal(line_amount) > 0 else "withdrawal"
	assert any(problem.text().endswith(f"is a {direction}.") for problem in problems)
	assert ("SI-1", True) in [(one.name, "against the direction" in one.text()) for one in problems]


def test_invoices_less_a_credit_note_settle_the_net_deposit():
	"""Invoices of 1,031.27 less a credit note of 31.27 arrive as 1,000.00, to the cent."""
	items = [make_item("A", "1000.00"), make_item("B", "31.27"), make_item("C", "-31.27")]
	allocations = allocate_from(make_line("1000.00"), select_all(items), items)
	assert sum(one.cash_amount for one in allocations) == money(1000)
	assert len({one.group for one in allocations}) == 2


def test_an_invoice_can_be_paid_in_part():
	"""The rest stays open, on the invoice and on the Bank Transaction."""
	item = make_item(outstanding="100.00")
	(allocation,) = allocate_from(make_line("500.00", "30.00"), read([row(amount=29.99)]), [item])
	assert allocation.cash_amount == money("29.99")


def test_a_voucher_of_before_takes_its_share_of_the_bank_transaction():
	"""A payment of 40 that exists and an invoice of 60 settle 100 together; 60.01 is a cent too much."""
	voucher = make_voucher(moved="40.00")
	for outstanding, refused in (("60.00", False), ("60.01", True)):
		item = make_item(outstanding=outstanding)
		selection = select_all([item], [voucher])
		problems = problems_of(allocate_from, make_line("100.00"), selection, [item], [voucher])
		assert bool(problems) == refused


@given(books())
def test_what_is_accepted_never_exceeds_anything(case: Books):
	"""No item, voucher or Bank Transaction takes a cent more than is open of it, whatever is selected."""
	try:
		allocations = allocate_from(case.line, case.selection, case.items, case.vouchers)
	except SelectionRefused as refused:
		assert refused.problems
		event("refused")
		return
	event("accepted")
	assert {(one.open_item.doctype, one.open_item.name) for one in allocations} == {
		invoice.document for invoice in case.selection.invoices
	}
	for one in allocations:
		assert 0 < one.allocated_amount / one.open_item.outstanding <= 1
		sign = 1 if one.open_item.doctype == SALES else -1
		assert one.cash_amount == sign * one.allocated_amount
	left = {voucher.name: voucher.left for voucher in case.vouchers}
	assert all(0 < voucher.amount <= left[voucher.name] for voucher in case.selection.vouchers)
	direction = 1 if case.line.amount > 0 else -1
	total = direction * sum(one.cash_amount for one in allocations)
	total += sum(voucher.amount for voucher in case.selection.vouchers)
	assert 0 < total <= case.line.unallocated


@given(st.lists(sizes_in_cents, min_size=1, max_size=30), st.sampled_from([SALES, PURCHASE]))
def test_the_last_cent_decides(sizes: list[int], doctype: str):
	"""The sum of the invoices fits its Bank Transaction exactly; one cent less of it refuses them all."""
	items = [make_item(f"I-{number}", in_cents(size), doctype=doctype) for number, size in enumerate(sizes)]
	direction, total = (1 if doctype == SALES else -1), sum(sizes)
	line = make_line(in_cents(direction * (total + 1)), in_cents(total))
	allocations = allocate_from(line, select_all(items), items)
	assert sum(one.cash_amount for one in allocations) == direction * in_cents(total)
	if total > 1:
		short = make_line(in_cents(direction * (total + 1)), in_cents(total - 1))
		(problem,) = problems_of(allocate_from, short, select_all(items), items)
		assert "0.01 too much" in problem.text()
