"""The books as they are when a selection is checked."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.messages import Message


@dataclass(frozen=True, kw_only=True)
class StatementLine:
	"""The Bank Transaction to be settled.

	amount: what moved at the bank: deposit positive, withdrawal negative
	unallocated: how much of it is still to be explained, never negative
	docstatus: 0 draft, 1 submitted, 2 cancelled
	company, currency: of the bank account
	"""

	name: str
	docstatus: int
	company: str
	currency: str
	amount: Decimal
	unallocated: Decimal


@dataclass(frozen=True, kw_only=True)
class OpenItem:
	"""An invoice or credit note as the books have it now.

	outstanding: in `currency`, which is the currency of `party_account`
	obstacle: why the books would not take a payment against it, for instance that it is on hold
	"""

	doctype: str
	name: str
	docstatus: int
	company: str
	party_type: str
	party: str
	party_account: str
	currency: str
	outstanding: Decimal
	obstacle: Message | None = None

	@property
	def document(self) -> DocumentKey:
		return DocumentKey(self.doctype, self.name)


@dataclass(frozen=True, kw_only=True)
class ExistingVoucher:
	"""A payment document that the user had before.

	moved: what it moved on the account of the Bank Transaction, as cash: in positive, out negative
	matched: how much of that Bank Transactions have already, never negative
	is_on_line: whether the Bank Transaction to be settled is one of them
	"""

	doctype: str
	name: str
	docstatus: int
	company: str
	moved: Decimal
	matched: Decimal = Decimal(0)
	is_on_line: bool = False

	@property
	def document(self) -> DocumentKey:
		return DocumentKey(self.doctype, self.name)

	@property
	def left(self) -> Decimal:
		"""What is not yet matched, without a sign; below zero if more is matched than was moved."""
		return abs(self.moved) - self.matched


@dataclass(frozen=True, kw_only=True)
class Allocation:
	"""One checked row: the open item, what it gets, and the group it is posted with (see `grouping`)."""

	open_item: OpenItem
	allocated_amount: Decimal
	cash_amount: Decimal
	group: int = 0
