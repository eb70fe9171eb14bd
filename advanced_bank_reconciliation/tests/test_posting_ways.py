"""A run says which way its payments went."""

from __future__ import annotations

from unittest.mock import patch

import frappe

from advanced_bank_reconciliation.commands.drawing import description_of
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns import site_watch
from advanced_bank_reconciliation.erpnext_adapter.runs.posting_ways import PostingWay, record_ways, tell_ways
from advanced_bank_reconciliation.erpnext_adapter.runs.run_view import describe_run
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import ITEM_DOCTYPE, RUN_DOCTYPE
from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.pattern_test_case import PatternTestCase, run_by


class TestPostingWays(PatternTestCase):
	def settle(self, way: str) -> dict:
		"""Four plain invoices and one with payment terms."""
		terms = factories.create_test_terms()
		plain = [factories.open_sales_invoice(rate=50 + number) for number in range(4)]
		of_terms = factories.open_sales_invoice(payment_terms_template=terms, due_date=None)
		run_by(way, self.scenario(*plain, of_terms))
		return describe_run(frappe.get_last_doc(RUN_DOCTYPE).name)

	def test_by_pattern_and_one_by_one(self) -> None:
		facts = self.settle("Automatic")
		reasons = "compared with its kind (1), first of its kind (1), payment terms (1)"
		told = f"Payments: 2 by pattern, 3 one by one: {reasons}"
		self.assertEqual(facts["posting_ways"], told)
		self.assertIn(told, description_of(facts).splitlines())

	def test_a_run_that_is_too_small_asks_nothing_about_the_site(self) -> None:
		invoices = [factories.open_sales_invoice(rate=50 + number) for number in range(2)]
		with patch.object(site_watch, "site_state") as asked:
			run_by("Automatic", self.scenario(*invoices))
		asked.assert_not_called()
		told = describe_run(frappe.get_last_doc(RUN_DOCTYPE).name)["posting_ways"]
		self.assertEqual(told, "")

	def test_without_pattern_posting_nothing_is_said(self) -> None:
		facts = self.settle("Never")
		self.assertEqual(facts["posting_ways"], "")
		self.assertNotIn("Payments:", description_of(facts))

	def test_all_by_pattern_and_many_reasons(self) -> None:
		run = self.settle("Never")["run"]
		items = frappe.get_all(ITEM_DOCTYPE, {"run": run}, pluck="name", order_by="position")
		record_ways(run, {item: PostingWay("as one") for item in items})
		self.assertEqual(tell_ways(run), "Payments: all 5 by pattern")
		for number in range(7):
			item = frappe.copy_doc(frappe.get_doc(ITEM_DOCTYPE, items[0]), ignore_no_copy=False)
			item.update({"name": f"{run}-X{number}", "position": 100 + number})
			item.update({"one_by_one_reason": f"reason {number}"}).db_insert()
		reasons = ", ".join(f"reason {number} (1)" for number in range(5))
		self.assertEqual(tell_ways(run), f"Payments: 5 by pattern, 7 one by one: {reasons}, and 2 more")
