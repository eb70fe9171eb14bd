"""A remittance advice, from the file to the books: what is matched, what is asked, and who may."""

from __future__ import annotations

import io
from decimal import Decimal
from unittest.mock import patch

import frappe
import openpyxl

from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.erpnext_adapter.books.deduction_rules import rules_of
from advanced_bank_reconciliation.erpnext_adapter.candidates.remittance_advice import RemittanceAdviceError
from advanced_bank_reconciliation.tests import factories, scenes
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase

FEE_ACCOUNT = f"Commission on Sales - {factories.ABBREVIATION}"
FEE = Decimal("0.35")
TOOL = "advanced_bank_reconciliation.advanced_bank_reconciliation.doctype.advance_bank_reconciliation_tool"
ENDPOINT = f"{TOOL}.advance_bank_reconciliation_tool.read_remittance_advice"


def read(bank_transaction: str, **arguments: object) -> dict:
	"""Call the endpoint."""
	return frappe.get_attr(ENDPOINT)(bank_transaction, **arguments)


def workbook(rows: list[list]) -> bytes:
	book, file = openpyxl.Workbook(), io.BytesIO()
	for row in [["Payout of February"], ["Invoice", "Date", "Gross", "Fee", "Net"], *rows]:
		book.active.append(row)
	book.save(file)
	return file.getvalue()


def upload(name: str, content: bytes, **values: object) -> str:
	"""A private File; returns its name."""
	document = {"doctype": "File", "file_name": name, "is_private": 1, "content": content, **values}
	return frappe.get_doc(document).insert().name


def make_rule(
	code: str, account: str = FEE_ACCOUNT, company: str = factories.COMPANY, **values: object
) -> None:
	rule = {"doctype": "Deduction Rule", "company": company, "code": code, "account": account}
	frappe.get_doc({**rule, **values}).insert()


class TestRemittanceAdvice(BulkTestCase):
	def line(self, name: str, gross: object, fee: Decimal = FEE) -> list:
		"""A row of the file; the gross as a text, as exports have it."""
		amount = Decimal(str(gross))
		return [name, "2026-02-05", str(amount), str(fee), str(amount - fee)]

	def refund(self, customer: int, amount: str) -> list:
		note = factories.open_sales_invoice(f"Bulk Test Customer {customer}", rate=float(amount))
		return self.line(note.name, amount, Decimal(0))

	def deposit_of(self, rows: list[list]) -> str:
		"""A deposit of what the rows come to."""
		net = sum(Decimal(row[4]) for row in rows)
		return factories.create_test_bank_transaction(float(net)).name

	def test_from_a_payout_report_to_the_books(self) -> None:
		"""16 invoices less fees, two refunds, a number that nobody knows, and one that comes twice."""
		_deposit, selection = factories.create_test_deposit(16)
		rows = [self.line(row["name"], row["allocated_amount"]) for row in selection]
		rows += [self.refund(0, "-10.00"), self.refund(1, "-20.00")]
		deposit = self.deposit_of(rows)
		strangers = [self.line("ACC-SINV-1999-77777", "12.34"), rows[5]]
		make_rule("fee")
		file = upload("payout.xlsx", workbook([*rows[:7], *strangers, *rows[7:]]))

		advice = read(deposit, file=file)
		self.assertEqual(advice["message"], "18 of 20 lines matched, 2 to look at.")
		self.assertEqual(advice["difference"], "0.00")
		self.assertEqual(
			[(one["code"], one["account"], one["amount"]) for one in advice["deductions"]],
			[("fee", FEE_ACCOUNT, "5.60")],
		)
		self.assertEqual(len(advice["invoices"]), 18)
		state = reconciliation.start_at_once(
			deposit, advice["invoices"], None, [self.row_of(one) for one in advice["deductions"]]
		)
		self.assertEqual(state["status"], "Completed")
		books = self.books(deposit, advice["invoices"])
		self.assertEqual((books["transaction"]["unallocated_amount"], books["unbalanced"]), (0, []))
		self.assertEqual(set(books["outstanding"].values()), {0})
		self.assertEqual(set(books["ledger_outstanding"].values()), {0})
		self.assertEqual(self.booked_on(FEE_ACCOUNT, books["payments"]), Decimal("5.60"))

	def row_of(self, deduction: dict) -> dict:
		return {key: value for key, value in deduction.items() if key != "code" and value}

	def booked_on(self, account: str, vouchers: list[str]) -> Decimal:
		rows = frappe.get_all(
			"GL Entry",
			{"account": account, "voucher_no": ("in", vouchers), "is_cancelled": 0},
			["debit", "credit"],
		)
		return sum((Decimal(str(row.debit)) - Decimal(str(row.credit)) for row in rows), Decimal(0))

	def test_numbers_of_the_other_side_and_pasted_ones(self) -> None:
		"""The customer's order number; the end of a number with its amount; both named in a text."""
		first = factories.open_sales_invoice(rate=101.11, po_no="PO-7731")
		self.grow_older(first.name)
		second = factories.open_sales_invoice(rate=202.22)
		deposit = factories.create_test_bank_transaction(303.33).name
		text = f"po-7731\t101.11\n{second.name.rpartition('-')[2]}\t202.22\n"
		advice = read(deposit, text=text)
		self.assertEqual({one["name"] for one in advice["invoices"]}, {first.name, second.name})
		self.assertEqual(advice["message"], "All 2 lines matched.")
		listed = read(deposit, text=f"{first.name}, {second.name}")
		self.assertEqual(listed["difference"], "0.00")

	def grow_older(self, invoice: str) -> None:
		"""The ends of the first numbers of a series are too short for the search."""
		series = frappe.qb.DocType("Series")
		is_its = series.name == invoice.rpartition("-")[0] + "-"
		frappe.qb.update(series).set(series.current, series.current + 1000).where(is_its).run()

	def test_a_withdrawal_pays_bills_by_their_numbers(self) -> None:
		"""A discount that a supplier grants is an income: bank and deduction are negative as the bill is."""
		bill = factories.create_test_purchase_invoice(rate=80, bill_no="BILL-4711")
		withdrawal = factories.create_test_bank_transaction(-78.4).name
		text = "Bill no;Amount;Discount;Paid\nBILL-4711;80.00;1.60;78.40\n"
		make_rule("discount")
		advice = read(withdrawal, text=text)
		self.assertEqual([one["allocated_amount"] for one in advice["invoices"]], ["80.00"])
		self.assertEqual([one["amount"] for one in advice["deductions"]], ["-1.60"])
		state = reconciliation.start_at_once(
			withdrawal, advice["invoices"], None, [self.row_of(one) for one in advice["deductions"]]
		)
		self.assertEqual(state["status"], "Completed")
		self.assertEqual(frappe.db.get_value("Purchase Invoice", bill.name, "outstanding_amount"), 0)

	def test_what_cannot_be_read_is_one_plain_sentence(self) -> None:
		deposit = factories.create_test_bank_transaction(10).name
		for text, words in (
			('Invoice,Amount\nA1,"1,234"\n', "Say which sign"),
			("Invoice,Amount\nA1,<b>x</b>\n", "&lt;b&gt;x&lt;/b&gt; is not an amount"),
			("%PDF-1.7", "This is a PDF"),
		):
			with self.subTest(words), self.assertRaises(RemittanceAdviceError) as refused:
				read(deposit, text=text)
			self.assertIn(words, str(refused.exception))
		with self.assertRaises(RemittanceAdviceError):
			read(deposit)

	def test_nothing_is_written(self) -> None:
		invoice = factories.open_sales_invoice()
		deposit = factories.create_test_bank_transaction(100).name
		with patch.object(frappe.db, "sql", wraps=frappe.db.sql) as asked:
			read(deposit, text=f"{invoice.name} 100.00")
		statements = [
			str(call.args[0]).lstrip().split()[0].upper() for call in asked.call_args_list if call.args
		]
		self.assertEqual(set(statements) - {"SELECT", "EXPLAIN", "SHOW"}, set())

	def test_who_may_not_read_the_bank_transaction_or_the_file_is_refused(self) -> None:
		deposit = factories.create_test_bank_transaction(100).name
		file = upload("payout.csv", b"Invoice,Amount\nA1,1.00\n")
		frappe.set_user(scenes.make_user("no-accounts", ["Employee"])["user"])
		with self.assertRaises(frappe.PermissionError):
			read(deposit, text="A1")
		frappe.set_user(scenes.make_user("accounts-only", ["Accounts User"])["user"])
		with self.assertRaises(frappe.PermissionError):
			read(deposit, file=file)

	def test_a_file_that_is_gone_or_elsewhere_is_said(self) -> None:
		deposit = factories.create_test_bank_transaction(100).name
		elsewhere = {
			"doctype": "File",
			"file_url": "https://example.com/payout.csv",
			"file_name": "payout.csv",
		}
		file = frappe.get_doc(elsewhere).insert().name
		with self.assertRaisesRegex(RemittanceAdviceError, "no file of this site"):
			read(deposit, file=file)


