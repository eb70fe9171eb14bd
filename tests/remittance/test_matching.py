"""One situation each: how a line names an open item, and when that is a question."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from advanced_bank_reconciliation.remittance.advice import Advice, AdviceDeduction, AdviceLine
from advanced_bank_reconciliation.remittance.explaining import Confidence
from advanced_bank_reconciliation.remittance.matching import MatchedAdvice, MatchState, match_advice
from advanced_bank_reconciliation.remittance.payable_items import PayableItem

MATCHED, QUESTION, NOT_FOUND = MatchState.MATCHED, MatchState.QUESTION, MatchState.NOT_FOUND


def item(name: str, amount: str, *other_numbers: str) -> PayableItem:
	return PayableItem(
		doctype="Sales Invoice",
		name=name,
		amount=Decimal(amount),
		other_numbers=other_numbers,
		date=date(2026, 1, 5),
	)


def line(reference: str, gross: str | None = None, **more: object) -> AdviceLine:
	amount = None if gross is None else Decimal(gross)
	return AdviceLine(number=1, reference=reference, gross=amount, net=amount, **more)  # type: ignore[arg-type]


ITEMS = [
	item("ACC-SINV-2026-01431", "119.00", "PO-7731"),
	item("ACC-SINV-2026-01432", "250.00", "4500012345"),
	item("ACC-SINV-2026-01433", "19.00", "4500012399"),
	item("ACC-SINV-2026-01434", "80.00", "4500012399"),
	item("ACC-SINV-2026-01435", "-19.00", "ACC-SINV-2026-00007"),
	item("ACC-SINV-2026-00900", "33.00"),
	item("ACC-SINV-2026-00901", "33.00"),
]


def match(*lines: AdviceLine, amount: str | None = None) -> MatchedAdvice:
	advice = Advice(format="test", lines=lines)
	return match_advice(advice, ITEMS, currency="EUR", amount=Decimal(amount) if amount else None)


def names(matched: MatchedAdvice, index: int = 0) -> list[str]:
	return [one.item.name[-5:] for one in matched.lines[index].taken]


@pytest.mark.parametrize(
	("reference", "text", "gross", "expected"),
	[
		("ACC-SINV-2026-01431", "", "119.00", ["01431"]),
		("acc-sinv-2026-01431", "", None, ["01431"]),
		("ACC SINV 2026 01431", "", "119.00", ["01431"]),
		("", "Payment for ACC-SINV-2026-01431, thanks", "119.00", ["01431"]),
		("ch_3OqkLm2e0901", "Payment for ACC-SINV-2026-01431", "119.00", ["01431"]),
		("PO-7731", "", "119.00", ["01431"]),
		("4500012345", "", None, ["01432"]),
		("4500012399", "", "80.00", ["01434"]),
		("4500012399", "", "99.00", ["01433", "01434"]),
		("01431", "", "119.00", ["01431"]),
		("1431", "", "119.00", ["01431"]),
		("SINV-2026-1431", "", "119.00", ["01431"]),
		("#1431", "", "119.00", ["01431"]),
		("2026-00900", "", "33.00", ["00900"]),
		("01431 01432", "", "369.00", ["01431", "01432"]),
		("ACC-SINV-2026-01431/ACC-SINV-2026-01435", "", "100.00", ["01431", "01435"]),
		("ACC-SINV-2026-01435", "", "-19.00", ["01435"]),
		("ACC-SINV-2026-00007", "refund", "-19.00", ["01435"]),
	],
)
def test_a_line_names_its_items(reference: str, text: str, gross: str | None, expected: list[str]):
	matched = match(line(reference, gross, text=text))
	assert matched.lines[0].state is MATCHED, matched.lines[0].reason
	assert sorted(names(matched)) == expected


@pytest.mark.parametrize(
	("reference", "text", "gross", "reason"),
	[
		("ACC-SINV-2026-01431", "", "118.00", "119.00 is open, not 118.00"),
		("ACC-SINV-2026-01431", "", "120.00", "119.00 is open, not 120.00"),
		("ACC-SINV-2026-01431", "", "-119.00", "119.00 is open, not -119.00"),
		("4500012399", "", None, "2 open items may be meant"),
		("4500012399", "", "50.00", "2 open items may be meant"),
		("01431", "", None, "Only the end of the number agrees"),
		("901", "", "33.00", "only the end of the number does"),
		("", "season 1431", "118.00", "119.00 is open, not 118.00"),
		("ACC-SINV-2026-01431 ACC-SINV-2026-09999", "", "119.00", "more numbers in it"),
	],
)
def test_what_is_not_certain_is_a_question(reference: str, text: str, gross: str | None, reason: str):
	result = match(line(reference, gross, text=text)).lines[0]
	assert (result.state, result.taken) == (QUESTION, ())
	assert reason in str(result.reason)
	assert result.candidates


def test_what_is_not_found_names_the_likeliest():
	near = match(line("ACC-SINV-2026-01731", "119.00")).lines[0]
	assert near.state is NOT_FOUND
	assert near.candidates[0].name == "ACC-SINV-2026-01431"
	by_amount = match(line("XY", "33.00", date=date(2026, 1, 6))).lines[0]
	assert {one.name for one in by_amount.candidates} == {"ACC-SINV-2026-00900", "ACC-SINV-2026-00901"}
	assert match(line("XY", "1.00")).lines[0].candidates == ()


def test_a_known_number_and_one_that_is_not_known_may_come_to_nothing():
	"""00098 is too short to be known; it may be the credit note over the invoice that is named beside."""
	items = [item("INV-00111", "-49.90"), item("INV-00114", "19.00"), item("INV-00098", "-19.00")]
	said = line("", "-49.90", text="INV-114, 00098, INV-00111")
	matched = match_advice(Advice(format="test", lines=(said,)), items, currency="EUR")
	assert matched.lines[0].state is QUESTION
	alone = match_advice(Advice(format="test", lines=(said,)), items[:2], currency="EUR")
	assert names(alone) == ["00111"]


def test_a_number_that_comes_twice_is_settled_once():
	matched = match(line("ACC-SINV-2026-01431", "119.00"), line("01431", "119.00"))
	assert [one.state for one in matched.lines] == [MATCHED, QUESTION]
	assert "settled by line 1 already" in str(matched.lines[1].reason)
	assert [one.amount for one in matched.taken()] == [Decimal("119.00")]


def test_two_different_ends_of_numbers_that_mean_the_same_item_are_both_questions():
	matched = match(line("01431", "119.00"), line("#1431", "119.00"), line("2026-1431", "119.00"))
	assert {one.state for one in matched.lines} == {QUESTION}


def test_ends_of_numbers_without_amounts_are_taken_if_together_they_are_the_payment():
	lines = [line("01431"), line("1432")]
	assert match(*lines, amount="369.00").count(MATCHED) == 2
	assert match(*lines, amount="368.99").count(MATCHED) == 0
	assert match(*lines).count(MATCHED) == 0


@pytest.mark.parametrize(
	("lines", "amount"),
	[
		pytest.param([line("01431", "118.00"), line("1432", "251.00")], "369.00", id="amounts of their own"),
		pytest.param([line("01431"), line("1432"), line("99999")], "369.00", id="a number of nobody"),
		pytest.param([line("01431"), line("#1431")], "238.00", id="one item twice"),
		pytest.param([line("01431")], "119.00", id="one alone"),
	],
)
def test_the_payment_confirms_no_ends_of_numbers(lines: list[AdviceLine], amount: str):
	assert match(*lines, amount=amount).count(MATCHED) == 0


def test_another_currency_is_a_question():
	result = match(line("ACC-SINV-2026-01431", "119.00", currency="USD")).lines[0]
	assert (result.state, str(result.reason)) == (QUESTION, "The line is in USD, the payment in EUR.")
	assert match(line("ACC-SINV-2026-01431", "119.00", currency="EUR")).count(MATCHED) == 1
	fee = line("", "0", currency="USD", deductions=(AdviceDeduction("fee", Decimal("2.00")),))
	assert match(fee).lines[0].state is MatchState.NO_DOCUMENT


def test_fees_and_discounts_are_summed_up_and_the_payment_is_explained():
	lines = (
		line("ACC-SINV-2026-01431", "119.00", deductions=(AdviceDeduction("fee", Decimal("3.00")),)),
		line("ACC-SINV-2026-01432", "250.00", discount=Decimal("5.00")),
		line("ACC-SINV-2026-01435", "-19.00"),
		line("", "0", deductions=(AdviceDeduction("fee", Decimal("2.00")),)),
		line("nobody", "7.00", deductions=(AdviceDeduction("fee", Decimal("1.00")),)),
	)
	matched = match(*lines)
	assert [one.state for one in matched.lines] == [MATCHED] * 3 + [MatchState.NO_DOCUMENT, NOT_FOUND]
	assert sorted(matched.deductions()) == [("discount", Decimal("5.00")), ("fee", Decimal("5.00"))]
	assert matched.net() == Decimal("340.00")
	assert matched.lines[0].confidence is Confidence.NUMBER_AND_AMOUNT
