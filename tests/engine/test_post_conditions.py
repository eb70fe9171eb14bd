"""What must be true at the end of a step: whatever is not so is noticed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial

import pytest

from advanced_bank_reconciliation.engine import post_conditions
from advanced_bank_reconciliation.engine.deductions import DeductionKey
from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.errors import ItemsRefused, PostConditionFailed
from advanced_bank_reconciliation.engine.facts import ItemCounts, StatementFacts
from advanced_bank_reconciliation.engine.records import Deduction
from advanced_bank_reconciliation.engine.states import RunState
from tests.engine.factories import PAYMENT, SALES, make_run, make_run_item, money
from tests.engine.memory import facts_of, voucher_of

ITEM = make_run_item()
FACTS, VOUCHER = facts_of(ITEM), voucher_of(ITEM)
POSTED = {ITEM.key: VOUCHER}
OTHER = DocumentKey(PAYMENT, "SOMEBODY-ELSES")
SPECK = Decimal("0.000000001")
OPEN, PAID = {ITEM.reference: money(100)}, {ITEM.reference: money(0)}
BEFORE = StatementFacts(rows={OTHER: money(5)}, unallocated=money(100))
AFTER = StatementFacts(rows={OTHER: money(5), VOUCHER.key: money(100)}, unallocated=money(0))

UNDONE = replace(FACTS, docstatus=2, moved=money(0), settled={})
WRONG_FACTS = [
	replace(FACTS, docstatus=0),
	replace(FACTS, docstatus=2),
	replace(FACTS, is_balanced=False),
	replace(FACTS, moved=money("99.99")),
	replace(FACTS, key=OTHER),
]
WRONG_STATEMENTS = [
	replace(AFTER, unallocated=money("0.01")),
	replace(AFTER, rows={VOUCHER.key: money(100)}),
	replace(AFTER, rows={OTHER: money(5), VOUCHER.key: money("99.99")}),
	replace(AFTER, rows={**AFTER.rows, DocumentKey(PAYMENT, "X"): money(1)}),
	replace(AFTER, repeated=1),
	BEFORE,
]


def test_a_step_that_did_what_it_should():
	post_conditions.check_posted([ITEM], POSTED, [FACTS])
	post_conditions.check_paid([ITEM], OPEN, PAID)
	post_conditions.check_matched([VOUCHER], [FACTS], BEFORE, AFTER)
	post_conditions.check_booked([ITEM], POSTED, [FACTS])
	post_conditions.check_unmatched({VOUCHER.key}, [replace(FACTS, is_cleared=False)], AFTER, BEFORE)
	post_conditions.check_undone([FACTS], [UNDONE], PAID, OPEN)
	post_conditions.check_undone([FACTS], [], PAID, OPEN)


def test_what_does_not_stand_and_what_the_user_had_before_is_passed_over():
	"""A payment that was undone earlier, payments of other steps, and vouchers that are matched along."""
	earlier, along = replace(UNDONE, key=OTHER), replace(VOUCHER, name=OTHER.name, is_own=False)
	post_conditions.check_posted([ITEM], POSTED, [FACTS, earlier])
	post_conditions.check_matched([VOUCHER], [FACTS, earlier], BEFORE, AFTER)
	rows = {OTHER: money(105), VOUCHER.key: money(100)}
	after = replace(AFTER, rows=rows, unallocated=money(-100))
	post_conditions.check_matched([VOUCHER, along], [FACTS], BEFORE, after)
	post_conditions.check_undone([FACTS], [UNDONE, replace(FACTS, key=OTHER)], PAID, OPEN)


def test_deductions_that_add_up_to_nothing_are_not_booked():
	item = replace(ITEM, deductions=(FEE, replace(FEE, amount=-FEE.amount)))
	post_conditions.check_posted([item], POSTED, [FACTS])


@pytest.mark.parametrize(
	"facts",
	[
		*WRONG_FACTS,
		replace(FACTS, settled={ITEM.reference: money("99.99")}),
		replace(FACTS, unallocated=money("0.01")),
	],
)
def test_a_payment_that_is_not_what_was_posted(facts):
	with pytest.raises(PostConditionFailed):
		post_conditions.check_posted([ITEM], POSTED, [facts])


@pytest.mark.parametrize("settled", [{}, {DocumentKey(SALES, "ANOTHER"): money(100)}])
def test_a_payment_that_pays_something_else(settled):
	with pytest.raises(PostConditionFailed):
		post_conditions.check_posted([ITEM], POSTED, [replace(FACTS, settled=settled)])


IN_EUROS = replace(ITEM, exchange_rate=Decimal("1.1"), bank_exchange_rate=Decimal("1.3"))
FEE = Deduction(account="Fees", cost_center="Main", amount=money("2.50"))
VALUED = replace(FACTS, moved_in_company_currency=money(130), settled_in_company_currency=money(110))


def test_a_payment_in_other_currencies():
	"""Each part may be rounded, and what is deducted is booked in the company's currency."""
	check = partial(post_conditions.check_posted, [IN_EUROS], POSTED)
	check([VALUED])
	check([replace(VALUED, settled_in_company_currency=money("109.98"), references=2)])
	deducted = {DeductionKey("Fees", "Main"): money("3.25")}
	with_fee = replace(IN_EUROS, deductions=(FEE,))
	post_conditions.check_posted([with_fee], POSTED, [replace(VALUED, deducted=deducted)])
	post_conditions.check_posted([replace(ITEM, exchange_rate=0, bank_exchange_rate=0)], POSTED, [VALUED])


