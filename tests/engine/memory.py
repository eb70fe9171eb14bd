"""The engine's ports in memory, just large enough to lose the answer of a commit and to run out of time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal

from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.errors import FailureKind
from advanced_bank_reconciliation.engine.facts import ItemCounts, StatementFacts, VoucherFacts
from advanced_bank_reconciliation.engine.limits import Limits
from advanced_bank_reconciliation.engine.records import Item, Run, Voucher
from advanced_bank_reconciliation.engine.runner import Runner
from advanced_bank_reconciliation.engine.states import ItemState, RunState, check_transition
from tests.engine.factories import PAYMENT, make_run, make_run_item, money


class Transient(Exception):
	"""A lost connection."""


class TimeUp(Exception):
	"""The job's time limit."""


def voucher_of(item: Item) -> Voucher:
	return Voucher(doctype=PAYMENT, name=item.key, amount=money(100), is_own=True)


def facts_of(item: Item) -> VoucherFacts:
	"""A payment as the books have it if it was posted as it should be."""
	return VoucherFacts(
		key=DocumentKey(PAYMENT, item.key),
		item=item.key,
		docstatus=1,
		is_balanced=True,
		moved=money(100),
		settled={item.reference: item.allocated_amount},
		is_cleared=True,
	)


class World:
	"""Ledger, RunStore, Publisher and Queue in one, over one run of items that each have a voucher.

	errors: by name of a port's method, or "commit", the errors it raises, one a call, None for no error
	An error of "commit" comes after the commit went through: only its answer is lost.
	"""

	def __init__(self, items: int = 3, **errors: list):
		self.run = make_run(RunState.QUEUED, total=items, batch_size=2)
		self.items = [make_run_item(number) for number in range(items)]
		self.errors = errors
		self.told: list = []
		self.enqueued: list[Run] = []
		self.waits: list[float] = []
		self.states: list[RunState] = [self.run.state]
		self.books: dict[str, VoucherFacts] = {}
		self.matched: dict[DocumentKey, Decimal] = {}

	def work(self, **limits: float) -> Run:
		"""Let one job work on the run."""
		clock = iter(range(10**6)).__next__
		options = {"limits": Limits(**limits), "clock": clock, "sleep": self.waits.append}
		runner = Runner(ledger=self, store=self, publisher=self, queue=self, **options)
		return runner.work_on(self.run.name, "worker")

	def fail(self, name: str) -> None:
		error = self.errors.get(name) and self.errors[name].pop(0)
		if error:
			raise error

	@contextmanager
	def transaction(self) -> Iterator[None]:
		before = self.run, list(self.items), self.books, self.matched
		try:
			yield
		except BaseException:
			self.run, self.items, self.books, self.matched = before
			raise
		if self.run.state is not self.states[-1]:
			self.states.append(self.run.state)
		self.fail("commit")

	def write(self, **values: object) -> Run:
		self.run = replace(self.run, **values)
		return self.run

	def claim(self, run_name: str, worker: str) -> Run:
		return self.write(fencing_token=self.run.fencing_token + 1, attempts=self.run.attempts + 1)

	def lock(self, run: Run) -> Run:
		self.fail("lock")
		return self.run

	def release(self, run: Run) -> None:
		"""Leases have no end here."""

	def change_state(self, run: Run, state: RunState, reason: str = "") -> Run:
		check_transition(run.name, run.state, state)
		return self.write(state=state, reason=reason, attempts=0)

	def move(self, keys: Sequence[str], **values: object) -> None:
		self.items = [replace(item, **values) if item.key in keys else item for item in self.items]

	def record_posted(self, run: Run, vouchers: dict) -> Run:
		self.move(list(vouchers), state=ItemState.POSTED)
		return self.write(posted=run.posted + len(vouchers), attempts=0)

	def record_undone(self, run: Run, items: Sequence[Item]) -> Run:
		self.move([item.key for item in items], state=ItemState.UNDONE)
		return self.write(undone=run.undone + len(items), attempts=0)

	def record_matched(self, run: Run, matched: bool) -> Run:
		return self.write(matched=matched)

	def record_failures(self, run: Run, failures: Sequence) -> Run:
		for failure in failures:
			self.move([failure.item], state=ItemState.FAILED, reason=failure.reason)
		return self.run

	def record_error(self, run: Run, error: str) -> Run:
		return self.write(attempts=run.attempts + 1, last_error=error)

	def in_state(self, state: ItemState) -> list[Item]:
		return [item for item in self.items if item.state is state]

	def pending_items(self, run: Run, size: int | None = None) -> list[Item]:
		return self.in_state(ItemState.PENDING)[:size]

	def posted_items(self, run: Run, size: int | None = None) -> list[Item]:
		return self.in_state(ItemState.POSTED)[::-1][:size]

	def vouchers(self, run: Run) -> list[Voucher]:
		return [voucher_of(item) for item in self.in_state(ItemState.POSTED)]

	def counts(self, run: Run, items: Sequence[Item] | None = None) -> ItemCounts:
		keys = {item.key for item in (self.items if items is None else items)}
		return ItemCounts(**Counter(item.state.value.lower() for item in self.items if item.key in keys))

	def failures(self, run: Run) -> list[Item]:
		return self.in_state(ItemState.FAILED)

	def post(self, run: Run, items: Sequence[Item]) -> dict[str, Voucher]:
		self.fail("post")
		self.books = {**self.books, **{item.key: facts_of(item) for item in items}}
		return {item.key: voucher_of(item) for item in items}

	def match(self, run: Run, vouchers: Sequence[Voucher]) -> None:
		self.fail("match")
		self.matched = {voucher.key: voucher.amount for voucher in vouchers}

	def unmatch(self, run: Run, vouchers: Sequence[Voucher]) -> None:
		self.fail("unmatch")
		self.matched = {}

	def undo(self, run: Run, vouchers: Sequence[VoucherFacts]) -> None:
		self.fail("undo")
		undone = {facts.item for facts in vouchers}
		self.books = {key: facts for key, facts in self.books.items() if key not in undone}

	def outstanding(self, documents: Sequence[DocumentKey]) -> dict[DocumentKey, Decimal]:
		paid = {key for facts in self.books.values() for key in facts.settled}
		return {key: money(0 if key in paid else 100) for key in documents}

	def vouchers_of(self, run: Run, marks: Collection[str] | None = None) -> list[VoucherFacts]:
		found = [facts for key, facts in self.books.items() if marks is None or key in marks]
		return [replace(facts, is_cleared=facts.key in self.matched) for facts in found]

	def statement(self, run: Run) -> StatementFacts:
		left = 100 * len(self.items) - sum(self.matched.values())
		return StatementFacts(rows=self.matched, unallocated=money(left))

	def recheck(self, run: Run, items: Sequence[Item]) -> list:
		self.fail("recheck")
		return []

	def classify(self, error: BaseException) -> FailureKind:
		"""As the adapters do it: what an error was raised while handling counts, and a time limit wins."""
		chain: list[BaseException | None] = [error]
		while chain[-1] is not None:
			chain.append(chain[-1].__context__)
		for cause, kind in ((TimeUp, FailureKind.TIME_LIMIT), (Transient, FailureKind.TRANSIENT)):
			if any(isinstance(one, cause) for one in chain):
				return kind
		return FailureKind.REFUSED

	def publish_progress(self, progress: object) -> None:
		self.fail("publish_progress")

	def publish_completion(self, completion: object) -> None:
		self.told.append(completion)

	def enqueue(self, run: Run) -> None:
		self.enqueued.append(run)
