"""What must be true in the tables at the end of each step, before it is committed.

Nothing here trusts what a step says of itself. Whatever does not hold raises `PostConditionFailed`: the step
is rolled back, the run is undone, and an undo that does not hold ends in Attention.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from advanced_bank_reconciliation.engine.deductions import DeductionKey, in_company_currency
from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.errors import ItemFailure, ItemsRefused, PostConditionFailed
from advanced_bank_reconciliation.engine.facts import ItemCounts, StatementFacts, VoucherFacts
from advanced_bank_reconciliation.engine.messages import _, message
from advanced_bank_reconciliation.engine.money import is_changed_by
from advanced_bank_reconciliation.engine.records import Item, Run, Voucher

Amounts = Mapping[DocumentKey, Decimal]


def check_nothing_stands(vouchers: Sequence[VoucherFacts]) -> None:
	"""No payment stands for items that are about to be posted, or for a run that is undone."""
	for facts in vouchers:
		if facts.stands:
			sentence = _("{0} {1} stands in the books without a checkpoint: an app or a script committed it.")
			_fail(sentence, *facts.key)


def check_posted(
	items: Sequence[Item], vouchers: Mapping[str, Voucher], facts: Sequence[VoucherFacts]
) -> None:
	"""Each group has one submitted payment that balances, moved its amount, and pays what it should."""
	found = {fact.key: fact for fact in facts if fact.stands}
	paid: dict[DocumentKey, list[Item]] = defaultdict(list)
	for item in items:
		voucher = vouchers.get(item.key)
		if voucher is None or not voucher.is_own:
			_fail(_("{0} {1} was not posted."), item.doctype, item.document)
		else:
			paid[voucher.key].append(item)
			_check_voucher(voucher, found.get(voucher.key))
	for key, group in paid.items():
		_check_rates(group, found[key])
		if found[key].unallocated != _advanced(group):
			_fail(_("{0} {1} has {2} that pay nothing."), *key, found[key].unallocated)
		if found[key].deducted != _deductions_of(group, found[key]):
			_fail(_("{0} {1} does not deduct what it should."), *key)
		if found[key].settled != _settled(group):
			_fail(
				_("{0} {1} does not pay what it should: {2}."),
				*key,
				_differences(found[key].settled, _settled(group)),
			)
	if set(found) != set(paid):
		_fail(_("A payment was posted that no item knows: {0}."), _names(set(found) - set(paid)))


def check_booked(
	items: Sequence[Item], vouchers: Mapping[str, Voucher], facts: Sequence[VoucherFacts]
) -> None:
	"""Each payment moved the cash of its items in their direction, and stands where they and the day say."""
	found = {fact.key: fact for fact in facts}
	cash: dict[DocumentKey, Decimal] = defaultdict(Decimal)
	for item in items:
		cash[vouchers[item.key].key] += item.cash_amount
	for key, amount in cash.items():
		if found[key].moved != amount:
			_fail(_("{0} {1} moved {2} at the bank instead of {3}."), *key, found[key].moved, amount)
		_check_place(found[key])


def check_paid(items: Sequence[Item], before: Amounts, after: Amounts) -> None:
	"""Each open item is down by exactly what was allocated. Raises `ItemsRefused` with those that are not."""
	sentence = _("{0} {1}: {2} would be outstanding after the payment instead of {3}.")
	wrong = []
	for item in items:
		former, left = before.get(item.reference, Decimal(0)), after.get(item.reference)
		if left is None or not is_changed_by(former, -item.allocated_amount, left):
			text = message(sentence, *item.reference, left, former - item.allocated_amount).text()
			wrong.append(ItemFailure(item.key, text))
	if wrong:
		raise ItemsRefused(wrong)


def check_matched(
	vouchers: Sequence[Voucher],
	facts: Sequence[VoucherFacts],
	before: StatementFacts,
	after: StatementFacts,
) -> None:
	"""The Bank Transaction has each voucher with its amount and nothing else new, and each is cleared."""
	rows = dict(before.rows)
	for voucher in vouchers:
		rows[voucher.key] = rows.get(voucher.key, Decimal(0)) + voucher.amount
	added = sum((voucher.amount for voucher in vouchers), Decimal(0))
	_check_statement(after, rows, before.unallocated - added)
	if after.repeated != before.repeated:
		_fail(_("The Bank Transaction has a voucher twice."))
	found = {fact.key: fact for fact in facts if fact.stands}
	own = [voucher for voucher in vouchers if voucher.is_own]
	for voucher in own:
		fact = _check_voucher(voucher, found.get(voucher.key))
		if not fact.is_cleared:
			_fail(_("{0} {1} is matched, but has no clearance date."), *voucher.key)
		_check_place(fact)
	if set(found) != {voucher.key for voucher in own}:
		surplus = set(found) - {voucher.key for voucher in own}
		_fail(_("A payment was posted that no item knows: {0}."), _names(surplus))


def check_still_paid(items: Sequence[Item], facts: Sequence[VoucherFacts]) -> None:
	"""At the end of a run each payment still pays the items that it was posted for, maybe batches ago.

	items: all that are posted; facts: all payments of the run, each with the key of the first of its group
	"""
	found = {fact.item: fact for fact in facts if fact.stands}
	groups: dict[int, list[Item]] = defaultdict(list)
	for item in sorted(items, key=lambda item: item.position):
		groups[item.group].append(item)
	for group in groups.values():
		first, settled = group[0], _settled(group)
		fact = found.get(first.key)
		if fact is None or fact.unallocated != _advanced(group) or fact.settled != settled:
			paid = fact.settled if fact else {}
			sentence = _("The payment of {0} {1} does not pay any more what it should: {2}.")
			_fail(sentence, *first.reference, _differences(paid, settled))


def check_unmatched(
	ours: set[DocumentKey],
	facts: Sequence[VoucherFacts],
	before: StatementFacts,
	after: StatementFacts,
) -> None:
	"""Of the Bank Transaction's rows exactly `ours` are gone, and their amounts are unallocated again. The
	run's own payments among them have no clearance date any more.
	"""
	removed = sum((amount for key, amount in before.rows.items() if key in ours), Decimal(0))
	remaining = {key: amount for key, amount in before.rows.items() if key not in ours}
	_check_statement(after, remaining, before.unallocated + removed)
	for fact in facts:
		if fact.is_cleared and fact.key in before.rows:
			_fail(_("{0} {1} is not matched any more, but has a clearance date."), *fact.key)


def check_undone(
	undone: Sequence[VoucherFacts], remaining: Sequence[VoucherFacts], before: Amounts, after: Amounts
) -> None:
	"""None of `undone` stands any more, and each open item is up again by exactly what they had paid."""
	names = {facts.key for facts in undone}
	for facts in remaining:
		effects = facts.moved or facts.settled or facts.deducted or facts.unallocated
		if facts.key in names and (facts.stands or effects):
			_fail(_("{0} {1} still stands after it was undone."), *facts.key)
	paid: dict[DocumentKey, Decimal] = defaultdict(Decimal)
	for facts in undone:
		for key, amount in facts.settled.items():
			paid[key] += amount
	keys = {*before, *paid}
	is_given_back = after.keys() == keys and all(
		is_changed_by(before.get(key, Decimal(0)), paid[key], after[key]) for key in keys
	)
	if not is_given_back:
		expected = {key: before.get(key, Decimal(0)) + paid[key] for key in keys}
		_fail(_("The undo does not give back what was paid: {0}."), _differences(after, expected))


def check_checkpoint(before: Run, after: Run, items: Sequence[Item], counts: ItemCounts) -> None:
	"""The items of a batch are all posted, or all undone, and the run's numbers have moved by as many.

	counts: of these items alone, so that each batch costs the same; the whole run is counted at its end
	"""
	number = len(items)
	moved = (after.posted - before.posted, after.undone - before.undone)
	if (moved, counts) not in (
		((number, 0), ItemCounts(posted=number)),
		((0, number), ItemCounts(undone=number)),
	):
		_fail(_("The numbers of run {0} are not those of its items."), after.name)


def check_completed(run: Run, counts: ItemCounts) -> None:
	"""Completed is counted: posted = total = items in the table, and more than none."""
	if not 0 < run.total == run.posted == counts.posted == counts.total or run.undone:
		sentence = _("Run {0} is not complete: {1} of {2} invoices are posted.")
		_fail(sentence, run.name, counts.posted, run.total)


def check_rolled_back(run: Run, counts: ItemCounts, vouchers: Sequence[VoucherFacts]) -> None:
	"""Nothing of the run is left: each item that was posted is undone, and no payment stands."""
	check_nothing_stands(vouchers)
	if counts.posted or counts.undone != run.undone or run.matched:
		_fail(_("Run {0} is not undone: {1} invoices are still posted."), run.name, counts.posted)


def _settled(items: Sequence[Item]) -> Amounts:
	"""What the payment of `items` should take off each open item."""
	return {item.reference: item.allocated_amount for item in items if not item.is_advance}


def _advanced(items: Sequence[Item]) -> Decimal:
	"""What of the payment of `items` should pay nothing yet."""
	return sum((item.allocated_amount for item in items if item.is_advance), Decimal(0))


def _deductions_of(items: Sequence[Item], facts: VoucherFacts) -> Mapping[DeductionKey, Decimal]:
	"""By account: what the payment of `items` should deduct, without what adds up to nothing."""
	expected: dict[DeductionKey, Decimal] = defaultdict(Decimal)
	for item in items:
		for one in item.deductions:
			amount = one.amount
			if facts.moved_in_company_currency is not None:
				amount = in_company_currency(one, item, _precision(facts.moved_in_company_currency))
			expected[DeductionKey(one.account, one.cost_center)] += amount
	return {key: amount for key, amount in expected.items() if amount}


def _check_voucher(voucher: Voucher, facts: VoucherFacts | None) -> VoucherFacts:
	if facts is None or facts.docstatus != 1:
		_fail(_("{0} {1} is not submitted in the books."), *voucher.key)
	elif not facts.is_balanced:
		_fail(_("The debits and credits of {0} {1} differ."), *voucher.key)
	elif abs(facts.moved) != voucher.amount:
		_fail(_("{0} {1} moved {2} at the bank instead of {3}."), *voucher.key, facts.moved, voucher.amount)
	else:
		return facts
	raise AssertionError("unreachable: every failure raises")


def _check_rates(items: Sequence[Item], facts: VoucherFacts) -> None:
	"""The ledger values a payment by the rates of its items, at the bank and on the party's account. So what
	balances it, the difference of exchange, is what it should be as well.
	"""
	rate, bank_rate = items[0].exchange_rate, items[0].bank_exchange_rate
	owed = sum((item.allocated_amount for item in items), Decimal(0))
	_check_worth(facts, facts.moved_in_company_currency, facts.moved, bank_rate, roundings=1)
	# An advance has no references, and is rounded as a whole.
	roundings = max(facts.references, 1)
	_check_worth(facts, facts.settled_in_company_currency, owed, rate, roundings=roundings)


def _check_worth(
	facts: VoucherFacts, found: Decimal | None, amount: Decimal, rate: Decimal, *, roundings: int
) -> None:
	"""found: `amount` in company currency as the ledger has it, if known; roundings: in how many parts

	An item that was recorded by an earlier version has no rate: ERPNext found it.
	"""
	if found is None or not rate:
		return
	expected = abs(amount * rate)
	unit = Decimal(1).scaleb(-_precision(found))
	if abs(abs(found) - expected) > (unit * roundings if rate != 1 else 0):
		sentence = _("{0} {1} is worth {2} in the ledger, but {3} by its exchange rate.")
		_fail(sentence, *facts.key, abs(found), expected)


def _precision(amount: Decimal) -> int:
	"""Of the currency: amounts of the ledgers have all of its decimals."""
	return -int(amount.as_tuple().exponent)


def _check_place(facts: VoucherFacts) -> None:
	if facts.misbooked:
		sentence = _("{0} {1} is booked otherwise than its invoices and the Bank Transaction say: {2}.")
		_fail(sentence, *facts.key, "; ".join(facts.misbooked[:5]))


def _check_statement(after: StatementFacts, rows: Amounts, unallocated: Decimal) -> None:
	if dict(after.rows) != dict(rows):
		sentence = _("The Bank Transaction is not matched as it should be: {0}.")
		_fail(sentence, _differences(after.rows, rows))
	if after.unallocated != unallocated:
		sentence = _("The Bank Transaction has {0} unallocated instead of {1}.")
		_fail(sentence, after.unallocated, unallocated)


def _differences(found: Amounts, expected: Amounts) -> str:
	"""The first documents with another amount than expected, for a message."""
	wrong = sorted(key for key in {*found, *expected} if found.get(key) != expected.get(key))
	return ", ".join(f"{key.name} {found.get(key)} ({expected.get(key)})" for key in wrong[:5])


def _names(keys: set[DocumentKey]) -> str:
	return ", ".join(sorted(key.name for key in keys)[:5])


def _fail(sentence: str, *arguments: object) -> None:
	raise PostConditionFailed(message(sentence, *arguments))
