"""What the runner makes of answers that are lost, of a time limit anywhere, and of jobs that get nowhere."""

from __future__ import annotations

import pytest

from advanced_bank_reconciliation.engine.errors import ItemFailure, ItemsRefused
from advanced_bank_reconciliation.engine.limits import Limits
from advanced_bank_reconciliation.engine.states import ItemState, RunState
from tests.engine.memory import TimeUp, Transient, World

# The commits of an undisturbed run of three items: claim, begin, two batches, go on to matching, match.
COMMITS = 6


def refusal() -> ItemsRefused:
	return ItemsRefused([ItemFailure("RUN-1-0", "SI-0 is cancelled.")])


def work_through(world: World, **limits: float):
	"""Let the first job work, or the next, and those that are queued then, at most fifty."""
	for _job in range(50):
		world.enqueued.clear()
		run = world.work(**limits)
		if not world.enqueued:
			return run
	raise AssertionError("the run goes on for ever")


def test_an_undisturbed_run_completes():
	"""Nothing happens: the states follow each other, and one completion is told."""
	world = World()
	assert world.work().state is RunState.COMPLETED
	assert [state.value for state in world.states] == ["Queued", "Posting", "Matching", "Completed"]
	assert [completion.success for completion in world.told] == [True]


@pytest.mark.parametrize("error", [Transient("connection lost"), ValueError("hook failed"), TimeUp()])
@pytest.mark.parametrize("commit", range(1, COMMITS))
def test_a_commit_whose_answer_is_lost_is_taken_as_done(commit: int, error: Exception):
	"""The database committed a step, then the connection, a hook of another app or the time limit broke in:
	each item is posted once, a completed run is never rolled back, and success is told."""
	world = World(commit=[None] * commit + [error] + [None] * 50)
	run = work_through(world)
	assert (run.state, run.posted, run.undone) == (RunState.COMPLETED, 3, 0)
	assert RunState.ROLLING_BACK not in world.states
	assert [completion.success for completion in world.told] == [True]


def test_a_lost_answer_at_the_begin_of_a_rollback_is_not_a_refused_undo():
	"""An item is refused, the turn is committed, its answer lost: the undo goes on, without attention."""
	world = World(post=[refusal()], commit=[None, None, Transient("connection lost")] + [None] * 50)
	run = world.work()
	assert [state.value for state in world.states] == ["Queued", "Posting", "Rolling Back", "Rolled Back"]
	assert run.reason == "SI-0 is cancelled."
	assert [item.document for item in world.failures(run)] == ["SI-0"]


@pytest.mark.parametrize(
	"errors",
	[
		{"post": [TimeUp()]},
		{"match": [TimeUp()]},
		{"publish_progress": [None, TimeUp()]},
		{"lock": [None, Transient("deadlock"), TimeUp()]},
		{"lock": [None, TimeUp(), Transient("connection lost")]},
	],
	ids=["posting", "matching", "publishing", "recording a failure", "and the connection is lost as well"],
)
def test_a_time_limit_hands_over_wherever_it_strikes(errors: dict):
	"""The limit is raised once a job: swallowed, the job would have none; here the next job goes on."""
	world = World(**{name: errors + [None] * 50 for name, errors in errors.items()})
	assert world.work().state is not RunState.COMPLETED
	assert len(world.enqueued) == 1
	run = work_through(world)
	assert (run.state, run.posted, run.attempts) == (RunState.COMPLETED, 3, 0)


def test_a_step_that_never_fits_a_job_is_undone_in_the_end():
	"""Matching takes longer than any job may: after a few jobs the run is undone instead of spinning."""
	world = World(match=[TimeUp() for _job in range(50)])
	run = work_through(world)
	assert (run.state, run.posted, run.undone) == (RunState.ROLLED_BACK, 3, 3)
	assert run.reason == f"Given up after {Limits().attempts} attempts"


def test_every_job_does_a_step_however_short_its_slice():
	"""A slice of no time at all still brings the run to its end, one step a job."""
	assert work_through(World(items=5), slice_seconds=0).state is RunState.COMPLETED


def test_a_check_of_the_other_items_that_fails_does_not_stop_the_undo():
	"""Item 0 is refused, and looking at the others is refused too: the run names item 0 and is undone."""
	world = World(post=[refusal()], recheck=[PermissionError("may not read")])
	run = world.work()
	assert (run.state, run.reason) == (RunState.ROLLED_BACK, "SI-0 is cancelled.")
	assert len(world.in_state(ItemState.PENDING)) == 2


def test_a_refused_undo_needs_attention_and_says_so():
	"""Two of three are posted, the third is refused, and so is the undo: no success, no end, no next job."""
	world = World(post=[None, refusal()], undo=[ValueError("The period is closed.")])
	run = world.work()
	assert (run.state, run.reason) == (RunState.ATTENTION, "SI-0 is cancelled.")
	assert run.last_error == "The period is closed."
	assert [(told.success, told.processed) for told in world.told] == [(False, 2)]
	assert not world.enqueued


def test_progress_that_cannot_be_published_stops_nothing():
	"""The socket server is gone for the whole run: the accounting does not care."""
	world = World(publish_progress=[ConnectionError("no Redis")] * 50)
	assert world.work().state is RunState.COMPLETED
