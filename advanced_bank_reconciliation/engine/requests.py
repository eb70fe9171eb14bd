"""What people ask of a run that exists: cancel or undo it, retry its undo, resume it."""

from __future__ import annotations

from advanced_bank_reconciliation.engine.errors import IllegalTransition
from advanced_bank_reconciliation.engine.messages import _, message
from advanced_bank_reconciliation.engine.ports import Queue, RunStore
from advanced_bank_reconciliation.engine.reasons import UNDONE_BY
from advanced_bank_reconciliation.engine.records import Run
from advanced_bank_reconciliation.engine.states import FORWARD_STATES, WORKING_STATES, RunState


def was_asked_for(run: Run) -> bool:
	"""Whether the undo of `run` is what somebody wanted, and no failure."""
	return bool(run.cancel_requested_by) or run.reason.startswith(UNDONE_BY.format(""))


def request_undo(run_name: str, user: str, store: RunStore, queue: Queue) -> Run:
	"""Cancel a run that is going forward, or undo one that is Completed or in Attention.

	Asking again while it is Rolling Back changes nothing. Raises `RunNotFound`, `BankTransactionBusy`, and
	`IllegalTransition` for a run that is undone already.
	"""
	with store.transaction():
		run = store.lock_for_request(run_name)
		if run.state in FORWARD_STATES:
			run = store.request_cancel(run, user)
		elif run.state is RunState.ATTENTION:
			run = store.change_state(run, RunState.ROLLING_BACK, run.reason)
		elif run.state is not RunState.ROLLING_BACK:
			reason = message(UNDONE_BY, user).text()
			run = store.change_state(run, RunState.ROLLING_BACK, reason)
	queue.enqueue(run)
	return run


def request_resume(run_name: str, store: RunStore, queue: Queue) -> Run:
	"""Queue a run again whose worker is gone; a run in Attention goes on with its undo.

	Raises `RunNotFound`, and `IllegalTransition` for a run that has ended.
	"""
	with store.transaction():
		run = store.lock_for_request(run_name)
		if run.state is RunState.ATTENTION:
			run = store.change_state(run, RunState.ROLLING_BACK, run.reason)
		elif run.state not in WORKING_STATES:
			sentence = _("Run {0} is {1}: there is nothing to resume.")
			raise IllegalTransition(message(sentence, run_name, message(run.state.value)))
	queue.enqueue(run)
	return run
