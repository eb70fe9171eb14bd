"""How long 10,000 lines take that are matched to 50,000 open items, by what the lines are like.

python -m benchmarks.matching_advices

Seconds of the processor, not of the clock, the best of three times. It needs neither Frappe nor a bench.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from advanced_bank_reconciliation.remittance.advice import Advice, AdviceLine
from advanced_bank_reconciliation.remittance.matching import match_advice
from advanced_bank_reconciliation.remittance.payable_items import PayableItem

LINES, ITEMS, TIMES = 10_000, 50_000, 3
Items = Sequence[PayableItem]
Write = Callable[[int, PayableItem], AdviceLine]


def one_series(number: int) -> str:
	"""Every third number of it."""
	return f"ACC-SINV-2026-{number * 3:05}"


def many_series(number: int) -> str:
	"""Two hundred, with the same ends."""
	return f"C{number // 250:03}-{number % 250:03}"


def open_items(name: Callable[[int], str], amounts: int) -> Items:
	"""amounts: how many different ones there are"""
	return [
		PayableItem(
			doctype="Sales Invoice",
			name=name(number),
			amount=Decimal(10 + number % amounts),
			other_numbers=(f"PO-{700_000 + number}",),
		)
		for number in range(ITEMS)
	]


def number_and_amount(number: int, item: PayableItem) -> AdviceLine:
	return AdviceLine(number=number, reference=item.name, gross=item.amount)


def end_of_number(number: int, item: PayableItem) -> AdviceLine:
	return AdviceLine(number=number, reference=item.name[-5:], gross=item.amount)


def inside_of_text(number: int, item: PayableItem) -> AdviceLine:
	text = f"Invoice {item.name} of 05.02.2026, order {item.other_numbers[0]}"
	return AdviceLine(number=number, text=text, gross=item.amount)


def unknown(number: int, item: PayableItem) -> AdviceLine:
	return AdviceLine(number=number, reference=f"ACC-SINV-2026-{number * 3 + 1:05}", gross=item.amount)


def unknown_in_text(number: int, item: PayableItem) -> AdviceLine:
	text = f"for {number * 3 + 1:05} and {number * 3 + 2:05} of customer 10044 thanks"
	return AdviceLine(number=number, text=text, gross=item.amount)


def unknown_of_many_series(number: int, item: PayableItem) -> AdviceLine:
	return AdviceLine(number=number, reference=f"X{number:05}-{number % 250:03}", gross=item.amount)


def unknown_without_amount(number: int, _item: PayableItem) -> AdviceLine:
	return AdviceLine(number=number, reference=f"ACC-SINV-2026-{number * 3 + 1:05}")


WRITERS: dict[str, tuple[Write, Callable[[int], str]]] = {
	"number and amount": (number_and_amount, one_series),
	"last digits and amount": (end_of_number, one_series),
	"inside of a text": (inside_of_text, one_series),
	"unknown number": (unknown, one_series),
	"unknown numbers in a text": (unknown_in_text, one_series),
	"unknown number, no amount": (unknown_without_amount, one_series),
	"unknown number, its end in many series": (unknown_of_many_series, many_series),
}
AMOUNTS = (ITEMS, 990, 50, 4, 1)


def seconds_of(write: Write, items: Items) -> float:
	"""Of the processor, to match lines that are written like that."""
	lines = tuple(write(number, items[-number - 1]) for number in range(LINES))
	spent = []
	for _time in range(TIMES):
		began = time.process_time()
		match_advice(Advice(format="", lines=lines), items, currency="EUR")
		spent.append(time.process_time() - began)
	return min(spent)


def table() -> Iterator[str]:
	"""A row for each kind of line, a column for each number of different amounts."""
	yield f"| lines | {' | '.join(f'{amounts:,} amounts' for amounts in AMOUNTS)} |"
	yield f"| --- |{' ---: |' * len(AMOUNTS)}"
	for name, (write, names) in WRITERS.items():
		found = [f"{seconds_of(write, open_items(names, amounts)):.1f}" for amounts in AMOUNTS]
		yield f"| {name} | {' | '.join(found)} |"


if __name__ == "__main__":
	for row in table():
		print(row, flush=True)
