"""What the tables say, read anew: the only thing by which a step of a run is judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from advanced_bank_reconciliation.engine.deductions import DeductionKey
from advanced_bank_reconciliation.engine.documents import DocumentKey


@dataclass(frozen=True, kw_only=True)
class VoucherFacts:
	"""One payment of a run, found by the mark that it carries, never by its number or its age.

	key: the document
	item: key of the first item of the group that it was posted for
	docstatus: 0 draft, 1 submitted, 2 cancelled
	is_balanced: it has ledger entries in effect, and their debits and credits are equal
	moved: at the bank, in the currency of the bank account: money in positive, money out negative
	settled: what it takes off each open item, in the currency of the item and with the sign of what is
	outstanding of it
	moved_in_company_currency: the same as `moved`, as the ledger values it; None if not known
	settled_in_company_currency: likewise what it takes off the party's account, without a sign
	references: how many rows that is rounded in
	unallocated: what of it pays nothing, in the currency of the party's account
	deducted: what it debits elsewhere, without a sign of the cash: costs positive, in company currency;
	neither at the bank nor on the party's account, and without differences of exchange
	is_cleared: it has a clearance date
	misbooked: what is booked with another party, on another account of a party or on another day than the
	open item and the statement line say, its clearance date included; for people to read
	"""

	key: DocumentKey
	item: str
	docstatus: int
	is_balanced: bool
	moved: Decimal
	settled: Mapping[DocumentKey, Decimal] = field(default_factory=dict)
	moved_in_company_currency: Decimal | None = None
	settled_in_company_currency: Decimal | None = None
	references: int = 1
	unallocated: Decimal = Decimal(0)
	deducted: Mapping[DeductionKey, Decimal] = field(default_factory=dict)
	is_cleared: bool = False
	misbooked: tuple[str, ...] = ()

	@property
	def stands(self) -> bool:
		"""It has an effect, or could get one: a draft counts."""
		return self.docstatus < 2


@dataclass(frozen=True, kw_only=True)
class StatementFacts:
	"""The Bank Transaction as the tables have it; without rows if it is cancelled or gone.

	rows: what is matched, positive amounts by voucher
	unallocated: what is not explained yet, positive
	repeated: how many rows name a voucher that another row names already
	"""

	rows: Mapping[DocumentKey, Decimal]
	unallocated: Decimal
	repeated: int = 0


@dataclass(frozen=True, kw_only=True)
class ItemCounts:
	"""How many open items of a run are in each state."""

	pending: int = 0
	posted: int = 0
	failed: int = 0
	undone: int = 0

	@property
	def total(self) -> int:
		return self.pending + self.posted + self.failed + self.undone
