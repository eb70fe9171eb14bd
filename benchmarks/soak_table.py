"""The result of a soak as a Markdown table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

COLUMNS = ("trials", "kills", "resumed", "completed", "undone")


def report(counts: Mapping[str, int], broken: Sequence[str], seconds: float, remark: str) -> str:
	"""The table, what it was measured with, and every trial that broke.

	counts: by the names of `COLUMNS`; resumed are runs that more than one worker has worked on
	"""
	values = [f"{counts.get(name, 0):,}" for name in COLUMNS]
	values += [str(len(broken)), f"{seconds:.0f}"]
	lines = [
		f"| {' | '.join((*COLUMNS, 'broken', 'seconds'))} |",
		f"|{' ---: |' * len(values)}",
		f"| {' | '.join(values)} |",
		"",
		remark,
		*(f"\nBroken: {text}" for text in broken),
	]
	return "\n".join(lines)
