"""Invoices of one party that share payments: the same promises, with fewer documents."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from advanced_bank_reconciliation.engine.states import ItemState, RunState
from advanced_bank_reconciliation.tests.conformance_case import ConformanceCase
from advanced_bank_reconciliation.tests.conformance_harness import Deposit, RecordingPublisher, work
from advanced_bank_reconciliation.tests.faults import Calls, Fault, Killed, Moment, at_nth, numbered

CHRISTMAS = "2025-12-24"


class GroupingTests(ConformanceCase):
	"""Grouped by party, two invoices a payment if a batch has two."""

	def make_grouped(self, count: int, **others: object) -> Deposit:
		deposit = self.harness.make_deposit(count, **others)  # type: ignore[arg-type]
		return replace(deposit, grouping="Party")

	def test_payments_are_shared_and_a_batch_has_as_many_invoices_as_before(self) -> None:
		"""Five invoices of one party, two a batch: three payments, and each item of the run names its own."""
		deposit = self.make_grouped(5, voucher=75, former_clearance=CHRISTMAS)
		before = self.harness.read_books(deposit)
		run, publisher = self.harness.start(deposit), RecordingPublisher()
		work(self.listening(publisher), run)
		self.assert_completed(run, deposit, before)
		paid = self.harness.read_books(deposit).payments
		self.assertEqual(sorted(len(invoices) for invoices in paid.values()), [1, 2, 2])
		self.assertEqual(sorted({told.current for told in publisher.progresses}), [0, 2, 4, 5])
		record = self.harness.read_run(run)
		self.assertEqual(record.vouchers, {name: one for one, names in paid.items() for name in names})
		self.undo(run)
		self.assert_rolled_back(run, deposit, before)

	def test_a_credit_note_shares_with_what_outweighs_it_and_others_join(self) -> None:
		deposit = self.make_grouped(4, credit_note=True)
		before = self.harness.read_books(deposit)
		run = self.harness.start(deposit, batch_size=3)
		self.work(run)
		self.assert_completed(run, deposit, before)
		paid = self.harness.read_books(deposit).payments.values()
		self.assertEqual(sorted(len(invoices) for invoices in paid), [2, 3])
		self.undo(run)
		self.assert_rolled_back(run, deposit, before)

	def test_deductions_of_a_shared_payment(self) -> None:
		"""More than the largest invoice comes to: the payment has room, and all of it has one row each."""
		deposit = replace(self.harness.make_deposit_with_deductions(), grouping="Party")
		before = self.harness.read_books(deposit)
		run = self.harness.start(deposit)
		self.work(run)
		self.assert_completed(run, deposit, before)
		self.assertEqual(list(self.harness.read_books(deposit).matched.values()), [Decimal("30.50")])
		expected = {row["account"]: Decimal(row["amount"]) for row in deposit.deductions}
		self.assertEqual(list(self.harness.read_deducted(deposit).values()), [expected])
		self.undo(run)
		self.assert_rolled_back(run, deposit, before)

	def test_one_invoice_of_a_shared_payment_fails(self) -> None:
		"""The last of four: the batch before is undone, and only that invoice is named."""
		deposit = self.make_grouped(4)
		run, publisher = self.harness.start(deposit), RecordingPublisher()
		bad = self.harness.last_posted(run)
		self.harness.make_unpostable(bad)
		before = self.harness.read_books(deposit)
		work(self.listening(publisher), run)
		self.assert_rolled_back(run, deposit, before)
		record = self.harness.read_run(run)
		self.assertEqual((record.posted, list(record.reasons)), (2, [bad]))
		self.assertIn(bad, record.reason)

	def test_a_worker_that_is_killed_between_shared_payments(self) -> None:
		"""The first is committed, the second is posted and not yet: another worker posts the second alone."""
		for moment in (Moment.BEFORE, Moment.AFTER):
			with self.subTest(moment):
				deposit = self.make_grouped(4)
				before = self.harness.read_books(deposit)
				run = self.harness.start(deposit)
				calls = Calls(Fault(at_nth("record_posted", 2), moment, Killed))
				with self.assertRaises(Killed):
					work(numbered(self.harness.ports(), calls), run)
				self.harness.fresh_process()
				self.assertEqual(self.harness.read_run(run).posted, 2)
				self.harness.expire_lease(run)
				self.work(run)
				self.assert_completed(run, deposit, before)
				self.assertEqual(len(self.harness.read_books(deposit).payments), 2)

	def test_another_grouping_is_another_request(self) -> None:
		"""It asks for other payments: refused while the first is going, and when all is paid."""
		deposit = self.make_grouped(3)
		run = self.harness.start(deposit)
		self.assertEqual(self.harness.start(deposit), run)
		with self.assertRaises(self.harness.busy):
			self.harness.start(replace(deposit, grouping="Invoice"))
		self.undo(run)
		again = self.harness.start(replace(deposit, grouping="Invoice"))
		self.work(again)
		record = self.harness.read_run(again)
		self.assertEqual((record.state, set(record.items.values())), (RunState.COMPLETED, {ItemState.POSTED}))
		self.assertEqual(len(self.harness.read_books(deposit).payments), 3)
