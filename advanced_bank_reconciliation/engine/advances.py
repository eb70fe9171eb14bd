"""What a Bank Transaction is more than its invoices, left as an advance of a customer or supplier.

unallocated of the Bank Transaction = invoices - deductions + vouchers matched along + advance, to the cent.
It is one payment more that pays no invoice yet; somebody may allocate it later. What a deposit is too much is
a customer's, what a withdrawal is too much a supplier's: the other way round it would be no advance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from advanced_bank_reconciliation.engine.advance_rows import RequestedAdvance
from advanced_bank_reconciliation.engine.books import Allocation, OpenItem, PartyAccount, StatementLine
from advanced_bank_reconciliation.engine.conversion import in_bank_currency, missing_rate, with_rates
from advanced_bank_reconciliation.engine.errors import Problem
from advanced_bank_reconciliation.engine.exchange import ExchangeRates, Rate
from advanced_bank_reconciliation.engine.messages import Message, _, message


def advance_problems(
	line: StatementLine, advance: RequestedAdvance | None, account: PartyAccount | None
) -> list[Problem]:
	"""What there is against an advance of this party, whatever its amount. account: None if not found"""
	reason = _party_problem(line, advance, account) if advance else None
	return [Problem(*advance.document, reason)] if advance and reason else []


def with_advance(
	line: StatementLine,
	allocations: Sequence[Allocation],
	vouchers: Decimal,
	advance: RequestedAdvance | None,
	account: PartyAccount | None,
	rates: ExchangeRates,
) -> tuple[list[Allocation], list[Problem]]:
	"""Add what is left of the Bank Transaction as an allocation to the party, in a group of its own.

	allocations: converted, their cash less the deductions; vouchers: what is matched along, positive
	Returns them as they are, and a problem, if the rest is not what was asked for.
	"""
	if advance is None or account is None:
		return list(allocations), []
	direction = 1 if line.amount > 0 else -1
	paid = direction * sum((one.cash_amount for one in allocations), Decimal(0))
	rest = line.unallocated - vouchers - paid
	reason = _amount_problem(line, advance, rest)
	if reason:
		return list(allocations), [Problem(*advance.document, reason)]
	item = _open_item(line, account)
	own, bank = rates.rate_of(account.currency, item), rates.rate_of(line.currency, item)
	if not own or not bank:
		currencies = [account.currency] * (not own) + [line.currency] * (not bank)
		return list(allocations), [missing_rate(one, rates.company_currency) for one in {*currencies}]
	group = max((one.group for one in allocations), default=-1) + 1
	placed = _allocation(item, direction * rest, _owed(line, account, rest, own, bank), group, own, bank)
	if not placed.allocated_amount:
		return list(allocations), [Problem(*advance.document, _worthless(line, advance, rest, account))]
	return [*allocations, placed], []


def _party_problem(
	line: StatementLine, advance: RequestedAdvance, account: PartyAccount | None
) -> Message | None:
	if advance.party_type != ("Customer" if line.amount > 0 else "Supplier"):
		sentence = _(
			"{0} {1}: what a deposit is too much can be an advance of a Customer, of a withdrawal of a"
			" Supplier. Choose another party."
		)
		return message(sentence, *advance.document)
	if account is None:
		return message(_("{0} {1} does not exist, or you may not read it."), *advance.document)
	return account.obstacle


def _amount_problem(line: StatementLine, advance: RequestedAdvance, rest: Decimal) -> Message | None:
	if rest <= 0:
		sentence = _("Advance {0}: the selection takes all of Bank Transaction {1}. Leave the advance out.")
		return message(sentence, advance.party, line.name)
	if advance.amount in (None, rest):
		return None
	sentence = _(
		"Advance {0}: {1} was asked for, but the selection leaves {2} of Bank Transaction {3}. An advance"
		" takes all of the rest: leave its amount out, or change the selection."
	)
	return message(sentence, advance.party, advance.amount, rest, line.name)


def _open_item(line: StatementLine, account: PartyAccount) -> OpenItem:
	"""The party itself, as what is paid."""
	return OpenItem(
		doctype=account.party_type,
		name=account.party,
		docstatus=1,
		company=line.company,
		party_type=account.party_type,
		party=account.party,
		party_account=account.account,
		currency=account.currency,
		outstanding=Decimal(0),
	)


def _owed(line: StatementLine, account: PartyAccount, rest: Decimal, own: Rate, bank: Rate) -> Decimal:
	"""What the rest comes to in the currency of the party's account."""
	if account.currency == line.currency:
		return rest
	(owed,) = in_bank_currency([rest], bank.value, own.value, account.precision)
	return owed


def _allocation(
	item: OpenItem, cash: Decimal, owed: Decimal, group: int, own: Rate, bank: Rate
) -> Allocation:
	placed = Allocation(
		# It is owed at the rate at which it is paid: nothing is gained or lost by that.
		open_item=replace(item, outstanding=owed, invoice_currency=item.currency, invoice_rate=own.posted),
		allocated_amount=owed,
		cash_amount=cash,
		group=group,
		is_advance=True,
	)
	return with_rates(placed, own, bank, cash)


def _worthless(
	line: StatementLine, advance: RequestedAdvance, rest: Decimal, account: PartyAccount
) -> Message:
	sentence = _("Advance {0}: {1} {2} come to nothing in {3}. Leave the advance out.")
	return message(sentence, advance.party, rest, line.currency, account.currency)
