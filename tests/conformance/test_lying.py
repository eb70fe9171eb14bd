"""A run is believed only from the tables: adapters that lie are found out before anything is committed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from unittest.mock import patch

import pytest

from advanced_bank_reconciliation.engine import post_conditions
from advanced_bank_reconciliation.engine.requests import request_undo
from advanced_bank_reconciliation.engine.states import ENDED_STATES, RunState
from advanced_bank_reconciliation.tests.conformance_harness import Deposit, work
from advanced_bank_reconciliation.tests.conformance_judge import violations
from tests.conformance import lying
from tests.conformance.sandbox_harness import SandboxHarness

FORWARD = [
	{"ledger": lying.PaysTooLittle},
	{"ledger": lying.PostsNothing},
	{"ledger": lying.ForgetsToMark},
	{"ledger": lying.PaysForSomebodyElse},
	{"ledger": lying.TurnsRound},
	{"ledger": lying.MatchesAllButOne},
	{"ledger": lying.ForgetsToClear},
	{"ledger": lying.ReleasesAnEarlierInvoice},
	{"store": lying.ForgetsAnItem},
]
UNNOTICED = [
	{"ledger": one}
	for one in (
		lying.PaysTooLittle,
		lying.MatchesAllButOne,
		lying.ForgetsToClear,
		lying.ReleasesAnEarlierInvoice,
	)
]
BACKWARD = [
	{"ledger": one} for one in (lying.UndoesEveryOther, lying.UnmatchesEveryOther, lying.StaysCleared)
]
CHECKS = [name for name in vars(post_conditions) if name.startswith("check_")]


def name_of(adapters: dict[str, Callable]) -> str:
	return next(iter(adapters.values())).__name__


@pytest.mark.parametrize("grouping", ["Invoice", "Party"])
@pytest.mark.parametrize("adapters", FORWARD, ids=name_of)
def test_a_run_forward_is_undone(adapters: dict[str, Callable], grouping: str):
	with closing(SandboxHarness(**adapters)) as harness:
		assert state_after(harness, run_forward, grouping) is RunState.ROLLED_BACK


@pytest.mark.parametrize("adapters", BACKWARD, ids=name_of)
def test_an_undo_needs_attention(adapters: dict[str, Callable]):
	with closing(SandboxHarness(**adapters)) as harness:
		assert state_after(harness, run_backward) is RunState.ATTENTION


def test_a_cent_that_moves_between_two_invoices_of_a_payment_is_undone():
	"""The sum is right, and so is what the bank moved."""
	with closing(SandboxHarness(ledger=lying.ShiftsACent)) as harness:
		deposit = replace(harness.make_deposit(4), grouping="Party")
		before = harness.read_books(deposit)
		record = harness.read_run(run_forward(harness, deposit))
		assert record.state is RunState.ROLLED_BACK
		assert violations(before, harness.read_books(deposit), deposit, record) == []


@pytest.mark.parametrize("adapters", UNNOTICED, ids=name_of)
def test_without_post_conditions_the_lie_is_believed(adapters: dict[str, Callable]):
	"""The test of the test: nothing else finds these out, and the run ends with books that are wrong."""
	with closing(SandboxHarness(**adapters)) as harness, without_post_conditions():
		before = harness.read_books(deposit := harness.make_deposit(5))
		record = harness.read_run(run_forward(harness, deposit))
		assert record.state in ENDED_STATES
		assert violations(before, harness.read_books(deposit), deposit, record)


def test_a_fee_on_another_account_is_undone():
	with closing(SandboxHarness(ledger=lying.DeductsElsewhere)) as harness:
		deposit = harness.make_deposit_with_deductions()
		assert harness.read_run(run_forward(harness, deposit)).state is RunState.ROLLED_BACK
		assert harness.read_deducted(deposit) == {}


def test_a_fee_that_stays_after_the_undo_needs_attention():
	with closing(SandboxHarness(ledger=lying.KeepsWhatWasDeducted)) as harness:
		run = run_backward(harness, harness.make_deposit_with_deductions())
		assert harness.read_run(run).state is RunState.ATTENTION


@pytest.mark.parametrize("ledger", [lying.LeavesItToSomebodyElse, lying.AllocatesTheAdvance])
def test_an_advance_of_somebody_else_or_that_pays_is_undone(ledger: Callable):
	with closing(SandboxHarness(ledger=ledger)) as harness:
		deposit = harness.make_deposit_with_advance()
		assert harness.read_run(run_forward(harness, deposit)).state is RunState.ROLLED_BACK
		assert harness.read_books(deposit).advances == {}


def state_after(harness: SandboxHarness, run: Callable, grouping: str = "Invoice") -> RunState:
	deposit = replace(harness.make_deposit(5), grouping=grouping)
	return harness.read_run(run(harness, deposit)).state


def run_forward(harness: SandboxHarness, deposit: Deposit) -> str:
	name = harness.start(deposit)
	work(harness.ports(), name)
	return name


def run_backward(harness: SandboxHarness, deposit: Deposit) -> str:
	name = run_forward(harness, deposit)
	ports = harness.ports()
	request_undo(name, "accountant", ports.store, ports.queue)
	work(ports, name)
	return name


@contextmanager
def without_post_conditions() -> Iterator[None]:
	with ExitStack() as stack:
		for name in CHECKS:
			stack.enter_context(patch.object(post_conditions, name, lambda *arguments: None))
		yield
