"""The durable facts about a run, as the engine sees them. All are immutable."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.states import ItemState, RunState


class RollbackAction(str, Enum):
	"""What an undo does with the payments that the run posted. The values are what users see, in English."""

	CANCEL_AND_DELETE = "Cancel and Delete"
	CANCEL_ONLY = "Cancel Only"


@dataclass(frozen=True, kw_only=True)
class Run:
	"""One bulk reconciliation.

	name: key of the run
	job_id: id of its background job, without any namespace of the queue
	bank_transaction: the line of the bank statement that is settled
	user: who started it; the job works with that user's rights
	state: see `RunState`
	total, posted, undone: number of items (what it posts, not the vouchers that existed before)
	advances: how many of them are advances; all others are open items
	batch_size: invoices posted in one database transaction, see `batches`
	rollback_action: what an undo does with the run's own vouchers
	matched: the vouchers stand on the Bank Transaction
	cancel_requested_by: who asked for the undo while the run was going forward
	reason: why the run is or was rolled back
	fencing_token: grows with every claim; a worker with an older one cannot write
	attempts: claims and transient failures since the last progress
	last_error: the last transient failure, or why the undo was refused
	"""

	name: str
	job_id: str
	bank_transaction: str
	user: str
	state: RunState
	total: int
	posted: int = 0
	undone: int = 0
	batch_size: int = 20
	rollback_action: RollbackAction = RollbackAction.CANCEL_ONLY
	matched: bool = False
	cancel_requested_by: str | None = None
	reason: str = ""
	fencing_token: int = 0
	attempts: int = 0
	last_error: str = ""
	advances: int = 0

	@property
	def invoices(self) -> int:
		"""How many of its items are open items."""
		return self.total - self.advances

	@property
	def posted_invoices(self) -> int:
		"""How many of them stand posted. An advance is posted last and undone first."""
		return min(self.posted - self.undone, self.invoices)


@dataclass(frozen=True, kw_only=True)
class Voucher:
	"""A payment document.

	doctype, name: the document
	amount: how much of the Bank Transaction it takes, in the currency of the bank account, positive
	is_own: the run itself posted it; only such vouchers may ever be undone
	"""

	doctype: str
	name: str
	amount: Decimal
	is_own: bool

	@property
	def key(self) -> DocumentKey:
		return DocumentKey(self.doctype, self.name)


@dataclass(frozen=True, kw_only=True)
class Deduction:
	"""What an amount at the bank is less than the invoices, and where that is booked (see `deductions`).

	account, cost_center, project: names; without a cost center the company's default takes it
	amount: in the currency of the bank account; positive is a cost, negative an income, never zero
	description: for people to read
	is_discount: payment terms let it off, so that it belongs to one invoice (see `discounts`)
	"""

	account: str
	amount: Decimal
	cost_center: str = ""
	project: str = ""
	description: str = ""
	is_discount: bool = False

	def texts(self) -> list[str]:
		"""All of it, to be compared and sorted by."""
		return [self.account, self.cost_center, self.project, self.description, str(self.amount)]


@dataclass(frozen=True, kw_only=True)
class Item:
	"""One allocation of a run.

	key: unique over all runs
	position: order within the run, from 0
	group: items of one group are posted by one voucher; groups are numbered from 0 in order of position
	doctype, document: the open item; of an advance the party
	party_type, party: who owes or is owed
	allocated_amount: with the sign of the open item's outstanding amount, in the currency in which it is owed
	cash_amount: the same as cash at the bank, in the currency of the bank account, less the deductions: in
	positive, out negative
	exchange_rate, bank_exchange_rate: of the one currency and of the other, to the company's
	state: see `ItemState`
	voucher_type, voucher: what was posted, from Posted on
	reason: why it failed
	deductions: what is booked with its payment beside the invoices
	is_advance: its payment pays nothing yet (see `advances`)
	"""

	key: str
	position: int
	group: int
	doctype: str
	document: str
	party_type: str
	party: str
	allocated_amount: Decimal
	cash_amount: Decimal
	exchange_rate: Decimal = Decimal(1)
	bank_exchange_rate: Decimal = Decimal(1)
	state: ItemState = ItemState.PENDING
	voucher_type: str | None = None
	voucher: str | None = None
	reason: str = ""
	deductions: tuple[Deduction, ...] = ()
	is_advance: bool = False

	@property
	def reference(self) -> DocumentKey:
		"""The open item; of an advance the party."""
		return DocumentKey(self.doctype, self.document)
