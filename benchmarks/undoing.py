"""Measure what undoing a completed run takes beside posting it, on a real site.

	cd ~/frappe-bench/sites
	../env/bin/python -m benchmarks.undoing --site SITE [--invoices 100] [--rounds 3] [--way Automatic]

(with the root of this repository on PYTHONPATH)

Each run is posted and undone with *Pattern Posting* as *Never* and as *Automatic* (or as one of them), by
each setting of *On Rollback* in turn, in one process; counted are the statements that reach the database.
What Frappe does to what names deleted payments, in jobs of its own after each batch, is measured by itself.
Everything that is measured stays on the site: use a test site.
"""

from __future__ import annotations

import argparse
import statistics
from typing import NamedTuple
from unittest.mock import patch

import frappe

from advanced_bank_reconciliation.engine.states import WORKING_STATES
from advanced_bank_reconciliation.erpnext_adapter import jobs, reconciliation
from advanced_bank_reconciliation.erpnext_adapter.erpnext_patches import links_of_deleted
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import PAYMENT_DOCTYPE, RUN_DOCTYPE
from advanced_bank_reconciliation.tests.factories import create_test_deposit
from benchmarks.measuring import Measurement, measured
from benchmarks.ways import set_settings

ACTIONS = ("Cancel Only", "Cancel and Delete")
WAYS = ("Never", "Automatic")
Setting = tuple[str, str]


class Result(NamedTuple):
	"""What posting took, undoing, and the jobs that follow it."""

	posting: Measurement
	undoing: Measurement
	links: Measurement


def measure(way: str, action: str, count: int) -> Result:
	"""Post a new deposit over `count` invoices and undo it."""
	set_settings(pattern_posting=way, rollback_action=action)
	transaction, selection = create_test_deposit(count)
	run = reconciliation.start_in_background(transaction.name, selection)["run"]
	frappe.db.commit()
	posting = measured(lambda: work(run), count)
	reconciliation.undo(run)
	frappe.db.commit()
	batches: list[list[str]] = []
	with patch.object(
		links_of_deleted, "_delete_later", lambda doctype, names, at_once: batches.append(names)
	):
		undoing = measured(lambda: work(run), count)
	assert frappe.db.get_value(RUN_DOCTYPE, run, "state") == "Rolled Back"
	return Result(posting, undoing, measured(lambda: delete_links(batches), count))


def work(run: str) -> None:
	"""All jobs of a run: each ends with its time slice."""
	while frappe.db.get_value(RUN_DOCTYPE, run, "state") in WORKING_STATES:
		jobs.process_bulk_reconciliation(run)


def delete_links(batches: list[list[str]]) -> None:
	"""What a worker does after each batch."""
	for names in batches:
		links_of_deleted.delete_links_of(PAYMENT_DOCTYPE, names)
		frappe.db.commit()


def report(results: dict[Setting, list[Result]], count: int) -> str:
	"""A Markdown table of medians; undoing as a part of posting, round by round."""
	head = ("pattern posting", "on rollback", "statements to post", "to undo", "afterwards")
	head = (*head, "ms to post", "to undo", "afterwards", "time of undoing as a part of posting")
	lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
	for setting, rounds in results.items():
		parts = list(zip(*rounds, strict=True))
		figures = [f"{statistics.median(one.queries for one in part):.1f}" for part in parts]
		figures += [f"{statistics.median(one.seconds * 1000 for one in part):.1f}" for part in parts]
		ratios = ", ".join(f"{one.undoing.seconds / one.posting.seconds:.2f}" for one in rounds)
		lines.append(f"| {' | '.join([*setting, *figures, ratios])} |")
	return "\n".join([*lines, "", f"{count} invoices a deposit; statements and ms an invoice."])


def main() -> None:
	parser = argparse.ArgumentParser(description=__doc__)
	parser.add_argument("--site", required=True)
	parser.add_argument("--invoices", type=int, default=100)
	parser.add_argument("--rounds", type=int, default=3)
	parser.add_argument("--way", choices=WAYS)
	options = parser.parse_args()
	frappe.init(site=options.site, sites_path=".")
	frappe.connect()
	frappe.set_user("Administrator")
	settings = [(way, action) for way in WAYS if options.way in (None, way) for action in ACTIONS]
	for setting in settings:
		measure(*setting, 5)
	results: dict[Setting, list[Result]] = {setting: [] for setting in settings}
	for _round in range(options.rounds):
		for setting in settings:
			results[setting].append(measure(*setting, options.invoices))
	print(report(results, options.invoices))


if __name__ == "__main__":
	main()
