"""What a user is told of a run: never more than is true."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advanced_bank_reconciliation.engine.messages import Message, message
from advanced_bank_reconciliation.engine.pace import Pace
from advanced_bank_reconciliation.engine.progress import completion_of, percentage_of, progress_of
from advanced_bank_reconciliation.engine.records import Run
from advanced_bank_reconciliation.engine.states import RunState
from tests.engine.factories import LINE, make_run, make_run_item

GERMAN = {
	"Everything is undone, no payment remains. Reason: {0}": "Alles ist rückgängig gemacht. Grund: {0}",
	"Undone by {0}": "Rückgängig gemacht von {0}",
	"Cancelled by {0}": "Abgebrochen von {0}",
	"Given up after {0} attempts": "Nach {0} Versuchen aufgegeben",
}
UNFINISHED = [state for state in RunState if state is not RunState.COMPLETED]


def test_a_message_is_translated_as_a_sentence_and_keeps_its_arguments():
	"""The template goes through the translation, arguments do not, braces in them are left alone."""
	sentence = message("{0} of {1}", "{1}", 3)
	assert sentence == Message("{0} of {1}", ("{1}", "3"))
	assert str(sentence) == sentence.text() == "{1} of 3"
	assert sentence.text({"{0} of {1}": "{1} davon {0}"}.__getitem__) == "3 davon {1}"


@pytest.mark.parametrize(
	("kept", "told"),
	[
		("Undone by jo@example.com", "Rückgängig gemacht von jo@example.com"),
		("Cancelled by {0}", "Abgebrochen von {0}"),
		("Given up after 5 attempts", "Nach 5 Versuchen aufgegeben"),
		("ERPNext says {no}", "ERPNext says {no}"),
		("", ""),
	],
)
def test_a_reason_of_the_engine_is_told_in_the_language_of_who_reads(kept: str, told: str):
	"""What ERPNext or a person has said stays as it was said."""
	run = make_run(RunState.ROLLED_BACK, reason=kept)
	sentence = completion_of(run, []).message
	assert (
		sentence.text(lambda text: GERMAN.get(text, text)) == f"Alles ist rückgängig gemacht. Grund: {told}"
	)
	assert sentence.text() == f"Everything is undone, no payment remains. Reason: {kept}"


@given(st.sampled_from(UNFINISHED), st.integers(0, 10**5), st.integers(0, 10**5))
def test_only_completed_is_a_hundred_percent(state: RunState, total: int, current: int):
	"""All posted but not yet matched is 99 at most; a run without items is at 0."""
	run = make_run(state, total=total)
	assert 0 <= percentage_of(run, min(current, total)) <= 99
	assert percentage_of(replace(run, state=RunState.COMPLETED), total) == 100


@given(st.integers(1, 10**5), st.lists(st.integers(0, 10**5), min_size=2, max_size=20))
def test_percentage_never_goes_back_while_posting(total: int, posted: list[int]):
	"""Going forward the bar only grows; undoing it only shrinks."""
	forward = [percentage_of(make_run(total=total), min(one, total)) for one in sorted(posted)]
	assert forward == sorted(forward)
	undone = [
		progress_of(make_run(RunState.ROLLING_BACK, total=total, posted=total, undone=min(one, total)))
		for one in sorted(posted)
	]
	percentages = [one.percentage for one in undone]
	assert percentages == sorted(percentages, reverse=True)


@pytest.mark.parametrize(
	("state", "facts", "sentence", "percentage"),
	[
		("Queued", {}, "Waiting for a free worker", 0),
		("Posting", {"posted": 4}, "4 of 10 invoices posted", 40),
		("Matching", {"posted": 10}, f"Matching 10 invoices to {LINE}", 99),
		("Completed", {"posted": 10}, f"The payments of 10 invoices are posted and matched to {LINE}.", 100),
		("Rolling Back", {"posted": 8, "undone": 6}, "Undoing: 2 of 10 invoices still posted", 20),
		(
			"Rolled Back",
			{"posted": 8, "undone": 8, "reason": "SI-9 is paid."},
			"Everything is undone, no payment remains. Reason: SI-9 is paid.",
			0,
		),
		(
			"Attention",
			{"posted": 8, "undone": 6, "last_error": "The period is closed."},
			"2 of 10 invoices are still posted, because the undo was refused: The period is closed.",
			20,
		),
	],
)
def test_each_state_is_told_as_it_is(state: str, facts: dict, sentence: str, percentage: int):
	"""One true sentence and number for each state, and the whole as a JSON-ready event."""
	run = make_run(RunState(state), **facts)
	event = progress_of(run, 7).event()
	assert json.loads(json.dumps(event)) == {
		"job_id": "job-1",
		"run": "RUN-1",
		"bank_transaction": LINE,
		"status": state,
		"current": run.posted - run.undone,
		"total": 10,
		"percentage": percentage,
		"message": sentence,
		"eta_seconds": 7,
	}


@pytest.mark.parametrize("state", RunState)
def test_success_is_said_of_completed_alone(state: RunState):
	"""A failure is never a success, and carries every failed item with its own reason."""
	failed = [make_run_item(number, reason=f"Reason {number}.") for number in (3, 5)]
	run = make_run(state, posted=10, undone=4 if state is not RunState.COMPLETED else 0, reason="Why.")
	event = completion_of(run, failed).event(str.upper)
	assert event["success"] is (state is RunState.COMPLETED)
	assert event["processed"] == run.posted - run.undone
	assert event["failed"] == len(event["failures"]) == 2
	assert ("POSTED AND MATCHED" in event["message"]) is event["success"]
	assert ("NO PAYMENT REMAINS" in event["message"]) is (state is RunState.ROLLED_BACK)
	assert json.loads(json.dumps(event))["failures"][0] == {
		"doctype": "Sales Invoice",
		"name": "SI-3",
		"allocated_amount": "100.00",
		"reason": "Reason 3.",
	}


class Clock:
	"""A clock that stands until it is set."""

	now = 0.0

	def __call__(self) -> float:
		return self.now


def seconds_left(pace: Pace, clock: Clock, now: float, run: Run) -> int | None:
	clock.now = now
	return pace.seconds_left(run)


def test_time_left_follows_the_pace_of_this_job():
	"""A job takes over at 20 of 100: its own pace counts, not what another worker did before."""
	clock = Clock()
	pace = Pace(clock)
	run = make_run(total=100)
	assert seconds_left(pace, clock, 50, replace(run, posted=20)) is None
	assert seconds_left(pace, clock, 60, replace(run, posted=20)) is None
	assert seconds_left(pace, clock, 70, replace(run, posted=40)) == 60
	assert seconds_left(pace, clock, 90, replace(run, posted=100)) == 0


def test_time_left_of_the_undo_is_measured_anew():
	"""Posting took long, undoing goes fast: its estimate starts from nothing and aims at what was posted."""
	clock = Clock()
	pace = Pace(clock)
	run = make_run(total=100, posted=60)
	seconds_left(pace, clock, 0, replace(run, posted=0))
	undo = replace(run, state=RunState.ROLLING_BACK)
	assert seconds_left(pace, clock, 600, undo) is None
	assert seconds_left(pace, clock, 602, replace(undo, undone=20)) == 4
	assert seconds_left(pace, clock, 603, replace(undo, state=RunState.ROLLED_BACK, undone=60)) is None


@given(st.lists(st.tuples(st.integers(1, 20), st.floats(0, 1000)), min_size=1, max_size=20))
def test_time_left_is_never_negative(steps: list[tuple[int, float]]):
	"""Whatever the pace, the estimate is unknown or a whole number from 0."""
	clock = Clock()
	pace = Pace(clock)
	run = make_run(total=sum(count for count, _seconds in steps))
	pace.seconds_left(run)
	for count, seconds in steps:
		run = replace(run, posted=run.posted + count)
		left = seconds_left(pace, clock, clock.now + seconds, run)
		assert isinstance(left, int) and left >= 0
	assert left == 0
