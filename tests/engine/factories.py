"""Small builders of the engine's facts, with defaults that fit each other."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from advanced_bank_reconciliation.engine.allocation import CASH_SIGN, allocate
from advanced_bank_reconciliation.engine.books import Allocation, ExistingVoucher, OpenItem, StatementLine
from advanced_bank_reconciliation.engine.errors import Problem, SelectionRefused
from advanced_bank_reconciliation.engine.records import Item, Run
from advanced_bank_reconciliation.engine.selection import RequestedAllocation, Selection, read_selection
from advanced_bank_reconciliation.engine.states import RunState

SALES, PURCHASE, PAYMENT = "Sales Invoice", "Purchase Invoice", "Payment Entry"
PARTY_TYPES = {SALES: "Customer", PURCHASE: "Supplier"}
LINE = "BANK-LINE-1"


def money(text: str | int) -> Decimal:
	return Decimal(text).quantize(Decimal("0.01"))


def make_line(
	amount: str | Decimal = "1000.00", unallocated: str | Decimal | None = None, **other
) -> StatementLine:
	"""A submitted Bank Transaction: a deposit if `amount` is positive, nothing of it allocated yet."""
	amount = Decimal(amount)
	facts = {"name": LINE, "docstatus": 1, "company": "Company", "currency": "EUR", **other}
	rest = abs(amount) if unallocated is None else Decimal(unallocated)
	return StatementLine(amount=amount, unallocated=rest, **facts)


def make_item(name: str = "SI-1", outstanding: str | Decimal = "100.00", **other) -> OpenItem:
	"""A submitted Sales Invoice of one customer; `doctype` and everything else may be given."""
	doctype = other.pop("doctype", SALES)
	facts = {
		"docstatus": 1,
		"company": "Company",
		"party_type": PARTY_TYPES[doctype],
		"party": "Party A",
		"party_account": "Account of parties",
		"currency": "EUR",
		**other,
	}
	return OpenItem(doctype=doctype, name=name, outstanding=Decimal(outstanding), **facts)


def make_voucher(
	name: str = "PE-1", moved: str = "100.00", matched: str = "0.00", **other
) -> ExistingVoucher:
	"""A submitted Payment Entry that brought `moved` in; Bank Transactions have `matched` of it."""
	facts = {"doctype": PAYMENT, "docstatus": 1, "company": "Company", **other}
	return ExistingVoucher(name=name, moved=Decimal(moved), matched=Decimal(matched), **facts)


def make_allocation(item: OpenItem, amount: Decimal | None = None) -> Allocation:
	"""The allocation of `amount` to `item`, of all that is outstanding if None."""
	amount = item.outstanding if amount is None else amount
	return Allocation(open_item=item, allocated_amount=amount, cash_amount=amount * CASH_SIGN[item.doctype])


def row(name: object = "SI-1", amount: object = "100.00", doctype: object = SALES) -> dict:
	"""One ticked invoice as a browser sends it."""
	return {"doctype": doctype, "name": name, "allocated_amount": amount}


def voucher_row(name: object = "PE-1", amount: object = "100.00", doctype: object = PAYMENT) -> dict:
	"""One ticked voucher as a browser sends it."""
	return {"payment_doctype": doctype, "payment_name": name, "amount": amount}


def read(
	invoices: object, vouchers: object = None, precision: int = 2, deductions: object = None
) -> Selection:
	return read_selection(invoices, vouchers, deductions, precision=precision, voucher_doctypes=[PAYMENT])


def select_all(items: Sequence[OpenItem], vouchers: Sequence[ExistingVoucher] = ()) -> Selection:
	"""A selection of each item and voucher with all that is open of it."""
	return Selection(
		tuple(RequestedAllocation(item.doctype, item.name, item.outstanding) for item in items),
		tuple(RequestedAllocation(one.doctype, one.name, one.left) for one in vouchers),
	)


def allocate_from(
	line: StatementLine,
	selection: Selection,
	items: Sequence[OpenItem] = (),
	vouchers: Sequence[ExistingVoucher] = (),
) -> list[Allocation]:
	"""Check `selection` against books that hold just these items and vouchers."""
	return allocate(
		line,
		selection,
		{item.document: item for item in items},
		{voucher.document: voucher for voucher in vouchers},
	)


def problems_of(function, *arguments, **options) -> tuple[Problem, ...]:
	"""What `function` refuses; nothing if it does not refuse."""
	try:
		function(*arguments, **options)
	except SelectionRefused as refused:
		return refused.problems
	return ()


def make_run(state: RunState = RunState.POSTING, **other) -> Run:
	"""A run over ten items."""
	facts = {
		"name": "RUN-1",
		"job_id": "job-1",
		"bank_transaction": LINE,
		"user": "user",
		"total": 10,
		**other,
	}
	return Run(state=state, **facts)


def make_run_item(number: int = 0, **other) -> Item:
	"""Item number `number` of a run: an invoice of 100 with a voucher of its own."""
	facts = {
		"doctype": SALES,
		"document": f"SI-{number}",
		"party_type": "Customer",
		"party": "Party A",
		"allocated_amount": money(100),
		"cash_amount": money(100),
		**other,
	}
	return Item(key=f"RUN-1-{number}", position=number, group=number, **facts)
