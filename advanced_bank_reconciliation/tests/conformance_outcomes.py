"""A run ends in one of two ways, and says truthfully in which."""

from __future__ import annotations

from decimal import Decimal

from advanced_bank_reconciliation.engine.requests import request_resume, request_undo
from advanced_bank_reconciliation.engine.states import ItemState, RunState
from advanced_bank_reconciliation.tests.conformance_case import ConformanceCase
from advanced_bank_reconciliation.tests.conformance_harness import USER, RecordingPublisher, work, work_jobs

CHRISTMAS = "2025-12-24"


class OutcomeTests(ConformanceCase):
	"""Completed, or as if nothing had been."""

	def test_completes(self) -> None:
		"""Everything is posted once, matched together with a voucher of the user, cleared, and told."""
		deposit = self.harness.make_deposit(5, voucher=75)
		before = self.harness.read_books(deposit)
		run, publisher = self.harness.start(deposit), RecordingPublisher()
		work(self.listening(publisher), run)
		self.assert_completed(run, deposit, before)
		self.assertEqual([(told.success, told.processed) for told in publisher.completions], [(True, 5)])
		counts = [told.current for told in publisher.progresses]
		self.assertEqual(counts, sorted(counts))
		self.assertEqual(publisher.progresses[-1].percentage, 100)

	def test_deductions_are_booked_and_taken_back(self) -> None:
		"""The fee is more than one payment can take: each keeps a cent, both invoices are paid in full, and
		the undo leaves nothing on any account.
		"""
		deposit = self.harness.make_deposit_with_deductions()
		before = self.harness.read_books(deposit)
		run = self.harness.start(deposit)
		self.work(run)
		self.assertEqual(self.harness.read_run(run).state, RunState.COMPLETED)
		books = self.harness.read_books(deposit)
		self.assertEqual(set(books.outstanding.values()), {Decimal("0.00")})
		self.assertEqual(sorted(books.matched.values()), [Decimal("0.01"), Decimal("30.49")])
		self.assertEqual(books.unexplained, [])
		(fee, surplus), (first, second) = (row["account"] for row in deposit.deductions), deposit.names
		expected = {
			first: {fee: Decimal("100.49"), surplus: Decimal("-0.50")},
			second: {fee: Decimal("19.51")},
		}
		self.assertEqual(self.harness.read_deducted(deposit), expected)
		self.undo(run)
		self.assert_rolled_back(run, deposit, before)
		self.assertEqual(self.harness.read_deducted(deposit), {})

	def test_an_advance_is_left_and_taken_back(self) -> None:
		"""What the deposit is too much is a payment of its own that pays nothing, told as no invoice."""
		deposit = self.harness.make_deposit_with_advance()
		before = self.harness.read_books(deposit)
		run, publisher = self.harness.start(deposit), RecordingPublisher()
		work(self.listening(publisher), run)
		self.assert_completed(run, deposit, before)
		books = self.harness.read_books(deposit)
		self.assertEqual(list(books.advances.values()), [Decimal("12.50")])
		self.assertEqual(sum(books.matched.values()), Decimal("162.50"))
		(told,) = publisher.completions
		self.assertIn("The payments of 2 invoices and an advance are posted", told.message.text())
		self.undo(run)
		self.assert_rolled_back(run, deposit, before)
		self.assertNotEqual(self.harness.start(deposit), run)

	def test_an_advance_whose_worker_dies(self) -> None:
		"""Killed after each step: the next process goes on, and leaves one advance."""
		deposit = self.harness.make_deposit_with_advance()
		before = self.harness.read_books(deposit)
		run = self.harness.start(deposit, batch_size=1)
		for _death in range(8):
			work_jobs(self.harness.ports(), run, 1)
			self.harness.fresh_process()
			self.harness.expire_lease(run)
			if self.harness.read_run(run).state is RunState.COMPLETED:
				break
		self.assert_completed(run, deposit, before)

	def test_an_early_payment_discount_is_taken_and_given_back(self) -> None:
		"""It is booked with the payment of its own invoice. After the undo it is there to be taken again."""
		deposit = self.harness.make_deposit_with_discount()
		before = self.harness.read_books(deposit)
		run = self.harness.start(deposit)
		self.work(run)
		self.assert_completed(run, deposit, before)
		matched = sorted(self.harness.read_books(deposit).matched.values())
		self.assertEqual(matched, [Decimal("50.00"), Decimal("98.00")])
		((invoice, deducted),) = self.harness.read_deducted(deposit).items()
		self.assertEqual((invoice, list(deducted.values())), (deposit.names[0], [Decimal("2.00")]))
		self.undo(run)
		self.assert_rolled_back(run, deposit, before)
		self.assertEqual(self.harness.read_deducted(deposit), {})
		self.assertNotEqual(self.harness.start(deposit), run)

	def test_batches_of_three(self) -> None:
		"""Three vouchers a transaction, and a last batch that is not full."""
		deposit = self.harness.make_deposit(5)
		before = self.harness.read_books(deposit)
		run, publisher = self.harness.start(deposit, batch_size=3), RecordingPublisher()
		work(self.listening(publisher), run)
		self.assert_completed(run, deposit, before)
		self.assertEqual(sorted({told.current for told in publisher.progresses}), [0, 3, 5])

	def test_an_unpostable_invoice_undoes_everything(self) -> None:
		"""The last of five cannot be paid: the books are as before, the user's own voucher is untouched, and
		the invoice is named wherever the failure is told.
		"""
		deposit = self.harness.make_deposit(5, voucher=75, former_clearance=CHRISTMAS)
		run, publisher = self.harness.start(deposit), RecordingPublisher()
		bad = self.harness.last_posted(run)
		self.harness.make_unpostable(bad)
		before = self.harness.read_books(deposit)
		work(self.listening(publisher), run)
		self.assert_rolled_back(run, deposit, before)
		record = self.harness.read_run(run)
		self.assertEqual((record.posted, list(record.reasons)), (4, [bad]))
		self.assertIn(bad, record.reason)
		(told,) = publisher.completions
		self.assertEqual((told.success, [item.document for item in told.failures]), (False, [bad]))

	def test_failures_of_later_batches_are_named_too(self) -> None:
		"""Of three batches the first and the last have a bad invoice: both are named, each with its reason,
		though the run rolls back at the first.
		"""
		deposit = self.harness.make_deposit(5)
		run = self.harness.start(deposit)
		order = list(self.harness.read_run(run).items)
		for bad in (order[1], order[4]):
			self.harness.make_unpostable(bad)
		before = self.harness.read_books(deposit)
		self.work(run)
		self.assert_rolled_back(run, deposit, before)
		record = self.harness.read_run(run)
		self.assertEqual(list(record.reasons), [order[1], order[4]])
		self.assertTrue(all(name in reason for name, reason in record.reasons.items()))
		self.assertEqual(record.posted, 0)

	def test_an_invoice_that_is_paid_meanwhile(self) -> None:
		"""A colleague pays one of the invoices after the start: the run is undone, the colleague's payment
		stays.
		"""
		deposit = self.harness.make_deposit(4)
		run = self.harness.start(deposit)
		paid = self.harness.last_posted(run)
		self.harness.pay(paid)
		before = self.harness.read_books(deposit)
		self.assertEqual(list(before.payments.values()), [[paid]])
		self.work(run)
		self.assert_rolled_back(run, deposit, before)
		self.assertEqual(list(self.harness.read_run(run).reasons), [paid])

	def test_cancelled_half_way(self) -> None:
		"""Cancelled when two of five are posted: the worker that is on it rolls back by itself."""
		deposit = self.harness.make_deposit(5, voucher=75, former_clearance=CHRISTMAS)
		before = self.harness.read_books(deposit)
		run = self.harness.start(deposit)
		beside = self.harness.another_process()
		publisher = RecordingPublisher(
			lambda told: request_undo(run, USER, beside.store, beside.queue) if told.run.posted == 2 else None
		)
		work(self.listening(publisher), run)
		self.assert_rolled_back(run, deposit, before)
		record = self.harness.read_run(run)
		self.assertEqual((record.posted, record.reason), (2, f"Cancelled by {USER}"))
		self.assertEqual(set(record.items.values()), {ItemState.PENDING, ItemState.UNDONE})

	def test_undo_of_a_completed_run(self) -> None:
		"""Everything is taken off the Bank Transaction and undone; the user's own voucher has the clearance
		date again that it had.
		"""
		deposit = self.harness.make_deposit(4, voucher=75, former_clearance=CHRISTMAS)
		before = self.harness.read_books(deposit)
		run = self.harness.start(deposit)
		self.work(run)
		self.assert_completed(run, deposit, before)
		self.undo(run)
		self.assert_rolled_back(run, deposit, before)
		self.assertEqual(self.harness.read_run(run).reason, f"Undone by {USER}")
		self.assertEqual(before.cleared, {deposit.voucher_names[0]: CHRISTMAS})

	def test_a_netted_group_is_one_voucher(self) -> None:
		"""A credit note and an invoice of its party are posted by one voucher over the net, and undone as
		one.
		"""
		deposit = self.harness.make_deposit(3, credit_note=True)
		before = self.harness.read_books(deposit)
		run = self.harness.start(deposit)
		self.work(run)
		self.assert_completed(run, deposit, before)
		paid = self.harness.read_books(deposit).payments.values()
		self.assertEqual(sorted(len(invoices) for invoices in paid), [1, 1, 2])
		self.undo(run)
		self.assert_rolled_back(run, deposit, before)

	def test_a_refused_undo_needs_attention_and_can_be_resumed(self) -> None:
		"""A period is closed between posting and undo: the run says so and keeps what it holds; once the
		period is open again it is resumed and undone, for the reason of before.
		"""
		deposit = self.harness.make_deposit(4)
		before = self.harness.read_books(deposit)
		run = self.harness.start(deposit)
		work_jobs(self.harness.ports(), run, 3)
		self.harness.refuse_undo()
		try:
			self.undo(run)
			record = self.harness.read_run(run)
		finally:
			self.harness.accept_undo()
		self.assertEqual((record.state, record.posted - record.undone), (RunState.ATTENTION, 4))
		self.assertIn("closed", record.last_error)
		self.assertNotIn("<", record.last_error)
		self.assertEqual(len(record.holds), 5)
		self.assertEqual(len(self.harness.read_books(deposit).payments), 4)
		ports = self.harness.ports()
		request_resume(run, ports.store, ports.queue)
		self.work(run)
		self.assert_rolled_back(run, deposit, before)
		self.assertEqual(self.harness.read_run(run).reason, f"Cancelled by {USER}")
