"""Measure bulk reconciliation against the ordinary way and against the floor, side by side, on a real site.

	cd ~/frappe-bench/sites
	../env/bin/python -m benchmarks.against_the_ordinary_way --site SITE [--invoices 100:3 1000:1]
		[--write FILE.md]

(with the root of this repository on PYTHONPATH)

The ordinary way is what an accountant's clicks do: `get_payment_entry`, insert, submit, one invoice after
another, each committed, and then ERPNext's own `reconcile_vouchers` over all of them. Bulk reconciliation is
a whole run, from the start to its completion, the audit of *Pattern Posting* included. The floor is the rows
of the payments of such a run, inserted once more under other names in as few statements as possible.

All ways pay invoices of the same kind, in turn, each in a process of its own that is forked as a worker forks
one for a job. Counted are the statements that reach the database. What is measured stays on the site, but for
the rows of the floor: use a test site. `--write` draws a picture beside the file as well.
"""

from __future__ import annotations

import argparse
import statistics
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import frappe

from benchmarks.chart import draw
from benchmarks.measuring import Measurement, in_another_process
from benchmarks.ways import ORDINARY, SETTINGS, WAYS, Way, measure, set_settings

Rounds = Mapping[str, Sequence[Measurement]]
HEAD = (
	"| way | ms an invoice | CPU ms of the worker | statements an invoice "
	"| part of the ordinary way's time | part of its CPU time | peak memory, MB |"
)


def report(rounds: Rounds, count: int) -> str:
	"""A Markdown table of medians; the parts are medians of each round's own."""
	lines = [f"### {count:,} invoices", "", HEAD, "| --- |" + " --- |" * 6]
	for name, measurements in rounds.items():
		milliseconds = 1000 * _median(measurements, lambda one: one.seconds)
		cpu = 1000 * _median(measurements, lambda one: one.cpu_seconds)
		queries, peak = _median(measurements, lambda one: one.queries), max(one.peak for one in measurements)
		time_part = _part(measurements, rounds.get(ORDINARY), lambda one: one.seconds)
		cpu_part = _part(measurements, rounds.get(ORDINARY), lambda one: one.cpu_seconds)
		cells = f"{milliseconds:.1f} | {cpu:.1f} | {queries:.2f} | {time_part} | {cpu_part} | {peak:.0f}"
		lines.append(f"| {name} | {cells} |")
	return "\n".join([*lines, "", f"Rounds in turn: {len(measurements)}."])


def _median(measurements: Sequence[Measurement], figure: Callable[[Measurement], float]) -> float:
	return statistics.median(map(figure, measurements))


def _part(
	measurements: Sequence[Measurement],
	ordinary: Sequence[Measurement] | None,
	figure: Callable[[Measurement], float],
) -> str:
	if not ordinary:
		return ""
	ratios = [figure(fast) / figure(slow) for fast, slow in zip(measurements, ordinary, strict=True)]
	spread = f" ({min(ratios):.3f} to {max(ratios):.3f})" if len(ratios) > 1 else ""
	return f"{statistics.median(ratios):.3f}{spread}"


def picture(results: Mapping[int, Rounds]) -> str:
	"""Seconds of each way against the number of invoices, as an SVG file."""
	series: dict[str, list[tuple[float, float]]] = defaultdict(list)
	for count, rounds in sorted(results.items()):
		for name, measurements in rounds.items():
			series[name].append((count, count * _median(measurements, lambda one: one.seconds)))
	return draw(series, "invoices of one deposit", "seconds")


def measure_all(site: str, ways: Mapping[str, Way], plan: Sequence[tuple[int, int]]) -> Mapping[int, Rounds]:
	"""Measure the ways in turn, after each has paid a few.

	plan: numbers of invoices, and of rounds for each
	"""
	for way in ways.values():
		measure(way, 5)
	results: dict[int, dict[str, list[Measurement]]] = {}
	for count, rounds in plan:
		results[count] = {name: [] for name in ways}
		for _round in range(rounds):
			for name, way in ways.items():
				measurement = in_another_process(site, partial(measure, way), count)
				results[count][name].append(measurement)
				print(count, name, measurement, flush=True)
	return results


def _number_and_rounds(text: str) -> tuple[int, int]:
	number, _colon, rounds = text.partition(":")
	return int(number), int(rounds or 1)


def main() -> None:
	parser = argparse.ArgumentParser(
		description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
	)
	parser.add_argument("--site", required=True)
	parser.add_argument(
		"--invoices", type=_number_and_rounds, nargs="+", default=[(100, 3)], help="NUMBER:ROUNDS"
	)
	parser.add_argument("--without", nargs="*", default=[], help="ways that are not measured", choices=WAYS)
	parser.add_argument("--write", type=Path, help="file for the result tables")
	options = parser.parse_args()
	ways = {name: way for name, way in WAYS.items() if name not in options.without}
	frappe.init(site=options.site, sites_path=".")
	frappe.connect()
	frappe.set_user("Administrator")
	former = frappe.db.get_single_value(SETTINGS, "pattern_posting")
	try:
		results = measure_all(options.site, ways, options.invoices)
	finally:
		set_settings(pattern_posting=former)
	tables = "\n\n".join(report(rounds, count) for count, rounds in results.items())
	print(tables)
	if options.write:
		options.write.write_text(f"{tables}\n")
		options.write.with_suffix(".svg").write_text(picture(results))


if __name__ == "__main__":
	main()
