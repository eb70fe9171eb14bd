"""What the engine needs from the world. Each set of adapters implements these four protocols.

Ledger and RunStore work in the same database transaction: whatever is written between entering and
leaving `RunStore.transaction()` is kept as a whole or not at all.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from decimal import Decimal
from typing import Protocol

from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.errors import FailureKind, ItemFailure
from advanced_bank_reconciliation.engine.facts import ItemCounts, StatementFacts, VoucherFacts
from advanced_bank_reconciliation.engine.progress import Completion, Progress
from advanced_bank_reconciliation.engine.records import Item, Run, Voucher
from advanced_bank_reconciliation.engine.states import RunState


class Ledger(Protocol):
	"""The books. No method commits or rolls back the transaction it is called in."""

	def post(self, run: Run, items: Sequence[Item]) -> Mapping[str, Voucher]:
		"""Post one voucher for each group of `items`; return the voucher of each item's key.

		Items of one group come back with the same voucher. Raises `ItemsRefused` with a reason for every
		item that the books refuse.
		"""

	def match(self, run: Run, vouchers: Sequence[Voucher]) -> None:
		"""Match all vouchers to the Bank Transaction and set their clearance dates.

		Raises unless the Bank Transaction then carries exactly the amounts of `vouchers` in addition.
		"""

	def unmatch(self, run: Run, vouchers: Sequence[Voucher]) -> None:
		"""Take the vouchers off the Bank Transaction again, and give back their clearance dates."""

	def undo(self, run: Run, vouchers: Sequence[VoucherFacts]) -> None:
		"""Undo the run's own vouchers in the order given, drafts too."""

	def recheck(self, run: Run, items: Sequence[Item]) -> Sequence[ItemFailure]:
		"""Say which of `items` cannot be posted any more. Only reads, by a constant number of queries."""

	def outstanding(self, documents: Sequence[DocumentKey]) -> Mapping[DocumentKey, Decimal]:
		"""What is outstanding of open items now, each in its own currency; those that are gone are missing.
		Each amount as it is stored, with at least the decimals that the books round it to.

		Locks them until the end of the transaction, always in the same order. A constant number of queries.
		"""

	def vouchers_of(self, run: Run, marks: Collection[str] | None = None) -> Sequence[VoucherFacts]:
		"""Every payment in the books that carries the mark of `run`, newest first; cancelled ones too.

		marks: keys of items, if only payments for these are asked for; a payment carries the key of the first
		item of its group. A constant number of queries.
		"""

	def statement(self, run: Run) -> StatementFacts:
		"""What stands on the run's Bank Transaction now."""

	def classify(self, error: BaseException) -> FailureKind:
		"""Say what kind of failure `error` is."""


class RunStore(Protocol):
	"""The record of runs. Every write checks what it changes and raises `CheckpointConflict` otherwise."""

	def transaction(self) -> AbstractContextManager[None]:
		"""Commit on leaving, roll everything back on an exception, and leave a usable connection behind.

		Nobody else commits or rolls back inside: what is tried is refused, and whatever ended the transaction
		all the same is noticed before the commit, so that nothing of the step is kept.
		"""

	def claim(self, run_name: str, worker: str) -> Run:
		"""Take the lease of a run in one conditional UPDATE, raise its fencing token and attempts.

		Raises `RunNotFound`, or `LeaseHeld` if another lease is valid or the state needs no work.
		"""

	def lock(self, run: Run) -> Run:
		"""Lock the run's row until the end of the transaction, extend the lease of a run that needs work, and
		return what is there.

		Raises `LeaseLost` unless the row still has `run.fencing_token`.
		"""

	def release(self, run: Run) -> None:
		"""Give the lease back, if it is still ours; never raises for a lease that is lost."""

	def lock_for_request(self, run_name: str) -> Run:
		"""Lock the run's row for a person's request, whoever owns the lease. Raises `RunNotFound`."""

	def change_state(self, run: Run, state: RunState, reason: str = "") -> Run:
		"""Move the run to `state`, legal ways only, with `reason`; resets attempts.

		Completed needs every item posted, in the table as well; raises `CheckpointConflict` otherwise.
		A state that needs no worker ends the lease. Entering an ended state frees the Bank Transaction and
		the open items; leaving one takes them again and raises `BankTransactionBusy` if another run has
		them.
		"""

	def request_cancel(self, run: Run, user: str) -> Run:
		"""Record who asked for the undo."""

	def record_posted(self, run: Run, vouchers: Mapping[str, Voucher]) -> Run:
		"""The checkpoint of a batch: each item of `vouchers` goes from Pending to Posted. Resets attempts."""

	def record_undone(self, run: Run, items: Sequence[Item]) -> Run:
		"""Every item of `items` goes from Posted to Undone. Resets attempts."""

	def record_matched(self, run: Run, matched: bool) -> Run:
		"""Record whether the vouchers stand on the Bank Transaction."""

	def record_failures(self, run: Run, failures: Sequence[ItemFailure]) -> Run:
		"""Every item named in `failures` goes from Pending to Failed, with its reason."""

	def record_error(self, run: Run, error: str) -> Run:
		"""Count a failure that is not an item's, and note what it was."""

	def pending_items(self, run: Run, size: int | None = None) -> Sequence[Item]:
		"""The pending items of the first groups, in order: of as many groups as have `size` items together,
		but of at least one (see `batches`); all if None.
		"""

	def posted_items(self, run: Run, size: int | None = None) -> Sequence[Item]:
		"""The posted items of the last groups likewise, newest first."""

	def vouchers(self, run: Run) -> Sequence[Voucher]:
		"""All vouchers of the run: those it posted, one each, and those that existed before."""

	def counts(self, run: Run, items: Sequence[Item] | None = None) -> ItemCounts:
		"""Count the open items in the table, by state: all of the run, or these alone."""

	def failures(self, run: Run) -> Sequence[Item]:
		"""The failed items, in order."""


class Publisher(Protocol):
	"""Tells the user who started the run. The engine survives whatever it raises."""

	def publish_progress(self, progress: Progress) -> None: ...

	def publish_completion(self, completion: Completion) -> None: ...


class Queue(Protocol):
	"""Puts a run's job on the queue `long`."""

	def enqueue(self, run: Run) -> None:
		"""Let some worker go on with `run`. Twice for the same fencing token is once."""
