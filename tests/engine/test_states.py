"""The states of a run: every pair of them is legal or not, and this page says which."""

from __future__ import annotations

import ast
import inspect
from itertools import product

import pytest

from advanced_bank_reconciliation.engine import states
from advanced_bank_reconciliation.engine.errors import IllegalTransition
from advanced_bank_reconciliation.engine.records import Run
from advanced_bank_reconciliation.engine.states import (
	ACTIVE_STATES,
	ENDED_STATES,
	FORWARD_STATES,
	LEGAL_TRANSITIONS,
	WORKING_STATES,
	RunState,
	check_transition,
)
from advanced_bank_reconciliation.engine.steps import next_step
from tests.engine.factories import make_run

LEGAL = {
	("Queued", "Posting"),
	("Queued", "Rolling Back"),
	("Posting", "Matching"),
	("Posting", "Rolling Back"),
	("Matching", "Completed"),
	("Matching", "Rolling Back"),
	("Completed", "Rolling Back"),
	("Rolling Back", "Rolled Back"),
	("Rolling Back", "Attention"),
	("Attention", "Rolling Back"),
}


@pytest.mark.parametrize(("current", "following"), list(product(RunState, RunState)))
def test_every_pair_of_states(current: RunState, following: RunState):
	"""A way that is not in the table is refused, and the error names the run and both states."""
	if (current.value, following.value) in LEGAL:
		check_transition("RUN-1", current, following)
		return
	with pytest.raises(IllegalTransition) as refused:
		check_transition("RUN-1", current, following)
	assert str(refused.value) == f"Run RUN-1 is {current.value}, and cannot become {following.value}."


def test_the_refusal_is_told_in_the_language_of_the_user():
	"""The states, too, which are words within the sentence."""
	words = {
		"Run {0} is {1}, and cannot become {2}.": "Lauf {0} ist {1} und kann nicht {2} werden.",
		"Completed": "abgeschlossen",
		"Queued": "wartend",
	}
	with pytest.raises(IllegalTransition) as refused:
		check_transition("RUN-1", RunState.COMPLETED, RunState.QUEUED)
	told = refused.value.text(words.__getitem__)
	assert told == "Lauf RUN-1 ist abgeschlossen und kann nicht wartend werden."


def test_the_sets_of_states_fit_each_other():
	"""A run either holds its documents or is over; a worker is wanted on all that is active but Attention."""
	assert set(LEGAL_TRANSITIONS) == set(RunState)
	assert set(RunState) == ACTIVE_STATES | ENDED_STATES
	assert not ACTIVE_STATES & ENDED_STATES
	assert ACTIVE_STATES - WORKING_STATES == {RunState.ATTENTION}
	assert WORKING_STATES - FORWARD_STATES == {RunState.ROLLING_BACK}
	assert {state.value for state in ENDED_STATES} == {"Completed", "Rolled Back"}


def test_every_state_leads_to_an_end():
	"""From wherever a run stands, Completed or Rolled Back can be reached."""
	for state in RunState:
		reachable, fresh = {state}, {state}
		while fresh:
			fresh = {following for one in fresh for following in LEGAL_TRANSITIONS[one]} - reachable
			reachable |= fresh
		assert reachable & ENDED_STATES


def test_completed_is_reached_by_matching_alone_and_left_by_the_undo_alone():
	"""Nothing is called complete that was not matched."""
	assert [one for one in RunState if RunState.COMPLETED in LEGAL_TRANSITIONS[one]] == [RunState.MATCHING]
	assert LEGAL_TRANSITIONS[RunState.COMPLETED] == {RunState.ROLLING_BACK}
	assert LEGAL_TRANSITIONS[RunState.ROLLED_BACK] == frozenset()


@pytest.mark.parametrize("state", RunState)
@pytest.mark.parametrize("cancelled_by", [None, "user"])
def test_there_is_a_step_for_just_the_states_that_need_a_worker(state: RunState, cancelled_by: str | None):
	"""A run that is being undone is not cancelled again; one that needs no work has no step."""
	run: Run = make_run(state, cancel_requested_by=cancelled_by)
	if state not in WORKING_STATES:
		if not cancelled_by:
			with pytest.raises(KeyError):
				next_step(run)
		return
	expected = {
		RunState.QUEUED: "begin",
		RunState.POSTING: "post_next_batch",
		RunState.MATCHING: "match_vouchers",
		RunState.ROLLING_BACK: "undo_next_batch",
	}[state]
	if cancelled_by and state in FORWARD_STATES:
		expected = "cancel"
	assert next_step(run).__name__ == expected


def test_every_run_state_is_documented():
	"""Each member of RunState is followed by a sentence about it."""
	module = ast.parse(inspect.getsource(states))
	(definition,) = [node for node in module.body if getattr(node, "name", "") == "RunState"]
	body = definition.body
	members = [number for number, node in enumerate(body) if isinstance(node, ast.Assign)]
	assert len(members) == len(RunState)
	for number in members:
		following = body[number + 1]
		assert isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant)
		assert len(str(following.value.value)) > 10
