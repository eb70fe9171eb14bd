"""Many deposits at once over HTTP: what is proposed, a run for each, several workers."""

from __future__ import annotations

import random
import string
from contextlib import ExitStack

import pytest

from benchmarks.many_deposits import settle_at_once
from tests.bench.bench import Bench
from tests.bench.desk_user import TOOL, DeskUser
from tests.bench.servers import running_worker

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

DEPOSITS = 4
WORKERS = 2


def test_a_run_for_each_proposal(bench: Bench) -> None:
	"""All are started by one request, go on side by side, and end completed; twice is once."""
	letters = random.SystemRandom()
	words = ["".join(letters.choices(string.ascii_lowercase, k=9)) for _deposit in range(DEPOSITS)]
	mark = f"MANY-{letters.randrange(10**9)}"
	scene = bench.call("desk_scenes.make_proposed_deposits", mark=mark, words=words)
	accountant = bench.call("scenes.make_user", name="accountant-of-many", roles=["Accounts User"])
	user = DeskUser(bench, **accountant)
	proposals = user.get(f"{TOOL}.get_proposals", bank_account=scene["bank_account"]).json()["message"]
	assert [one["bank_transaction"] for one in proposals] == scene["bank_transactions"]
	answer = user.tool("start_proposals", proposals=proposals)
	results = answer.json()["message"]
	assert [one["status"] for one in results] == ["queued"] * DEPOSITS, answer.text
	again = user.tool("start_proposals", proposals=proposals).json()["message"]
	assert [one["status"] for one in again] == ["outdated"] * DEPOSITS
	with ExitStack() as stack:
		for _worker in range(WORKERS):
			stack.enter_context(running_worker(bench))
		for result in results:
			user.wait_for(result["run"], "Completed", timeout=240)
	left = [bench.call("scenes.read_deposit", name=name) for name in scene["bank_transactions"]]
	assert [one["unallocated_amount"] for one in left] == [0] * DEPOSITS


def test_several_workers_settle_many_deposits(bench: Bench) -> None:
	"""All are started before the first worker is, and each invoice of each is paid once."""
	settle_at_once(bench, deposits=6, invoices=20, workers=4)
