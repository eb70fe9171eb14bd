"""From a selection to allocations that are known to fit: signs, amounts, sums, and who is paid with whom.

Signs follow the cash. An open item carries its outstanding amount as ERPNext does: an invoice positive, a
credit or debit note negative. Sales bring cash in, purchases take it out, so that a sales return takes cash
out and a purchase return brings it in.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial

from advanced_bank_reconciliation.engine.advances import advance_problems, with_advance
from advanced_bank_reconciliation.engine.books import (
	Allocation,
	ExistingVoucher,
	OpenItem,
	PartyAccount,
	StatementLine,
)
from advanced_bank_reconciliation.engine.conversion import convert
from advanced_bank_reconciliation.engine.deductions import spread, total_of
from advanced_bank_reconciliation.engine.discounts import discount_of, discount_problem
from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.errors import Problem, SelectionRefused
from advanced_bank_reconciliation.engine.exchange import ExchangeRates
from advanced_bank_reconciliation.engine.grouping import Grouping, group_allocations
from advanced_bank_reconciliation.engine.messages import Message, _, message
from advanced_bank_reconciliation.engine.selection import RequestedAllocation, Selection

CASH_SIGN = {"Sales Invoice": 1, "Purchase Invoice": -1}


def allocate(
	line: StatementLine,
	selection: Selection,
	open_items: Mapping[DocumentKey, OpenItem],
	vouchers: Mapping[DocumentKey, ExistingVoucher],
	rates: ExchangeRates | None = None,
	party_account: PartyAccount | None = None,
	*,
	most_in_payment: int = 20,
) -> list[Allocation]:
	"""Check the whole selection against the books and return its allocations in posting order.

	open_items, vouchers: what was found; what is missing does not exist for this user
	rates: None if only one currency takes part, the company's own
	most_in_payment: how many invoices of a party share a payment if the selection is grouped by party
	party_account: where an advance would be, if one is asked for and its party was found
	Raises `SelectionRefused` with every problem that was found, those of the selection's form among them,
	each with its document.
	"""
	allocations, refused = _check_items(line, selection.invoices, open_items)
	problems = [*selection.problems, *_line_problems(line), *refused]
	problems += _check_vouchers(line, selection.vouchers, vouchers)
	rates = rates or ExchangeRates(company_currency=line.currency)
	most = most_in_payment if selection.grouping is Grouping.PARTY else 1
	kind = partial(_kind, line, rates)
	grouped, ungrouped = group_allocations(allocations, inwards=line.amount > 0, most=most, kind=kind)
	every = _one_by_one(allocations) if ungrouped else grouped
	also_needed = [party_account.currency] if party_account else []
	converted, unconverted = convert(line, every, rates, also_needed)
	problems += [*unconverted, *advance_problems(line, selection.advance, party_account)]
	if not problems:
		problems = _sum_problems(line, converted, selection)
	if line.amount:
		problems += _without_doubtful(ungrouped, refused, open_items)
	if not problems:
		converted, problems = spread(line, converted, selection.deductions)
	if not problems:
		along = sum((voucher.amount for voucher in selection.vouchers), Decimal(0))
		converted, problems = with_advance(line, converted, along, selection.advance, party_account, rates)
	if problems:
		raise SelectionRefused(problems)
	return converted


def _kind(line: StatementLine, rates: ExchangeRates, one: Allocation) -> Hashable:
	"""What invoices of a party must agree in to share a payment; None for one that has a payment of its own.

	Their particulars, for a payment has one of each, and the ledgers show it with the money at the bank; and
	their exchange rates, for a payment has one. An early payment discount is booked with its own invoice, for
	ERPNext knows it only in the payment of one invoice (get_payment_entry).
	"""
	if one.deductions:
		return None
	item = one.open_item
	return item.particulars, rates.rate_of(item.currency, item), rates.rate_of(line.currency, item)


def _one_by_one(allocations: Sequence[Allocation]) -> list[Allocation]:
	"""Each in a group of its own: what cannot be grouped is converted all the same, to compare the sums."""
	return [replace(one, group=number) for number, one in enumerate(allocations)]


def _without_doubtful(
	ungrouped: Sequence[Problem], refused: Sequence[Problem], open_items: Mapping[DocumentKey, OpenItem]
) -> list[Problem]:
	"""Leave out what an invoice of the same party might carry that was refused for another reason."""
	doubtful = {open_items[one.document].party for one in refused if one.document in open_items}
	return [one for one in ungrouped if open_items[one.document].party not in doubtful]


def _check_items(
	line: StatementLine,
	invoices: Sequence[RequestedAllocation],
	open_items: Mapping[DocumentKey, OpenItem],
) -> tuple[list[Allocation], list[Problem]]:
	allocations, problems = [], []
	for requested in invoices:
		open_item = open_items.get(requested.document)
		reason = _item_problem(line, requested, open_item)
		if reason:
			problems.append(Problem(*requested.document, reason))
		elif open_item and requested.amount:
			allocations.append(_allocation(requested, open_item))
	return allocations, problems


def _allocation(requested: RequestedAllocation, open_item: OpenItem) -> Allocation:
	discount = discount_of(open_item.discounts, requested.amount) if requested.discount else ()
	return Allocation(
		open_item=open_item,
		allocated_amount=requested.amount,
		cash_amount=requested.amount * CASH_SIGN[requested.doctype] - total_of(discount),
		deductions=discount,
	)


def _line_problems(line: StatementLine) -> list[Problem]:
	reason = None
	if line.docstatus != 1:
		reason = message(_("Bank Transaction {0} is not submitted. Select a submitted one."), line.name)
	elif not line.amount:
		reason = message(_("Bank Transaction {0} has neither a deposit nor a withdrawal."), line.name)
	elif line.unallocated <= 0:
		reason = message(_("Bank Transaction {0} is already reconciled."), line.name)
	return [Problem("Bank Transaction", line.name, reason)] if reason else []


def _item_problem(
	line: StatementLine, requested: RequestedAllocation, item: OpenItem | None
) -> Message | None:
	label = requested.document
	if item is None:
		return message(_("{0} {1} does not exist, or you may not read it."), *label)
	if item.company != line.company:
		return message(_("{0} {1} belongs to {2}, not to {3}."), *label, item.company, line.company)
	if item.docstatus != 1:
		state = (
			_("{0} {1} is cancelled.") if item.docstatus == 2 else _("{0} {1} is a draft. Submit it first.")
		)
		return message(state, *label)
	return (
		_amount_problem(label, requested.amount, item.outstanding)
		or item.obstacle
		or discount_problem(label, item, requested.amount, requested.discount)
	)


def _amount_problem(label: DocumentKey, amount: Decimal, outstanding: Decimal) -> Message | None:
	if not outstanding:
		return message(_("{0} {1} is already fully paid."), *label)
	if not amount:
		# It could not be read, and the selection says so.
		return None
	if (amount > 0) != (outstanding > 0):
		sentence = _("{0} {1}: {2} has the wrong sign, {3} is outstanding.")
		return message(sentence, *label, amount, outstanding)
	if abs(amount) > abs(outstanding):
		return message(_("{0} {1}: {2} is more than the {3} outstanding."), *label, amount, outstanding)
	return None


def _check_vouchers(
	line: StatementLine,
	requests: Sequence[RequestedAllocation],
	vouchers: Mapping[DocumentKey, ExistingVoucher],
) -> list[Problem]:
	reasons = ((one, _voucher_problem(line, one, vouchers.get(one.document))) for one in requests)
	return [Problem(*requested.document, reason) for requested, reason in reasons if reason]


def _voucher_problem(
	line: StatementLine, requested: RequestedAllocation, voucher: ExistingVoucher | None
) -> Message | None:
	label = requested.document
	if voucher is None:
		return message(_("{0} {1} does not exist, or you may not read it."), *label)
	if voucher.company != line.company:
		return message(_("{0} {1} belongs to {2}, not to {3}."), *label, voucher.company, line.company)
	if voucher.docstatus != 1:
		return message(_("{0} {1} is not submitted."), *label)
	if voucher.is_on_line:
		sentence = _("{0} {1} is on Bank Transaction {2} already. Leave it out, or unmatch it there first.")
		return message(sentence, *label, line.name)
	return _movement_problem(line, label, voucher) or _share_problem(label, requested.amount, voucher.left)


def _movement_problem(line: StatementLine, label: DocumentKey, voucher: ExistingVoucher) -> Message | None:
	"""A statement line takes no amount of the other direction, also not one that others outweigh: ERPNext
	allocates positive amounts only (BankTransaction.allocate_payment_entries).
	"""
	if not voucher.moved:
		sentence = _("{0} {1} moved no money on the bank account of Bank Transaction {2}. Leave it out.")
		return message(sentence, *label, line.name)
	if voucher.moved * line.amount >= 0:
		return None
	sentence = _("{0} {1} brought money in, but Bank Transaction {2} is a withdrawal. Match it to a deposit.")
	if line.amount > 0:
		sentence = _(
			"{0} {1} took money out, but Bank Transaction {2} is a deposit. Match it to a withdrawal."
		)
	return message(sentence, *label, line.name)


def _share_problem(label: DocumentKey, amount: Decimal, left: Decimal) -> Message | None:
	"""amount: what is asked for of a voucher; left: what of it is not yet matched"""
	if left <= 0:
		sentence = _("{0} {1} has nothing left: Bank Transactions have all of it already. Leave it out.")
		return message(sentence, *label)
	if amount < 0:
		return message(_("{0} {1}: {2} has the wrong sign."), *label, amount)
	if amount > left:
		return message(_("{0} {1}: {2} is more than the {3} not yet matched."), *label, amount, left)
	return None


def _sum_problems(
	line: StatementLine, allocations: Sequence[Allocation], selection: Selection
) -> list[Problem]:
	"""gross = net + deductions: what the net comes to must fit what is left of the Bank Transaction."""
	direction = 1 if line.amount > 0 else -1
	gross = sum((allocation.cash_amount for allocation in allocations), Decimal(0))
	total = direction * (gross - total_of(selection.deductions))
	total += sum((voucher.amount for voucher in selection.vouchers), Decimal(0))
	if not total:
		reason = message(_("The selection comes to nothing: what comes in and what goes out are equal."))
	elif total < 0:
		sentence = _("The selection brings money in, but Bank Transaction {0} is a withdrawal.")
		if direction > 0:
			sentence = _("The selection takes money out, but Bank Transaction {0} is a deposit.")
		reason = message(sentence, line.name)
	elif total > line.unallocated:
		sentence = _(
			"The selection comes to {0}, but only {1} of Bank Transaction {2} is unallocated: {3} too much."
		)
		reason = message(sentence, total, line.unallocated, line.name, total - line.unallocated)
	else:
		return []
	return [Problem("Bank Transaction", line.name, reason)]
