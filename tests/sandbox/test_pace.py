"""What takes no time here is given some, and only if somebody asks for it."""

from __future__ import annotations

import pytest

from advanced_bank_reconciliation.engine.progress import progress_of
from advanced_bank_reconciliation.engine.states import RunState
from sandbox import pace
from tests.engine.factories import make_run


class Heard:
	"""A publisher that only counts."""

	def __init__(self) -> None:
		self.count = 0

	def publish_progress(self, _progress: object) -> None:
		self.count += 1

	publish_completion = publish_progress


def test_each_invoice_takes_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
	"""A job that takes a run over waits for nothing that was posted before."""
	waited: list[float] = []
	monkeypatch.setattr(pace.time, "sleep", waited.append)
	publisher = pace.PacedPublisher(heard := Heard(), 80)
	for posted, undone in ((20, 0), (40, 0), (45, 0), (45, 20)):
		run = make_run(RunState.POSTING, total=45, posted=posted, undone=undone)
		publisher.publish_progress(progress_of(run))
	assert waited == [0, 1.6, 0.4, 1.6]
	assert heard.count == 4


def test_all_speed_unless_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
	monkeypatch.delenv(pace.ENVIRONMENT_VARIABLE, raising=False)
	assert pace.milliseconds_an_invoice() == 0
	monkeypatch.setenv(pace.ENVIRONMENT_VARIABLE, "80")
	assert pace.milliseconds_an_invoice() == 80
