"""What is to happen to one trial of a soak, drawn by chance."""

from __future__ import annotations

import random
from dataclasses import dataclass

MAX_KILLS = 3
MAX_DELAY_SECONDS = 0.03


@dataclass(frozen=True)
class Kill:
	"""One SIGKILL.

	progress: items posted or undone by then, as a share of all; delay: seconds after that
	is_of_horse: only the process that does the job, not the worker that forked it
	is_blind: any worker, whatever it does just then, such as taking a job from the queue
	"""

	progress: float
	delay: float
	is_of_horse: bool
	is_blind: bool


@dataclass(frozen=True)
class Plan:
	"""One trial.

	undo_at: progress at which somebody asks for the undo; victim: number of an invoice that was cancelled
	"""

	invoices: int
	kills: list[Kill]
	undo_at: float | None = None
	victim: int | None = None


def make_plan(chance: random.Random, invoices: tuple[int, int], delay: float = MAX_DELAY_SECONDS) -> Plan:
	"""Six of ten trials go straight on, two are undone on the way or after their end, two cannot be paid."""
	count = chance.randint(*invoices)
	kills = sorted(
		(_make_kill(chance, delay) for _kill in range(chance.randint(1, MAX_KILLS))),
		key=lambda kill: kill.progress,
	)
	fate = chance.random()
	undo_at = chance.random() if fate < 0.2 else None
	victim = chance.randrange(count) if fate > 0.8 else None
	return Plan(count, kills, undo_at, victim)


def _make_kill(chance: random.Random, delay: float) -> Kill:
	"""One in five is of a whole worker; a fifth of these blindly, when the run has hardly begun."""
	is_of_horse, is_blind = chance.random() < 0.8, chance.random() < 0.2
	is_blind = is_blind and not is_of_horse
	progress = 0.0 if is_blind else min(1.0, chance.uniform(0, 1.1))
	return Kill(progress, chance.uniform(0, delay), is_of_horse, is_blind)
