"""How a deposit and a voucher are shared between several runs, in the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from advanced_bank_reconciliation.engine.errors import SelectionRefused
from advanced_bank_reconciliation.engine.states import RunState
from advanced_bank_reconciliation.tests.conformance_harness import Deposit, work
from advanced_bank_reconciliation.tests.conformance_judge import violations
from tests.conformance.sandbox_harness import SandboxHarness


@pytest.fixture
def harness() -> Iterator[SandboxHarness]:
	harness = SandboxHarness()
	yield harness
	harness.close()


def complete(harness: SandboxHarness, deposit: Deposit) -> None:
	assert work(harness.ports(), harness.start(deposit)).state is RunState.COMPLETED


def with_voucher(deposit: Deposit, voucher: dict, amount: str) -> Deposit:
	return replace(deposit, vouchers=[{**voucher, "amount": amount}])


def roomy_deposit(harness: SandboxHarness) -> Deposit:
	"""One invoice, and 75.00 more than it: room for part of somebody's voucher."""
	deposit = harness.make_deposit(1, voucher=75)
	return replace(deposit, vouchers=[])


def test_a_voucher_split_over_two_deposits(harness: SandboxHarness) -> None:
	"""It is cleared only when all of it is matched: 30.00 on one deposit, then the 45.00 left on another."""
	whole = harness.make_deposit(1, voucher=75)
	(voucher,), name = whole.vouchers, whole.voucher_names[0]
	complete(harness, with_voucher(roomy_deposit(harness), voucher, "30.00"))
	assert harness.read_books(whole).cleared == {name: None}
	complete(harness, with_voucher(roomy_deposit(harness), voucher, "45.00"))
	assert harness.read_books(whole).cleared[name] is not None


def test_a_voucher_in_full_on_a_second_deposit_is_refused(harness: SandboxHarness) -> None:
	"""Part of it is matched already: the start says how much is left."""
	(voucher,) = harness.make_deposit(1, voucher=75).vouchers
	complete(harness, with_voucher(roomy_deposit(harness), voucher, "30.00"))
	with pytest.raises(SelectionRefused, match=r"75.00 is more than the 45.00 not yet matched"):
		harness.start(with_voucher(roomy_deposit(harness), voucher, "75.00"))


def test_no_more_than_the_rest_of_a_deposit(harness: SandboxHarness) -> None:
	"""Two of three invoices are settled: another one that is larger than what is left does not fit."""
	deposit = harness.make_deposit(3)
	complete(harness, replace(deposit, invoices=deposit.invoices[:2]))
	(larger,) = harness.make_deposit(1).invoices
	both = [deposit.invoices[2], larger]
	with pytest.raises(SelectionRefused, match=r"only 52.74 of Bank Transaction .* is unallocated"):
		harness.start(replace(deposit, invoices=both))
	complete(harness, replace(deposit, invoices=deposit.invoices[2:]))


def make_withdrawal(harness: SandboxHarness, invoice: str = "PINV-00001") -> Deposit:
	"""100.00 that went out: for a purchase invoice of 60.00, and a payment of 40.00 that exists already."""
	harness.connection.execute(
		"INSERT INTO open_item (doctype, name, party, due_date, amount, outstanding)"
		" VALUES ('Purchase Invoice', ?, 'Fir Logistics', '2026-01-31', 6000, 6000)",
		(invoice,),
	)
	return Deposit(
		bank_transaction=harness.insert_bank_transaction(-10_000),
		amount=Decimal(100),
		invoices=[{"doctype": "Purchase Invoice", "name": invoice, "allocated_amount": "60.00"}],
		vouchers=[
			{
				"payment_doctype": "Payment",
				"payment_name": harness.insert_payment(-4000),
				"amount": "40.00",
			}
		],
	)


def test_a_withdrawal_pays_a_supplier(harness: SandboxHarness) -> None:
	"""Signs follow the cash: the new payment takes 60.00 from the bank."""
	withdrawal = make_withdrawal(harness)
	before, run = harness.read_books(withdrawal), harness.start(withdrawal)
	work(harness.ports(), run)
	assert violations(before, harness.read_books(withdrawal), withdrawal, harness.read_run(run)) == []
	lines = harness.connection.execute("SELECT amount FROM journal_line WHERE account = 'Bank'")
	assert sorted(amount for (amount,) in lines) == [-6000, -4000]


def test_a_payment_to_a_supplier_in_full_on_a_second_withdrawal_is_refused(harness: SandboxHarness) -> None:
	withdrawal = make_withdrawal(harness)
	(voucher,) = withdrawal.vouchers
	complete(harness, with_voucher(withdrawal, voucher, "15.00"))
	other = make_withdrawal(harness, "PINV-00002")
	with pytest.raises(SelectionRefused, match=r"40.00 is more than the 25.00 not yet matched"):
		harness.start(with_voucher(other, voucher, "40.00"))
	complete(harness, with_voucher(other, voucher, "25.00"))


@pytest.mark.parametrize("with_invoice", [True, False])
def test_money_that_goes_the_other_way_is_refused(harness: SandboxHarness, with_invoice: bool) -> None:
	"""A customer's invoice, or a customer's payment, cannot be what a withdrawal was for."""
	withdrawal, deposit = make_withdrawal(harness), harness.make_deposit(1, voucher=20)
	mixed = replace(withdrawal, vouchers=deposit.vouchers)
	if with_invoice:
		mixed = replace(withdrawal, invoices=deposit.invoices, vouchers=[])
	with pytest.raises(SelectionRefused):
		harness.start(mixed)
	complete(harness, withdrawal)


@pytest.mark.parametrize(
	("statement", "reason"),
	[
		("UPDATE bank_transaction SET cancelled = 1", "Bank Transaction .* is not submitted"),
		("UPDATE open_item SET cancelled = 1", "Purchase Invoice PINV-00001 is cancelled"),
		("UPDATE payment SET posted = 0", "Payment .* does not exist"),
	],
)
def test_what_does_not_stand_is_refused(harness: SandboxHarness, statement: str, reason: str) -> None:
	withdrawal = make_withdrawal(harness)
	harness.connection.execute(statement)
	with pytest.raises(SelectionRefused, match=reason):
		harness.start(withdrawal)


def test_a_deposit_that_is_cancelled_meanwhile(harness: SandboxHarness) -> None:
	"""Everything is posted when the deposit turns out to be cancelled: everything is undone."""
	deposit = harness.make_deposit(3)
	before, run = harness.read_books(deposit), harness.start(deposit)
	harness.connection.execute(
		"UPDATE bank_transaction SET cancelled = 1 WHERE name = ?", (deposit.bank_transaction,)
	)
	ended = work(harness.ports(), run)
	assert (ended.state, ended.posted) == (RunState.ROLLED_BACK, 3)
	assert "was cancelled" in ended.reason
	assert violations(before, harness.read_books(deposit), deposit, harness.read_run(run)) == []
