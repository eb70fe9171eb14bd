"""Measure bulk reconciliation against the ordinary way, side by side, on a real site.

	cd ~/frappe-bench/sites
	../env/bin/python -m benchmarks.against_the_ordinary_way --site SITE [--invoices 100] [--rounds 3]

(with the root of this repository on PYTHONPATH)

The ordinary way is what an accountant's clicks do: `get_payment_entry`, insert, submit, one invoice after
another, each committed, and then ERPNext's own `reconcile_vouchers` over all of them. Both ways pay
invoices of the same kind, in turn, in one process; counted are the statements that reach the database.
Everything that is measured stays on the site: use a test site.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import frappe
from erpnext.accounts.doctype.bank_reconciliation_tool.bank_reconciliation_tool import reconcile_vouchers
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry

from advanced_bank_reconciliation.erpnext_adapter import jobs, reconciliation
from advanced_bank_reconciliation.erpnext_adapter.settings import DOCTYPE as SETTINGS
from advanced_bank_reconciliation.tests.factories import create_test_deposit

Way = Callable[[str, list[dict]], None]


@dataclass(frozen=True)
class Measurement:
	"""One way over one deposit: seconds and database statements an invoice."""

	seconds: float
	queries: float


def the_ordinary_way(bank_transaction: str, selection: list[dict]) -> None:
	"""One Payment Entry after another, then one reconciliation of all of them."""
	vouchers = []
	account = _bank_ledger_account(bank_transaction)
	for row in selection:
		entry = get_payment_entry(row["doctype"], row["name"], bank_account=account)
		entry.reference_no = bank_transaction
		entry.reference_date = entry.posting_date
		entry.insert()
		entry.submit()
		frappe.db.commit()
		voucher = {"payment_doctype": "Payment Entry", "payment_name": entry.name}
		vouchers.append({**voucher, "amount": entry.paid_amount})
	reconcile_vouchers(bank_transaction, json.dumps(vouchers, default=str))
	frappe.db.commit()


def the_bulk_way(bank_transaction: str, selection: list[dict]) -> None:
	"""What the endpoint and the job do."""
	run = reconciliation.start_in_background(bank_transaction, selection)["run"]
	frappe.db.commit()
	jobs.process_bulk_reconciliation(run)


def by_pattern(bank_transaction: str, selection: list[dict]) -> None:
	"""The same with *Pattern Posting*, the audit included."""
	_set_pattern_posting("Automatic")
	the_bulk_way(bank_transaction, selection)
	_set_pattern_posting("Never")


def _set_pattern_posting(way: str) -> None:
	frappe.db.set_single_value(SETTINGS, "pattern_posting", way)
	frappe.clear_document_cache(SETTINGS, SETTINGS)
	frappe.db.commit()


def measure(way: Way, count: int) -> Measurement:
	"""Pay a new deposit over `count` invoices and see that it is reconciled."""
	transaction, selection = create_test_deposit(count)
	frappe.db.commit()
	with CountingStatements() as statements:
		began = time.perf_counter()
		way(transaction.name, selection)
		seconds = time.perf_counter() - began
	assert frappe.db.get_value("Bank Transaction", transaction.name, "status") == "Reconciled"
	return Measurement(seconds / count, len(statements) / count)


class CountingStatements:
	"""Collect every statement that goes to the database while the scope lasts."""

	def __enter__(self) -> list[str]:
		self.original = frappe.db.sql
		statements: list[str] = []

		def sql(query: object, *arguments: object, **options: object) -> object:
			statements.append(str(query))
			return self.original(query, *arguments, **options)

		frappe.db.sql = sql
		return statements

	def __exit__(self, *_exception: object) -> None:
		frappe.db.sql = self.original


def _bank_ledger_account(bank_transaction: str) -> str:
	bank_account = frappe.db.get_value("Bank Transaction", bank_transaction, "bank_account")
	return frappe.db.get_value("Bank Account", bank_account, "account")


WAYS: dict[str, Way] = {
	"one by one, the ordinary way": the_ordinary_way,
	"bulk reconciliation": the_bulk_way,
	"bulk reconciliation, by pattern": by_pattern,
}


def report(results: dict[str, list[Measurement]], count: int) -> str:
	"""A Markdown table of medians, and the ratios of each bulk way to the ordinary one round by round."""
	lines = ["| way | ms an invoice | statements an invoice |", "| --- | --- | --- |"]
	for name, measured in results.items():
		milliseconds = statistics.median(one.seconds for one in measured) * 1000
		queries = statistics.median(one.queries for one in measured)
		lines.append(f"| {name} | {milliseconds:.0f} | {queries:.1f} |")
	(_name, ordinary), *others = results.items()
	lines.append("")
	lines.append(
		f"{count} invoices a deposit, {len(ordinary)} rounds in turn. Time as a part of the ordinary way's:"
	)
	for name, measured in others:
		ratios = (fast.seconds / slow.seconds for slow, fast in zip(ordinary, measured, strict=True))
		lines.append(f"- {name}, round by round: {', '.join(f'{ratio:.2f}' for ratio in ratios)}")
	return "\n".join(lines)


def main() -> None:
	parser = argparse.ArgumentParser(description=__doc__)
	parser.add_argument("--site", required=True)
	parser.add_argument("--invoices", type=int, default=100)
	parser.add_argument("--rounds", type=int, default=3)
	parser.add_argument("--write", type=Path, help="file for the result table")
	options = parser.parse_args()
	frappe.init(site=options.site, sites_path=".")
	frappe.connect()
	frappe.set_user("Administrator")
	for way in WAYS.values():
		measure(way, 5)
	results: dict[str, list[Measurement]] = {name: [] for name in WAYS}
	for _round in range(options.rounds):
		for name, way in WAYS.items():
			results[name].append(measure(way, options.invoices))
	table = report(results, options.invoices)
	print(table)
	if options.write:
		options.write.write_text(f"# Against the ordinary way\n\n{table}\n")


if __name__ == "__main__":
	main()
