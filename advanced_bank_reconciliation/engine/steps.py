"""The steps of a run. Each is one unit of work.

It runs inside one transaction with the run's row locked (`RunStore.transaction`, `RunStore.lock`): the locks
in one order, the work, the checkpoint, and what must be true in the tables before the commit
(`post_conditions`). The background job and the start at once use the very same steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from advanced_bank_reconciliation.engine import post_conditions
from advanced_bank_reconciliation.engine.facts import VoucherFacts
from advanced_bank_reconciliation.engine.messages import message
from advanced_bank_reconciliation.engine.ports import Ledger, RunStore
from advanced_bank_reconciliation.engine.reasons import CANCELLED_BY
from advanced_bank_reconciliation.engine.records import Item, Run
from advanced_bank_reconciliation.engine.states import RunState

Step = Callable[[Run, Ledger, RunStore], Run]


def begin(run: Run, ledger: Ledger, store: RunStore) -> Run:
	"""Queued: start posting."""
	return store.change_state(run, RunState.POSTING)


def post_next_batch(run: Run, ledger: Ledger, store: RunStore) -> Run:
	"""Posting: post the next batch and its checkpoint, or go on to matching when none is left."""
	items = store.pending_items(run, run.batch_size)
	if not items:
		return store.change_state(run, RunState.MATCHING)
	open_items, marks = [item for item in items if not item.is_advance], [item.key for item in items]
	documents = [item.reference for item in open_items]
	before = ledger.outstanding(documents)
	post_conditions.check_nothing_stands(ledger.vouchers_of(run, marks))
	vouchers = ledger.post(run, items)
	posted = store.record_posted(run, vouchers)
	post_conditions.check_paid(open_items, before, ledger.outstanding(documents))
	facts = ledger.vouchers_of(run, marks)
	post_conditions.check_posted(items, vouchers, facts)
	post_conditions.check_booked(items, vouchers, facts)
	post_conditions.check_checkpoint(run, posted, items, store.counts(posted, items))
	return posted


def match_vouchers(run: Run, ledger: Ledger, store: RunStore) -> Run:
	"""Matching: match everything to the Bank Transaction and complete, in one transaction."""
	vouchers = store.vouchers(run)
	before = ledger.statement(run)
	ledger.match(run, vouchers)
	matched = store.record_matched(run, True)
	facts = ledger.vouchers_of(run)
	post_conditions.check_matched(vouchers, facts, before, ledger.statement(run))
	post_conditions.check_still_paid(store.posted_items(run), facts)
	post_conditions.check_completed(matched, store.counts(matched))
	return store.change_state(matched, RunState.COMPLETED)


def undo_next_batch(run: Run, ledger: Ledger, store: RunStore) -> Run:
	"""Rolling Back: unmatch first, then undo the run's own vouchers batch by batch, newest first."""
	if run.matched:
		return _unmatch(run, ledger, store)
	items = store.posted_items(run, run.batch_size)
	if items:
		return _undo_items(run, items, ledger, store)
	return _undo_rest(run, ledger, store)


def cancel(run: Run, ledger: Ledger, store: RunStore) -> Run:
	"""Begin the rollback because somebody asked for it."""
	reason = message(CANCELLED_BY, run.cancel_requested_by).text()
	return store.change_state(run, RunState.ROLLING_BACK, reason)


def _unmatch(run: Run, ledger: Ledger, store: RunStore) -> Run:
	vouchers = store.vouchers(run)
	before = ledger.statement(run)
	own = {facts.key for facts in ledger.vouchers_of(run)}
	ours = own | {voucher.key for voucher in vouchers if not voucher.is_own}
	ledger.unmatch(run, [voucher for voucher in vouchers if voucher.key in ours])
	unmatched = store.record_matched(run, False)
	post_conditions.check_unmatched(ours, ledger.vouchers_of(run), before, ledger.statement(run))
	return unmatched


def _undo_items(run: Run, items: Sequence[Item], ledger: Ledger, store: RunStore) -> Run:
	vouchers = ledger.vouchers_of(run, [item.key for item in items])
	_undo(run, [facts for facts in vouchers if facts.stands], ledger)
	undone = store.record_undone(run, items)
	post_conditions.check_checkpoint(run, undone, items, store.counts(undone, items))
	return undone


def _undo_rest(run: Run, ledger: Ledger, store: RunStore) -> Run:
	"""Undo what has the run's mark and no checkpoint, for somebody else committed it. Then end the run."""
	vouchers = ledger.vouchers_of(run)
	strays = [facts for facts in vouchers if facts.stands][: run.batch_size]
	if strays:
		_undo(run, strays, ledger)
		return run
	post_conditions.check_rolled_back(run, store.counts(run), vouchers)
	return store.change_state(run, RunState.ROLLED_BACK, run.reason)


def _undo(run: Run, vouchers: Sequence[VoucherFacts], ledger: Ledger) -> None:
	documents = list(dict.fromkeys(key for facts in vouchers for key in facts.settled))
	before = ledger.outstanding(documents)
	ledger.undo(run, vouchers)
	remaining = ledger.vouchers_of(run, [facts.item for facts in vouchers])
	post_conditions.check_undone(vouchers, remaining, before, ledger.outstanding(documents))


FORWARD_STEPS: Mapping[RunState, Step] = {
	RunState.QUEUED: begin,
	RunState.POSTING: post_next_batch,
	RunState.MATCHING: match_vouchers,
}


def next_step(run: Run) -> Step:
	"""Which step takes `run` further. Raises `KeyError` for a run that needs no work."""
	if run.state is RunState.ROLLING_BACK:
		return undo_next_batch
	return cancel if run.cancel_requested_by else FORWARD_STEPS[run.state]
