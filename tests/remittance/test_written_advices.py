"""The advices that the tests on a bench write are read as what they were written from."""

from __future__ import annotations

from decimal import Decimal

import pytest

from advanced_bank_reconciliation.remittance.matching import MatchState, match_advice
from advanced_bank_reconciliation.remittance.payable_items import PayableItem
from advanced_bank_reconciliation.remittance.reading import read_advice
from advanced_bank_reconciliation.remittance.tables import Options
from tests.remittance.written_advices import CURRENCY, WITHOUT_FEES, WRITERS, Row


@pytest.mark.parametrize("name", WRITERS)
def test_what_is_written_is_read_to_the_cent(name: str):
	fee = Decimal(0) if name in WITHOUT_FEES else Decimal("0.35")
	amounts = [(Decimal("1119.00"), fee), (Decimal("50.10"), fee), (Decimal("-10.00"), Decimal(0))]
	rows = [
		Row(f"SINV-0000{number}", gross, kept, gross - kept) for number, (gross, kept) in enumerate(amounts)
	]
	read = read_advice(WRITERS[name](rows), Options(incoming=True))
	lines = [line for line in read.lines if line.gross]
	assert [(line.gross, line.net) for line in lines] == [(row.gross, row.net) for row in rows]
	assert all(row.name in f"{line.reference} {line.text}" for row, line in zip(rows, lines, strict=True))


@pytest.mark.parametrize("name", WRITERS)
def test_of_150_lines_two_are_questions(name: str):
	"""Fees, two refunds, a number that nobody has, and one that comes twice, as in the tests on a bench."""
	rows = payout(Decimal(0) if name in WITHOUT_FEES else Decimal("0.35"))
	items = [PayableItem(doctype="Sales Invoice", name=row.name, amount=row.gross) for row in rows]
	stranger = Row("NOBODY-77777", Decimal("12.34"), rows[0].fee, Decimal("12.34") - rows[0].fee)
	written = [*rows[:70], stranger, rows[0], *rows[70:]]
	read = read_advice(WRITERS[name](written), Options(incoming=True))
	deposit = sum(row.net for row in rows)
	matched = match_advice(read, items, currency=CURRENCY, amount=deposit)
	states = [
		matched.count(state) for state in (MatchState.MATCHED, MatchState.QUESTION, MatchState.NOT_FOUND)
	]
	assert states == [148, 1, 1]
	assert {one.item.name: one.amount for one in matched.taken()} == {row.name: row.gross for row in rows}
	assert sum(one.amount for one in matched.deductions()) == sum(row.fee for row in rows)
	assert matched.net() == deposit


def payout(fee: Decimal) -> list[Row]:
	"""146 invoices less a fee each, and two refunds without one."""
	amounts = [Decimal(1000 + 7 * number).scaleb(-1) for number in range(146)]
	invoices = [Row(f"ACC-SINV-2026-{n:05}", gross, fee, gross - fee) for n, gross in enumerate(amounts)]
	refunds = [
		Row(f"ACC-SINV-2026-9000{n}", -gross, Decimal(0), -gross)
		for n, gross in enumerate((Decimal("10.00"), Decimal("20.00")))
	]
	return invoices + refunds
