"""Nothing wrong gets through and nothing right is refused: the engine against an oracle."""

from __future__ import annotations

import json
from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from advanced_bank_reconciliation.engine.books import Allocation
from advanced_bank_reconciliation.engine.errors import SelectionRefused
from advanced_bank_reconciliation.engine.messages import MAX_SENTENCES
from tests.engine.deceptions import TAMPERINGS, cases, fitting_cases, tampered_cases
from tests.engine.factories import SALES, allocate_from, read
from tests.engine.oracle import Case, may_pass, read_cents


def allocate_case(case: Case, invoices: Any, vouchers: Any) -> list[Allocation] | SelectionRefused:
	try:
		return allocate_from(case.line, read(invoices, vouchers), case.items, case.vouchers)
	except SelectionRefused as refused:
		return refused


@pytest.mark.parametrize("tampering", TAMPERINGS)
@settings(max_examples=30)
@given(data=st.data())
def test_each_tampering_is_seen_if_it_matters(tampering: str, data: st.DataObject):
	"""One thing of a case that fits was tampered with; the oracle says whether it matters."""
	judge(data.draw(tampered_cases(tampering)))


@settings(max_examples=200)
@given(cases())
def test_what_passes_may_pass_and_what_is_refused_may_not(case: Case):
	"""Up to three things of a case that fits were tampered with."""
	judge(case)


def judge(case: Case) -> None:
	"""The engine must accept what the oracle does, and nothing else."""
	outcome = allocate_case(case, case.invoice_rows, case.voucher_rows)
	is_accepted = not isinstance(outcome, SelectionRefused)
	event("accepted" if is_accepted else "refused")
	assert is_accepted == may_pass(case), outcome
	if isinstance(outcome, SelectionRefused):
		assert outcome.problems
		assert all(problem.text() for problem in outcome.problems)
		assert len(str(outcome).splitlines()) <= MAX_SENTENCES + 1
	else:
		check(case, outcome)


def check(case: Case, allocations: list[Allocation]) -> None:
	"""Every row has its allocation with its very amount, and each voucher to be posted runs along."""
	asked = {row["name"]: Decimal(read_cents(row["allocated_amount"]) or 0) for row in case.invoice_rows}
	assert {one.open_item.name: one.allocated_amount * 100 for one in allocations} == asked
	groups = defaultdict(list)
	for one in allocations:
		assert one.cash_amount == one.allocated_amount * (1 if one.open_item.doctype == SALES else -1)
		groups[one.group].append(one)
	for members in groups.values():
		items = [one.open_item for one in members]
		assert len({(item.doctype, item.party_type, item.party, item.party_account) for item in items}) == 1
		assert sum(one.cash_amount for one in members) * case.direction > 0


@given(fitting_cases())
def test_a_case_that_fits_passes(case: Case):
	"""However its amounts are written; returns are netted, and the last cent of the line is used."""
	assert may_pass(case)
	assert not isinstance(allocate_case(case, case.invoice_rows, case.voucher_rows), SelectionRefused)


@given(cases())
def test_json_makes_no_difference(case: Case):
	"""What a browser sends as JSON is judged as the same rows in Python are."""
	outcome = allocate_case(case, case.invoice_rows, case.voucher_rows)
	texts = [json.dumps(rows, default=str) for rows in (case.invoice_rows, case.voucher_rows)]
	exact = [json.dumps(rows, default=float) for rows in (case.invoice_rows, case.voucher_rows)]
	for invoices, vouchers in (texts, exact):
		other = allocate_case(case, invoices, vouchers)
		if isinstance(outcome, SelectionRefused):
			assert isinstance(other, SelectionRefused)
		else:
			assert other == outcome


@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_rows_makes_no_difference(case: Case, random: Any):
	"""A table that is sorted otherwise is accepted or refused for the same reasons."""
	outcome = allocate_case(case, case.invoice_rows, case.voucher_rows)
	for rows in (case.invoice_rows, case.voucher_rows):
		random.shuffle(rows)
	other = allocate_case(case, case.invoice_rows, case.voucher_rows)
	if isinstance(outcome, SelectionRefused):
		assert isinstance(other, SelectionRefused)
		assert sorted(one.text() for one in other.problems) == sorted(one.text() for one in outcome.problems)
	else:
		assert not isinstance(other, SelectionRefused)
		assert sum(one.cash_amount for one in other) == sum(one.cash_amount for one in outcome)


@given(
	st.recursive(
		st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
		lambda inner: (
			st.lists(inner)
			| st.dictionaries(st.sampled_from(["doctype", "name", "allocated_amount", "x"]), inner)
		),
	)
)
def test_whatever_comes_in_is_read_or_refused(anything: Any):
	"""No input raises anything else."""
	selection = read(anything, anything)
	assert selection.problems or selection.invoices
