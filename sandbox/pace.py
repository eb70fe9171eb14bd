"""A pace that can be followed: what the small ledger does at once takes some time, as real postings do."""

from __future__ import annotations

import os
import time

from advanced_bank_reconciliation.engine.ports import Publisher
from advanced_bank_reconciliation.engine.progress import Completion, Progress

ENVIRONMENT_VARIABLE = "BULK_RECONCILIATION_PACE"


def milliseconds_an_invoice() -> float:
	"""How long a posted or undone invoice is to take; 0 for all speed."""
	return float(os.environ.get(ENVIRONMENT_VARIABLE) or 0)


class PacedPublisher:
	"""Waits before it tells of progress: between two transactions, so that nobody waits for a lock."""

	def __init__(self, publisher: Publisher, milliseconds: float):
		self.publisher = publisher
		self.milliseconds = milliseconds
		self.done: int | None = None

	def publish_progress(self, progress: Progress) -> None:
		done = progress.run.posted + progress.run.undone
		new = done - self.done if self.done is not None else 0
		time.sleep(new * self.milliseconds / 1000)
		self.done = done
		self.publisher.publish_progress(progress)

	def publish_completion(self, completion: Completion) -> None:
		self.publisher.publish_completion(completion)
