"""The report of items tells what the table has, also where it goes by the rows of the runs."""

from __future__ import annotations

from collections import Counter
from unittest.mock import patch

import frappe
from frappe.desk.query_report import run as run_report
from frappe.utils import add_days, today

from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.erpnext_adapter.reporting.items import rows_of_items
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import ITEM_DOCTYPE, RUN_DOCTYPE
from advanced_bank_reconciliation.patches import sum_items
from advanced_bank_reconciliation.tests import factories, scenes
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase

REPORT = "Bulk Reconciliation Items"
MORE_THAN_ALL = 1_000_000


class TestItemTotals(BulkTestCase):
	"""A completed run with a voucher that existed before, one that takes money out, one that was
	undone, and one that waits.
	"""

	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		scenes.make_other_company()
		cls.completed, cls.voucher = cls.with_voucher()
		factories.create_test_supplier()
		bill = factories.create_test_purchase_invoice(rate=70.5)
		paid = factories.create_test_bank_transaction(-70.5)
		cls.withdrawal = reconciliation.start_at_once(paid.name, factories.selection_of([bill]))["run"]
		cls.waiting = cls.start(3)
		cls.undone, _voucher = cls.with_voucher()
		frappe.db.commit()

	@classmethod
	def with_voucher(cls) -> tuple[str, str]:
		advance = factories.create_test_advance(25)
		deposit, selection = factories.create_test_deposit(3, beside=25)
		voucher = {"payment_doctype": "Payment Entry", "payment_name": advance.name, "amount": 25}
		return reconciliation.start_at_once(deposit.name, selection, [voucher])["run"], advance.name

	@classmethod
	def start(cls, count: int) -> str:
		deposit, selection = factories.create_test_deposit(count)
		return reconciliation.start_in_background(deposit.name, selection)["run"]

	def setUp(self) -> None:
		self.undo_run(self.undone)

	def filters(self) -> list[dict]:
		of_run = frappe.db.get_value(
			RUN_DOCTYPE, self.completed, ["bank_account", "bank_transaction"], as_dict=True
		)
		party = frappe.db.get_value(ITEM_DOCTYPE, {"run": self.completed, "position": 0}, "party")
		columns = [{"company": factories.COMPANY}, of_run, {"party": party}]
		columns += [{"run": run} for run in (self.completed, self.withdrawal, self.waiting, self.undone)]
		states = [{}, *({"state": state} for state in ("Posted", "Pending", "Undone", "Failed"))]
		return [{**column, **state} for column in [{}, *columns] for state in states]

	def test_with_every_filter(self) -> None:
		for wanted in self.filters():
			with self.subTest(wanted):
				self.check(wanted, wanted)

	def test_in_a_period(self) -> None:
		"""Items are as old as their run, to the moment."""
		moments = {frappe.db.get_value(RUN_DOCTYPE, self.completed, "creation")}
		self.assertEqual(
			set(frappe.get_all(ITEM_DOCTYPE, {"run": self.completed}, pluck="creation")), moments
		)
		wanted = {"company": factories.COMPANY, "from_date": today()}
		self.check(wanted, {"company": factories.COMPANY, "creation": (">=", today())})
		self.assertEqual(
			self.totals({"from_date": add_days(today(), 1), "to_date": add_days(today(), 2)})[0], {}
		)

	def test_who_is_confined(self) -> None:
		"""By their company they see the runs of it alone; by what only runs have, all of the items."""
		for doctype, name, company in (
			("Company", factories.COMPANY, factories.COMPANY),
			("Company", "Another Bulk Test Company", "Another Bulk Test Company"),
			("Cost Center", f"Main - {factories.ABBREVIATION}", None),
			("User", "Guest", None),
		):
			with self.subTest(doctype, name=name):
				user = scenes.make_user(f"totals-{frappe.scrub(name)}", ["Accounts User"])["user"]
				scenes.confine(user=user, doctype=doctype, name=name)
				frappe.set_user(user)
				self.check({}, {"company": company} if company else {})
				frappe.set_user("Administrator")

	def test_completed_runs_are_read_from_their_own_rows(self) -> None:
		"""Or a million items would have to be read for the first page."""
		frappe.db.set_value(RUN_DOCTYPE, self.completed, {"item_count": 1000, "cash_amount": 5})
		self.assertEqual(self.totals({"run": self.completed}), ({"Posted": 1000}, {"USD": 5}))

	def test_the_newest_rows_are_the_newest_of_the_table(self) -> None:
		"""However many: a run more is looked at only if its items are wanted."""
		for wanted in ({}, {"company": factories.COMPANY}, {"state": "Posted"}, {"state": "Undone"}):
			for count in (1, 2, 3, 5, 6, 7, 50):
				with self.subTest(wanted, rows=count):
					expected = frappe.get_all(
						ITEM_DOCTYPE, wanted, pluck="creation", order_by="creation desc", limit=count
					)
					shown = self.rows({**wanted, "rows": count})
					self.assertEqual([row["creation"] for row in shown], expected)

	def test_items_are_looked_for_in_their_runs_alone(self) -> None:
		"""A bank account with few of a million would have all of them read."""
		asked: list[str] = []
		ask = frappe.db.sql

		def remember(query: object, *words: object, **named: object) -> object:
			asked.append(str(query).lower())
			return ask(query, *words, **named)

		wanted = frappe._dict(bank_account="of nobody")
		with patch.object(frappe.db, "sql", remember):
			self.assertEqual(rows_of_items(wanted, ["name"]), [])
			self.assertEqual(len(rows_of_items(frappe._dict(company=factories.COMPANY, rows=1), ["name"])), 1)
		of_items = [query for query in asked if f"from `tab{ITEM_DOCTYPE}`".lower() in query]
		self.assertEqual(len(of_items), 1)
		self.assertIn("`run` in (", of_items[0])

	def test_runs_of_a_former_version(self) -> None:
		runs = [self.completed, self.withdrawal, self.undone]
		former = {"item_count": 0, "cash_amount": 0}
		for run in runs:
			frappe.db.set_value(RUN_DOCTYPE, run, former)
			frappe.db.set_value(ITEM_DOCTYPE, {"run": run, "kind": "Existing Voucher"}, "state", "Pending")
		sum_items.execute()
		for run in runs:
			self.check({"run": run}, {"run": run})
		self.assertEqual(self.totals({"run": self.completed})[0], {"Posted": 4})

	def test_a_voucher_that_existed_before_counts_while_it_is_matched(self) -> None:
		statement = frappe.get_doc(RUN_DOCTYPE, self.completed).statement()
		self.assertEqual(statement.in_effect, statement.total)
		self.assertEqual(self.totals({"run": self.undone})[0], {"Undone": 4})

	def check(self, wanted: dict, filters: dict) -> None:
		counts: Counter[str] = Counter()
		amounts: Counter[str] = Counter()
		for row in frappe.get_all(ITEM_DOCTYPE, filters, ["state", "currency", "cash_amount"]):
			counts[row.state] += 1
			amounts[row.currency] += row.cash_amount
		found, sums = self.totals(wanted)
		self.assertEqual(found, dict(counts))
		self.assertEqual(sums.keys(), amounts.keys())
		for currency, amount in sums.items():
			self.assertAlmostEqual(amount, amounts[currency], 2)
		self.check_rows(wanted, filters)

	def check_rows(self, wanted: dict, filters: dict) -> None:
		columns = ["run", "reference_name", "voucher", "state"]
		expected = frappe.get_all(ITEM_DOCTYPE, filters, columns)
		for count in (0, MORE_THAN_ALL):
			shown = self.rows({**wanted, "rows": count})
			self.assertEqual(
				Counter(tuple(row[column] for column in columns) for row in shown),
				Counter(tuple(row[column] for column in columns) for row in expected),
			)

	def rows(self, wanted: dict) -> list[dict]:
		return [row for row in run_report(REPORT, wanted)["result"] if isinstance(row, dict)]

	def totals(self, wanted: dict) -> tuple[dict[str, int], dict[str, float]]:
		"""How many in each state, as the chart shows it, and the amount in each currency."""
		found = run_report(REPORT, {"rows": 1, **wanted})
		chart = found["chart"]["data"] if found["chart"] else {"labels": [], "datasets": [{"values": []}]}
		counts = dict(zip(chart["labels"], chart["datasets"][0]["values"], strict=True))
		count, *amounts = found["report_summary"]
		self.assertEqual(count["value"], sum(counts.values()))
		return counts, {amount["currency"]: amount["value"] for amount in amounts}
