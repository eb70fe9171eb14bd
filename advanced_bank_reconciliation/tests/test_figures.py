"""The figures of the workspace are sums of the tables, and each user sees their own."""

from __future__ import annotations

import json
from itertools import count

import frappe
from frappe.desk.doctype.number_card.number_card import get_result
from frappe.utils import add_days, add_to_date, flt, now_datetime

from advanced_bank_reconciliation.erpnext_adapter import figures
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import RUN_DOCTYPE
from advanced_bank_reconciliation.tests import factories, scenes
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase

COMPANY = "Company of Figures"
ASKED = {"company": COMPANY}
CARDS = (
	figures.get_invoices_per_run,
	figures.get_share_at_first_try,
	figures.get_seconds_per_hundred,
	figures.get_undone_runs,
)
SPENT = "Sales Invoice SINV-{} was paid meanwhile: 0.00 is outstanding, {} was to be paid."
numbers = count(1)


class TestFigures(BulkTestCase):
	def setUp(self) -> None:
		"""Rows of runs as they end, of a company of their own."""
		super().setUp()
		self.insert("A", "Completed", invoices=3, seconds=6)
		self.insert("B", "Rolled Back", reason=SPENT.format(1, "5.00"))
		self.insert("B", "Completed", invoices=1, seconds=2)
		self.insert("C", "Rolled Back", reason=SPENT.format(2, "7.10"))
		self.insert("D", "Rolled Back", reason="Undone by Administrator")
		self.insert("E", "Posting", ended_at=None)
		self.insert("F", "Completed", invoices=9, ended_at=add_days(now_datetime(), -figures.DAYS))

	def insert(
		self, bank_transaction: str, state: str, *, invoices: int = 2, seconds: int = 1, **values: object
	) -> None:
		number, ended = next(numbers), now_datetime()
		row = {
			"name": f"BRR-FIGURES-{number}",
			"bank_transaction": bank_transaction,
			"state": state,
			"company": COMPANY,
			"creation": add_to_date(ended, minutes=number),
			"total_items": invoices,
			"posted_items": invoices,
			"started_at": add_to_date(ended, seconds=-seconds),
			"ended_at": ended,
			"user": "Administrator",
		}
		frappe.get_doc({"doctype": RUN_DOCTYPE, **row, **values}).db_insert()

	def test_number_cards(self) -> None:
		answers = [card(ASKED) for card in CARDS]
		values = [answer["value"] if isinstance(answer, dict) else answer for answer in answers]
		# Of the deposits A to D only A was completed at the first try.
		self.assertEqual(values, [2, 25, 200, 3])
		self.assertEqual([answer["precision"] for answer in answers if isinstance(answer, dict)], [1, 1, 1])
		self.assertEqual(figures.get_undone_runs(json.dumps(ASKED)), 3)

	def test_averages_have_one_decimal(self) -> None:
		"""Of a number with more digits Frappe's card would show none."""
		for bank_transaction, invoices, seconds in (("G", 3, 6), ("H", 5, 1), ("I", 2, 1)):
			self.insert(bank_transaction, "Completed", invoices=invoices, seconds=seconds)
		self.assertEqual([card(ASKED)["value"] for card in CARDS[:3]], [2.8, 57.1, 114.3])

	def test_charts(self) -> None:
		chart = figures.get_chart("Invoices Reconciled per Day", ASKED)
		self.assertEqual(chart["datasets"][0]["values"], [0] * (figures.DAYS - 1) + [4])
		chart = figures.get_chart("Reasons of Undone Runs", ASKED)
		paid = "Sales Invoice … was paid meanwhile: … is outstanding, … was to be paid."
		self.assertEqual(chart["labels"], [paid, "Asked for by a user"])
		self.assertEqual(chart["datasets"][0]["values"], [2, 1])

	def test_without_a_company_they_are_of_the_whole_table(self) -> None:
		recent = {"ended_at": (">=", add_days(frappe.utils.today(), 1 - figures.DAYS))}
		completed = frappe.get_all(RUN_DOCTYPE, {**recent, "state": "Completed"}, pluck="total_items")
		undone = frappe.get_all(RUN_DOCTYPE, {**recent, "state": "Rolled Back"})
		per_day = figures.get_chart("Invoices Reconciled per Day")["datasets"][0]["values"]
		self.assertEqual(sum(per_day), sum(completed))
		invoices = figures.get_invoices_per_run()["value"]
		self.assertAlmostEqual(invoices, sum(completed) / len(completed), delta=0.051)
		self.assertEqual(figures.get_undone_runs(), len(undone))

	def test_open_deposits(self) -> None:
		factories.create_test_bank_transaction(70.5)
		factories.create_test_bank_transaction(-30)
		columns = ["docstatus", "deposit", "unallocated_amount", "currency"]
		rows = frappe.get_all("Bank Transaction", {"company": factories.COMPANY}, columns)
		left = [row for row in rows if row.docstatus == 1 and row.deposit and row.unallocated_amount]
		chart = figures.get_chart("Open Deposits by Currency", {"company": factories.COMPANY})
		sums = dict(zip(chart["labels"], chart["datasets"][0]["values"], strict=True))
		for currency in {row.currency for row in left}:
			of_currency = [row.unallocated_amount for row in left if row.currency == currency]
			self.assertEqual(sums.pop(currency), flt(sum(of_currency), 3))
		self.assertEqual(sums, {})
		self.assertEqual(self.open_deposits(), len(left))

	def open_deposits(self) -> float:
		"""What Frappe counts for the card."""
		card = frappe.get_doc("Number Card", "Open Deposits")
		company = ["Bank Transaction", "company", "=", factories.COMPANY]
		return get_result(card.as_dict(), [*json.loads(card.filters_json), company])

	def test_nothing_is_no_number(self) -> None:
		for card in CARDS[:3]:
			self.assertEqual(card({"company": "Company Without Runs"}), figures.NOTHING)

	def test_strangers_are_refused(self) -> None:
		frappe.set_user(scenes.make_user("figures-stock", ["Stock User"])["user"])
		for card in CARDS:
			self.assertRaises(frappe.PermissionError, card)
		for chart in figures.CHARTS:
			self.assertRaises(frappe.PermissionError, figures.get_chart, chart)

	def test_who_is_confined_elsewhere_sees_no_figures(self) -> None:
		scenes.make_other_company()
		user = scenes.make_user("figures-elsewhere", ["Accounts User"])["user"]
		scenes.confine(user=user, doctype="Company", name="Another Bulk Test Company")
		frappe.set_user(user)
		self.assertEqual(figures.get_undone_runs(ASKED), 0)
		self.assertEqual(
			sum(figures.get_chart("Invoices Reconciled per Day", ASKED)["datasets"][0]["values"]), 0
		)

	def test_who_is_confined_sees_the_figures_of_that_company_alone(self) -> None:
		"""Also without asking for a company."""
		scenes.make_other_company()
		other = "Another Bulk Test Company"
		self.insert("G", "Completed", invoices=7, seconds=7, company=other)
		self.insert("H", "Rolled Back", company=other)
		factories.create_test_bank_transaction(70.5)
		charts = [figures.get_chart(chart, {"company": other}) for chart in figures.CHARTS]
		cards, all_cards = [card({"company": other}) for card in CARDS], [card() for card in CARDS]
		user = scenes.make_user("figures-of-one", ["Accounts User"])["user"]
		scenes.confine(user=user, doctype="Company", name=other)
		frappe.set_user(user)
		self.assertEqual([card() for card in CARDS], cards)
		self.assertNotEqual(cards, all_cards)
		self.assertEqual([figures.get_chart(chart) for chart in figures.CHARTS], charts)
		self.assertEqual(self.open_deposits(), 0)

	def test_every_card_and_chart_follows_the_users_company(self) -> None:
		workspace = frappe.get_doc("Workspace", "Bank Reconciliation")
		shown = [frappe.get_doc("Number Card", row.number_card_name) for row in workspace.number_cards]
		shown += [frappe.get_doc("Dashboard Chart", row.chart_name) for row in workspace.charts]
		for figure in shown:
			asked = self.dynamic_filters(figure.dynamic_filters_json)
			self.assertEqual(asked.get("company"), 'frappe.defaults.get_user_default("Company")', figure.name)

	def dynamic_filters(self, text: str) -> dict:
		"""By field: of a document type's figures they are lists of type, field, comparison and value."""
		filters = json.loads(text)
		return filters if isinstance(filters, dict) else {row[1]: row[3] for row in filters}

	def test_the_workspace_and_the_dashboard_have_what_is_there(self) -> None:
		workspace = frappe.get_doc("Workspace", "Bank Reconciliation")
		dashboard = frappe.get_doc("Dashboard", "Bank Reconciliation")
		cards = {row.number_card_name for row in workspace.number_cards}
		charts = {row.chart_name for row in workspace.charts}
		self.assertEqual(cards, {row.card for row in dashboard.cards})
		self.assertEqual(charts, {row.chart for row in dashboard.charts})
		self.assertEqual(charts, set(figures.CHARTS))
		for card in frappe.get_all("Number Card", {"name": ("in", cards), "type": "Custom"}, pluck="method"):
			self.assertIn(frappe.get_attr(card), CARDS)
