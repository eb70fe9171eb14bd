"""The states of a run and the only legal ways between them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from advanced_bank_reconciliation.engine.errors import IllegalTransition
from advanced_bank_reconciliation.engine.messages import _, message


class RunState(str, Enum):
	"""Where a run stands. The values are what users see, in English."""

	QUEUED = "Queued"
	"""Recorded; the job is enqueued after commit."""

	POSTING = "Posting"
	"""Batches are being posted, each with its checkpoint in one transaction."""

	MATCHING = "Matching"
	"""Every item is posted; the vouchers are being matched to the Bank Transaction."""

	COMPLETED = "Completed"
	"""Everything is posted and matched."""

	ROLLING_BACK = "Rolling Back"
	"""An item failed or somebody asked for the undo; vouchers are being undone, newest first."""

	ROLLED_BACK = "Rolled Back"
	"""Everything is undone."""

	ATTENTION = "Attention"
	"""The undo itself was refused, say by a closed period; it can be retried."""


class ItemState(str, Enum):
	"""Where one item of a run stands."""

	PENDING = "Pending"
	POSTED = "Posted"
	FAILED = "Failed"
	UNDONE = "Undone"


LEGAL_TRANSITIONS: Mapping[RunState, frozenset[RunState]] = {
	RunState.QUEUED: frozenset({RunState.POSTING, RunState.ROLLING_BACK}),
	RunState.POSTING: frozenset({RunState.MATCHING, RunState.ROLLING_BACK}),
	RunState.MATCHING: frozenset({RunState.COMPLETED, RunState.ROLLING_BACK}),
	# Only a person's explicit undo leads out of Completed.
	RunState.COMPLETED: frozenset({RunState.ROLLING_BACK}),
	RunState.ROLLING_BACK: frozenset({RunState.ROLLED_BACK, RunState.ATTENTION}),
	RunState.ATTENTION: frozenset({RunState.ROLLING_BACK}),
	RunState.ROLLED_BACK: frozenset(),
}

FORWARD_STATES = frozenset({RunState.QUEUED, RunState.POSTING, RunState.MATCHING})
"""States in which a run can still be cancelled before it is complete."""

WORKING_STATES = FORWARD_STATES | {RunState.ROLLING_BACK}
"""States in which a worker must be on the run, or be on its way."""

ACTIVE_STATES = WORKING_STATES | {RunState.ATTENTION}
"""States in which a run holds its Bank Transaction and its open items."""

ENDED_STATES = frozenset({RunState.COMPLETED, RunState.ROLLED_BACK})
"""States in which a run is over and holds nothing."""


def check_transition(run: str, current: RunState, following: RunState) -> None:
	"""Raise `IllegalTransition` unless `following` may come after `current`."""
	if following not in LEGAL_TRANSITIONS[current]:
		sentence = _("Run {0} is {1}, and cannot become {2}.")
		raise IllegalTransition(message(sentence, run, message(current.value), message(following.value)))
