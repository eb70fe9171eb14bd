"""An advice made from any open items, shuffled and noisy, is matched back exactly, or asks; never wrongly.

With REMITTANCE_ADVICES=10000 in the environment that many random advices are judged.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from decimal import Decimal
from random import Random

from advanced_bank_reconciliation.remittance.advice import Advice, AdviceLine
from advanced_bank_reconciliation.remittance.matching import MatchedAdvice, MatchState, match_advice
from tests.remittance.random_advices import Truth, random_items, random_truth

ADVICES = int(os.environ.get("REMITTANCE_ADVICES", "1000"))


def wrong_lines(truth: Truth, matched: MatchedAdvice) -> list[str]:
	"""Lines that took what they do not mean, and plain ones in full that were not matched."""
	wrong = []
	amounts = {item.name: item.amount for item in truth.items}
	for line, match, meant, plain in zip(truth.lines, matched.lines, truth.meant, truth.plain, strict=True):
		taken = {one.item.name: one.amount for one in match.taken}
		if taken and (set(taken) != meant or sum(taken.values()) != line.gross):
			wrong.append(f"{line} took {taken}, not {meant}")
		if plain and not taken and line.gross == sum(amounts[name] for name in meant):
			wrong.append(f"{line} was not matched: {match.reason}")
	return wrong


def test_no_line_is_ever_matched_wrongly():
	states: Counter[MatchState] = Counter()
	for seed in range(ADVICES):
		truth = random_truth(Random(seed))  # noqa: S311 chances that a seed repeats
		matched = match_advice(truth.advice, truth.items, currency="EUR")
		assert wrong_lines(truth, matched) == [], f"seed {seed}"
		states.update(match.state for match in matched.lines)
		taken = {one.item.name: abs(one.amount) for one in matched.taken()}
		open_amounts = {item.name: abs(item.amount) for item in truth.items}
		assert all(amount <= open_amounts[name] for name, amount in taken.items())
	print({state.value: count for state, count in states.items()})
	# A matcher that only asks would never be wrong either.
	assert states[MatchState.MATCHED] > 0.6 * sum(states.values())


def test_the_order_of_lines_and_items_does_not_matter():
	for seed in range(50):
		random = Random(seed)  # noqa: S311 chances that a seed repeats
		truth = random_truth(random)
		first = match_advice(truth.advice, truth.items, currency="EUR")
		random.shuffle(truth.items)
		turned = Advice(format="", lines=tuple(reversed(truth.lines)))
		second = match_advice(turned, truth.items, currency="EUR")
		assert outcome(first) == outcome(second)


def outcome(matched: MatchedAdvice) -> Counter:
	"""What was taken, whoever took it."""
	return Counter((one.item.name, one.amount) for one in matched.taken())


def test_ten_thousand_lines_and_fifty_thousand_items_are_matched_in_passing():
	"""On a quiet machine in about three seconds; the limit is for the most crowded one."""
	random = Random(1)  # noqa: S311 chances that a seed repeats
	items = random_items(random, 50_000)
	lines = [
		AdviceLine(number=number, reference=item.name, gross=item.amount, net=item.amount)
		for number, item in enumerate(random.sample(items, 9_000))
	]
	lines += [
		AdviceLine(number=number, reference=f"INV-{number}", gross=Decimal("9.99")) for number in range(1000)
	]
	started = time.process_time()
	matched = match_advice(Advice(format="", lines=tuple(lines)), items, currency="EUR")
	spent = time.process_time() - started
	print(f"{spent:.2f} s")
	assert matched.count(MatchState.MATCHED) >= 8_990
	assert spent < 50
