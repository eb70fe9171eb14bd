"""What a user is told about a run: the same facts for events, endpoints and the command line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from advanced_bank_reconciliation.engine.messages import Message, _, message
from advanced_bank_reconciliation.engine.reasons import read_reason
from advanced_bank_reconciliation.engine.records import Item, Run
from advanced_bank_reconciliation.engine.states import RunState


@dataclass(frozen=True, kw_only=True)
class Progress:
	"""How far a run is.

	current, total: invoices done and to do; while rolling back, `current` counts down to 0
	percentage: 0 to 100; 100 only when the run is Completed
	eta_seconds: estimated time left, None if nothing is known yet
	"""

	run: Run
	current: int
	total: int
	percentage: int
	message: Message
	eta_seconds: int | None = None

	def event(self, translate: Callable[[str], str] = str) -> dict:
		"""The payload of the event `bulk_reconciliation_progress`."""
		return {
			"job_id": self.run.job_id,
			"run": self.run.name,
			"bank_transaction": self.run.bank_transaction,
			"status": self.run.state.value,
			"current": self.current,
			"total": self.total,
			"percentage": self.percentage,
			"message": self.message.text(translate),
			"eta_seconds": self.eta_seconds,
		}


@dataclass(frozen=True, kw_only=True)
class Completion:
	"""How a run ended. `success` only if everything is posted and matched."""

	run: Run
	success: bool
	processed: int
	message: Message
	failures: Sequence[Item] = ()

	def event(self, translate: Callable[[str], str] = str) -> dict:
		"""The payload of the event `bulk_reconciliation_complete`."""
		return {
			"job_id": self.run.job_id,
			"run": self.run.name,
			"bank_transaction": self.run.bank_transaction,
			"status": self.run.state.value,
			"success": self.success,
			"processed": self.processed,
			"failed": len(self.failures),
			"message": self.message.text(translate),
			"failures": [failure_fact(item) for item in self.failures],
		}


def failure_fact(item: Item) -> dict:
	"""A failed item as plain data: `{"doctype", "name", "allocated_amount", "reason"}`."""
	return {
		"doctype": item.doctype,
		"name": item.document,
		"allocated_amount": str(item.allocated_amount),
		"reason": item.reason,
	}


def progress_of(run: Run, eta_seconds: int | None = None) -> Progress:
	"""Describe where `run` stands now."""
	return Progress(
		run=run,
		current=run.posted_invoices,
		total=run.invoices,
		percentage=percentage_of(run, run.posted - run.undone),
		message=progress_message(run),
		eta_seconds=eta_seconds,
	)


def percentage_of(run: Run, current: int) -> int:
	"""Whole percent done of all items; posted but not yet matched is at most 99."""
	if run.state is RunState.COMPLETED:
		return 100
	if not run.total:
		return 0
	return min(99, current * 100 // run.total)


def progress_message(run: Run) -> Message:
	"""One sentence for the progress dialog."""
	sentences = {
		RunState.QUEUED: message(_("Waiting for a free worker")),
		RunState.POSTING: message(_("{0} of {1} invoices posted"), run.posted_invoices, run.invoices),
		RunState.MATCHING: message(_("Matching {0} invoices to {1}"), run.invoices, run.bank_transaction),
		RunState.ROLLING_BACK: message(
			_("Undoing: {0} of {1} invoices still posted"), run.posted_invoices, run.invoices
		),
	}
	return sentences.get(run.state) or completion_message(run)


def completion_of(run: Run, failures: Sequence[Item]) -> Completion:
	"""Describe how `run` ended, or that it needs attention."""
	success = run.state is RunState.COMPLETED
	return Completion(
		run=run,
		success=success,
		processed=run.posted_invoices,
		message=completion_message(run),
		failures=failures,
	)


def completion_message(run: Run) -> Message:
	"""One truthful sentence about the end of a run."""
	if run.state is RunState.COMPLETED:
		# Not "are paid": one of them may be paid in part.
		sentence = _("The payments of {0} invoices are posted and matched to {1}.")
		if run.advances:
			sentence = _("The payments of {0} invoices and an advance are posted and matched to {1}.")
		return message(sentence, run.invoices, run.bank_transaction)
	if run.state is RunState.ROLLED_BACK:
		return message(_("Everything is undone, no payment remains. Reason: {0}"), read_reason(run.reason))
	return message(
		_("{0} of {1} invoices are still posted, because the undo was refused: {2}"),
		run.posted_invoices,
		run.invoices,
		run.last_error,
	)
