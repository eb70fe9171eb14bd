"""One run at a time for each Bank Transaction and each invoice."""

from __future__ import annotations

from dataclasses import replace

from advanced_bank_reconciliation.engine.errors import SelectionRefused
from advanced_bank_reconciliation.tests.conformance_case import ConformanceCase


class StartTests(ConformanceCase):
	"""Starting, and starting again."""

	def test_the_same_selection_twice_is_one_run(self) -> None:
		"""A double click gives back the run that there is; so does a request sent again when it is over."""
		deposit = self.harness.make_deposit(4)
		before = self.harness.read_books(deposit)
		run = self.harness.start(deposit)
		turned = replace(deposit, invoices=deposit.invoices[::-1])
		self.assertEqual(self.harness.start(turned), run)
		self.work(run)
		self.assertEqual(self.harness.start(deposit), run)
		self.assert_completed(run, deposit, before)

	def test_another_selection_on_a_busy_deposit_is_refused(self) -> None:
		"""Two people choose different invoices for one deposit: the second is told who was first."""
		deposit = self.harness.make_deposit(4)
		run = self.harness.start(deposit)
		with self.assertRaises(self.harness.busy) as refused:
			self.harness.start(replace(deposit, invoices=deposit.invoices[:2]))
		self.assertIn(run, str(refused.exception))

	def test_invoices_of_an_active_run_are_refused_elsewhere(self) -> None:
		"""A second deposit is to pay an invoice of the first one's run: refused, naming the invoice and the
		run, and nothing of the second selection is held.
		"""
		first, second = self.harness.make_deposit(3), self.harness.make_deposit(3)
		run = self.harness.start(first)
		shared = first.invoices[0]
		with self.assertRaises(SelectionRefused) as refused:
			self.harness.start(replace(second, invoices=[*second.invoices[:2], shared]))
		self.assertIn(shared["name"], str(refused.exception))
		self.assertIn(run, str(refused.exception))
		before = self.harness.read_books(second)
		again = self.harness.start(second)
		self.work(again)
		self.assert_completed(again, second, before)

	def test_a_selection_that_does_not_fit_writes_nothing(self) -> None:
		"""More than is outstanding: refused, naming the invoice; the right selection then starts at once."""
		deposit = self.harness.make_deposit(3)
		too_much = [{**deposit.invoices[0], "allocated_amount": "1000.00"}, *deposit.invoices[1:]]
		with self.assertRaises(SelectionRefused) as refused:
			self.harness.start(replace(deposit, invoices=too_much))
		self.assertIn(deposit.names[0], str(refused.exception))
		self.assertEqual(self.harness.read_run(self.harness.start(deposit)).posted, 0)

	def test_what_was_undone_can_be_started_anew(self) -> None:
		"""An undone run holds nothing: the same selection starts a new run, which completes."""
		deposit = self.harness.make_deposit(4, voucher=75)
		before = self.harness.read_books(deposit)
		first = self.harness.start(deposit)
		self.undo(first)
		self.assert_rolled_back(first, deposit, before)
		second = self.harness.start(deposit)
		self.assertNotEqual(second, first)
		self.work(second)
		self.assert_completed(second, deposit, before)
