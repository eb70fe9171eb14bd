"""What the commands are made of: selections from files, plain messages, drawings."""

from __future__ import annotations

import tempfile
import unittest
import unittest.mock
from decimal import Decimal
from pathlib import Path

import click

from advanced_bank_reconciliation.commands.advances import advance_of
from advanced_bank_reconciliation.commands.drawing import Lines, ending_of, table_of, time_left
from advanced_bank_reconciliation.commands.selection_files import (
	DEDUCTION_COLUMNS,
	INVOICE_COLUMNS,
	SelectionFileError,
	read_rows,
)
from advanced_bank_reconciliation.commands.sites import plain_text
from advanced_bank_reconciliation.commands.starting import _exchange_rates
from advanced_bank_reconciliation.commands.watching import RunNews, _seconds_left
from advanced_bank_reconciliation.engine.pace import Pace

HEADER = ",".join(INVOICE_COLUMNS)
FACTS = {
	"run": "BRR-1",
	"status": "Rolled Back",
	"percentage": 0,
	"message": "Everything is undone.",
	"failed": 2,
	"failures": [
		{"doctype": "Sales Invoice", "name": "A", "reason": "Sales Invoice A is closed."},
		{"doctype": "Sales Invoice", "name": "B", "reason": "The period is closed."},
	],
}


class TestSelectionFiles(unittest.TestCase):
	def setUp(self) -> None:
		folder = tempfile.TemporaryDirectory()
		self.addCleanup(folder.cleanup)
		self.folder = Path(folder.name)

	def read(self, text: str | bytes, name: str = "selection.csv") -> list[dict]:
		content = text.encode() if isinstance(text, str) else text
		(self.folder / name).write_bytes(content)
		return read_rows(name, INVOICE_COLUMNS, [self.folder / "elsewhere", self.folder])

	def problems(self, text: str | bytes, name: str = "selection.csv") -> list[str]:
		with self.assertRaises(SelectionFileError) as caught:
			self.read(text, name)
		return caught.exception.message.splitlines()

	def test_amounts_stay_text(self) -> None:
		rows = self.read(f"{HEADER}\nSales Invoice,A,0.10\n\nSales Invoice,B,-31.27\n")
		self.assertEqual([row["allocated_amount"] for row in rows], ["0.10", "-31.27"])

	def test_deductions(self) -> None:
		"""Beside account and amount they have what they have."""
		(self.folder / "fees.csv").write_text("account;amount;cost_center\nFees - A;-2.50;Main - A\n")
		(row,) = read_rows("fees.csv", DEDUCTION_COLUMNS, [self.folder])
		self.assertEqual(row, {"account": "Fees - A", "amount": "-2.50", "cost_center": "Main - A"})

	def test_exchange_rates(self) -> None:
		"""A rate for each currency, as text; a currency twice or without a rate is a slip."""
		self.assertEqual(_exchange_rates(("eur = 1.08", "GBP=1.3")), {"EUR": "1.08", "GBP": "1.3"})
		self.assertIsNone(_exchange_rates(()))
		for wrong in (("EUR",), ("EUR=1", "eur=2")):
			with self.assertRaises(click.BadParameter):
				_exchange_rates(wrong)

	def test_an_advance(self) -> None:
		"""Details without a party are a slip."""
		self.assertIsNone(advance_of("BT-1", {"advance_party": None, "advance_amount": None}))
		with self.assertRaises(click.UsageError):
			advance_of("BT-1", {"advance_party": None, "advance_amount": "12.50"})
		chosen = ("branch=North", "region=West")
		advance = {
			"party_type": "Customer",
			"party": "A",
			"dimensions": {"branch": "North", "region": "West"},
		}
		self.assertEqual(advance_of("BT-1", {"advance_party": "A", "advance_dimensions": chosen}), advance)
		for wrong in (("branch",), ("branch=North", "branch=South")):
			with self.assertRaises(click.BadParameter):
				advance_of("BT-1", {"advance_party": "A", "advance_dimensions": wrong})

	def test_files_of_spreadsheets(self) -> None:
		"""Byte order mark, other separators, CRLF, quotes, capitals, more columns in another order."""
		wanted = {"doctype": "Sales Invoice", "name": "A, Ltd; 1", "allocated_amount": "1.5", "note": ""}
		for separator in ";\t,":
			lines = ["Name|Doctype|Note|Allocated_Amount", '"A, Ltd; 1"|Sales Invoice|| 1.5 ']
			text = "\ufeff" + "\r\n".join(lines).replace("|", separator)
			with self.subTest(separator):
				self.assertEqual(self.read(text), [wanted])

	def test_all_problems_are_told_with_their_lines(self) -> None:
		text = (
			f"{HEADER}\nSales Invoice,A,110,29\nSales Invoice,,5\n\nSales Invoice,C,five\nSales Invoice,D\n"
		)
		problems = self.problems(text)
		self.assertEqual(
			[problem.split(": ")[1] for problem in problems], ["line 2", "line 3", "line 5", "line 6"]
		)

	def test_no_selection(self) -> None:
		self.assertIn("allocated_amount", self.problems("")[0])
		self.assertIn("missing: doctype", self.problems("name;allocated_amount\nA;1\n")[0])
		self.assertIn("UTF-8", self.problems(b"doctype\xff")[0])
		self.assertIn(".csv or .json", self.problems("", "selection.xlsx")[0])
		self.assertIn("line 2", self.problems(f'{HEADER}\nSales Invoice,"A"B,1\n')[0])
		with self.assertRaises(SelectionFileError):
			read_rows("none.csv", INVOICE_COLUMNS, [self.folder])

	def test_json_keeps_decimals(self) -> None:
		rows = self.read('[{"doctype": "Sales Invoice", "name": "A", "allocated_amount": 0.10}]', "a.json")
		self.assertEqual(rows[0]["allocated_amount"], Decimal("0.10"))

	def test_json_of_another_form(self) -> None:
		self.assertIn("line 1 column 2", self.problems("[}", "a.json")[0])
		self.assertIn("list of objects", self.problems('{"doctype": "Sales Invoice"}', "a.json")[0])
		self.assertIn("list of objects", self.problems("[1]", "a.json")[0])


