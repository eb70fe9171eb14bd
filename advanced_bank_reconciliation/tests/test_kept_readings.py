"""What an advice says is read once and kept for its reader; what it means is asked again each time."""

from __future__ import annotations

from unittest.mock import patch

import frappe

from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.erpnext_adapter.candidates import kept_readings
from advanced_bank_reconciliation.erpnext_adapter.candidates.advice_sources import read_source
from advanced_bank_reconciliation.erpnext_adapter.candidates.remembered_formats import remember_format
from advanced_bank_reconciliation.remittance.reading import read_advice
from advanced_bank_reconciliation.tests import factories, scenes
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase
from advanced_bank_reconciliation.tests.test_remittance_advice import read, upload


class TestKeptReadings(BulkTestCase):
	def setUp(self) -> None:
		super().setUp()
		frappe.cache.delete_value(kept_readings.KEY, user=frappe.session.user)
		self.invoice = factories.open_sales_invoice()
		self.deposit = factories.create_test_bank_transaction(100).name
		self.file = upload("advice.csv", self.table("100.00"))
		counted = patch.object(kept_readings, "read_advice", side_effect=read_advice)
		self.read_advice = counted.start()
		self.addCleanup(counted.stop)

	def table(self, amount: str) -> bytes:
		return f"Invoice;Gross;Net\n{self.invoice.name};{amount};{amount}\n".encode()

	def times_read(self) -> int:
		return self.read_advice.call_count

	def test_a_start_reads_no_file_again_that_the_dialog_has_read(self) -> None:
		said = read(self.deposit, file=self.file)
		source = read_source({"file": self.file})
		run = reconciliation.start_at_once(self.deposit, said["invoices"], advice=source)["run"]
		self.assertEqual(self.times_read(), 1)
		kept = frappe.get_value("Remittance Advice Line", {"parent": run}, ["state", "reference_name", "net"])
		self.assertEqual(kept, ("Matched", self.invoice.name, 100))

	def test_what_it_means_is_asked_again(self) -> None:
		self.assertEqual(read(self.deposit, file=self.file)["counts"]["Matched"], 1)
		other = factories.create_test_bank_transaction(100).name
		reconciliation.start_at_once(other, factories.selection_of([self.invoice]))
		self.assertEqual(read(self.deposit, file=self.file)["counts"]["Not Found"], 1)
		self.assertEqual(self.times_read(), 1)

	def test_another_content_or_another_way_of_reading_is_read(self) -> None:
		"""Also what a person has said about its titles since."""
		first = read(self.deposit, text=self.table("100.00").decode())
		other = read(self.deposit, text=self.table("60.00").decode())
		self.assertEqual([one["lines"][0]["gross"] for one in (first, other)], ["100.00", "60.00"])
		read(self.deposit, text=self.table("60.00").decode(), decimal=".")
		read(self.deposit, text=self.table("60.00").decode(), columns={"reference": "Invoice", "net": "Net"})
		remember_format(self.deposit, ["Invoice", "Net"], {"reference": "Invoice", "net": "Net"})
		read(self.deposit, text=self.table("60.00").decode())
		withdrawal = factories.create_test_bank_transaction(-60).name
		read(withdrawal, text=self.table("60.00").decode())
		self.assertEqual(self.times_read(), 6)

	def test_whoever_may_not_read_the_file_gets_nothing_that_is_kept(self) -> None:
		"""Nor does another reader of the same bytes, who has them otherwise."""
		read(self.deposit, file=self.file)
		frappe.set_user(scenes.make_user("accounts-only", ["Accounts User"])["user"])
		with self.assertRaises(frappe.PermissionError):
			read(self.deposit, file=self.file)
		self.assertEqual(self.times_read(), 1)
		read(self.deposit, text=self.table("100.00").decode())
		self.assertEqual(self.times_read(), 2)

	def test_each_user_has_one_for_ten_minutes(self) -> None:
		for amount in ("100.00", "60.00", "100.00"):
			read(self.deposit, text=self.table(amount).decode())
		self.assertEqual(self.times_read(), 3)
		key = frappe.cache.make_key(kept_readings.KEY, user=frappe.session.user)
		self.assertTrue(0 < frappe.cache.ttl(key) <= 600)

	def test_what_is_long_is_not_kept(self) -> None:
		with patch.object(kept_readings, "MOST_CHARACTERS", 3):
			for _time in range(2):
				read(self.deposit, file=self.file)
		self.assertEqual(self.times_read(), 2)
