"""Which allocations share a voucher: the net of every voucher runs along the Bank Transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advanced_bank_reconciliation.engine.books import Allocation, OpenItem
from advanced_bank_reconciliation.engine.grouping import group_allocations
from tests.engine.factories import PURCHASE, SALES, make_allocation, make_item
from tests.engine.strategies import in_cents, open_items, sizes_in_cents


def party_of(allocation: Allocation) -> tuple[str, ...]:
	"""Who is paid from which account: what one voucher can hold."""
	item = allocation.open_item
	return item.doctype, item.party_type, item.party, item.party_account


def names_by_group(allocations: Sequence[Allocation]) -> list[list[str]]:
	groups: dict[int, list[str]] = defaultdict(list)
	for one in allocations:
		groups[one.group].append(one.open_item.name)
	return list(groups.values())


def group(items: Sequence[OpenItem], inwards: bool):
	return group_allocations([make_allocation(item) for item in items], inwards=inwards)


@given(open_items(), st.booleans())
def test_groups_are_sound_whatever_is_selected(items: list[OpenItem], inwards: bool):
	"""Every item is in one group or every counter-item of its party is a problem; nets run along."""
	direction = 1 if inwards else -1
	grouped, problems = group(items, inwards)
	by_party = defaultdict(list)
	for one in map(make_allocation, items):
		by_party[party_of(one)].append(one)
	possible = {
		party
		for party, ones in by_party.items()
		if all(one.cash_amount * direction > 0 for one in ones)
		or (
			sum(one.cash_amount for one in ones) * direction > 0
			and all(one.allocated_amount < 0 for one in ones if one.cash_amount * direction < 0)
		)
	}
	expected = [item.name for item in items if party_of(make_allocation(item)) in possible]
	assert sorted(one.open_item.name for one in grouped) == sorted(expected)
	assert {(problem.doctype, problem.name) for problem in problems} == {
		(one.open_item.doctype, one.open_item.name)
		for party, ones in by_party.items()
		for one in ones
		if party not in possible and one.cash_amount * direction < 0
	}
	members = defaultdict(list)
	for one in grouped:
		members[one.group].append(one)
	assert [one.group for one in grouped] == sorted(one.group for one in grouped)
	assert list(members) == list(range(len(members)))
	for ones in members.values():
		assert len({party_of(one) for one in ones}) == 1
		assert sum(one.cash_amount for one in ones) * direction > 0
		assert (len(ones) > 1) == any(one.cash_amount * direction < 0 for one in ones)


@given(st.lists(sizes_in_cents, max_size=6), st.lists(sizes_in_cents, min_size=1, max_size=3))
def test_a_net_takes_as_few_invoices_as_can_carry_it(along: list[int], against: list[int]):
	"""The other invoices of the party keep a voucher each, so that a failure takes few down with it."""
	invoices = [make_item(f"I-{number}", in_cents(size)) for number, size in enumerate(along)]
	notes = [make_item(f"C-{number}", in_cents(-size)) for number, size in enumerate(against)]
	grouped, problems = group([*invoices, *notes], inwards=True)
	if sum(along) <= sum(against):
		assert len(problems) == len(notes)
		return
	sizes = [len(names) for names in names_by_group(grouped)]
	carriers = sizes[0] - len(notes)
	assert sizes[1:] == [1] * (len(invoices) - carriers)
	assert all(sum(few) <= sum(against) for few in combinations(along, carriers - 1))


def test_invoices_have_a_voucher_each_in_the_order_of_the_selection():
	"""Nothing runs against the deposit: three invoices of one customer, three vouchers."""
	grouped, problems = group([make_item("A"), make_item("B"), make_item("C")], inwards=True)
	assert (names_by_group(grouped), problems) == ([["A"], ["B"], ["C"]], [])


def test_a_credit_note_is_posted_with_the_largest_invoice_of_its_customer():
	"""In a deposit of two customers, one has a credit note: only there do items share a voucher."""
	items = [
		make_item("A", "40.00"),
		make_item("B", "90.00"),
		make_item("C", "-50.00"),
		make_item("D", "70.00", party="Party B"),
	]
	grouped, problems = group(items, inwards=True)
	assert (names_by_group(grouped), problems) == ([["B", "C"], ["A"], ["D"]], [])


def test_a_debit_note_reduces_what_a_supplier_is_paid():
	"""The same in a withdrawal: the supplier gets 90 less 20."""
	items = [make_item("A", "90.00", doctype=PURCHASE), make_item("B", "-20.00", doctype=PURCHASE)]
	grouped, problems = group(items, inwards=False)
	assert (names_by_group(grouped), problems) == ([["A", "B"]], [])
	assert sum(one.cash_amount for one in grouped) == -70


@pytest.mark.parametrize(
	("other", "case"),
	[
		(make_item("A", "50.00"), "equal: the net is nothing"),
		(make_item("A", "49.99"), "a cent less"),
		(make_item("A", "500.00", party="Party B"), "another customer"),
		(make_item("A", "500.00", party_account="Other account"), "another account"),
		(make_item("A", "-500.00", doctype=PURCHASE), "a supplier of the same name"),
	],
	ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_credit_note_that_nothing_carries_is_named(other: OpenItem, case: str):
	"""A credit note of 50 needs more than 50 of invoices of its own party and account."""
	grouped, problems = group([other, make_item("C", "-50.00")], inwards=True)
	assert [(problem.doctype, problem.name) for problem in problems] == [(SALES, "C")]
	assert "C runs against the direction" in problems[0].text()
	assert "C" not in [one.open_item.name for one in grouped]


def test_nothing_gives_no_groups():
	"""No allocation, no group, no problem."""
	assert group([], inwards=True) == ([], [])
