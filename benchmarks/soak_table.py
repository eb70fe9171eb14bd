"""The result of a soak as a Markdown table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

COLUMNS = ("trials", "kills", "resumed", "completed", "undone")


def report(
	counts: Mapping[str, int],
	broken: Sequence[str],
	seconds: float,
	remark: str,
	silences: Mapping[str, Sequence[float]] | None = None,
) -> str:
	"""The table, what it was measured with, and every trial that broke.

	counts: by the names of `COLUMNS`; resumed are runs that more than one worker has worked on
	silences: seconds that runs stood still after a kill, by a column's name; told as median and longest
	"""
	silences = silences or {}
	values = [f"{counts.get(name, 0):,}" for name in COLUMNS]
	values += [str(len(broken)), f"{seconds:.0f}", *map(_spread, silences.values())]
	lines = [
		f"| {' | '.join((*COLUMNS, 'broken', 'seconds', *silences))} |",
		f"|{' ---: |' * len(values)}",
		f"| {' | '.join(values)} |",
		"",
		remark,
		*(f"\nBroken: {text}" for text in broken),
	]
	return "\n".join(lines)


def _spread(measured: Sequence[float]) -> str:
	if not measured:
		return "–"
	return f"{median(measured):.1f} s, at most {max(measured):.1f} s ({len(measured)})"
