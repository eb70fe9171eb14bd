"""Document numbers as people write them: with other separators, without prefix or zeros, inside of text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

WORD = re.compile(r"[^\W_]+")
RUN = re.compile(r"[^\W\d_]+|\d+")
DATE = re.compile(r"\b(?:[0-9]{1,2}[./-][0-9]{1,2}[./-](?:[0-9]{4}|[0-9]{2})|[0-9]{4}-[0-9]{2}-[0-9]{2})\b")
# Longer ones are no number of a document, and would cost time.
MOST_RUNS = 12
LEAST_CHARACTERS = 4
LEAST_DIGITS = 3
CERTAIN_DIGITS = 7


def places_in_identifiers(text: str) -> set[int]:
	"""Which runs of a text are part of an identifier like 3OqkLm2e1431, and no end of a number."""
	places: set[int] = set()
	start = 0
	for word in WORD.findall(text.casefold()):
		end = start + len(RUN.findall(word))
		places |= set(range(start, end)) if end - start > 2 else set()
		start = end
	return places


def numbers_beside_dates(text: str) -> list[str]:
	"""All runs of digits that are no part of a date."""
	return [run for run in runs_of(DATE.sub(" ", text)) if run.isdigit()]


def runs_of(text: str) -> list[str]:
	"""Letters and digits in turn: "ACC-SINV-2026-01431" is acc, sinv, 2026, 01431."""
	return RUN.findall(text.casefold())


def key_of(runs: Sequence[str]) -> str:
	"""What is the same however a number is separated; but 1-23 is not 12-3."""
	parts: list[str] = []
	after_digits = False
	for run in runs:
		is_digits = run.isdigit()
		parts.append(f"-{run}" if after_digits and is_digits else run)
		after_digits = is_digits
	return "".join(parts)


def keys_of_beginnings(runs: Sequence[str]) -> list[str]:
	"""`key_of` the first run, the first two, and so on, each made of the shorter one before it."""
	keys, key, after_digits = [], "", False
	for run in runs:
		is_digits = run.isdigit()
		key += f"-{run}" if after_digits and is_digits else run
		after_digits = is_digits
		keys.append(key)
	return keys


def without_zeros(runs: Sequence[str]) -> list[str]:
	"""The runs without leading zeros."""
	return [run.lstrip("0") or "0" if run.isdigit() else run for run in runs]


def shortened(runs: Sequence[str]) -> Iterator[str]:
	"""The keys of a number that lost zeros, a prefix, or its separators; some of them twice."""
	if runs and runs[-1].isdigit():
		yield from _telling_ends(without_zeros(runs))
	if len(runs) > 1:
		yield "".join(runs)


def _telling_ends(runs: Sequence[str]) -> Iterator[str]:
	"""The keys of all ends of a number that are telling, each made of the shorter one before it."""
	key, digits, begins_with_digits = "", 0, False
	for run in reversed(runs):
		is_digits = run.isdigit()
		key = f"{run}-{key}" if is_digits and begins_with_digits else run + key
		begins_with_digits = is_digits
		digits += len(run) if is_digits else 0
		if digits >= LEAST_DIGITS:
			yield key


def is_bare(key: str) -> bool:
	"""Whether it is a few digits and nothing else, which may as well be a year or somebody's own number."""
	return not any(character.isalpha() for character in key) and _digits(key) < CERTAIN_DIGITS


def is_telling(key: str) -> bool:
	"""Whether it has three digits at least."""
	return _digits(key) >= LEAST_DIGITS


def _digits(key: str) -> int:
	return sum(map(str.isdigit, key))


def is_number(key: str) -> bool:
	"""Whether a key that stands in a text may be the number of a document, and is not just a word."""
	return len(key) >= LEAST_CHARACTERS and any(character.isdigit() for character in key)
