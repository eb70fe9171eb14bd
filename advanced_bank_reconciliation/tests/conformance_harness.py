"""What the conformance tests want of a set of adapters, and what they read from its tables."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from advanced_bank_reconciliation.engine.limits import Limits
from advanced_bank_reconciliation.engine.ports import Ledger, Publisher, Queue, RunStore
from advanced_bank_reconciliation.engine.progress import Completion, Progress
from advanced_bank_reconciliation.engine.records import Run
from advanced_bank_reconciliation.engine.runner import Runner
from advanced_bank_reconciliation.engine.states import ENDED_STATES, ItemState, RunState

USER = "Administrator"
MAX_PROCESSES = 40
Arrangement = TypeVar("Arrangement")


@dataclass(frozen=True, kw_only=True)
class Deposit:
	"""A Bank Transaction and a selection that settles it exactly; the selection as the endpoint takes it.

	advance: what becomes of the rest, as the endpoint takes it
	discount_account: where early payment discounts of the invoices are booked; empty if they have none
	grouping: which invoices share a payment, as the endpoint takes it
	"""

	bank_transaction: str
	amount: Decimal
	invoices: list[dict]
	vouchers: list[dict] = field(default_factory=list)
	deductions: list[dict] = field(default_factory=list)
	advance: dict | None = None
	discount_account: str = ""
	grouping: str | None = None

	@property
	def names(self) -> list[str]:
		return [row["name"] for row in self.invoices]

	@property
	def deduction_accounts(self) -> list[str]:
		return [*(row["account"] for row in self.deductions), self.discount_account]

	@property
	def voucher_names(self) -> list[str]:
		return [row["payment_name"] for row in self.vouchers]


@dataclass(frozen=True, kw_only=True)
class Books:
	"""The books around one deposit, as plain data.

	outstanding: of each invoice
	payments: for every payment with an effect on the ledger, the invoices of the deposit that it pays
	advances: by payment of a run on the Bank Transaction that pays nothing, what of it is unallocated
	matched: what stands on the Bank Transaction, by voucher
	cleared: the clearance dates of the payments and of the vouchers that existed before
	standing: the vouchers that existed before and still have their effect on the ledger
	unexplained: vouchers whose debits and credits differ, invoices whose payments do not explain what is
	outstanding
	marks: statuses, for comparison alone
	"""

	outstanding: dict[str, Decimal]
	payments: dict[str, list[str]]
	matched: dict[str, Decimal]
	cleared: dict[str, str | None]
	standing: list[str]
	unexplained: list[str]
	marks: dict[str, str] = field(default_factory=dict)
	advances: dict[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RunRecord:
	"""The record of a run as the tables have it.

	last_error: why the undo was refused, if it was
	items: state of each open item, by the name of its document, in order of posting
	vouchers, reasons: likewise, of those that have one
	holds: what other runs may not have because of this one
	"""

	state: RunState
	reason: str
	last_error: str
	posted: int
	undone: int
	matched: bool
	cancel_requested: bool
	items: dict[str, ItemState]
	vouchers: dict[str, str]
	reasons: dict[str, str]
	holds: list[str]


@dataclass(frozen=True)
class Ports:
	"""The engine's four ports, as one process has them."""

	ledger: Ledger
	store: RunStore
	publisher: Publisher
	queue: Queue


class RecordingPublisher:
	"""Remembers what was told, and does something at each progress if asked to."""

	def __init__(self, at_progress: Callable[[Progress], Any] | None = None):
		self.at_progress = at_progress
		self.progresses: list[Progress] = []
		self.completions: list[Completion] = []

	def publish_progress(self, progress: Progress) -> None:
		self.progresses.append(progress)
		if self.at_progress:
			self.at_progress(progress)

	def publish_completion(self, completion: Completion) -> None:
		self.completions.append(completion)


class RecordingQueue:
	"""Remembers which runs were queued."""

	def __init__(self) -> None:
		self.enqueued: list[str] = []

	def enqueue(self, run: Run) -> None:
		self.enqueued.append(run.name)