class TestMessages(unittest.TestCase):
	def test_markup_becomes_plain_text(self) -> None:
		markup = 'Run <a href="/app/x">BRR-1</a> &amp; others<br>A &lt;b&gt;<br/><p>second</p>'
		self.assertEqual(plain_text(markup), "Run BRR-1 & others\nA <b>\nsecond")

	def test_ending_tells_every_failure_and_what_to_do(self) -> None:
		lines = ending_of(FACTS).splitlines()
		self.assertEqual(
			lines[1:4],
			[
				"Failed (2):",
				"  Sales Invoice A is closed.",
				"  Sales Invoice B: The period is closed.",
			],
		)
		self.assertIn("retry BRR-1", lines[4])

	def test_time_left(self) -> None:
		self.assertEqual([time_left(None), time_left(0), time_left(75.4)], ["", "", "(0:01:15 left)"])

	def test_no_runs(self) -> None:
		self.assertEqual(table_of([]), "There are no such runs.")

	def test_lines_tell_news_only(self) -> None:
		with unittest.mock.patch("click.echo") as echo, Lines() as lines:
			for percentage in (1, 1, 2):
				lines.show({**FACTS, "status": "Posting", "percentage": percentage, "eta_seconds": None})
		self.assertEqual(echo.call_count, 2)


class TestFollowing(unittest.TestCase):
	def test_time_left_is_estimated_from_what_was_seen(self) -> None:
		moments = iter([0.0, 10.0, 20.0, 30.0])
		pace = Pace(lambda: next(moments))
		seen = [("Posting", 0), ("Posting", 20), ("Rolling Back", 40), ("Rolling Back", 30)]
		left = [
			_seconds_left({"status": status, "current": current, "total": 100}, pace)
			for status, current in seen
		]
		self.assertEqual(left, [None, 40, None, 30])

	def test_without_an_api_key_nobody_connects(self) -> None:
		with unittest.mock.patch("socketio.Client.connect") as connect, RunNews("BRR-1", None) as news:
			self.assertEqual(news.problem, "")
		connect.assert_not_called()
