"""From the statement line to the reconciled deposit, 150 lines: by hand, and with the file.

With `CLICKS_ROUNDS=3` each way is measured first, second and third, on a worker that has worked before.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from itertools import chain

import pytest

from tests.bench.bench import Bench
from tests.bench.servers import running_worker
from tests.desk.desk_page import DeskPage
from tests.desk.test_dialog_advice import CHARGES, FEE
from tests.desk.test_dialog_deductions import choose, field
from tests.remittance.written_advices import WRITERS, rows_of

pytestmark = [pytest.mark.desk, pytest.mark.timeout(1800)]

COUNT = 146
ROUNDS = int(os.environ.get("CLICKS_ROUNDS", "0"))


class Person:
	"""Does by hand what is asked of a page, and counts it."""

	def __init__(self, desk: DeskPage, scene: dict, mark: str):
		self.desk, self.scene, self.mark = desk, scene, mark
		self.clicks = self.entries = 0
		self.until_ready = self.seconds = 0.0

	def does(self, work: Callable[[Person], None]) -> Person:
		"""From the table of deposits until the deposit is reconciled."""
		self.desk.open_tool(self.scene)
		began = time.monotonic()
		self.clicks += 1
		self.desk.open_dialog(self.scene)
		work(self)
		assert self.desk.total("difference") == "0.00" and self.desk.is_ready()
		self.until_ready = time.monotonic() - began
		self.clicks += 2
		self.desk.submit()
		self.desk.confirm()
		self.desk.wait_for_status("Completed", timeout=300)
		self.seconds = time.monotonic() - began
		return self

	def click(self, selector: str) -> None:
		self.clicks += 1
		self.desk.page.click(selector)

	def enters(self, work: Callable[[], None]) -> None:
		"""Types or pastes into one field."""
		self.entries += 1
		work()

	def __str__(self) -> str:
		done = f"{self.clicks} clicks, {self.entries} entries, {self.until_ready:.1f} s"
		return f"{done}, reconciled after {self.seconds:.1f} s"


def pastes(person: Person) -> None:
	"""The numbers, and what was kept back in all, which somebody has to add up, with its account."""
	desk, numbers = person.desk, [line[0] for line in person.scene["report"]]
	person.enters(lambda: desk.find("\n".join(numbers)))
	person.click("[data-action=add-deduction]")
	person.enters(lambda: choose(desk, "account", CHARGES))
	person.enters(lambda: field(desk, "amount").fill(f"{COUNT * FEE:.2f}"))
	field(desk, "amount").press("Tab")


def chooses_the_file(person: Person) -> None:
	"""One click in the page, another one in the system's own dialog."""
	with person.desk.page.expect_file_chooser() as chooser:
		person.click("[data-action=read-advice]")
	person.clicks += 1
	file = {"name": "payout.csv", "mimeType": "text/csv", "buffer": content_for(person)}
	chooser.value.set_files([file])
	wait_until_read(person)


def drops_the_file(person: Person) -> None:
	"""From another window on the dialog; that counts as a click."""
	person.clicks += 1
	person.desk.drop_file("payout.csv", content_for(person))
	wait_until_read(person)


def content_for(person: Person) -> bytes:
	return WRITERS["decimal_comma.csv"](rows_of(person.scene["report"]))


def wait_until_read(person: Person) -> None:
	person.desk.wait_for_notice(f"{COUNT + 2} of {COUNT + 4} lines matched, 2 to look at.")


CLICKS_AND_ENTRIES = {pastes: (4, 3), chooses_the_file: (5, 0), drops_the_file: (4, 0)}


def test_a_file_takes_less_than_a_pasted_list(bench: Bench, desk: DeskPage, mark: str) -> None:
	"""Submit and the answer to its question are clicks of all."""
	bench.call("desk_scenes.make_deduction_rules", codes=["bank charges"], account=CHARGES)
	ways = ways_in_fair_order()
	scenes = bench.call("desk_scenes.make_payouts", mark=mark, count=COUNT, fees=[FEE] * len(ways))
	with running_worker(bench):
		for way, scene in zip(ways, scenes, strict=True):
			person = Person(desk, scene, mark).does(way)
			print(f"{way.__name__}: {person}")
			assert (person.clicks, person.entries) == CLICKS_AND_ENTRIES[way]
	for scene in scenes:
		deposit = bench.call("scenes.read_deposit", name=scene["bank_transaction"])
		assert (deposit["unallocated_amount"], deposit["status"]) == (0, "Reconciled")


def ways_in_fair_order() -> list[Callable[[Person], None]]:
	"""Each once; to measure, one more first that does not count, and then each as often at each place."""
	ways = list(CLICKS_AND_ENTRIES)
	rounds = [ways[number % 3 :] + ways[: number % 3] for number in range(ROUNDS)]
	return [pastes, *chain.from_iterable(rounds)] if rounds else ways
