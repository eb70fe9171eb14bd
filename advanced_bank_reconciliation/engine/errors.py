"""What can go wrong, one class for each situation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.messages import Message, first_sentences


class FailureKind(Enum):
	"""What the engine does about an error that came out of a port."""

	REFUSED = "refused"
	"""The books will not take it, however often it is tried: undo the run."""

	TRANSIENT = "transient"
	"""A deadlock, a lost connection: wait, then do the whole step again."""

	TIME_LIMIT = "time limit"
	"""The job's time is up: leave the step undone and go on in a new job."""


class ReconciliationError(Exception):
	"""Base of all errors of the engine; `said` is a sentence, or a text that is translated already."""

	def __init__(self, said: Message | str = ""):
		self.said = said
		super().__init__(str(said))

	def text(self, translate: Callable[[str], str] = str) -> str:
		"""Return what it says in the language of `translate`, plain text without markup."""
		return self.said.text(translate) if isinstance(self.said, Message) else self.said


@dataclass(frozen=True)
class Problem:
	"""Why one document cannot take part.

	doctype, name: the document; `name` is empty if the input named none
	message: the reason, naming the document and what to do
	"""

	doctype: str
	name: str
	message: Message

	@property
	def document(self) -> DocumentKey:
		return DocumentKey(self.doctype, self.name)

	def text(self, translate: Callable[[str], str] = str) -> str:
		return self.message.text(translate)


class SelectionRefused(ReconciliationError):
	"""The selection cannot work; `problems` lists everything that is wrong with it. Nothing was written.

	Its text names the first 50.
	"""

	def __init__(self, problems: Sequence[Problem]):
		self.problems = tuple(problems)
		super().__init__("\n".join(first_sentences([problem.text() for problem in self.problems])))


@dataclass(frozen=True)
class ItemFailure:
	"""Why one item could not be posted.

	item: the item's key, `reason`: a sentence for the accountant
	"""

	item: str
	reason: str


class ItemsRefused(ReconciliationError):
	"""The ledger refused some items of a batch; `failures` has one entry for each of them.

	Its text names the first 50.
	"""

	def __init__(self, failures: Sequence[ItemFailure]):
		self.failures = tuple(failures)
		super().__init__("\n".join(first_sentences([failure.reason for failure in self.failures])))


class PostConditionFailed(ReconciliationError):
	"""The tables do not say what a step claims to have done. Nothing of the step may be committed."""


class RunNotFound(ReconciliationError):
	"""There is no run of that name."""


class IllegalTransition(ReconciliationError):
	"""A run was asked to go from one state to another that does not follow it."""


class LeaseHeld(ReconciliationError):
	"""Another worker owns the run, or nobody needs to work on it."""


class LeaseLost(ReconciliationError):
	"""Another worker has taken the run over: this one must not write any more."""


class CheckpointConflict(ReconciliationError):
	"""The rows of a batch are not as the engine left them: somebody else wrote them."""


class BankTransactionBusy(ReconciliationError):
	"""Another run is active on the Bank Transaction; `run` is its name."""

	def __init__(self, said: Message | str, run: str):
		self.run = run
		super().__init__(said)
