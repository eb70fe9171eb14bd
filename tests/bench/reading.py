"""A reader beside a run: `readers.watch` in a process of its own."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

from tests.bench.bench import Bench

_readers = ThreadPoolExecutor(max_workers=1)


def begin_reading(bench: Bench, deposit: dict, run: str, timeout: int) -> Future[dict]:
	"""Look at the books until the run has ended; the result is what `readers.watch` has seen."""
	return _readers.submit(
		# Not by the process that answers the test meanwhile.
		Bench.at(bench.path).call,
		"readers.watch",
		bank_transaction=deposit["bank_transaction"],
		invoices=deposit["invoices"],
		run=run,
		timeout=timeout,
	)


def check_reader(reader: Future[dict]) -> None:
	"""It has looked more than once, and there was never anything half done."""
	seen = reader.result()
	assert seen["halves"] == []
	assert seen["looks"] > 3