@pytest.mark.parametrize(
	"wrong",
	[
		{"moved_in_company_currency": money("130.02")},
		{"settled_in_company_currency": money("109.98")},
		{"settled_in_company_currency": money(130)},
		{"deducted": {DeductionKey("Fees", "Main"): money("0.01")}},
	],
)
def test_a_payment_at_a_wrong_rate(wrong: dict):
	with pytest.raises(PostConditionFailed):
		post_conditions.check_posted([IN_EUROS], POSTED, [replace(VALUED, **wrong)])


@pytest.mark.parametrize("side", ["moved_in_company_currency", "settled_in_company_currency"])
def test_in_the_companys_own_currency_not_a_cent_may_be_off(side: str):
	facts = replace(FACTS, moved_in_company_currency=money(100), settled_in_company_currency=money(100))
	post_conditions.check_posted([ITEM], POSTED, [facts])
	with pytest.raises(PostConditionFailed):
		post_conditions.check_posted([ITEM], POSTED, [replace(facts, **{side: money("100.01")})])


def test_an_item_without_a_payment_and_a_payment_without_an_item():
	with pytest.raises(PostConditionFailed):
		post_conditions.check_posted([ITEM], {}, [])
	with pytest.raises(PostConditionFailed):
		post_conditions.check_posted([ITEM], POSTED, [FACTS, replace(FACTS, key=OTHER)])
	with pytest.raises(PostConditionFailed):
		post_conditions.check_posted([ITEM], {ITEM.key: replace(VOUCHER, is_own=False)}, [FACTS])
	with pytest.raises(PostConditionFailed):
		post_conditions.check_matched([VOUCHER], [FACTS, replace(FACTS, key=OTHER)], BEFORE, AFTER)


@pytest.mark.parametrize(
	"facts",
	[
		[],
		[UNDONE],
		[replace(FACTS, settled={})],
		[replace(FACTS, settled={ITEM.reference: money("99.99")})],
		[replace(FACTS, unallocated=money("0.01"))],
	],
)
def test_a_payment_of_an_earlier_batch_that_pays_no_more(facts):
	post_conditions.check_still_paid([ITEM], [FACTS, UNDONE])
	with pytest.raises(PostConditionFailed, match=ITEM.document):
		post_conditions.check_still_paid([ITEM], facts)


def test_what_books_round_away_is_no_difference():
	"""An item that has more decimals than they round to, when it is paid and when it is given back."""
	fine, left = {ITEM.reference: Decimal("100.004000000")}, {ITEM.reference: Decimal("0.004000000")}
	post_conditions.check_paid([ITEM], fine, PAID)
	post_conditions.check_undone([FACTS], [UNDONE], left, OPEN)


@pytest.mark.parametrize(
	"after",
	[OPEN, {}, {ITEM.reference: money("0.01")}, {ITEM.reference: money(-100)}, {ITEM.reference: SPECK}],
)
def test_an_open_item_that_is_not_down_by_its_amount(after):
	"""The refusal names it."""
	with pytest.raises(ItemsRefused) as refused:
		post_conditions.check_paid([ITEM], OPEN, after)
	assert ITEM.document in str(refused.value)


@pytest.mark.parametrize("after", WRONG_STATEMENTS)
def test_a_bank_transaction_that_is_matched_otherwise(after):
	with pytest.raises(PostConditionFailed):
		post_conditions.check_matched([VOUCHER], [FACTS], BEFORE, after)


@pytest.mark.parametrize(
	"facts", [*WRONG_FACTS, replace(FACTS, is_cleared=False), replace(FACTS, misbooked=("Elsewhere",))]
)
def test_a_matched_payment_that_is_not_what_it_should_be(facts):
	with pytest.raises(PostConditionFailed):
		post_conditions.check_matched([VOUCHER], [facts], BEFORE, AFTER)


