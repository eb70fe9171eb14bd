"""Scenes for tests that look at Desk in a browser: set up with `bench execute`, all plain data."""

from __future__ import annotations

import frappe
from frappe.model.document import Document

from advanced_bank_reconciliation.erpnext_adapter import reconciliation
from advanced_bank_reconciliation.erpnext_adapter.candidates.advice_sources import AdviceSource
from advanced_bank_reconciliation.tests import currencies, factories
from advanced_bank_reconciliation.tests.clones import LEDGERS
from advanced_bank_reconciliation.tests.scenes import make_role, make_user

SHOWN_CUSTOMERS = (
	"Alder & Sons",
	"Birch Interiors",
	"Cedar Street Café",
	"Dogwood Clinic",
	"Elm Books",
	"Fir Tree Hotel",
	"Gingko Foods",
	"Hazel Outdoor",
	"Ivy Florists",
	"Juniper Studio",
)
READABLE = ("Advance Bank Reconciliation Tool", "Bank Transaction", "Bank Account", "Company", "Account")


def make_marked_deposit(count: int, mark: str, chosen: int = 0) -> dict:
	"""A deposit over `count` invoices to be found by `mark`, the first `chosen` also by "`mark` chosen".

	It is alone on a bank account of its own.
	Returns `{"bank_transaction", "bank_account", "company", "invoices"}`.
	"""
	transaction, selection = factories.create_test_deposit(count, **_marked(mark))
	names = [row["name"] for row in selection]
	_mark(names[:chosen], f"{mark} chosen")
	_mark(names[chosen:], f"{mark} other")
	return {
		"bank_transaction": transaction.name,
		"bank_account": transaction.bank_account,
		"company": transaction.company,
		"invoices": selection,
	}


