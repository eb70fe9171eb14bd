"""Measure what undoing a completed run takes beside posting it, on a real site.

	cd ~/frappe-bench/sites
	../env/bin/python -m benchmarks.undoing --site SITE [--invoices 100] [--rounds 3]

(with the root of this repository on PYTHONPATH)

Each run is posted and undone with *Pattern Posting* as *Never* and as *Automatic*, by each setting of *On
Rollback* in turn, in one process; counted are the statements that reach the database. Everything that is
measured stays on the site: use a test site.
"""

from __future__ import annotations

import argparse
import statistics

import frappe

from advanced_bank_reconciliation.erpnext_adapter import jobs, reconciliation
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import RUN_DOCTYPE
from advanced_bank_reconciliation.tests.factories import create_test_deposit
from benchmarks.measuring import Measurement, measured
from benchmarks.ways import set_settings

ACTIONS = ("Cancel Only", "Cancel and Delete")
WAYS = ("Never", "Automatic")
Setting = tuple[str, str]


def measure(way: str, action: str, count: int) -> tuple[Measurement, Measurement]:
	"""Post a new deposit over `count` invoices and undo it; what the one took and what the other."""
	set_settings(pattern_posting=way, rollback_action=action)
	transaction, selection = create_test_deposit(count)
	run = reconciliation.start_in_background(transaction.name, selection)["run"]
	frappe.db.commit()
	posting = measured(lambda: jobs.process_bulk_reconciliation(run), count)
	reconciliation.undo(run)
	frappe.db.commit()
	undoing = measured(lambda: jobs.process_bulk_reconciliation(run), count)
	assert frappe.db.get_value(RUN_DOCTYPE, run, "state") == "Rolled Back"
	return posting, undoing


def report(results: dict[Setting, list[tuple[Measurement, Measurement]]], count: int) -> str:
	"""A Markdown table of medians; undoing as a part of posting, round by round."""
	head = ("pattern posting", "on rollback", "statements to post", "to undo", "ms to post", "to undo")
	lines = [f"| {' | '.join(head)} | time of undoing as a part of posting |"]
	lines.append("| --- | --- | --- | --- | --- | --- | --- |")
	for (way, action), pairs in results.items():
		posting, undoing = (statistics.median(pair[side].queries for pair in pairs) for side in (0, 1))
		ratios = ", ".join(f"{undo.seconds / post.seconds:.2f}" for post, undo in pairs)
		post_ms, undo_ms = (statistics.median(pair[side].seconds * 1000 for pair in pairs) for side in (0, 1))
		figures = f"{posting:.1f} | {undoing:.1f} | {post_ms:.1f} | {undo_ms:.1f}"
		lines.append(f"| {way} | {action} | {figures} | {ratios} |")
	return "\n".join([*lines, "", f"{count} invoices a deposit; statements an invoice."])


def main() -> None:
	parser = argparse.ArgumentParser(description=__doc__)
	parser.add_argument("--site", required=True)
	parser.add_argument("--invoices", type=int, default=100)
	parser.add_argument("--rounds", type=int, default=3)
	options = parser.parse_args()
	frappe.init(site=options.site, sites_path=".")
	frappe.connect()
	frappe.set_user("Administrator")
	settings = [(way, action) for way in WAYS for action in ACTIONS]
	for setting in settings:
		measure(*setting, 5)
	results: dict[Setting, list[tuple[Measurement, Measurement]]] = {setting: [] for setting in settings}
	for _round in range(options.rounds):
		for setting in settings:
			results[setting].append(measure(*setting, options.invoices))
	print(report(results, options.invoices))


if __name__ == "__main__":
	main()
