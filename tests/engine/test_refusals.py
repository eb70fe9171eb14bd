"""What the books refuse: every problem of a selection, each with its document, all at once."""

from __future__ import annotations

from decimal import Decimal

import pytest

from advanced_bank_reconciliation.engine.errors import SelectionRefused
from advanced_bank_reconciliation.engine.messages import message
from advanced_bank_reconciliation.engine.selection import RequestedAllocation, Selection
from tests.engine.factories import (
	LINE,
	PAYMENT,
	PURCHASE,
	SALES,
	allocate_from,
	make_item,
	make_line,
	make_voucher,
	problems_of,
	read,
	row,
	select_all,
	voucher_row,
)

HELD = message("{0} is on hold.", "SI-1")


@pytest.mark.parametrize(
	("item", "amount", "said"),
	[
		(make_item("SI-2"), "100.00", "Sales Invoice SI-1 does not exist, or you may not read it."),
		(make_item(doctype=PURCHASE), "100.00", "Sales Invoice SI-1 does not exist, or you may not read it."),
		(make_item(company="Other"), "100.00", "Sales Invoice SI-1 belongs to Other, not to Company."),
		(make_item(docstatus=0), "100.00", "Sales Invoice SI-1 is a draft. Submit it first."),
		(make_item(docstatus=2), "100.00", "Sales Invoice SI-1 is cancelled."),
		(make_item(outstanding="0.00"), "100.00", "Sales Invoice SI-1 is already fully paid."),
		(make_item(), "-100.00", "Sales Invoice SI-1: -100.00 has the wrong sign, 100.00 is outstanding."),
		(make_item(outstanding="-9.00"), "9.00", "Sales Invoice SI-1: 9.00 has the wrong sign"),
		(make_item(), "100.01", "Sales Invoice SI-1: 100.01 is more than the 100.00 outstanding."),
		(make_item(outstanding="-9.00"), "-9.01", "Sales Invoice SI-1: -9.01 is more than the -9.00"),
		(make_item(obstacle=HELD), "100.00", "SI-1 is on hold."),
	],
	ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_item_that_cannot_be_paid_is_named(item, amount: str, said: str):
	"""The invoice is wrong by itself: one problem, that carries its document."""
	problems = problems_of(allocate_from, make_line(), read([row(amount=amount)]), [item])
	assert [(problem.doctype, problem.name) for problem in problems] == [(SALES, "SI-1")]
	assert problems[0].text().startswith(said)


@pytest.mark.parametrize(
	("line", "said"),
	[
		(make_line(docstatus=0), "is not submitted"),
		(make_line(docstatus=2), "is not submitted"),
		(make_line("0.00"), "has neither a deposit nor a withdrawal"),
		(make_line(unallocated="0.00"), "is already reconciled"),
		(make_line("-5.00", unallocated="0.00"), "is already reconciled"),
	],
	ids=["draft", "cancelled", "no amount", "reconciled", "reconciled withdrawal"],
)
def test_a_bank_transaction_that_cannot_be_settled_is_named(line, said: str):
	"""The Bank Transaction itself is the problem, not the invoices that were selected for it."""
	item = make_item(doctype=SALES if line.amount >= 0 else PURCHASE)
	selection = read([row(doctype=item.doctype)])
	(problem,) = problems_of(allocate_from, line, selection, [item])
	assert (problem.doctype, problem.name) == ("Bank Transaction", LINE)
	assert said in problem.text()


@pytest.mark.parametrize(
	("voucher", "line_amount", "amount", "said"),
	[
		(make_voucher("PE-2"), "1000.00", "100.00", "does not exist, or you may not read it"),
		(make_voucher(company="Other"), "1000.00", "100.00", "belongs to Other, not to Company"),
		(make_voucher(docstatus=0), "1000.00", "100.00", "is not submitted"),
		(make_voucher(docstatus=2), "1000.00", "100.00", "is not submitted"),
		(make_voucher(is_on_line=True), "1000.00", "1.00", f"is on Bank Transaction {LINE} already. Leave"),
		(make_voucher(moved="0.00"), "1000.00", "100.00", "moved no money on the bank account of Bank"),
		(make_voucher(matched="100.00"), "1000.00", "100.00", "has nothing left: Bank Transactions have all"),
		(make_voucher(matched="100.01"), "1000.00", "100.00", "has nothing left"),
		(make_voucher(moved="-9.00", matched="9.00"), "-1000.00", "9.00", "has nothing left"),
		(make_voucher(moved="-100.00"), "1000.00", "100.00", "took money out, but Bank Transaction"),
		(make_voucher(moved="-100.00"), "1000.00", "-100.00", "is a deposit. Match it to a withdrawal."),
		(make_voucher(moved="100.00"), "-1000.00", "100.00", "brought money in, but Bank Transaction"),
		(make_voucher(moved="9.00", matched="9.00"), "-1000.00", "9.00", "is a withdrawal. Match it to a"),
		(make_voucher(), "1000.00", "-100.00", "-100.00 has the wrong sign"),
		(make_voucher(moved="-100.00"), "-1000.00", "-100.00", "-100.00 has the wrong sign"),
		(make_voucher(), "1000.00", "100.01", "100.01 is more than the 100.00 not yet matched"),
		(make_voucher(moved="-50.00"), "-1000.00", "50.01", "50.01 is more than the 50.00 not yet"),
		(make_voucher(matched="60.00"), "1000.00", "40.01", "40.01 is more than the 40.00 not yet matched"),
	],
	ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_voucher_that_cannot_be_matched_is_named(voucher, line_amount: str, amount: str, said: str):
	"""Vouchers of before are checked as strictly as invoices, in the direction of the Bank Transaction."""
	line = make_line(line_amount)
	item = make_item(doctype=SALES if line.amount > 0 else PURCHASE)
	selection = read([row(doctype=item.doctype)], [voucher_row(amount=amount)])
	(problem,) = problems_of(allocate_from, line, selection, [item], [voucher])
	assert (problem.doctype, problem.name) == (PAYMENT, "PE-1")
	assert problem.text().startswith("Payment Entry PE-1")
	assert said in problem.text()


@pytest.mark.parametrize(("unallocated", "too_much"), [("199.99", "0.01"), ("50.00", "150.00")])
def test_a_total_beyond_the_bank_transaction_is_refused(unallocated: str, too_much: str):
	"""Each invoice is fine, their sum is not; one cent is enough, no tolerance hides it."""
	items = [make_item("A"), make_item("B")]
	selection = read([row("A"), row("B")])
	(problem,) = problems_of(allocate_from, make_line(unallocated=unallocated), selection, items)
	assert (problem.doctype, problem.name) == ("Bank Transaction", LINE)
	assert f"comes to 200.00, but only {unallocated}" in problem.text()
	assert f"{too_much} too much" in problem.text()


def test_a_voucher_does_not_carry_invoices_of_the_other_direction():
	"""A payment of 500 makes the total run along, yet the purchase invoice of 80 still runs against it."""
	item, voucher = make_item("PI-1", "80.00", doctype=PURCHASE), make_voucher(moved="500.00")
	selection = read([row("PI-1", "80.00", PURCHASE)], [voucher_row(amount="500.00")])
	(problem,) = problems_of(allocate_from, make_line(), selection, [item], [voucher])
	assert (problem.doctype, problem.name) == (PURCHASE, "PI-1")


def test_a_fee_journal_is_not_netted_with_a_payment():
	"""A payment of 100 less a fee of 2.50 arrives as 97.50; but no statement line takes a negative amount."""
	item, payment = make_item(outstanding="10.00"), make_voucher()
	fee = make_voucher("JE-1", "-2.50", doctype="Journal Entry")
	selection = Selection(
		read([row(amount="10.00")]).invoices,
		(
			RequestedAllocation(PAYMENT, "PE-1", Decimal(100)),
			RequestedAllocation("Journal Entry", "JE-1", Decimal("2.50")),
		),
	)
	(problem,) = problems_of(allocate_from, make_line("107.50"), selection, [item], [payment, fee])
	said = f"Journal Entry JE-1 took money out, but Bank Transaction {LINE} is a deposit. Match it to a"
	assert problem.text() == f"{said} withdrawal."


@pytest.mark.parametrize(("doctype", "line_amount"), [(SALES, "1000.00"), (PURCHASE, "-1000.00")])
def test_what_is_advised_against_the_direction_helps(doctype: str, line_amount: str):
	"""A credit or debit note is outweighed by invoices of the same party."""
	line, note = make_line(line_amount), make_item("A", "-80.00", doctype=doctype)
	problem = problems_of(allocate_from, line, select_all([note]), [note])[-1]
	assert "select it together with invoices of Party A" in problem.text()
	invoice = make_item("B", "100.00", doctype=doctype)
	assert not problems_of(allocate_from, line, select_all([note, invoice]), [note, invoice])


@pytest.mark.parametrize(("doctype", "line_amount"), [(PURCHASE, "1000.00"), (SALES, "-1000.00")])
def test_an_invoice_against_the_direction_is_outweighed_by_nothing(doctype: str, line_amount: str):
	"""ERPNext cannot post it, so that no selection of notes is advised."""
	line = make_line(line_amount)
	items = [make_item("A", "80.00", doctype=doctype), make_item("B", "-100.00", doctype=doctype)]
	for selected in (items[:1], items):
		problem = problems_of(allocate_from, line, select_all(selected), items)[-1]
		assert problem.name == "A"
		assert "settle it with notes of Party A by Payment Reconciliation" in problem.text()


def test_problems_of_form_and_of_the_books_come_at_once():
	"""A draft, an invoice of amount zero that does not exist, and a draft without an amount: all is said."""
	items = [make_item("draft", docstatus=0), make_item("bare", docstatus=0)]
	selection = read([row("draft"), row("unknown", 0), {"doctype": SALES, "name": "bare"}])
	problems = problems_of(allocate_from, make_line(docstatus=2), selection, items)
	assert sorted((problem.name, problem.text().split(": ")[-1]) for problem in problems) == [
		("BANK-LINE-1", "Bank Transaction BANK-LINE-1 is not submitted. Select a submitted one."),
		("bare", "Sales Invoice bare is a draft. Submit it first."),
		("bare", "allocated_amount is missing."),
		("draft", "Sales Invoice draft is a draft. Submit it first."),
		("unknown", "Sales Invoice unknown does not exist, or you may not read it."),
		("unknown", "the amount is zero."),
	]


def test_a_selection_with_any_problem_of_form_is_refused():
	"""All that could be read of it fits; it is not what somebody meant to select."""
	item = make_item()
	selection = read([row(), row("SI-2", "x"), "no row"])
	assert problems_of(allocate_from, make_line(), selection, [item, make_item("SI-2")]) == selection.problems


def test_a_credit_note_is_not_blamed_for_an_invoice_that_is_refused():
	"""The invoice would carry it, once its amount is mended."""
	items = [make_item("A"), make_item("C", "-80.00")]
	selection = read([row("A", "100.01"), row("C", "-80.00")])
	(problem,) = problems_of(allocate_from, make_line(), selection, items)
	assert problem.name == "A"


def test_a_selection_that_comes_to_nothing_is_called_that():
	"""An invoice and a credit note of the same amount: nothing would be paid, in no direction."""
	items = [make_item("A", "80.00"), make_item("B", "-80.00")]
	problems = problems_of(allocate_from, make_line(), read([row("A", 80), row("B", -80)]), items)
	assert problems[0].text().startswith("The selection comes to nothing")
	assert (problems[1].doctype, problems[1].name) == (SALES, "B")


def test_all_problems_come_at_once_each_with_its_document():
	"""The Bank Transaction, four invoices and a voucher are wrong: six sentences in one error."""
	items = [
		make_item("A", company="Other"),
		make_item("B", docstatus=2),
		make_item("C", "10.00"),
		make_item("F", "-5.00", party="Party B"),
		make_item("good"),
	]
	selection = read(
		[row("A"), row("B"), row("C"), row("D"), row("F", "-5.00"), row("good")], [voucher_row("P")]
	)
	with pytest.raises(SelectionRefused) as refused:
		allocate_from(make_line(unallocated="0.00"), selection, items)
	named = [(problem.doctype, problem.name) for problem in refused.value.problems]
	invoices = [(SALES, name) for name in "ABCD"]
	assert named == [("Bank Transaction", LINE), *invoices, (PAYMENT, "P"), (SALES, "F")]
	assert str(refused.value).count("\n") == len(named) - 1


def test_the_reason_of_a_problem_is_translated_by_whoever_shows_it():
	"""The sentence is translated, the names in it are not."""
	(problem,) = problems_of(allocate_from, make_line(), read([row()]), [make_item(docstatus=2)])
	assert problem.text(lambda text: text.replace("is cancelled", "ist storniert")) == (
		"Sales Invoice SI-1 ist storniert."
	)
