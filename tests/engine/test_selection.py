"""Reading a selection: its form, its problems, and its fingerprint."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advanced_bank_reconciliation.engine.errors import SelectionRefused
from advanced_bank_reconciliation.engine.selection import RequestedAllocation, Selection, read_selection
from tests.engine.factories import (
	LINE,
	PAYMENT,
	PURCHASE,
	SALES,
	money,
	read,
	row,
	voucher_row,
)

amounts = st.integers(1, 10**10).map(lambda cents: Decimal(cents).scaleb(-2))
selections = st.dictionaries(
	st.tuples(st.sampled_from([SALES, PURCHASE]), st.text(min_size=1, max_size=8)), amounts, min_size=1
).map(lambda rows: [RequestedAllocation(*document, amount) for document, amount in rows.items()])


def test_list_and_json_read_the_same():
	"""A Python caller passes a list, a browser its JSON; numbers in JSON are not read as floats."""
	expected = Selection(
		(RequestedAllocation(SALES, "SI-1", money("110.29")),),
		(RequestedAllocation(PAYMENT, "PE-1", money(5)),),
	)
	assert read([row(amount=110.28999999999996)], [voucher_row(amount=5)]) == expected
	assert read(json.dumps([row(amount=110.28999999999996)]), json.dumps([voucher_row(amount=5)])) == expected
	assert read((row(amount="110.29"),), [voucher_row(amount="5.00")]) == expected


def test_names_of_the_dialog_are_accepted():
	"""The dialog calls its lists "Unpaid Sales Invoice" and "Unpaid Purchase Invoice"."""
	invoices = [row("A", doctype="Unpaid Sales Invoice"), row("B", doctype="Unpaid Purchase Invoice")]
	assert [one.document for one in read(invoices).invoices] == [(SALES, "A"), (PURCHASE, "B")]


@pytest.mark.parametrize("precision", [0, 2, 3])
def test_amounts_have_the_precision_of_the_currency(precision: int):
	"""Yen have no decimals, dinars three."""
	text = f"12.{'3' * precision}"
	(allocation,) = read([row(amount=text)], precision=precision).invoices
	assert allocation.amount == Decimal(text)
	assert -allocation.amount.as_tuple().exponent == precision


@pytest.mark.parametrize("nothing", [None, [], "[]", ()])
def test_nothing_selected_is_a_problem(nothing: object):
	"""Vouchers alone are matched elsewhere: at least one invoice is needed."""
	assert [one.text() for one in read(nothing).problems] == ["No invoice is selected. Select at least one."]
	assert read(nothing, [voucher_row()]).problems


@pytest.mark.parametrize(
	("malformed", "said"),
	[
		("", "not valid JSON"),
		("{", "not valid JSON"),
		("[" * 100_000, "not valid JSON"),
		('[{"allocated_amount": 1e99999999999999999999}]', "not valid JSON"),
		("{}", "must be a list"),
		("3", "must be a list"),
		({"doctype": SALES}, "must be a list"),
		(b"[]", "must be a list"),
		(["SI-1"], "SI-1 is not a row"),
		([None], "None is not a row"),
		([[SALES, "SI-1", 5]], "is not a row"),
		([{}], "?: doctype, name, allocated_amount is missing"),
		([{"doctype": SALES, "name": "SI-1"}], "SI-1: allocated_amount is missing"),
		([{"doctype": SALES, "allocated_amount": 5}], "Sales Invoice: name is missing"),
		([row(name="")], "name is missing"),
		([row(doctype=None)], "SI-1: doctype is missing"),
		([row(doctype="Journal Entry")], "SI-1: documents of type Journal Entry cannot"),
		([row(doctype="sales invoice")], "documents of type sales invoice cannot"),
		([row(doctype=[SALES])], "SI-1: documents of type ['Sales Invoice'] cannot"),
		([row(doctype={"a": 1})], "SI-1: documents of type"),
		([row(amount=0)], "Sales Invoice SI-1: the amount is zero"),
		([row(amount=0.004)], "SI-1: 0.004 has more decimals than the currency, which has 2"),
		([row(amount="0.005")], "SI-1: 0.005 has more decimals than the currency, which has 2"),
		([row(amount=1e-10)], "Sales Invoice SI-1: the amount is zero"),
		([row(amount="1_00")], "Sales Invoice SI-1: 1_00 is not an amount"),
		([row(amount="١٢")], "Sales Invoice SI-1: ١٢ is not an amount"),
		([row(amount="1e2")], "Sales Invoice SI-1: 1e2 is not an amount"),
		([row(name="\ud800", amount=0)], "Sales Invoice ?: the amount is zero"),
		([row(amount="-0")], "Sales Invoice SI-1: the amount is zero"),
		([row(amount="ten")], "Sales Invoice SI-1: ten is not an amount"),
		([row(amount=True)], "Sales Invoice SI-1: True is not an amount"),
		([row(amount=float("nan"))], "Sales Invoice SI-1: nan is not an amount"),
		('[{"doctype":"Sales Invoice","name":"SI-1","allocated_amount":Infinity}]', "inf is not an amount"),
		('[{"doctype":"Sales Invoice","name":"SI-1","allocated_amount":1e1000000}]', "is not an amount"),
		([row(), row(amount="1.00")], "Sales Invoice SI-1 is selected twice"),
		([row(), row(doctype="Unpaid Sales Invoice")], "Sales Invoice SI-1 is selected twice"),
	],
	ids=str,
)
def test_malformed_invoices_are_refused(malformed: object, said: str):
	"""Whatever is wrong with the form is said in one sentence, and nothing else is raised."""
	problems = read(malformed).problems
	assert len(problems) == 1
	assert said in problems[0].text()


@pytest.mark.parametrize(
	("vouchers", "said"),
	[
		("nonsense", "not valid JSON"),
		([voucher_row(doctype=SALES)], "PE-1: documents of type Sales Invoice cannot"),
		([voucher_row(doctype="Bank Transaction")], "documents of type Bank Transaction cannot"),
		([voucher_row(amount=0)], "Payment Entry PE-1: the amount is zero"),
		([voucher_row(), voucher_row()], "Payment Entry PE-1 is selected twice"),
		([{"payment_name": "PE-1", "amount": 5}], "PE-1: payment_doctype is missing"),
	],
	ids=str,
)
def test_malformed_vouchers_are_refused(vouchers: object, said: str):
	"""Vouchers that exist already are read as strictly as invoices."""
	problems = read([row()], vouchers).problems
	assert len(problems) == 1
	assert said in problems[0].text()


def test_a_document_selected_as_invoice_and_as_voucher_is_a_duplicate():
	"""A run holds each document once: the second row of it would be taken for another run's."""
	options = {"precision": 2, "voucher_doctypes": [PAYMENT, SALES]}
	problems = read_selection([row()], [voucher_row("SI-1", doctype=SALES)], **options).problems
	assert [problem.text() for problem in problems] == ["Sales Invoice SI-1 is selected twice."]


