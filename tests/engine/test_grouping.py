"""Which allocations share a voucher: the net of every voucher runs along the Bank Transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advanced_bank_reconciliation.engine.books import Allocation, OpenItem
from advanced_bank_reconciliation.engine.grouping import Grouping, group_allocations, read_grouping
from advanced_bank_reconciliation.engine.selection import read_selection
from tests.engine.factories import PURCHASE, SALES, allocate_from, make_allocation, make_item, make_line
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


def kind_of(allocation: Allocation) -> str | None:
	"""By its name: three kinds, the last of which shares with nobody."""
	number = int(allocation.open_item.name.partition("-")[2])
	return ("first", "second", None)[number % 3]


@given(open_items(), st.booleans(), st.integers(1, 5))
def test_shared_payments_are_sound_whatever_is_selected(items: list[OpenItem], inwards: bool, most: int):
	"""The same items as without sharing, each in one group; what is not netted is of one kind, in the order
	given and no more than may be; nothing is left alone that had room in the group before; sums are exact.
	"""
	direction = 1 if inwards else -1
	allocations = [make_allocation(item) for item in items]
	alone, expected_problems = group_allocations(allocations, inwards=inwards)
	grouped, problems = group_allocations(allocations, inwards=inwards, most=most, kind=kind_of)
	assert problems == expected_problems
	assert sorted(one.open_item.name for one in grouped) == sorted(one.open_item.name for one in alone)
	assert sum(one.cash_amount for one in grouped) == sum(one.cash_amount for one in alone)
	assert [one.group for one in grouped] == sorted(one.group for one in grouped)
	cores: dict[int, list[str]] = defaultdict(list)
	for one in alone:
		cores[one.group].append(one.open_item.name)
	groups: dict[int, list[Allocation]] = defaultdict(list)
	for one in grouped:
		groups[one.group].append(one)
	places = {item.name: place for place, item in enumerate(items)}
	room: dict[tuple, int] = {}
	for ones in groups.values():
		names = [one.open_item.name for one in ones]
		netted = next((core for core in cores.values() if core == names[: len(core)] and len(core) > 1), [])
		joined = names[len(netted) :]
		kinds = {kind_of(one) for one in ones}
		assert len({party_of(one) for one in ones}) == 1
		assert sum(one.cash_amount for one in ones) * direction > 0
		assert len(names) <= max(most, len(netted))
		assert len(kinds) == 1 or not joined
		assert len(joined) <= 1 or None not in kinds
		assert [places[name] for name in joined] == sorted(places[name] for name in joined)
		if len(kinds) == 1 and None not in kinds:
			key = (party_of(ones[0]), *kinds)
			assert room.get(key, 0) <= 0
			room[key] = most - len(names)


def test_invoices_of_a_party_share_a_payment():
	"""Two customers, three at most: the fourth of the first customer begins another payment."""
	parties = ["A", "B", "A", "A", "A"]
	items = [make_item(f"I-{number}", "10.00", party=party) for number, party in enumerate(parties)]
	grouped, _problems = group_allocations([make_allocation(item) for item in items], inwards=True, most=3)
	assert names_by_group(grouped) == [["I-0", "I-2", "I-3"], ["I-4"], ["I-1"]]


def test_what_is_netted_is_joined_by_others_of_its_kind():
	"""The largest invoice outweighs the note; another one joins the two, the one after begins anew."""
	items = [
		make_item("A", "40.00"),
		make_item("B", "90.00"),
		make_item("C", "-50.00"),
		make_item("D", "1.00"),
	]
	grouped, _problems = group_allocations([make_allocation(item) for item in items], inwards=True, most=3)
	assert names_by_group(grouped) == [["B", "C", "A"], ["D"]]


def test_invoices_that_differ_have_different_payments():
	"""Of one customer, by cost center; each selection of the dialog goes this way."""
	centers = ["Main", "Shop", "Main"]
	items = [make_item(f"I-{number}", "10.00", particulars=(one,)) for number, one in enumerate(centers)]
	rows = [{"doctype": SALES, "name": item.name, "allocated_amount": "10.00"} for item in items]
	selection = read_selection(rows, None, grouping="Party", precision=2, voucher_doctypes=[])
	grouped = allocate_from(make_line("30.00"), selection, items)
	assert names_by_group(grouped) == [["I-0", "I-2"], ["I-1"]]
	each = read_selection(rows, None, precision=2, voucher_doctypes=[])
	assert names_by_group(allocate_from(make_line("30.00"), each, items)) == [["I-0"], ["I-1"], ["I-2"]]
	assert selection.fingerprint("BT") != each.fingerprint("BT")


@pytest.mark.parametrize("value", ["Customer", "party", 1, ["Party"], True, {"grouping": "Party"}])
def test_an_unknown_grouping_is_one_problem(value: object):
	"""And whoever asks for nothing gets what the site has set."""
	grouping, (problem,) = read_grouping(value, Grouping.PARTY)
	assert 'Choose "Invoice" or "Party"' in problem.text()
	assert grouping is Grouping.PARTY


@pytest.mark.parametrize(
	("value", "grouping"), [(None, "Party"), ("", "Party"), ("Invoice", "Invoice"), ("Party", "Party")]
)
def test_a_grouping_that_is_known(value: object, grouping: str):
	"""None and an empty text are the default."""
	assert read_grouping(value, Grouping.PARTY) == (Grouping(grouping), [])
