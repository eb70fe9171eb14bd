"""An advice of each format over HTTP: uploaded, read, started, posted by a worker; judged from the tables."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.bench.bench import Bench
from tests.bench.desk_user import DeskUser
from tests.bench.judge import read_books
from tests.bench.servers import running_worker
from tests.remittance.written_advices import WITHOUT_FEES, WRITERS, rows_of

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

CHARGES = "Marketing Expenses - BTC"
FEE = 0.35
# Two refunds, a number that is nobody's, and one that comes twice are lines besides.
MANY, FEW = 146, 26


@pytest.fixture(scope="module")
def accountant(bench: Bench) -> DeskUser:
	return DeskUser(bench, **bench.call("scenes.make_user", name="accountant", roles=["Accounts User"]))


@pytest.fixture(scope="module", autouse=True)
def worker(bench: Bench) -> Iterator[None]:
	with running_worker(bench):
		yield


@pytest.mark.parametrize("name", WRITERS)
def test_from_the_file_to_the_reconciled_deposit(bench: Bench, accountant: DeskUser, name: str) -> None:
	count, fee = MANY if name == "stripe.csv" else FEW, 0.0 if name in WITHOUT_FEES else FEE
	scene = bench.call("desk_scenes.make_payout", mark=f"PAYOUT {name}", count=count, fee=fee)
	file = accountant.attach(scene["bank_transaction"], name, WRITERS[name](rows_of(scene["report"])))
	advice = _read(accountant, scene, file)
	assert advice["message"] == f"{count + 2} of {count + 4} lines matched, 2 to look at."
	reasons = [line["reason"] for line in advice["lines"] if line["state"] in ("Question", "Not Found")]
	assert sorted(reason.startswith("No open item has this number") for reason in reasons) == [False, True]
	kept = sum(Decimal(one["amount"]) for one in advice["deductions"])
	assert (kept, advice["difference"]) == (Decimal(str(fee)) * count, "0.00")
	accountant.wait_for(_start(accountant, scene, advice, file), "Completed", timeout=240)
	books = read_books(bench, scene)
	assert (books["transaction"]["unallocated_amount"], books["unbalanced"], books["orphans"]) == (0, [], [])
	assert {*books["outstanding"].values(), *books["ledger_outstanding"].values()} == {0}
	booked = bench.call("scenes.booked", bank_transaction=scene["bank_transaction"], account=CHARGES)
	assert Decimal(str(booked)) == kept
	recorded = bench.call("scenes.recorded_advice", bank_transaction=scene["bank_transaction"])
	assert len(recorded) == len(advice["lines"])


def _read(accountant: DeskUser, scene: dict, file: str) -> dict:
	transaction = scene["bank_transaction"]
	answer = accountant.tool("read_remittance_advice", bank_transaction_name=transaction, file=file)
	assert answer.ok, answer.text
	return answer.json()["message"]


def _start(accountant: DeskUser, scene: dict, advice: dict, file: str) -> str:
	"""With the accounts that a person enters where no rule says them; returns the run."""
	rows = [{"account": CHARGES, "amount": one["amount"]} for one in advice["deductions"]]
	answer = accountant.tool(
		"create_payment_entries_bulk",
		bank_transaction_name=scene["bank_transaction"],
		invoices=advice["invoices"],
		deductions=rows,
		advice={"file": file},
	)
	assert answer.ok, answer.text
	return answer.json()["message"]["run"]
