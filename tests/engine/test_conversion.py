"""Allocations in other currencies than the bank account's: what they come to at the bank, exactly."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advanced_bank_reconciliation.engine.allocation import allocate
from advanced_bank_reconciliation.engine.books import Allocation, OpenItem, StatementLine
from advanced_bank_reconciliation.engine.conversion import in_bank_currency
from advanced_bank_reconciliation.engine.exchange import ExchangeRates, RateSource, read_exchange_rates
from advanced_bank_reconciliation.engine.records import Deduction
from advanced_bank_reconciliation.engine.selection import read_selection
from tests.engine.factories import PURCHASE, SALES, make_item, make_line, money, problems_of, row, select_all
from tests.engine.strategies import in_cents, sizes_in_cents

rates = st.decimals("0.000001", "100000", places=9)
precisions = st.sampled_from([0, 2, 3])


def allocate_at(
	line: StatementLine, items: list[OpenItem], given: dict | None = None, dated: dict | None = None
) -> list[Allocation]:
	"""All of `items`, at rates to the company's currency, US dollars."""
	known = {
		key: {code: Decimal(rate) for code, rate in (of or {}).items()}
		for key, of in (("given", given), ("dated", dated))
	}
	books = {item.document: item for item in items}
	return allocate(line, select_all(items), books, {}, ExchangeRates(company_currency="USD", **known))


@pytest.mark.parametrize(
	("line_currency", "item_currency", "line_amount", "rates_of", "cash"),
	[
		("USD", "EUR", "108.00", {"EUR": "1.08"}, "108.00"),
		("EUR", "USD", "92.59", {"EUR": "1.08"}, "92.59"),
		("EUR", "EUR", "100.00", {"EUR": "1.08"}, "100.00"),
		("GBP", "EUR", "86.40", {"EUR": "1.08", "GBP": "1.25"}, "86.40"),
	],
	ids=["foreign invoice", "foreign bank account", "both in one foreign currency", "two foreign currencies"],
)
def test_every_pair_of_currencies(line_currency, item_currency, line_amount, rates_of, cash):
	"""A hundred of the invoice's currency, by the rates of both to the company's dollars."""
	item = make_item(currency=item_currency)
	(one,) = allocate_at(make_line(line_amount, currency=line_currency), [item], dated=rates_of)
	assert (one.allocated_amount, one.cash_amount) == (money(100), money(cash))
	assert one.exchange_rate == Decimal(rates_of.get(item_currency, 1))
	assert one.bank_exchange_rate == Decimal(rates_of.get(line_currency, 1))
	assert one.rate_source == RateSource.DATED.value


def test_a_purchase_takes_out_what_it_is_worth():
	item = make_item(currency="EUR", doctype=PURCHASE)
	(one,) = allocate_at(make_line("-108.00", currency="USD"), [item], given={"EUR": "1.08"})
	assert (one.cash_amount, one.rate_source) == (money(-108), RateSource.GIVEN.value)


@pytest.mark.parametrize(("precision", "cash"), [(0, "3"), (2, "3.33"), (3, "3.333")])
def test_the_bank_accounts_currency_says_how_many_decimals(precision: int, cash: str):
	"""Yen have none, dinars of Kuwait have three."""
	line = make_line("1000", currency="XXX", precision=precision)
	(one,) = allocate_at(line, [make_item(outstanding="1.00", currency="USD")], given={"XXX": "0.3"})
	assert one.cash_amount == Decimal(cash)
	assert one.cash_amount.as_tuple().exponent == -precision


def test_an_entered_rate_goes_before_that_of_the_date_and_that_before_the_invoices():
	item = make_item(currency="EUR", invoice_currency="EUR", invoice_rate=Decimal("1.03"))
	line = make_line("1000.00", currency="USD")
	for given_rates, dated, cash, source in (
		({"EUR": "1.01"}, {"EUR": "1.02"}, 101, RateSource.GIVEN),
		({}, {"EUR": "1.02"}, 102, RateSource.DATED),
		({}, {}, 103, RateSource.INVOICE),
	):
		(one,) = allocate_at(line, [item], given_rates, dated)
		assert (one.cash_amount, one.rate_source) == (money(cash), source.value)


def test_one_payment_has_one_rate():
	"""A credit note that is netted goes by the rate of the invoice that carries it."""
	items = [
		make_item(name, amount, currency="EUR", invoice_currency="EUR", invoice_rate=Decimal(rate))
		for name, amount, rate in (("A", "100.00", "1.10"), ("B", "-40.00", "1.20"), ("C", "10.00", "1.30"))
	]
	allocations = allocate_at(make_line("79.00", currency="USD"), items)
	found = {one.open_item.name: (one.cash_amount, one.exchange_rate) for one in allocations}
	assert found == {
		"A": (money(110), Decimal("1.10")),
		"B": (money(-44), Decimal("1.10")),
		"C": (money(13), Decimal("1.30")),
	}


