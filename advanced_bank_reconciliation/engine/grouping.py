"""Which allocations are posted by one voucher.

An ordinary invoice has a voucher of its own, or, if that is asked for (`Grouping.PARTY`), shares it with
others of its party. What runs against the direction of the Bank Transaction, say a customer's credit note in
a deposit, is always posted together with invoices of the same party, by one voucher over their net: a
statement line cannot be settled with an amount that runs the other way (ERPNext's Payment Entry takes
references of both signs and posts their sum). Nothing outweighs an invoice so: ERPNext books one among notes
that are paid out on the wrong side (PaymentEntry.add_party_gl_entries).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from decimal import Decimal
from enum import Enum

from advanced_bank_reconciliation.engine.books import Allocation
from advanced_bank_reconciliation.engine.errors import Problem
from advanced_bank_reconciliation.engine.messages import _, message
from advanced_bank_reconciliation.engine.rows import shown


class Grouping(str, Enum):
	"""Which invoices share a payment. The values are what users see, in English."""

	INVOICE = "Invoice"
	PARTY = "Party"


# What allocations of one party must agree in to share a payment; None for one that has a payment of its own.
Kind = Callable[[Allocation], Hashable]


def read_grouping(value: object, default: Grouping) -> tuple[Grouping, list[Problem]]:
	"""Read a grouping as it came in, one of its values; the default if it is None or empty."""
	if value is None or value == "":
		return default, []
	try:
		return Grouping(value), []
	except ValueError:
		sentence = _('Payments cannot be grouped by {0}. Choose "Invoice" or "Party".')
		return default, [Problem("", "", message(sentence, shown(value)))]


def group_allocations(
	allocations: Sequence[Allocation], *, inwards: bool, most: int = 1, kind: Kind = lambda one: ()
) -> tuple[list[Allocation], list[Problem]]:
	"""Number the groups.

	inwards: the Bank Transaction is a deposit
	most: how many allocations of a party share a voucher if they agree in their `kind`. What is netted shares
	one in any case, however many these are, and others join it up to `most` if all of it is of their kind.
	Returns the allocations ordered by group, in each group what is netted first and the others in the order
	given, and a problem for each one that no invoice of its party can carry.
	"""
	direction = 1 if inwards else -1
	groups: list[list[Allocation]] = []
	problems: list[Problem] = []
	for party_allocations in _by_party(allocations):
		against = [one for one in party_allocations if one.cash_amount * direction < 0]
		along = [one for one in party_allocations if one.cash_amount * direction > 0]
		netted, rest = _net(against, along)
		if netted is None or any(one.allocated_amount > 0 for one in against):
			problems += [_cannot_net(one) for one in against]
			continue
		groups += _share(netted, rest, most, kind)
	numbered = [replace(one, group=number) for number, group in enumerate(groups) for one in group]
	return numbered, problems


def _share(
	netted: Sequence[Allocation], rest: Sequence[Allocation], most: int, kind: Kind
) -> list[list[Allocation]]:
	"""Put what is of one kind together, the netted first, at most so many in one group."""
	groups = [list(netted)] if netted else []
	kinds = {kind(one) for one in netted}
	latest = {kinds.pop(): groups[0]} if len(kinds) == 1 else {}
	for one in rest:
		its_kind = kind(one)
		group = latest.get(its_kind)
		if group is None or its_kind is None or len(group) >= most:
			group = latest[its_kind] = []
			groups.append(group)
		group.append(one)
	return groups


def _by_party(allocations: Sequence[Allocation]) -> list[list[Allocation]]:
	"""Split by who is paid from which account: what one Payment Entry can hold. Keeps the order given."""
	parties: dict[tuple[str, ...], list[Allocation]] = defaultdict(list)
	for one in allocations:
		item = one.open_item
		parties[(item.doctype, item.party_type, item.party, item.party_account)].append(one)
	return list(parties.values())


def _net(
	against: Sequence[Allocation], along: Sequence[Allocation]
) -> tuple[list[Allocation] | None, list[Allocation]]:
	"""Join everything that runs against with as few of the others as make the net run along."""
	if not against:
		return [], list(along)
	largest_first = sorted(along, key=lambda one: -abs(one.cash_amount))
	missing = sum((abs(one.cash_amount) for one in against), Decimal(0))
	for count, one in enumerate(largest_first, start=1):
		missing -= abs(one.cash_amount)
		if missing < 0:
			return [*largest_first[:count], *against], largest_first[count:]
	return None, list(along)


def _cannot_net(allocation: Allocation) -> Problem:
	"""A credit or debit note is outweighed by invoices of its party, an invoice by nothing."""
	item = allocation.open_item
	sentence = _(
		"{0} {1} runs against the direction of this Bank Transaction, and ERPNext pays no invoice out of"
		" credit or debit notes. Leave it out, or settle it with notes of {2} by Payment Reconciliation."
	)
	if item.outstanding < 0:
		sentence = _(
			"{0} {1} runs against the direction of this Bank Transaction. Leave it out, or select it together"
			" with invoices of {2} that come to more than it."
		)
	return Problem(*item.document, message(sentence, *item.document, item.party))
