"""The steps of a run, each inside one transaction with the run's row locked, its checkpoint included."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from advanced_bank_reconciliation.engine.messages import _, message
from advanced_bank_reconciliation.engine.ports import Ledger, RunStore
from advanced_bank_reconciliation.engine.records import Run
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
	return store.record_posted(run, ledger.post(run, items))


def match_vouchers(run: Run, ledger: Ledger, store: RunStore) -> Run:
	"""Matching: match everything to the Bank Transaction and complete, in one transaction."""
	ledger.match(run, store.vouchers(run))
	return store.change_state(store.record_matched(run, True), RunState.COMPLETED)


def undo_next_batch(run: Run, ledger: Ledger, store: RunStore) -> Run:
	"""Rolling Back: unmatch first, then undo the run's own vouchers batch by batch, newest first."""
	if run.matched:
		ledger.unmatch(run, store.vouchers(run))
		return store.record_matched(run, False)
	items = store.posted_items(run, run.batch_size)
	if not items:
		return store.change_state(run, RunState.ROLLED_BACK, run.reason)
	ledger.undo(run, items)
	return store.record_undone(run, items)


def cancel(run: Run, ledger: Ledger, store: RunStore) -> Run:
	"""Begin the rollback because somebody asked for it."""
	reason = message(_("Cancelled by {0}"), run.cancel_requested_by).text()
	return store.change_state(run, RunState.ROLLING_BACK, reason)


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
