"""The two ends that a run may have, judged from the tables alone."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from advanced_bank_reconciliation.engine.states import ItemState, RunState
from advanced_bank_reconciliation.tests.conformance_harness import Books, Deposit, RunRecord


def violations(before: Books, after: Books, deposit: Deposit, record: RunRecord) -> list[str]:
	"""Everything that is wrong with a run that has ended; nothing if every promise is kept.

	before: the books before the run, with what other people did meanwhile
	"""
	found = list(_wrong_at_any_end(after, deposit, record))
	if record.state is RunState.COMPLETED:
		found += [*_not_paid(after, deposit), *_not_matched(after, deposit), *_not_recorded(after, record)]
	elif record.state is RunState.ROLLED_BACK:
		found += [*_not_as_before(before, after), *_not_undone(record)]
	else:
		found.append(f"the run has not ended: it is {record.state.value}")
	return found


def _wrong_at_any_end(after: Books, deposit: Deposit, record: RunRecord) -> Iterator[str]:
	if after.unexplained:
		yield f"the books do not add up: {after.unexplained}"
	if sorted(after.standing) != sorted(deposit.voucher_names):
		yield f"of the user's own vouchers only {after.standing} are left"
	if record.holds:
		yield f"the run has ended and still holds {record.holds}"


def _not_paid(after: Books, deposit: Deposit) -> Iterator[str]:
	unpaid = {name: amount for name, amount in after.outstanding.items() if amount}
	if unpaid:
		yield f"still outstanding: {unpaid}"
	for name in deposit.names:
		payments = [payment for payment, invoices in after.payments.items() if name in invoices]
		if len(payments) != 1:
			yield f"{name} is paid by {payments}"


def _not_matched(after: Books, deposit: Deposit) -> Iterator[str]:
	wanted = {*after.payments, *after.advances, *deposit.voucher_names}
	if len(after.advances) != (1 if deposit.advance else 0):
		yield f"the advances are {after.advances}"
	if set(after.matched) != wanted:
		yield f"matched is {sorted(after.matched)} instead of {sorted(wanted)}"
	if sum(after.matched.values(), Decimal(0)) != deposit.amount:
		yield f"the matched amounts {after.matched} do not come to {deposit.amount}"
	uncleared = [name for name in wanted if not after.cleared.get(name)]
	if uncleared:
		yield f"without a clearance date: {uncleared}"


def _not_recorded(after: Books, record: RunRecord) -> Iterator[str]:
	if set(record.items.values()) != {ItemState.POSTED} or not record.matched:
		yield f"the record says {record}"
	if (record.posted, record.undone) != (len(record.items), 0):
		yield f"counted {record.posted} posted and {record.undone} undone"
	for invoice, voucher in record.vouchers.items():
		if voucher not in after.advances and invoice not in after.payments.get(voucher, []):
			yield f"the record says that {voucher} pays {invoice}"


def _not_as_before(before: Books, after: Books) -> Iterator[str]:
	parts = ("outstanding", "payments", "advances", "matched", "cleared", "standing", "marks")
	for part in parts:
		was, now = getattr(before, part), getattr(after, part)
		if was != now:
			yield f"{part} is {now}, and was {was}"


def _not_undone(record: RunRecord) -> Iterator[str]:
	if ItemState.POSTED in record.items.values() or record.matched:
		yield f"the record says {record}"
	if record.posted != record.undone:
		yield f"counted {record.posted} posted and {record.undone} undone"
