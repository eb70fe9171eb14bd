"""Early payment discounts: part of what an invoice is paid by, and of no other invoice."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from advanced_bank_reconciliation.engine.books import EarlyDiscount
from advanced_bank_reconciliation.engine.errors import SelectionRefused
from advanced_bank_reconciliation.engine.grouping import Grouping
from advanced_bank_reconciliation.engine.records import Deduction
from tests.engine.factories import (
	LINE,
	PURCHASE,
	SALES,
	allocate_from,
	make_item,
	make_line,
	money,
	read,
	row,
)

LOSS = "Discounts"


def discounted(name: str = "SI-1", doctype: str = SALES, **levels: str):
	"""An open item of 100.00: `of_50="2.00"` is a discount of 2.00 for who pays 50.00."""
	sign = 1 if doctype == SALES else -1
	discounts = tuple(
		EarlyDiscount(
			from_amount=money(level.removeprefix("of_")),
			deductions=(Deduction(account=LOSS, amount=sign * Decimal(amount), is_discount=True),),
		)
		for level, amount in levels.items()
	)
	return make_item(name, doctype=doctype, discounts=discounts)


def with_discount(discount: object, **values) -> dict:
	return {**row(**values), "discount": discount}


@pytest.mark.parametrize(("doctype", "net"), [(SALES, "97.00"), (PURCHASE, "-97.00")])
def test_the_bank_moves_less_and_the_invoice_is_paid_in_full(doctype: str, net: str):
	item = discounted(doctype=doctype, of_50="2.00", of_100="3.00")
	rows = [with_discount("3.00", doctype=doctype)]
	(one,) = allocate_from(make_line(net), read(rows), [item])
	assert (one.allocated_amount, one.cash_amount) == (money("100"), money(net))
	assert [abs(part.amount) for part in one.deductions] == [money("3")]


def test_a_fee_and_a_discount_on_one_payment():
	fee = {"account": "Fees", "amount": "1.00"}
	selection = read([with_discount("2.00"), row("SI-2", "40.00")], deductions=[fee])
	items = [discounted(of_100="2.00"), make_item("SI-2", "40.00")]
	by_name = {one.open_item.name: one for one in allocate_from(make_line("137"), selection, items)}
	assert [part.amount for part in by_name["SI-1"].deductions] == [money("2"), money("1")]
	assert by_name["SI-1"].cash_amount == money("97")
	assert by_name["SI-2"].deductions == ()


def test_an_invoice_with_a_discount_shares_no_payment():
	"""Else the discount would leak into the payment of the other invoices of its party."""
	rows = [row("SI-2", "40.00"), with_discount("2.00"), row("SI-3", "10.00")]
	selection = replace(read(rows), grouping=Grouping.PARTY)
	items = [make_item("SI-2", "40.00"), discounted(of_100="2.00"), make_item("SI-3", "10.00")]
	groups = {one.open_item.name: one.group for one in allocate_from(make_line(), selection, items)}
	assert groups["SI-2"] == groups["SI-3"] != groups["SI-1"]


@pytest.mark.parametrize(
	("amount", "discount", "said"),
	[
		("100.00", "2.00", "of 100.00 is 3.00, not 2.00"),
		("99.99", "3.00", "of 99.99 is 2.00, not 3.00"),
		("49.99", "2.00", "who pays at least 50.00"),
		("100.00", "-3.00", "is 3.00, not -3.00"),
		("100.00", "x", "x is not an amount"),
		("100.00", "0.001", "has more decimals"),
	],
)
def test_any_other_discount_is_refused(amount: str, discount: str, said: str):
	item = discounted(of_50="2.00", of_100="3.00")
	with pytest.raises(SelectionRefused) as refused:
		allocate_from(make_line(), read([with_discount(discount, amount=amount)]), [item])
	assert said in str(refused.value)


def test_an_invoice_without_a_discount():
	with pytest.raises(SelectionRefused, match="no early payment discount on the date"):
		allocate_from(make_line(), read([with_discount("2.00")]), [make_item()])


@pytest.mark.parametrize("none", [None, "", 0, "0", "0.00"])
def test_none_is_asked_for(none: object):
	selection = read([with_discount(none)])
	assert selection.fingerprint(LINE) == read([row()]).fingerprint(LINE)
	(one,) = allocate_from(make_line(), selection, [discounted(of_100="3.00")])
	assert (one.cash_amount, one.deductions) == (money("100"), ())


def test_another_discount_is_another_selection():
	one = read([with_discount("2.00")])
	other = replace(one, invoices=(replace(one.invoices[0], discount=money("3")),))
	assert len({one.fingerprint(LINE), other.fingerprint(LINE), read([row()]).fingerprint(LINE)}) == 3