@pytest.mark.parametrize(
	("item", "given_rates", "named", "said"),
	[
		({"currency": "EUR"}, {}, "EUR", "There is no exchange rate from EUR to USD"),
		({"currency": "EUR"}, {"EUR": "1", "GBP": "2"}, "GBP", "No exchange rate of GBP is needed"),
		({"currency": "EUR"}, {"EUR": "1", "USD": "2"}, "USD", "USD is the currency of the company"),
		({"currency": "EUR"}, {"EUR": "0.00001"}, "SI-1", "SI-1: 100.00 EUR come to nothing in USD."),
	],
)
def test_what_cannot_be_converted_is_named(item: dict, given_rates: dict, named: str, said: str):
	line = make_line("100.00", currency="USD")
	(problem,) = problems_of(allocate_at, line, [make_item(**item)], given_rates)
	assert (problem.name, said in problem.text()) == (named, True)


def test_a_fee_is_in_the_bank_accounts_currency():
	"""100 euros are 108 dollars: less 2.50 dollars 105.50 arrive."""
	item, line = make_item(currency="EUR"), make_line("105.50", currency="USD")
	fee = Deduction(account="Fees", amount=money("2.50"))
	selection = replace(select_all([item]), deductions=(fee,))
	at = ExchangeRates(company_currency="USD", given={"EUR": Decimal("1.08")})
	(one,) = allocate(line, selection, {item.document: item}, {}, at)
	assert (one.allocated_amount, one.cash_amount, one.deductions) == (money(100), money("105.50"), (fee,))


def test_too_much_is_told_in_the_bank_accounts_currency():
	line = make_line("100.00", currency="USD")
	(problem,) = problems_of(allocate_at, line, [make_item(currency="EUR")], {"EUR": "1.08"})
	assert "comes to 108.00, but only 100.00" in problem.text()


@given(st.lists(sizes_in_cents, min_size=1, max_size=30), rates, rates, precisions)
def test_the_parts_are_the_converted_total(
	sizes: list[int], rate: Decimal, bank_rate: Decimal, precision: int
):
	"""By exact fractions: the sum is the total rounded once, and no part is off by more than 1.5 units."""
	amounts = [in_cents(size) for size in sizes]
	parts = in_bank_currency(amounts, rate, bank_rate, precision)
	factor = Fraction(rate) / Fraction(bank_rate)
	unit = Fraction(1, 10**precision)
	exact = [Fraction(amount) * factor for amount in amounts]
	assert abs(sum(map(Fraction, parts)) - sum(exact)) <= unit / 2
	for part, wanted in zip(parts, exact, strict=True):
		assert abs(Fraction(part) - wanted) <= unit * Fraction(3, 2)
		assert part.as_tuple().exponent == -precision


@given(st.lists(sizes_in_cents, min_size=1, max_size=30), rates, st.sampled_from([SALES, PURCHASE]))
def test_the_rate_that_a_deposit_implies_meets_it_exactly(sizes: list[int], rate: Decimal, doctype: str):
	"""Whatever the bank paid for a list of invoices: by its own rate nothing is left over."""
	items = [
		make_item(f"I-{number}", in_cents(size), doctype=doctype, currency="EUR")
		for number, size in enumerate(sizes)
	]
	paid = round(Fraction(sum(sizes)) * Fraction(rate) * (1 if doctype == SALES else -1))
	line = make_line(in_cents(paid), currency="USD")
	implied = Decimal(abs(paid)) / Decimal(sum(sizes))
	try_it = [line, items, {"EUR": f"{implied:f}"}]
	if abs(paid) < 2 * len(items) or problems_of(allocate_at, *try_it):
		return
	assert sum(one.cash_amount for one in allocate_at(*try_it)) == in_cents(paid)


@pytest.mark.parametrize(
	("value", "pairs"),
	[
		(None, ()),
		("", ()),
		("{}", ()),
		('{"EUR": 1.08}', (("EUR", Decimal("1.08")),)),
		({"KWD": "3.25", "EUR": 1.08}, (("EUR", Decimal("1.08")), ("KWD", Decimal("3.25")))),
	],
)
def test_rates_are_read(value: object, pairs: tuple):
	assert read_exchange_rates(value) == (pairs, [])


@pytest.mark.parametrize(
	"value",
	["[]", "{", "1", {"EUR": 0}, {"EUR": -1}, {"EUR": "1,08"}, {"EUR": "1e3"}, {"EUR": None}, {"EUR": True}],
)
def test_what_is_no_rate_is_refused(value: object):
	pairs, problems = read_exchange_rates(value)
	assert (pairs, len(problems)) == ((), 1)


def test_other_rates_are_another_selection():

	def fingerprint(exchange_rates: object) -> str:
		options = {"precision": 2, "voucher_doctypes": [], "exchange_rates": exchange_rates}
		return read_selection([row()], None, **options).fingerprint("BANK-LINE-1")

	prints = [fingerprint(one) for one in (None, {"EUR": 1.08}, {"EUR": "1.080"}, {"EUR": 1.09})]
	assert prints[1] == prints[2]
	assert len(set(prints)) == 3