class TestDeductionRules(BulkTestCase):
	def test_the_most_specific_rule_wins(self) -> None:
		other = f"Marketing Expenses - {factories.ABBREVIATION}"
		make_rule("", other)
		make_rule("fee")
		accounts = [self.account_for(code) for code in ("selling Fees", "fee", "chargeback")]
		self.assertEqual(accounts, [FEE_ACCOUNT, FEE_ACCOUNT, other])

	def account_for(self, code: str, amount: str = "1", gross: str = "100") -> str | None:
		rule = rules_of(factories.COMPANY, Decimal(gross))(code, Decimal(amount))
		return rule and rule.account

	def test_what_is_more_than_the_limit_is_left_to_a_person(self) -> None:
		"""Also if a rule without a code would cover it."""
		make_rule("")
		make_rule("fee", limit_amount=5, limit_percent=2)
		found = [self.account_for("fee", *asked) for asked in (("2",), ("-2",), ("2.01",), ("5.01", "1000"))]
		self.assertEqual(found, [FEE_ACCOUNT, FEE_ACCOUNT, None, None])

	def test_a_role_has_a_limit_of_its_own(self) -> None:
		make_rule("fee", limit_amount=5)
		make_rule("fee", limit_amount=50, role="Accounts Manager")
		with self.assertRaisesRegex(frappe.ValidationError, "already"):
			make_rule("fee", role="Accounts Manager")
		for name, roles, found in (
			("accounts-only", ["Accounts User"], [FEE_ACCOUNT, None, None]),
			("manager", ["Accounts User", "Accounts Manager"], [FEE_ACCOUNT, FEE_ACCOUNT, None]),
		):
			frappe.set_user(scenes.make_user(name, roles)["user"])
			self.assertEqual([self.account_for("fee", amount) for amount in ("5", "50", "50.01")], found)
			frappe.set_user("Administrator")

	def test_one_rule_for_a_code_and_accounts_of_the_company(self) -> None:
		make_rule("fee")
		with self.assertRaisesRegex(frappe.ValidationError, "already"):
			make_rule("fee ")
		company = factories.create_test_company("Bulk Test Other Company", "BTO")
		with self.assertRaisesRegex(frappe.ValidationError, "another company"):
			make_rule("fee", FEE_ACCOUNT, company)