class Harness(ABC):
	"""One set of adapters with books to work on. One process at a time works, except if said otherwise."""

	busy: type[Exception]
	"""What `start` raises if another run is active on the Bank Transaction."""

	@abstractmethod
	def ports(self) -> Ports:
		"""The ports of the current process; its queue records."""

	@abstractmethod
	def fresh_process(self) -> None:
		"""Let the current process die without a commit: from now on `ports` are those of a new one."""

	@abstractmethod
	def another_process(self) -> Ports:
		"""The ports of a second process that lives beside the current one, outside of its transactions."""

	@abstractmethod
	def make_deposit(
		self, count: int, *, voucher: int = 0, former_clearance: str | None = None, credit_note: bool = False
	) -> Deposit:
		"""A deposit over `count` invoices.

		voucher: amount of a payment that exists already, cleared on `former_clearance`
		credit_note: select one as well, of the party of the first invoice and less than it
		"""

	@abstractmethod
	def make_deposit_with_deductions(self) -> Deposit:
		"""Two invoices of 100.00 and 50.00, less a fee of 120.00 and with 0.50 too much: 30.50."""

	@abstractmethod
	def make_deposit_with_advance(self) -> Deposit:
		"""Two invoices of 100.00 and 50.00, and 12.50 more as an advance of their customer: 162.50."""

	@abstractmethod
	def make_deposit_with_discount(self) -> Deposit:
		"""Two invoices of 100.00 and 50.00, the first less its early payment discount of 2.00: 148.00."""

	def make_deposit_to_walk(self) -> Deposit:
		"""Five invoices in three batches, a credit note netted with one, a voucher cleared before by hand."""
		return self.make_deposit(5, voucher=75, former_clearance="2025-12-24", credit_note=True)

	@abstractmethod
	def start(self, deposit: Deposit, batch_size: int = 2) -> str:
		"""Start a run as the endpoint does, and commit. Raises `SelectionRefused`, `busy`."""

	@abstractmethod
	def make_unpostable(self, invoice: str) -> None:
		"""Do to an invoice what makes any payment of it impossible, and commit."""

	@abstractmethod
	def pay(self, invoice: str) -> None:
		"""Pay an invoice in full from somewhere else, and commit."""

	@abstractmethod
	def refuse_undo(self) -> None:
		"""From now on the books refuse every undo of a payment."""

	@abstractmethod
	def accept_undo(self) -> None:
		"""The books take it again."""

	@abstractmethod
	def expire_lease(self, run: str) -> None:
		"""Let the time pass after which a silent worker counts as dead."""

	@abstractmethod
	def abandoned_runs(self) -> list[str]:
		"""Runs that need work and that no worker owns."""

	def arrange(self, name: str, make: Callable[[], Arrangement]) -> Arrangement:
		"""Make a scene of that name; a harness that can may put an earlier one back instead."""
		return make()

	def last_posted(self, run: str) -> str:
		"""The invoice that this run posts last."""
		return list(self.read_run(run).items)[-1]

	@abstractmethod
	def read_books(self, deposit: Deposit) -> Books: ...

	@abstractmethod
	def read_deducted(self, deposit: Deposit) -> dict[str, dict[str, Decimal]]:
		"""By invoice of the deposit, the first of its payment: what that debits, by account of deductions."""

	@abstractmethod
	def read_run(self, run: str) -> RunRecord: ...

	@abstractmethod
	def transient_error(self) -> Exception:
		"""What a deadlock looks like here."""

	@abstractmethod
	def refused_error(self) -> Exception:
		"""What a refusal of the books looks like here."""

	@abstractmethod
	def time_limit_error(self) -> Exception:
		"""What the end of a job's time looks like here."""


def work(ports: Ports, run: str, **limits: float) -> Run:
	"""Let one job work on `run`, without any waiting. limits: see `Limits`"""
	runner = Runner(
		ledger=ports.ledger,
		store=ports.store,
		publisher=ports.publisher,
		queue=ports.queue,
		limits=Limits(**limits),  # type: ignore[arg-type]
		sleep=lambda seconds: None,
	)
	return runner.work_on(run, "worker")


def work_jobs(ports: Ports, run: str, jobs: int = MAX_PROCESSES) -> Run:
	"""Let jobs of one step each work on `run`, at most `jobs` of them, until it needs no more."""
	for _job in range(jobs):
		worked = work(ports, run, slice_seconds=0)
		if worked.state in ENDED_STATES or worked.state is RunState.ATTENTION:
			break
	return worked
