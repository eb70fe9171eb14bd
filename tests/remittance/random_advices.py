"""Random open items, and advices made from them with all that people do to numbers.

Each advice knows what it is made of, so that a match can be judged.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from advanced_bank_reconciliation.remittance.advice import Advice, AdviceDeduction, AdviceLine
from advanced_bank_reconciliation.remittance.numbers import runs_of
from advanced_bank_reconciliation.remittance.payable_items import PayableItem

SALES = "Sales Invoice"
FEW_PRICES = [Decimal(price) for price in ("9.99", "19.00", "49.90", "119.00")]
WORDS = (
	"Rechnung",
	"invoice",
	"order of 05.02.2026",
	"thanks",
	"2026",
	"customer 10044",
	"Nr.",
	"your payment",
)


@dataclass
class Truth:
	"""An advice, the items it was made from, and for each of its lines what it really means."""

	items: list[PayableItem]
	lines: list[AdviceLine] = field(default_factory=list)
	meant: list[set[str]] = field(default_factory=list)
	plain: list[bool] = field(default_factory=list)

	@property
	def advice(self) -> Advice:
		return Advice(format="random", lines=tuple(self.lines))


def random_truth(random: Random, *, most: int = 60) -> Truth:
	"""Open items and an advice of some of them, shuffled, noisy, with strangers' numbers among them."""
	truth = Truth(random_items(random, random.randint(1, most)))
	chosen = random.sample(truth.items, random.randint(0, len(truth.items)))
	while chosen:
		count = random.choice([1, 1, 1, 1, 2, 3])
		_add(truth, random, chosen[:count])
		chosen = chosen[count:]
	for _stranger in range(random.choice([0, 0, 1, 3])):
		_add_stranger(truth, random)
	return truth


def random_items(random: Random, count: int) -> list[PayableItem]:
	"""Invoices and some credit notes of two series and years; prices that many share, or nobody does."""
	start = random.choice([1, 97, 995, 1400, 99_900])
	few = random.random() < 0.4
	items = []
	for number in range(start, start + count):
		year = random.choice([2025, 2026])
		name = random.choice(
			[f"ACC-SINV-{year}-{number:05}", f"ACC-SINV-{year}-{number:05}", f"INV{number:06}"]
		)
		amount = random.choice(FEW_PRICES) if few else Decimal(random.randint(1, 500_000)).scaleb(-2)
		orders = [f"PO-{random.randint(1000, 9999)}", str(random.randint(4_500_000, 4_599_999)), "", ""]
		items.append(
			PayableItem(
				doctype=SALES,
				name=name,
				amount=-amount if random.random() < 0.1 else amount,
				other_numbers=tuple(filter(None, [random.choice(orders)])),
				date=date(year, 1, 1) + timedelta(random.randint(0, 300)),
			)
		)
	return items


def _add(truth: Truth, random: Random, chosen: list[PayableItem]) -> None:
	reference, text, plain = _written(random, truth, chosen)
	gross = sum((item.amount for item in chosen), Decimal(0))
	kept = random.choice([Decimal(0), Decimal(0), Decimal("0.35")])
	line = AdviceLine(
		number=len(truth.lines) + 1,
		reference=reference,
		text=text,
		gross=gross,
		net=gross - kept,
		deductions=(AdviceDeduction("fee", kept),) if kept else (),
		date=random.choice([chosen[0].date, None]),
	)
	if len(chosen) == 1 and plain and random.random() < 0.1 and abs(gross) > 1:
		part = gross / abs(gross)
		line = replace(line, gross=part, net=part - kept)
	place = random.randint(0, len(truth.lines))
	truth.lines.insert(place, line)
	truth.meant.insert(place, {item.name for item in chosen})
	truth.plain.insert(place, plain and not text)


def _written(random: Random, truth: Truth, chosen: list[PayableItem]) -> tuple[str, str, bool]:
	"""The numbers in the field for them or in the text; and whether they were left as they are."""
	style = random.choice(["plain", "plain", "plain", "text", "noisy", "noisy", "order", "typo"])
	numbers = [item.name for item in chosen]
	if style == "noisy":
		numbers = [_noisy(random, number) for number in numbers]
	elif style == "typo":
		numbers[0] = _with_typo(random, chosen[0], truth)
	elif style == "order" and len(chosen) == 1 and chosen[0].other_numbers:
		numbers = [chosen[0].other_numbers[0]]
	written = random.choice([", ", " ", "; ", "/"]).join(numbers)
	if style == "text" or (style == "noisy" and random.random() < 0.3):
		text = f"{random.choice(WORDS)} {written} {random.choice(WORDS)}"
		return (
			random.choice(["", f"ch_3Oq{random.randint(10**6, 10**9)}Lm2e{random.randint(1, 9999)}"]),
			text,
			False,
		)
	return written, "", style == "plain"


def _noisy(random: Random, number: str) -> str:
	prefix, _dash, last = number.rpartition("-")
	digits = "".join(character for character in last if character.isdigit())
	ways = [
		number.lower(),
		number.replace("-", " "),
		number.replace("-", "/"),
		number.replace("-", ""),
		digits,
		digits.lstrip("0"),
		f"{prefix}-{digits.lstrip('0')}",
		f"#{digits}",
		f"{prefix[-4:]}-{digits}",
		f"Rg. {number}",
	]
	return random.choice(ways)


def _with_typo(random: Random, item: PayableItem, truth: Truth) -> str:
	"""A slip. It may be somebody else's number then, but not with the very same amount.

	Nobody could tell then that it was meant otherwise.
	"""
	typed = with_slip(random, item.name)
	twins = {_last_digits(other.name) for other in truth.items if other.amount == item.amount}
	digits = {run.lstrip("0") for run in runs_of(typed) if run.isdigit()}
	return item.name if digits & twins else typed


def with_slip(random: Random, number: str) -> str:
	"""One of its last digits is another one, swapped with the next one, left out, or written as a letter."""
	place = random.randrange(len(number) - 3, len(number) - 1)
	before, here, after, rest = number[:place], number[place], number[place + 1], number[place + 2 :]
	ways = [
		f"{before}{random.choice('0123456789')}{after}{rest}",
		f"{before}{after}{here}{rest}",
		f"{before}{after}{rest}",
		number.translate(str.maketrans("01", "Ol")),
	]
	return random.choice(ways)


def _last_digits(number: str) -> str:
	return runs_of(number)[-1].lstrip("0")


def _add_stranger(truth: Truth, random: Random) -> None:
	"""A number that is nobody's, with an amount that may be somebody's."""
	amount = random.choice(truth.items).amount
	line = AdviceLine(
		number=len(truth.lines) + 1,
		reference=f"XY-{random.randint(10**7, 10**8)}",
		text=random.choice(["", *WORDS]),
		gross=amount,
		net=amount,
	)
	truth.lines.append(line)
	truth.meant.append(set())
	truth.plain.append(False)