def test_all_problems_come_at_once_each_with_its_document():
	"""Five rows are wrong in five ways: the user reads five sentences, not the first of them."""
	invoices = [row("A", "x"), row("B", 0), row("C", doctype="Order"), {"name": "D"}, row("E"), row("E")]
	problems = read(invoices, [voucher_row("P", "y")]).problems
	assert {(problem.doctype, problem.name) for problem in problems} == {
		("", "D"),
		(SALES, "A"),
		(SALES, "B"),
		("Order", "C"),
		(PAYMENT, "P"),
		(SALES, "E"),
	}
	assert len(problems) == 6


def test_a_row_that_is_wrong_is_still_there_to_be_checked():
	"""What is wrong with its form is said; whether it exists at all is for the books to say."""
	selection = read([row("A", "x"), {"doctype": SALES, "name": "B"}, row("C", 0)], [voucher_row("P", "y")])
	assert len(selection.problems) == 4
	assert [one.document for one in selection.invoices] == [(SALES, "A"), (SALES, "B"), (SALES, "C")]
	assert [one.document for one in selection.vouchers] == [(PAYMENT, "P")]
	assert {one.amount for one in (*selection.invoices, *selection.vouchers)} == {0}


def test_a_message_shows_only_the_beginning_of_what_is_endless():
	"""A megabyte in one row, be it the row, its name, its type or its amount, is no megabyte of message."""
	for endless in ("x" * 10**6, 10**5000):
		for wrong in (endless, [endless], row(endless, 0), row(doctype=endless), row(amount=endless)):
			(problem,) = read([wrong]).problems
			assert len(problem.text()) < 500


def test_a_message_names_the_first_fifty_problems_and_counts_the_rest():
	"""20,000 bad rows are a message that can be read; the problems themselves are all there."""
	refused = SelectionRefused(read([row(f"SI-{number}", 0) for number in range(20_000)]).problems)
	sentences = str(refused).splitlines()
	assert len(refused.problems) == 20_000
	assert (len(sentences), sentences[-1]) == (51, "… and 19950 more.")
	assert sentences[49].startswith("Sales Invoice SI-49:")


def test_fifty_problems_are_all_named():
	sentences = str(SelectionRefused(read([row(f"SI-{number}", 0) for number in range(50)]).problems))
	assert "SI-49" in sentences
	assert "more" not in sentences


def test_values_of_a_row_are_never_taken_for_places_in_the_sentence():
	"""A name with braces is shown as it is."""
	assert "{0} {9}" in read([row("{0} {9}", "x")]).problems[0].text()


@given(selections, st.randoms(use_true_random=False))
def test_the_fingerprint_does_not_depend_on_the_order_of_rows(rows: list, random):
	"""A table that was sorted otherwise before the second click is the same selection."""
	shuffled = list(rows)
	random.shuffle(shuffled)
	assert Selection(tuple(rows)).fingerprint(LINE) == Selection(tuple(shuffled)).fingerprint(LINE)


@given(selections, st.data())
def test_the_fingerprint_changes_with_any_amount_and_any_row(rows: list, data):
	"""One cent more, one row less, or another Bank Transaction is another selection."""
	original = Selection(tuple(rows)).fingerprint(LINE)
	chosen = data.draw(st.integers(0, len(rows) - 1))
	one = rows[chosen]
	dearer = RequestedAllocation(one.doctype, one.name, one.amount + Decimal("0.01"))
	others = rows[:chosen] + rows[chosen + 1 :]
	variants = [
		Selection((*others, dearer)),
		Selection(tuple(others)),
		Selection(tuple(others), (one,)),
		Selection((*others, RequestedAllocation(one.doctype, one.name + "x", one.amount))),
	]
	assert original not in [variant.fingerprint(LINE) for variant in variants]
	assert original != Selection(tuple(rows)).fingerprint(LINE + "x")


def test_the_fingerprint_is_the_same_however_the_amount_was_written():
	"""A float, its text, and the exact number are one amount: a retried request finds its run."""
	written = [100, 100.0, "100", "100.00", "+100.000", Decimal("1e2"), 99.99999999999999]
	assert len({read([row(amount=amount)]).fingerprint(LINE) for amount in written}) == 1