@pytest.mark.parametrize("after", [AFTER, replace(BEFORE, unallocated=money(1)), replace(BEFORE, rows={})])
def test_an_unmatching_that_takes_off_too_little_or_too_much(after):
	with pytest.raises(PostConditionFailed):
		post_conditions.check_unmatched({VOUCHER.key}, [], AFTER, after)


def test_a_payment_that_stays_cleared_when_it_is_unmatched():
	"""What is matched elsewhere is not this step's."""
	post_conditions.check_unmatched(
		{VOUCHER.key}, [replace(FACTS, key=DocumentKey(PAYMENT, "X"))], AFTER, BEFORE
	)
	with pytest.raises(PostConditionFailed):
		post_conditions.check_unmatched({VOUCHER.key}, [FACTS], AFTER, BEFORE)


@pytest.mark.parametrize(
	"facts", [replace(FACTS, moved=money(-100)), replace(FACTS, misbooked=("Elsewhere",))]
)
def test_a_payment_that_is_booked_elsewhere_or_the_other_way_round(facts):
	with pytest.raises(PostConditionFailed):
		post_conditions.check_booked([ITEM], POSTED, [facts])


@pytest.mark.parametrize(
	("remaining", "after"),
	[
		([FACTS], OPEN),
		([replace(FACTS, docstatus=0)], OPEN),
		([replace(UNDONE, moved=money(100))], OPEN),
		([replace(UNDONE, settled=FACTS.settled)], OPEN),
		([replace(UNDONE, deducted={DeductionKey("Fees", "Main"): money(1)})], OPEN),
		([replace(UNDONE, docstatus=1)], OPEN),
		([], PAID),
		([], {}),
		([], {**OPEN, OTHER: money(1)}),
		([], {ITEM.reference: 100 + SPECK}),
	],
)
def test_an_undo_that_undoes_something_else(remaining, after):
	with pytest.raises(PostConditionFailed):
		post_conditions.check_undone([FACTS], remaining, PAID, after)


@pytest.mark.parametrize(
	("posted", "counts"),
	[
		(0, ItemCounts()),
		(9, ItemCounts(posted=9, pending=1)),
		(10, ItemCounts(posted=9, failed=1)),
		(10, ItemCounts(posted=11)),
		(10, ItemCounts(posted=10, undone=1)),
		(9, ItemCounts(posted=10)),
	],
)
def test_completed_is_counted(posted, counts):
	with pytest.raises(PostConditionFailed):
		post_conditions.check_completed(make_run(RunState.MATCHING, posted=posted), counts)


def test_a_run_that_has_undone_something_is_not_complete():
	with pytest.raises(PostConditionFailed):
		run = make_run(RunState.MATCHING, posted=10, undone=1)
		post_conditions.check_completed(run, ItemCounts(posted=10))


def test_a_run_of_nothing_is_not_complete():
	with pytest.raises(PostConditionFailed):
		post_conditions.check_completed(make_run(RunState.MATCHING, total=0), ItemCounts())


@pytest.mark.parametrize(
	("run", "counts", "vouchers"),
	[
		({"posted": 2, "undone": 1}, ItemCounts(posted=1, undone=1, pending=8), []),
		({"posted": 2, "undone": 2}, ItemCounts(undone=1, pending=9), []),
		({"posted": 2, "undone": 2}, ItemCounts(undone=2, pending=8), [FACTS]),
		({"posted": 2, "undone": 2}, ItemCounts(undone=2, pending=8), [replace(FACTS, docstatus=0)]),
		({"posted": 2, "undone": 2, "matched": True}, ItemCounts(undone=2, pending=8), []),
	],
)
def test_rolled_back_is_counted(run, counts, vouchers):
	with pytest.raises(PostConditionFailed):
		post_conditions.check_rolled_back(make_run(RunState.ROLLING_BACK, **run), counts, vouchers)


def test_numbers_of_a_run_that_are_not_those_of_its_items():
	before, items = make_run(posted=2, undone=1), [ITEM, ITEM]
	posted, undone = replace(before, posted=4), replace(before, undone=3)
	post_conditions.check_checkpoint(before, posted, items, ItemCounts(posted=2))
	post_conditions.check_checkpoint(before, undone, items, ItemCounts(undone=2))
	for after, counts in (
		(before, ItemCounts(posted=2)),
		(posted, ItemCounts(posted=1, pending=1)),
		(posted, ItemCounts(posted=1)),
		(posted, ItemCounts(undone=2)),
		(replace(before, posted=5), ItemCounts(posted=2)),
		(undone, ItemCounts(undone=1, posted=1)),
	):
		with pytest.raises(PostConditionFailed):
			post_conditions.check_checkpoint(before, after, items, counts)
