"""Adapters that do not do what they say. A run over them must never end with a sentence that is not true."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from advanced_bank_reconciliation.engine.facts import VoucherFacts
from advanced_bank_reconciliation.engine.records import Item, Run, Voucher
from advanced_bank_reconciliation.engine.states import ItemState
from sandbox.ledger import SqliteLedger
from sandbox.run_store import SqliteRunStore


class PaysTooLittle(SqliteLedger):
	"""Leaves one cent of each invoice open."""

	def post(self, run: Run, items: Sequence[Item]) -> Mapping[str, Voucher]:
		vouchers = super().post(run, items)
		for item in items:
			update = "UPDATE open_item SET outstanding = outstanding + 1 WHERE name = ? AND outstanding >= 0"
			self.connection.execute(update, (item.document,))
		return vouchers


class ShiftsACent(SqliteLedger):
	"""Pays one invoice a cent too much and another one of the same payment a cent too little."""

	def _post_payment(self, run: Run, group: Sequence[Item]) -> Voucher:
		first, *others, last = group
		cent = Decimal("0.01")
		shifted = replace(first, allocated_amount=first.allocated_amount - cent)
		surplus = replace(last, allocated_amount=last.allocated_amount + cent)
		return super()._post_payment(run, [shifted, *others, surplus])


class PostsNothing(SqliteLedger):
	"""Says that all is posted."""

	def post(self, run: Run, items: Sequence[Item]) -> Mapping[str, Voucher]:
		number = {item.key: f"PAY-{item.position}" for item in items}
		return {
			item.key: Voucher(
				doctype="Payment", name=number[item.key], amount=abs(item.cash_amount), is_own=True
			)
			for item in items
		}


class ForgetsToMark(SqliteLedger):
	"""Posts payments that nobody would find again."""

	def post(self, run: Run, items: Sequence[Item]) -> Mapping[str, Voucher]:
		vouchers = super().post(run, items)
		self.connection.execute("UPDATE payment SET run = NULL, run_item = NULL WHERE run = ?", (run.name,))
		return vouchers


class DeductsElsewhere(SqliteLedger):
	"""Books a fee to another account than was asked for."""

	def post(self, run: Run, items: Sequence[Item]) -> Mapping[str, Voucher]:
		swapped = {"Bank Charges": "Write Off", "Write Off": "Bank Charges"}
		others = [
			replace(
				item,
				deductions=tuple(replace(one, account=swapped[one.account]) for one in item.deductions),
			)
			for item in items
		]
		return super().post(run, others)


class KeepsWhatWasDeducted(SqliteLedger):
	"""Undoes a payment but for the lines of its deductions."""

	def vouchers_of(self, run: Run, marks: Collection[str] | None = None) -> Sequence[VoucherFacts]:
		facts = super().vouchers_of(run, marks)
		self.undone = [*getattr(self, "undone", []), *facts]
		return facts or [replace(one, docstatus=2) for one in self.undone if marks and one.item in marks]


class PaysForSomebodyElse(SqliteLedger):
	"""Books the payment with another party than owes the invoice."""

	def _post_payment(self, run: Run, group: Sequence[Item]) -> Voucher:
		return super()._post_payment(run, [replace(item, party="Stranger") for item in group])


class LeavesItToSomebodyElse(SqliteLedger):
	"""Books an advance with another party than was chosen."""

	def _post_payment(self, run: Run, group: Sequence[Item]) -> Voucher:
		party = "Stranger" if group[0].is_advance else group[0].party
		return super()._post_payment(run, [replace(item, party=party) for item in group])


class AllocatesTheAdvance(SqliteLedger):
	"""Lets an advance pay an invoice that nobody has chosen."""

	def _post_payment(self, run: Run, group: Sequence[Item]) -> Voucher:
		voucher = super()._post_payment(run, group)
		insert = "INSERT INTO payment_reference SELECT ?, doctype, name, 1 FROM open_item LIMIT ?"
		self.connection.execute(insert, (voucher.name, int(group[0].is_advance)))
		return voucher


class TurnsRound(SqliteLedger):
	"""Takes from the bank what it should bring."""

	def vouchers_of(self, run: Run, marks: Collection[str] | None = None) -> Sequence[VoucherFacts]:
		return [replace(facts, moved=-facts.moved) for facts in super().vouchers_of(run, marks)]


class StaysCleared(SqliteLedger):
	"""Takes vouchers off the Bank Transaction, and leaves them their clearance dates."""

	def unmatch(self, run: Run, vouchers: Sequence[Voucher]) -> None:
		super().unmatch(run, vouchers)
		update = "UPDATE payment SET clearance_date = '2026-01-01' WHERE run = ?"
		self.connection.execute(update, (run.name,))


class MatchesAllButOne(SqliteLedger):
	def match(self, run: Run, vouchers: Sequence[Voucher]) -> None:
		super().match(run, vouchers[1:])


class ReleasesAnEarlierInvoice(SqliteLedger):
	"""While it posts a batch, takes the invoice off a payment of a batch before."""

	def post(self, run: Run, items: Sequence[Item]) -> Mapping[str, Voucher]:
		find = "SELECT name, run_item FROM payment WHERE run = ? ORDER BY number"
		payments = self.connection.execute(find, (run.name,)).fetchall()
		for name, key in payments[:1]:
			paid = self.connection.execute(
				"SELECT document, allocated_amount FROM run_item WHERE key = ?", (key,)
			)
			document, amount = paid.fetchone()
			update = "UPDATE open_item SET outstanding = ? WHERE name = ?"
			self.connection.execute(update, (amount, document))
			self.connection.execute("DELETE FROM payment_reference WHERE payment = ?", (name,))
		return super().post(run, items)


class ForgetsToClear(SqliteLedger):
	def match(self, run: Run, vouchers: Sequence[Voucher]) -> None:
		super().match(run, vouchers)
		self.connection.execute("UPDATE payment SET clearance_date = NULL WHERE run = ?", (run.name,))


class UndoesEveryOther(SqliteLedger):
	"""As ERPNext's loops do that remove from the list that they walk."""

	def undo(self, run: Run, vouchers: Sequence[VoucherFacts]) -> None:
		super().undo(run, vouchers[::2])


class UnmatchesEveryOther(SqliteLedger):
	def unmatch(self, run: Run, vouchers: Sequence[Voucher]) -> None:
		super().unmatch(run, vouchers[::2])


class ForgetsAnItem(SqliteRunStore):
	"""Moves one item less than it counts."""

	def record_posted(self, run: Run, vouchers: Mapping[str, Voucher]) -> Run:
		recorded = super().record_posted(run, vouchers)
		key = next(iter(vouchers))
		back = "UPDATE run_item SET state = ?, voucher = NULL WHERE key = ?"
		self.connection.execute(back, (ItemState.FAILED.value, key))
		return replace(recorded, posted=run.posted + len(vouchers))