def make_showcase(company: str, abbreviation: str, count: int, reference: str, beside: float = 0.0) -> dict:
	"""What a picture wants: a company with nothing else in it, several months, believable names.

	beside: see `factories.create_test_deposit`
	"""
	factories.create_test_company(company, abbreviation)
	transaction, selection = factories.create_test_deposit(count, company, beside)
	transaction.db_set({"reference_number": reference, "description": "Payout of the web shop, see advice"})
	for number, row in enumerate(selection):
		values = {
			"customer_name": SHOWN_CUSTOMERS[number % len(SHOWN_CUSTOMERS)],
			"po_no": f"PO-{reference[-4:]}-{number + 1:03}",
			"due_date": frappe.utils.add_days(frappe.utils.nowdate(), number // 2 - count // 2),
		}
		frappe.db.set_value("Sales Invoice", row["name"], values, update_modified=False)
	return {
		"bank_transaction": transaction.name,
		"bank_account": transaction.bank_account,
		"company": company,
		"invoices": selection,
	}


def make_ageing_deposit(mark: str, amounts: list[float], deposit: float) -> dict:
	"""Invoices of which the later ones are due earlier, and a deposit that may not be their sum."""
	marked = _marked(mark)
	names = []
	for number, amount in enumerate(amounts):
		due = frappe.utils.add_days(frappe.utils.nowdate(), len(amounts) - number)
		customer = f"Bulk Test Customer {number % factories.CUSTOMER_COUNT}"
		names.append(factories.take_sales_invoices(customer, amount)[0]["name"])
		_make_due(names[-1], due)
	_mark(names, mark)
	transaction = factories.create_test_bank_transaction(deposit, **marked)
	return _scene(transaction, names)


def post_earlier(names: list[str], days: list[int]) -> None:
	"""Sales Invoices were posted so many days ago, for who lists them; their ledgers stay as they are."""
	for name, number in zip(names, days, strict=True):
		date = frappe.utils.add_days(frappe.utils.nowdate(), -number)
		frappe.db.set_value("Sales Invoice", name, "posting_date", date)


def set_default_bank(bank_account: str = "") -> None:
	"""What ERPNext's button *Payment* enters as the bank's account."""
	account = frappe.db.get_value("Bank Account", bank_account, "account") if bank_account else None
	frappe.get_doc("Company", factories.COMPANY).update({"default_bank_account": account}).save()


def make_deposit_of_two(mark: str, count: int) -> dict:
	"""A deposit over `count` invoices of each of two customers, in turn."""
	customers = ("Bulk Test Customer 0", "Bulk Test Customer 1")
	parts = [factories.take_sales_invoices(customer, 10.0, count=count) for customer in customers]
	selection = [row for pair in zip(*parts, strict=True) for row in pair]
	names = [row["name"] for row in selection]
	_mark(names, mark)
	amount = sum(row["allocated_amount"] for row in selection)
	return _scene(factories.create_test_bank_transaction(amount, **_marked(mark)), names)


def make_discounted_deposit(mark: str, amounts: list[float], deposit: float) -> dict:
	"""As `make_ageing_deposit`, but 2 % are let off the first invoice for ten days."""
	account = f"Write Off - {factories.ABBREVIATION}"
	frappe.db.set_value("Company", factories.COMPANY, "default_discount_account", account)
	scene = make_ageing_deposit(mark, amounts[1:], deposit)
	terms = factories.create_test_discount_terms(2)
	early = factories.create_test_sales_invoice(rate=amounts[0], payment_terms_template=terms).name
	_mark([early], mark)
	return {**scene, "invoices": [early, *scene["invoices"]], "discount_account": account}


def make_payout(mark: str, count: int, fee: float) -> dict:
	"""A deposit of invoices less a fee each and two refunds, and the payout report that says so.

	The report has two lines more: of a number that nobody has, and of one that it has already.
	Returns the scene, and as `report` its lines: reference, gross, fee, net.
	"""
	return make_payouts(mark, count, [fee])[0]


def make_payouts(mark: str, count: int, fees: list[float]) -> list[dict]:
	"""As `make_payout` for each of the fees, all of them on one bank account."""
	return [_make_payout(_marked(mark), count, fee) for fee in fees]


def _make_payout(marked: dict, count: int, fee: float) -> dict:
	_transaction, selection = factories.create_test_deposit(count)
	refunds = [factories.take_sales_invoices("Bulk Test Customer 0", rate)[0] for rate in (-10.0, -20.0)]
	report = [(row["name"], row["allocated_amount"], fee) for row in selection]
	report += [(row["name"], row["allocated_amount"], 0.0) for row in refunds]
	deposit = round(sum(gross - kept for _name, gross, kept in report), 2)
	report[count // 2 : count // 2] = [("NOBODY-77777", 12.34, fee), report[0]]
	transaction = factories.create_test_bank_transaction(deposit, **marked)
	return {
		"bank_transaction": transaction.name,
		"bank_account": transaction.bank_account,
		"company": transaction.company,
		"invoices": [*selection, *refunds],
		"report": [[name, gross, kept, round(gross - kept, 2)] for name, gross, kept in report],
	}


def make_recorded_advice(mark: str) -> str:
	"""The record of an advice: one line is matched, one left out, one a question, and one names nothing.

	Returns its name, which is that of its run.
	"""
	first, second = (factories.take_sales_invoices("Bulk Test Customer 0", rate)[0] for rate in (100.0, 50.0))
	lines = [f"{first['name']},100.00", f"{second['name']},50.00", f"{first['name']},100.00"]
	advice = AdviceSource(text="\n".join(["Invoice,Gross", *lines, "NOBODY-77777,12.34"]))
	deposit = factories.create_test_bank_transaction(100.0, **_marked(mark))
	return reconciliation.start_at_once(deposit.name, [first], advice=advice)["run"]


def make_finished_runs(mark: str, amounts: list[list[float]], fee: float) -> list[dict]:
	"""A completed run for each list of amounts, less the fee, all on one bank account.

	Beside the usual each scene has its `run` and its `payments`.
	"""
	return [_finish_run(_marked(mark), each, fee) for each in amounts]


def _finish_run(marked: dict, amounts: list[float], fee: float) -> dict:
	invoices = [
		factories.take_sales_invoices(f"Bulk Test Customer {number}", amount)[0]
		for number, amount in enumerate(amounts)
	]
	transaction = factories.create_test_bank_transaction(sum(amounts) - fee, **marked)
	deductions = [factories.deduction("Marketing Expenses", str(fee))]
	run = reconciliation.start_at_once(transaction.name, invoices, deductions=deductions)["run"]
	items = frappe.get_all("Bulk Reconciliation Item", {"run": run}, pluck="voucher")
	return {**_scene(transaction, [row["name"] for row in invoices]), "run": run, "payments": items}


def set_default_company(user: str, company: str) -> None:
	"""The company of which a user sees the figures at first."""
	frappe.defaults.set_user_default("company", company, user)


def count_open_deposits(company: str) -> int:
	"""Submitted Bank Transactions of a company that brought in money, and have some of it left."""
	left = {"deposit": (">", 0), "unallocated_amount": (">", 0)}
	return frappe.db.count("Bank Transaction", {"company": company, "docstatus": 1, **left})


def make_deduction_rules(codes: list[str], account: str) -> None:
	"""Rules of the company of the tests; they stay."""
	for code in codes:
		values = {"doctype": "Deduction Rule", "company": factories.COMPANY, "code": code}
		if not frappe.db.exists(values):
			frappe.get_doc({**values, "account": account}).insert()


def make_foreign_deposit(mark: str, euros: list[float], dollars: float, deposit: float) -> dict:
	"""Invoices in euros and one in dollars, paid by a deposit in dollars; a euro is worth 1.10 that day."""
	marked = _marked(mark)
	currencies.set_rate("EUR", 1.1)
	invoices = [currencies.create_invoice_in("EUR", amount, conversion_rate=1.05) for amount in euros]
	invoices.append(factories.create_test_sales_invoice(rate=dollars))
	names = [invoice.name for invoice in invoices]
	_mark(names, mark)
	transaction = factories.create_test_bank_transaction(deposit, **marked)
	return _scene(transaction, names)


def make_deposit_of_vouchers(mark: str, amounts: list[float]) -> dict:
	"""A deposit over payments that were received before. Beside the usual: `vouchers`, their names."""
	marked = _marked(mark)
	vouchers = [
		factories.create_test_advance(amount, bank_account=marked["bank_account"]).name for amount in amounts
	]
	transaction = factories.create_test_bank_transaction(sum(amounts), **marked)
	return {
		"bank_transaction": transaction.name,
		"bank_account": transaction.bank_account,
		"company": transaction.company,
		"vouchers": vouchers,
	}


def make_hostile(mark: str, markup: str) -> dict:
	"""A deposit and an invoice with markup in every text that people and banks may write."""
	scene = make_ageing_deposit(mark, [10.0], 10.0)
	invoice, transaction = scene["invoices"][0], scene["bank_transaction"]
	frappe.db.set_value("Sales Invoice", invoice, {"po_no": f"{mark} {markup}", "customer_name": markup})
	frappe.db.set_value("Bank Transaction", transaction, {"description": markup})
	return scene


def make_proposed_deposits(mark: str, words: list[str]) -> dict:
	"""A deposit over two invoices for each word, which is the name of its customer and stands in its text.

	Returns `{"bank_transactions", "bank_account", "company", "invoices"}`, two for each.
	"""
	marked, names, invoices = _marked(mark), [], []
	for number, word in enumerate(words):
		customer = f"{word} Payout Shop"
		for amount in (100.0 + number, 50.5):
			invoices.append(factories.create_test_sales_invoice(customer, amount).name)
		values = {**marked, "description": f"{word.upper()} PAYOUT"}
		names.append(factories.create_test_bank_transaction(150.5 + number, **values).name)
	scene = {"bank_account": marked["bank_account"], "company": factories.COMPANY}
	return {**scene, "bank_transactions": names, "invoices": invoices}


def make_reader() -> dict:
	"""A user who may open the tool and see Bank Transactions, and no more. Returns `{"user", "password"}`."""
	return make_user("reader", [_reader_role()])


def make_matcher() -> dict:
	"""A user who may also change Bank Transactions, but make no payment."""
	role = make_role("Bulk Test Matcher", {"Bank Transaction": ["read", "write"]})
	return make_user("matcher", [_reader_role(), role])


def _reader_role() -> str:
	return make_role("Bulk Test Reader", {doctype: ["read"] for doctype in READABLE})


def _marked(mark: str) -> dict:
	"""What a Bank Transaction is found by: its reference, and a bank account on which it is alone."""
	company = factories.create_test_company()
	bank_account = factories.create_test_bank_account(company, purpose=mark)
	return {"reference_number": mark, "bank_account": bank_account}


def _make_due(invoice: str, date: str) -> None:
	"""Give an open invoice another due date, everywhere that ERPNext has written the one it had."""
	places = {"Sales Invoice": "name", "Payment Schedule": "parent", **dict.fromkeys(LEDGERS, "voucher_no")}
	for doctype, column in places.items():
		table = frappe.qb.DocType(doctype)
		written = (table[column] == invoice) & table.due_date.isnotnull()
		frappe.qb.update(table).set(table.due_date, date).where(written).run()


def _mark(names: list[str], mark: str) -> None:
	if names:
		invoice = frappe.qb.DocType("Sales Invoice")
		frappe.qb.update(invoice).set(invoice.po_no, mark).where(invoice.name.isin(names)).run()


def _scene(transaction: Document, names: list[str]) -> dict:
	"""What a test needs to know of a Bank Transaction and its invoices."""
	return {
		"bank_transaction": transaction.name,
		"bank_account": transaction.bank_account,
		"company": transaction.company,
		"invoices": names,
	}
