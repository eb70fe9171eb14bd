"""What people said about lines: a choice is taken as far as it goes, a learned name only if certain."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest

from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.remittance.advice import Advice, AdviceLine
from advanced_bank_reconciliation.remittance.choices import Party
from advanced_bank_reconciliation.remittance.explaining import Confidence
from advanced_bank_reconciliation.remittance.matching import LineMatch, MatchState, match_advice
from advanced_bank_reconciliation.remittance.payable_items import PayableItem

SALES = "Sales Invoice"
NAMES: Mapping[str, Party] = {"store-17": (SALES, "Alder"), "store17": (SALES, "Alder")}
ITEMS = [
	PayableItem(doctype=SALES, name=name, amount=Decimal(amount), party=party)
	for name, amount, party in (
		("SINV-501", "50.00", "Alder"),
		("SINV-502", "70.00", "Alder"),
		("SINV-503", "70.00", "Birch"),
		("SINV-504", "20.00", "Alder"),
		("SINV-505", "20.00", "Alder"),
	)
]


def matched(
	*lines: tuple[str, str], choices: Mapping[int, DocumentKey] | None = None
) -> tuple[LineMatch, ...]:
	read = [
		AdviceLine(number=number, reference=reference, gross=Decimal(gross))
		for number, (reference, gross) in enumerate(lines, 1)
	]
	advice = Advice(format="Table", lines=tuple(read))
	return match_advice(advice, ITEMS, currency="USD", choices=choices, names=NAMES).lines


def test_a_choice_settles_the_line_and_nothing_beyond_what_is_open():
	choices = {
		0: DocumentKey(SALES, "SINV-503"),
		1: DocumentKey(SALES, "SINV-501"),
		9: DocumentKey(SALES, "SINV-1"),
	}
	part, too_much = matched(("Birch's", "69.00"), ("?", "50.01"), choices=choices)
	assert [(one.item.name, one.amount) for one in part.taken] == [("SINV-503", Decimal("69.00"))]
	assert (part.state, part.confidence) == (MatchState.MATCHED, Confidence.CHOICE)
	assert (too_much.state, too_much.taken) == (MatchState.QUESTION, ())
	assert [one.name for one in too_much.candidates] == ["SINV-501"]


def test_what_is_chosen_twice_is_settled_once():
	document = DocumentKey(SALES, "SINV-501")
	first, second = matched(("a", "50.00"), ("b", "50.00"), choices={0: document, 1: document})
	assert (first.state, second.state) == (MatchState.MATCHED, MatchState.QUESTION)


def test_a_learned_name_finds_the_only_item_of_its_party_with_the_amount():
	(line,) = matched(("Store 17", "70.00"))
	assert [one.item.name for one in line.taken] == ["SINV-502"]
	assert line.confidence is Confidence.LEARNED_NAME
	assert "Alder" in line.reason.text(str)


@pytest.mark.parametrize(
	("amount", "candidates"),
	[("20.00", ["SINV-504", "SINV-505"]), ("33.00", ["SINV-501", "SINV-502", "SINV-504"])],
)
def test_a_learned_name_that_is_not_certain_is_a_question(amount: str, candidates: list[str]):
	(line,) = matched(("STORE-17", amount))
	assert line.state is MatchState.QUESTION
	assert [one.name for one in line.candidates] == candidates


def test_two_lines_of_one_name_do_not_settle_one_item_twice():
	first, second = matched(("Store 17", "70.00"), ("Store 17", "70.00"))
	assert (first.state, second.state) == (MatchState.MATCHED, MatchState.QUESTION)
	assert not second.taken


def test_another_name_is_not_learned():
	(line,) = matched(("Store 18", "70.00"))
	assert line.state is MatchState.NOT_FOUND
