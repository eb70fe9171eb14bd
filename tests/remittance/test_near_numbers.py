"""Slips of who typed a number: what was meant is suggested with the slip, and is never taken."""

from __future__ import annotations

import time
from decimal import Decimal
from random import Random

import pytest
from rapidfuzz.distance import OSA

from advanced_bank_reconciliation.remittance.advice import Advice, AdviceLine
from advanced_bank_reconciliation.remittance.matching import LineMatch, match_advice
from advanced_bank_reconciliation.remittance.near_numbers import ends_of, near_ends, typed_numbers
from advanced_bank_reconciliation.remittance.payable_items import PayableItem
from tests.remittance.random_advices import random_items, with_slip

SWAPPED = "two characters are swapped"
MISSING = "one character is missing"
MEANT = "ACC-SINV-2026-01431"


def item(name: str, amount: str, *other_numbers: str) -> PayableItem:
	return PayableItem(
		doctype="Sales Invoice", name=name, amount=Decimal(amount), other_numbers=other_numbers
	)


ITEMS = [
	item(MEANT, "119.00", "PO-7731"),
	item("ACC-SINV-2026-01413", "250.00"),
	item("ACC-SINV-2026-01900", "119.00"),
]


def match(reference: str, gross: str | None, items: list[PayableItem], text: str = "") -> LineMatch:
	amount = None if gross is None else Decimal(gross)
	line = AdviceLine(number=1, reference=reference, text=text, gross=amount, net=amount)
	return match_advice(Advice(format="test", lines=(line,)), items, currency="EUR").lines[0]


def suggested(found: LineMatch) -> list[tuple[str, str]]:
	assert found.taken == ()
	return [(one.name, str(found.slips.get(one.document, ""))) for one in found.candidates]


@pytest.mark.parametrize(
	("reference", "text", "slip"),
	[
		("ACC-SINV-2026-04131", "", SWAPPED),
		("4131", "", SWAPPED),
		("", "for invoice 04131 of 05.02.2026, thanks", SWAPPED),
		("ACC-SINV-2026-0131", "", MISSING),
		("ACC-SINV-2026-014431", "", "one character too many"),
		("ACC-SINV-2026-01731", "", "one character is another"),
		("ACC-SINV-2026-0143l", "", "letters in place of digits"),
		("INV-OI43I", "", "letters in place of digits"),
		("PO-7713", "", SWAPPED),
	],
)
def test_what_was_meant_is_suggested_with_the_slip(reference: str, text: str, slip: str):
	assert suggested(match(reference, "119.00", ITEMS, text)) == [(MEANT, slip)]


def test_a_slip_that_makes_another_items_number_is_noticed_by_the_amount():
	found = match("ACC-SINV-2026-01413", "119.00", ITEMS)
	assert "250.00 is open, not 119.00" in str(found.reason)
	assert suggested(found) == [(MEANT, SWAPPED), ("ACC-SINV-2026-01413", "")]


def test_without_the_amount_what_is_near_comes_first():
	assert suggested(match("ACC-SINV-2026-04131", None, ITEMS)) == [(MEANT, SWAPPED)]
	near, *others = suggested(match("ACC-SINV-2026-04131", "250.00", ITEMS))
	assert (near, others) == ((MEANT, SWAPPED), [("ACC-SINV-2026-01413", "")])


@pytest.mark.parametrize("reference", ["ch_3OqkLm2e4131", "2026", "05.02.2026", "XY-99", "9" * 5000])
def test_what_is_no_number_of_a_document_is_near_to_nothing(reference: str):
	items = [*ITEMS, item("INV-2025", "7.00")]
	assert suggested(match(reference, None, items)) == []


def test_of_thousands_of_slips_among_many_numbers_what_was_meant_is_suggested():
	"""It is among the three unless the slip makes a number that is right: of an item of the same amount."""
	random = Random(1)  # noqa: S311 chances that a seed repeats
	items = random_items(random, 20_000)
	meant = random.sample(items, 5_000)
	lines = [AdviceLine(number=1, reference=with_slip(random, one.name), gross=one.amount) for one in meant]
	matched = match_advice(Advice(format="", lines=tuple(lines)), items, currency="EUR")
	asked = [(one, match) for one, match in zip(meant, matched.lines, strict=True) if not match.taken]
	named = sum(one in match.candidates for one, match in asked)
	print(f"{len(asked)} asked, {named} of them with what was meant")
	assert len(asked) > 4_000 and named > 0.9 * len(asked)


@pytest.mark.parametrize("end", ["431", "1001", "7713"])
def test_near_ends_are_those_of_one_slip_at_most(end: str):
	"""Against the distance that counts a swap as one slip, for all ends that may be one."""
	every = [str(number) for number in range(10 ** (len(end) + 1))]
	near = {one for one in every if OSA.distance(end, one) <= 1}
	assert near == {one for one in near_ends(end) if one.isdigit() and str(int(one)) == one}


@pytest.mark.parametrize(
	"number", [MEANT, "PO-7731", "INV-OI43I", "SINV-I431", "4711 / 0815", "1431A", "05.02.2026", "12", "٣431"]
)
def test_whatever_a_number_is_like_it_is_found_by_its_ends(number: str):
	assert {one.end for one in typed_numbers(number)} <= {*ends_of(number)}


@pytest.mark.parametrize("amounts", [990, 4])
def test_ten_thousand_unknown_lines_get_their_likeliest_of_fifty_thousand_items_in_passing(amounts: int):
	"""However many amounts; see benchmarks/matching_advices.md. The limit is for the most crowded machine."""
	names = [f"ACC-SINV-2026-{number * 3:05}" for number in range(50_000)]
	items = [item(name, f"{10 + number % amounts}.00") for number, name in enumerate(names)]
	unknown = [f"ACC-SINV-2026-{number * 3 + 1:05}" for number in range(10_000)]
	lines = [
		AdviceLine(number=1, reference=one, gross=items[-place].amount) for place, one in enumerate(unknown)
	]
	started = time.process_time()
	matched = match_advice(Advice(format="", lines=tuple(lines)), items, currency="EUR")
	spent = time.process_time() - started
	print(f"{spent:.2f} s")
	assert not matched.taken() and all(match.candidates for match in matched.lines)
	assert spent < 50
