"""Deductions: gross = net + deductions to the cent, spread over as few payments as can take them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from advanced_bank_reconciliation.engine.books import Allocation
from advanced_bank_reconciliation.engine.deductions import total_of
from advanced_bank_reconciliation.engine.errors import SelectionRefused
from advanced_bank_reconciliation.engine.records import Deduction
from tests.engine.factories import (
	PURCHASE,
	SALES,
	allocate_from,
	make_item,
	make_line,
	money,
	problems_of,
	read,
	row,
	select_all,
)
from tests.engine.strategies import directions, in_cents, sizes_in_cents

FEES, LOSSES = "Bank Charges", "Write Off"


def deduct(*amounts: str, account: str = FEES) -> tuple[Deduction, ...]:
	return tuple(Deduction(account=account, amount=Decimal(amount)) for amount in amounts)


def allocate_less(line, items, deductions) -> list[Allocation]:
	return allocate_from(line, replace(select_all(items), deductions=tuple(deductions)), items)


def by_payment(allocations: list[Allocation]) -> dict[int, Decimal]:
	cash: dict[int, Decimal] = defaultdict(Decimal)
	for one in allocations:
		cash[one.group] += one.cash_amount
	return cash


@pytest.mark.parametrize(
	("doctype", "gross", "deduction", "net"),
	[
		(SALES, "100.00", "2.50", "97.50"),
		(SALES, "100.00", "-0.02", "100.02"),
		(PURCHASE, "100.00", "2.50", "-102.50"),
		(PURCHASE, "100.00", "-3.00", "-97.00"),
	],
	ids=["fee of a deposit", "surplus", "charge on top of a withdrawal", "discount of a supplier"],
)
def test_gross_is_net_plus_deductions(doctype: str, gross: str, deduction: str, net: str):
	"""In cash with its sign, on both sides: a cost is positive."""
	item = make_item(outstanding=gross, doctype=doctype)
	(allocation,) = allocate_less(make_line(net), [item], deduct(deduction))
	assert (allocation.allocated_amount, allocation.cash_amount) == (money(gross), money(net))
	assert allocation.deductions == deduct(deduction)


def test_the_largest_payment_takes_them_as_long_as_it_can():
	"""Two fees of one deposit stand on one payment; what it cannot take goes to the next in size."""
	items = [make_item("A", "30.00"), make_item("B", "50.00"), make_item("C", "20.00")]
	small = allocate_less(make_line("95.00"), items, [*deduct("2.00"), *deduct("3.00", account=LOSSES)])
	assert {one.open_item.name: len(one.deductions) for one in small} == {"A": 0, "B": 2, "C": 0}
	large = allocate_less(make_line("35.00"), items, deduct("65.00"))
	assert {one.open_item.name: one.cash_amount for one in large} == {
		"A": money("14.99"),
		"B": money("0.01"),
		"C": money("20.00"),
	}


@st.composite
def deducted(draw: st.DrawFn):
	"""Invoices of one direction, perhaps netted with a small return, and deductions of either sign."""
	direction = draw(directions)
	doctype = SALES if direction > 0 else PURCHASE
	sizes = draw(st.lists(sizes_in_cents, min_size=1, max_size=8, unique=True))
	items = [make_item(f"I-{number}", in_cents(size), doctype=doctype) for number, size in enumerate(sizes)]
	if draw(st.booleans()) and sum(sizes) > 1:
		items.append(make_item("R", "-0.01", doctype=doctype))
	rows = st.tuples(st.sampled_from([FEES, LOSSES]), st.integers(-(10**7), 10**7).filter(bool))
	chosen = draw(st.lists(rows, max_size=4))
	return direction, items, [Deduction(account=account, amount=in_cents(size)) for account, size in chosen]


@given(deducted(), st.randoms())
def test_every_cent_is_where_it_belongs(case, shuffler):
	"""Each invoice is paid exactly, each payment moves something, nothing depends on the order of rows."""
	direction, items, deductions = case
	gross = sum(item.outstanding for item in items)
	net = gross - direction * total_of(deductions)
	line = make_line(direction * max(net, money("0.01")))
	try:
		allocations = allocate_less(line, items, deductions)
	except SelectionRefused as refused:
		event("refused")
		assert refused.problems
		assert net < money("0.01") * len(items)
		return
	event("accepted")
	assert {one.open_item.name: one.allocated_amount for one in allocations} == {
		item.name: item.outstanding for item in items
	}
	payments = by_payment(allocations)
	assert all(cash * direction > 0 for cash in payments.values())
	assert direction * sum(payments.values()) == net
	assert parts_of(part for one in allocations for part in one.deductions) == parts_of(deductions)
	shuffler.shuffle(items)
	shuffler.shuffle(deductions)
	again = allocate_less(line, items, deductions)
	assert {(one.open_item.name, one.deductions) for one in again} == {
		(one.open_item.name, one.deductions) for one in allocations
	}


def parts_of(deductions: Iterable[Deduction]) -> dict[str, Decimal]:
	"""What is deducted, by account."""
	totals: dict[str, Decimal] = defaultdict(Decimal)
	for part in deductions:
		totals[part.account] += part.amount
	return {account: amount for account, amount in totals.items() if amount}


def test_a_deduction_that_leaves_nothing_is_refused():
	"""A payment of zero moves nothing at the bank, and ERPNext takes none below zero."""
	item = make_item(outstanding="100.00")
	(nothing,) = problems_of(allocate_less, make_line("5.00"), [item], deduct("100.00"))
	assert "comes to nothing" in nothing.text()
	items = [item, make_item("SI-2", "0.01")]
	(problem,) = problems_of(allocate_less, make_line("0.01"), items, deduct("100.00"))
	assert "something has to be left for each payment" in problem.text()


def test_a_cent_too_much_is_refused():
	"""The fee decides whether the selection fits, to the cent."""
	item = make_item(outstanding="100.00")
	(problem,) = problems_of(allocate_less, make_line("97.50"), [item], deduct("2.49"))
	assert "0.01 too much" in problem.text()


@pytest.mark.parametrize(
	("deductions", "sentence"),
	[
		("{", "not valid JSON"),
		({"account": FEES}, "must be a list of rows"),
		([3], "3 is not a row of deductions"),
		([{"amount": 1}], "Deduction ?: account is missing."),
		([{"account": FEES}], f"Deduction {FEES}: amount is missing."),
		([{"account": FEES, "amount": 0}], f"Deduction {FEES}: the amount is zero."),
		([{"account": FEES, "amount": "2,50"}], f"Deduction {FEES}: 2,50 is not an amount."),
		([{"account": FEES, "amount": "2.505"}], "more decimals than the currency"),
	],
)
def test_forms_that_are_refused(deductions: object, sentence: str):
	"""With what else is wrong, in one message."""
	problems = read([row(amount="x")], None, deductions=deductions).problems
	assert len(problems) == 2
	assert any(sentence in problem.text() for problem in problems)


def test_the_fingerprint_knows_the_deductions():
	"""The same invoices with another fee are another selection; the order of fees does not matter."""
	fees = [{"account": FEES, "amount": "1.00"}, {"account": LOSSES, "amount": "2.00"}]
	digests = [read([row()], None, deductions=rows).fingerprint("B") for rows in (None, fees, fees[::-1])]
	assert digests[1] == digests[2] != digests[0]
