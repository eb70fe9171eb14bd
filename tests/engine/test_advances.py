"""Advances: what the Bank Transaction is more than its invoices, to the cent, or one message."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given

from advanced_bank_reconciliation.engine import post_conditions
from advanced_bank_reconciliation.engine.advance_rows import RequestedAdvance, read_advance
from advanced_bank_reconciliation.engine.allocation import allocate
from advanced_bank_reconciliation.engine.books import Allocation, OpenItem, PartyAccount, StatementLine
from advanced_bank_reconciliation.engine.errors import PostConditionFailed, Problem
from advanced_bank_reconciliation.engine.exchange import ExchangeRates
from advanced_bank_reconciliation.engine.messages import Message
from advanced_bank_reconciliation.engine.records import Deduction
from tests.engine.factories import (
	PURCHASE,
	SALES,
	make_item,
	make_line,
	make_run_item,
	make_voucher,
	money,
	problems_of,
	read,
	row,
	select_all,
)
from tests.engine.memory import facts_of, voucher_of
from tests.engine.strategies import directions, in_cents, sizes_in_cents

CUSTOMER = RequestedAdvance(party_type="Customer", party="Party A")
DEBTORS = PartyAccount(party_type="Customer", party="Party A", account="Debtors", currency="EUR")


def leave(
	line: StatementLine,
	items: list[OpenItem],
	advance: RequestedAdvance = CUSTOMER,
	account: PartyAccount | None = DEBTORS,
	rates: ExchangeRates | None = None,
	deductions: tuple[Deduction, ...] = (),
) -> list[Allocation]:
	selection = replace(select_all(items), advance=advance, deductions=deductions)
	return allocate(line, selection, {item.document: item for item in items}, {}, rates, account)


def texts(line: StatementLine, items: list[OpenItem], **options: object) -> list[str]:
	return [one.text() for one in problems_of(leave, line, items, **options)]


@given(sign=directions, invoiced=sizes_in_cents, left_over=sizes_in_cents)
def test_the_rest_is_left_to_the_cent(sign: int, invoiced: int, left_over: int):
	"""In the direction of the Bank Transaction, in a group of its own, behind all others."""
	size, rest = in_cents(invoiced), in_cents(left_over)
	party_type, doctype = ("Customer", SALES) if sign > 0 else ("Supplier", PURCHASE)
	items = [make_item("A", size, doctype=doctype)]
	line = make_line(sign * (size + rest))
	advance = replace(CUSTOMER, party_type=party_type, amount=rest)
	(invoice, left) = leave(line, items, advance, replace(DEBTORS, party_type=party_type))
	assert (left.is_advance, left.open_item.document) == (True, (party_type, "Party A"))
	assert (left.cash_amount, left.allocated_amount) == (sign * rest, rest)
	assert (invoice.is_advance, left.group) == (False, invoice.group + 1)
	assert invoice.cash_amount + left.cash_amount == line.amount


def test_what_is_deducted_is_no_advance():
	"""100.00 less 2.50, and 12.50 more: 110.00. The fee is not taken off the advance."""
	fee = (Deduction(account="Bank Charges", amount=money("2.50")),)
	invoice, left = leave(make_line("110.00"), [make_item()], deductions=fee)
	assert (invoice.cash_amount, left.cash_amount, left.deductions) == (money("97.50"), money("12.50"), ())


def test_what_is_matched_along_is_no_advance():
	"""100.00 and a voucher of 5.00, and 7.50 more: 112.50."""
	items, along = [make_item()], make_voucher(moved="5.00")
	selection = replace(select_all(items, [along]), advance=CUSTOMER)
	books = ({items[0].document: items[0]}, {along.document: along})
	_invoice, left = allocate(make_line("112.50"), selection, *books, None, DEBTORS)
	assert left.cash_amount == money("7.50")


@pytest.mark.parametrize("amount", ["12.49", "12.51"])
def test_another_amount_than_the_rest_is_refused(amount: str):
	(text,) = texts(make_line("112.50"), [make_item()], advance=replace(CUSTOMER, amount=Decimal(amount)))
	assert f"{amount} was asked for, but the selection leaves 12.50" in text


def test_what_there_is_against_it():
	line, items = make_line("112.50"), [make_item()]
	(text,) = texts(make_line("100.00"), items)
	assert "takes all of Bank Transaction" in text
	(text,) = texts(line, items, account=None)
	assert text == "Customer Party A does not exist, or you may not read it."
	(text,) = texts(line, items, account=replace(DEBTORS, obstacle=Message("Frozen.")))
	assert text == "Frozen."
	(text,) = texts(line, items, advance=replace(CUSTOMER, party_type="Supplier"))
	assert "Choose another party." in text


def test_another_currency():
	"""12.50 euros at 1.08 dollars are 13.50 dollars. An entered rate for its currency alone is no slip."""
	dollars = replace(DEBTORS, currency="USD")
	rates = ExchangeRates(company_currency="EUR", given={"USD": Decimal("0.925926")})
	(_invoice, left) = leave(make_line("112.50"), [make_item()], account=dollars, rates=rates)
	assert (left.cash_amount, left.allocated_amount) == (money("12.50"), money("13.50"))
	(problem,) = problems_of(
		leave, make_line("112.50"), [make_item()], CUSTOMER, dollars, ExchangeRates(company_currency="EUR")
	)
	assert "There is no exchange rate from USD to EUR" in problem.text()


def test_dimensions_are_read_in_whatever_order_without_those_that_are_empty():
	problems: list[Problem] = []
	asked = {"party_type": "Customer", "party": "A", "dimensions": {"region": "W", "branch": "N", "team": ""}}
	advance = read_advance(asked, 2, problems)
	assert advance and advance.dimensions == (("branch", "N"), ("region", "W")) and not problems
	assert read_advance({**asked, "dimensions": ["N"]}, 2, problems) is None
	assert "dimensions must be names by the fields" in problems[0].text()


def test_the_fingerprint_knows_it():
	"""Another party, another amount or none at all is another request."""
	selection = read([row()])
	advances = [None, CUSTOMER, replace(CUSTOMER, party="B"), replace(CUSTOMER, amount=money(1))]
	advances += [replace(CUSTOMER, mode_of_payment="Wire"), replace(CUSTOMER, dimensions=(("branch", "N"),))]
	prints = {replace(selection, advance=one).fingerprint("BT") for one in advances}
	assert len(prints) == len(advances)


class TestPostConditions:
	"""The tables must say that the payment pays nothing, and leaves exactly the amount."""

	item = make_run_item(
		doctype="Customer",
		document="Party A",
		allocated_amount=money("12.50"),
		cash_amount=money("12.50"),
		is_advance=True,
	)
	voucher = voucher_of(item)
	facts = replace(facts_of(item), settled={}, unallocated=money("12.50"))

	def test_a_step_that_did_what_it_should(self):
		post_conditions.check_posted([self.item], {self.item.key: self.voucher}, [self.facts])
		post_conditions.check_still_paid([self.item], [self.facts])
		undone = replace(self.facts, docstatus=2, moved=money(0), unallocated=money(0))
		post_conditions.check_undone([self.facts], [undone], {}, {})

	@pytest.mark.parametrize(
		"wrong",
		[
			{"unallocated": money(0)},
			{"unallocated": money("12.49")},
			{"settled": {make_run_item().reference: money("12.50")}, "unallocated": money(0)},
		],
	)
	def test_what_is_not_left_is_noticed(self, wrong: dict):
		facts = replace(self.facts, **wrong)
		with pytest.raises(PostConditionFailed):
			post_conditions.check_posted([self.item], {self.item.key: self.voucher}, [facts])
		with pytest.raises(PostConditionFailed):
			post_conditions.check_still_paid([self.item], [facts])

	def test_what_stays_after_the_undo_is_noticed(self):
		left = replace(self.facts, docstatus=2, moved=money(0))
		with pytest.raises(PostConditionFailed):
			post_conditions.check_undone([self.facts], [left], {}, {})
