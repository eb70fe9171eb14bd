"""The books as they are when a selection is checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.messages import Message
from advanced_bank_reconciliation.engine.records import Deduction


@dataclass(frozen=True, kw_only=True)
class StatementLine:
	"""The Bank Transaction to be settled.

	amount: what moved at the bank: deposit positive, withdrawal negative
	unallocated: how much of it is still to be explained, never negative
	docstatus: 0 draft, 1 submitted, 2 cancelled
	company, currency: of the bank account
	precision: decimal places of amounts at the bank that are converted from another currency
	"""

	name: str
	docstatus: int
	company: str
	currency: str
	amount: Decimal
	unallocated: Decimal
	precision: int = 2


@dataclass(frozen=True, kw_only=True)
class EarlyDiscount:
	"""What payment terms let off an invoice that is paid by the date of the Bank Transaction.

	from_amount: how much of the invoice has to be paid for it, in the currency of the open item
	deductions: how it is booked: positive on sales, negative on purchases
	until: the last day on which all of it is let off
	"""

	from_amount: Decimal
	deductions: tuple[Deduction, ...]
	until: date | None = None


@dataclass(frozen=True, kw_only=True)
class OpenItem:
	"""An invoice or credit note as the books have it now.

	outstanding: in `currency`, which is the currency of `party_account`
	invoice_currency, invoice_rate: in which it was written, and its rate to the company's currency; zero if
	not known
	obstacle: why the books would not take a payment against it, for instance that it is on hold
	discounts: the more is paid of it, the more payment terms let off; only the largest that is reached counts
	particulars: what a payment takes over from it that the ledgers show, such as its cost center; read if
	payments are to be shared
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
	invoice_currency: str = ""
	invoice_rate: Decimal = Decimal(0)
	obstacle: Message | None = None
	discounts: tuple[EarlyDiscount, ...] = ()
	particulars: tuple[str, ...] = ()

	@property
	def document(self) -> DocumentKey:
		return DocumentKey(self.doctype, self.name)


@dataclass(frozen=True, kw_only=True)
class PartyAccount:
	"""Where the books would have an advance of a party.

	currency, precision: of the account; obstacle: why they would not take it
	"""

	party_type: str
	party: str
	account: str
	currency: str
	precision: int = 2
	obstacle: Message | None = None


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
	"""One checked row: the open item, what it gets, and the group it is posted with (see `grouping`).

	allocated_amount: in the currency of the open item, with the sign of what is outstanding of it
	cash_amount: the same as cash, in positive, out negative; in the currency of the open item until it is
	converted, and in that of the bank account from then on (see `conversion`), less the deductions in the end
	exchange_rate, bank_exchange_rate: of the open item's currency and of the bank account's, to the company's
	rate_source: where the rate comes from that is not certain; empty if no other currency takes part
	is_advance: it pays nothing yet; its open item is the party (see `advances`)
	"""

	open_item: OpenItem
	allocated_amount: Decimal
	cash_amount: Decimal
	group: int = 0
	exchange_rate: Decimal = Decimal(1)
	bank_exchange_rate: Decimal = Decimal(1)
	rate_source: str = ""
	deductions: tuple[Deduction, ...] = ()
	is_advance: bool = False
