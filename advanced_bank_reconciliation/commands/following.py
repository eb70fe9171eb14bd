"""What commands say of a run that they have set going, and how it is followed to its end."""

from __future__ import annotations

import os
from collections.abc import Callable

import click

from advanced_bank_reconciliation.engine.states import RunState

COMPLETED, ROLLED_BACK = RunState.COMPLETED.value, RunState.ROLLED_BACK.value


def watch_option(wanted_state: str) -> Callable[[Callable], Callable]:
	"""The option --watch of a command that wants its run to end in `wanted_state`."""
	text = f"Follow the run to its end; exit status 0 only if it is {wanted_state}."
	return click.option("--watch", "watching", is_flag=True, help=text)


def tell_started(site: str, started: dict, wanted_state: str, watching: bool) -> None:
	"""Say what a start answered, and follow its run if that was asked for, see `watch_to_end`."""
	click.echo(f"Run {started['run']}: {started['message']}")
	follow_if(watching, site, started["run"], wanted_state)


def follow_if(watching: bool, site: str, run: str, wanted_state: str) -> None:
	"""Follow a run, or say how that is done."""
	if watching:
		watch_to_end(site, run, wanted_state)
	else:
		tell_how_to_follow(site, run)


def tell_how_to_follow(site: str, run: str) -> None:
	"""Say with which command a run is followed."""
	click.echo(f"Follow it with: bench --site {site} bulk-reconcile watch {run}")


def watch_to_end(site: str, run: str, wanted_state: str) -> None:
	"""Draw the run until it rests. Ends the command with 1 unless it then is in `wanted_state`."""
	from advanced_bank_reconciliation.commands.drawing import drawing_for_output, ending_of
	from advanced_bank_reconciliation.commands.watching import API_KEY_VARIABLE, RunNews, follow

	try:
		with RunNews(run, os.environ.get(API_KEY_VARIABLE)) as news, drawing_for_output() as drawing:
			if news.problem:
				drawing.note(f"No live events: {news.problem}. The run is read every 2 seconds instead.")
			for facts in follow(run, news):
				drawing.show(facts)
	except KeyboardInterrupt:
		click.echo(f"\nNo longer watched. Run {run} goes on in the background.")
		tell_how_to_follow(site, run)
		# What a shell expects of a command that was interrupted.
		raise SystemExit(130) from None
	click.echo(ending_of(facts))
	if facts["status"] != wanted_state:
		raise SystemExit(1)
