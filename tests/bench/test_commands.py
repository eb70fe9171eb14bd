"""`bench bulk-reconcile` as a person or a script runs it: a process, its output, its exit status."""

from __future__ import annotations

import csv
import json
import re
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.bench.bench import Bench
from tests.bench.judge import check_all_paid, check_nothing_left, read_books
from tests.bench.servers import running_worker

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

COLUMNS = ("doctype", "name", "allocated_amount")
JOINING_SECONDS = 3.0
SILENT_SECONDS = 3.0
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def accountant(bench: Bench) -> str:
	return bench.call("scenes.make_user", name="accountant", roles=["Accounts User"])["user"]


@pytest.mark.usefixtures("one_by_one")
def test_the_life_of_a_run(bench: Bench, accountant: str, tmp_path: Path) -> None:
	"""Started from a spreadsheet's file, followed to its end, listed, undone, and started anew."""
	deposit = bench.call("scenes.make_deposit", count=60)
	before = read_books(bench, deposit)
	file = _write_csv(tmp_path / "payout.csv", deposit["invoices"], delimiter=";", encoding="utf-8-sig")
	words = ["start", deposit["bank_transaction"], "--invoices", file, "--user", accountant, "--watch"]
	with running_worker(bench):
		output = _succeed(bench, *words)
		run = _run_name(output)
		assert "\x1b" not in output and "No live events" not in output
		assert re.search(r"Posting: [1-9]\d* %", output) and "left)" in output
		assert output.splitlines()[-1].startswith("Completed: The payments of 60 invoices are posted")
		check_all_paid(read_books(bench, deposit, run), deposit)
		_check_show_and_list(bench, run, deposit, accountant)
		assert "Rolled Back: " in _succeed(bench, "rollback", run, "--watch")
		check_nothing_left(read_books(bench, deposit, run), before)
		assert "Rolled Back" in _fail(bench, "watch", run)
		again = _run_name(_succeed(bench, "retry", run, "--watch"))
	assert again != run
	assert json.loads(_succeed(bench, "show", again, "--json"))["user"] == accountant
	check_all_paid(read_books(bench, deposit, again), deposit)
	for words in (["resume", again], ["retry", again], ["rollback", run]):
		assert "Traceback" not in _fail(bench, *words)


def _check_show_and_list(bench: Bench, run: str, deposit: dict, user: str) -> None:
	shown = _succeed(bench, "show", run)
	assert all(text in shown for text in (run, "Completed", deposit["bank_transaction"], user))
	facts = json.loads(_succeed(bench, "show", run, "--json"))
	assert (facts["status"], facts["success"], facts["processed"]) == ("Completed", True, 60)
	words = ["list", "--bank-account", deposit["bank_account"], "--state", "completed"]
	assert run in _succeed(bench, *words)
	runs = json.loads(_succeed(bench, *words, "--limit", "1", "--json"))
	assert [row["run"] for row in runs] == [run]
	assert _succeed(bench, "list", "--bank-account", "No Such Account") == "There are no such runs.\n"


def test_json_and_vouchers_that_exist(bench: Bench, tmp_path: Path) -> None:
	deposit, voucher = bench.call("scenes.make_deposit_with_voucher", count=5, amount=77.77)
	invoices = tmp_path / "invoices.json"
	invoices.write_text(json.dumps(deposit["invoices"]))
	vouchers = _write_csv(tmp_path / "vouchers.csv", [voucher])
	words = ["start", deposit["bank_transaction"], "--invoices", str(invoices), "--vouchers", vouchers]
	with running_worker(bench):
		run = _run_name(_succeed(bench, *words, "--watch"))
	check_all_paid(read_books(bench, deposit, run), deposit, [voucher])


def test_what_is_too_much_is_left_as_an_advance(bench: Bench, tmp_path: Path) -> None:
	"""An amount that is not the rest is refused."""
	deposit = bench.call("scenes.make_deposit", count=3, beside=12.5)
	words = _start_words(deposit, tmp_path)
	words += ["--advance-party", "Bulk Test Customer 0"]
	refusal = _fail(bench, *words, "--advance-amount", "12.49")
	assert "12.49 was asked for, but the selection leaves 12.50" in refusal
	with running_worker(bench):
		output = _succeed(bench, *words, "--advance-description", "Paid twice", "--watch")
	assert "The payments of 3 invoices and an advance are posted" in output
	assert re.search(
		r"Advance: +12.50 USD of Bulk Test Customer 0", _succeed(bench, "show", _run_name(output))
	)
	(left,) = bench.call("scenes.advances_of", bank_transaction=deposit["bank_transaction"])
	assert (left["party"], left["amount"]) == ("Bulk Test Customer 0", -12.5)


def test_an_advice_is_shown_and_started(bench: Bench, tmp_path: Path) -> None:
	"""A stranger's number is told first; then what matched is paid. A start that is refused keeps no file."""
	deposit = bench.call("scenes.make_deposit", count=3)
	lines = [f"{row['name']};{row['allocated_amount']:.2f}" for row in deposit["invoices"]]
	advice = tmp_path / f"advice-of-{deposit['bank_transaction']}.csv"
	advice.write_text("\n".join(["Invoice no;Amount", *lines, "NOBODY-1;5.00"]))
	words = [deposit["bank_transaction"], str(advice)]
	assert "3 of 4 lines matched, 1 to look at." in _succeed(bench, "advice", *words)
	assert json.loads(_succeed(bench, "advice", *words, "--json"))["difference"] == "0.00"
	words.insert(1, "--advice")
	assert "Nothing was started" in _fail(bench, "start", *words)
	before = _kept_files(bench, advice.stem)
	wrong = _write_csv(tmp_path / "deductions.csv", [{"account": "No Such Account", "amount": 1.0}])
	refused = _fail(bench, "start", *words, "--matched-only", "--deductions", wrong)
	assert "No Such Account" in refused and _kept_files(bench, advice.stem) == before
	with running_worker(bench):
		run = _run_name(_succeed(bench, "start", *words, "--matched-only", "--watch"))
	check_all_paid(read_books(bench, deposit, run), deposit)
	assert len(_kept_files(bench, advice.stem) - before) == 1


def test_payments_by_party(bench: Bench, tmp_path: Path) -> None:
	"""Twenty-two invoices of ten customers, two of whom have three; a word that is neither is told."""
	deposit = bench.call("scenes.make_deposit", count=22)
	words = _start_words(deposit, tmp_path)
	wrong = _run(bench, *words, "--grouping", "Customer")
	assert wrong.returncode == 2 and "'Customer' is not one of" in wrong.stderr
	with running_worker(bench):
		run = _run_name(_succeed(bench, *words, "--grouping", "party", "--watch"))
	payments = bench.call("scenes.payments_of", run=run)
	assert sorted(count for _party, count in payments) == [2] * 8 + [3] * 2
	assert json.loads(_succeed(bench, "show", run, "--json"))["grouping"] == "Party"


def test_the_same_selection_again_is_the_same_run(bench: Bench, tmp_path: Path) -> None:
	deposit = bench.call("scenes.make_deposit", count=3)
	words = _start_words(deposit, tmp_path)
	run = _run_name(_succeed(bench, *words))
	again = _succeed(bench, *words)
	assert _run_name(again) == run and "started already" in again
	assert f"bulk-reconcile watch {run}" in again
	assert "goes on" in _succeed(bench, "resume", run)
	with running_worker(bench):
		_succeed(bench, "rollback", run, "--watch")


def test_a_run_that_fails_ends_with_1_and_every_reason(bench: Bench, tmp_path: Path) -> None:
	deposit = bench.call("scenes.make_deposit", count=25)
	victims = [deposit["invoices"][number]["name"] for number in (3, 22)]
	run = _run_name(_succeed(bench, *_start_words(deposit, tmp_path)))
	for victim in victims:
		bench.call("scenes.cancel_invoice", name=victim)
	with running_worker(bench):
		output = _fail(bench, "watch", run)
	failures = output.partition("Failed (2):")[2]
	assert all(victim in failures for victim in victims)
	assert f"retry {run}" in output


def test_without_a_socket_server_the_run_is_polled(bench: Bench, tmp_path: Path) -> None:
	deposit = bench.call("scenes.make_deposit", count=3)
	words = [*_start_words(deposit, tmp_path), "--watch"]
	surroundings = {"http_proxy": NOWHERE, "https_proxy": NOWHERE, "no_proxy": "", "FRAPPE_API_KEY": "a:b"}
	with running_worker(bench):
		process = _run(bench, *words, **surroundings)
	assert process.returncode == 0, process.stderr
	assert process.stdout.count("No live events") == 1
	assert "Completed" in process.stdout


def test_a_colleague_watches_with_a_key_of_their_own(bench: Bench, tmp_path: Path) -> None:
	"""Events come to the room of the run's document, and nobody gets a session for it."""
	key = bench.call("scenes.make_api_key", name="auditing-colleague", roles=["Accounts User"])
	stranger = bench.call("scenes.make_api_key", name="bystander", roles=["Employee"])
	deposit = bench.call("scenes.make_deposit", count=3)
	run = _run_name(_succeed(bench, *_start_words(deposit, tmp_path)))
	sessions = bench.call("scenes.sessions")
	colleague, bystander = (_listen(bench, run, one) for one in (key, stranger))
	# The socket server asks the site whether they may join the room.
	time.sleep(JOINING_SECONDS)
	with running_worker(bench):
		assert "Completed" in _succeed(bench, "watch", run, FRAPPE_API_KEY=key)
	colleague.wait(timeout=90)
	# What the one has heard, the other would have heard by now; it listens until its input ends.
	time.sleep(SILENT_SECONDS)
	heard, not_heard = (listener.communicate(timeout=90)[0] for listener in (colleague, bystander))
	assert "woken" in heard and "silence" in not_heard
	assert bench.call("scenes.sessions") == sessions


def _listen(bench: Bench, run: str, key: str) -> subprocess.Popen:
	"""A process that waits for the first event of a run, a minute at most, and says whether one came. It ends
	when its input ends, too.
	"""
	words = bench.arguments("execute", "advanced_bank_reconciliation.tests.scenes.hear_of")
	words += ["--kwargs", repr({"run": run, "api_key": key, "seconds": 60})]
	process = subprocess.Popen(
		words,
		cwd=bench.path / "sites",
		env=bench.environment,
		stdin=subprocess.PIPE,
		stdout=subprocess.PIPE,
		text=True,
	)
	assert process.stdout and process.stdout.readline() == "listening\n"
	return process


def test_ctrl_c_leaves_the_run_going(bench: Bench, tmp_path: Path) -> None:
	deposit = bench.call("scenes.make_deposit", count=3)
	run = _run_name(_succeed(bench, *_start_words(deposit, tmp_path)))
	with subprocess.Popen(
		bench.arguments("bulk-reconcile", "watch", run),
		cwd=bench.path / "sites",
		env=bench.environment,
		stdout=subprocess.PIPE,
		text=True,
	) as process:
		assert process.stdout and process.stdout.readline().startswith("Queued")
		process.send_signal(signal.SIGINT)
		output = process.stdout.read()
	assert process.returncode == 130
	assert f"Run {run} goes on in the background." in output
	with running_worker(bench):
		assert "Completed" in _succeed(bench, "watch", run)


@pytest.mark.parametrize(
	("text", "problems"),
	[
		("doctype,name\nSales Invoice,X\n", ["line 1", "allocated_amount"]),
		(
			"doctype,name,allocated_amount\nSales Invoice,X,1,29\nSales Invoice,,1\n",
			["line 2: 4 values", "line 3: name"],
		),
		(
			"doctype,name,allocated_amount\nSales Invoice,<i>X</i>,1\nSales Order,Y,1\n",
			["Sales Order", "cannot", "<i>X</i> does not exist"],
		),
	],
)
def test_a_file_that_cannot_work_is_refused(
	bench: Bench, tmp_path: Path, text: str, problems: Sequence[str]
) -> None:
	file = tmp_path / "wrong.csv"
	file.write_text(text)
	deposit = bench.call("scenes.make_deposit", count=1)
	message = _fail(bench, "start", deposit["bank_transaction"], "--invoices", str(file))
	assert all(problem in message for problem in problems)


@pytest.mark.parametrize(
	("words", "problem"),
	[
		(["show", "BRR-0000-00000"], "There is no Bulk Reconciliation Run"),
		(["watch", "BRR-0000-00000"], "There is no Bulk Reconciliation Run"),
		(["resume", "BRR-0000-00000"], "There is no Bulk Reconciliation Run"),
		(["retry", "BRR-0000-00000"], "There is no Bulk Reconciliation Run"),
		(["rollback", "BRR-0000-00000"], "There is no Bulk Reconciliation Run"),
		(["start", "X", "--invoices", "no-such-file.csv"], "there is no such file"),
		(["start", "X", "--invoices", "no-such-file.csv", "--user", "nobody"], "no enabled user nobody"),
	],
)
def test_what_does_not_exist(bench: Bench, words: Sequence[str], problem: str) -> None:
	assert problem in _fail(bench, *words)


def test_the_doctor_says_what_is_missing(bench: Bench) -> None:
	process = _run(bench, "doctor")
	assert "ok   Socket server: answers on port" in process.stdout, process.stdout + process.stderr
	assert "ok   Isolation: REPEATABLE-READ" in process.stdout
	assert process.returncode == int("BAD  " in process.stdout)


def test_a_user_without_rights_is_refused(bench: Bench, tmp_path: Path) -> None:
	user = bench.call("scenes.make_user", name="bystander", roles=["Employee"])["user"]
	deposit = bench.call("scenes.make_deposit", count=1)
	message = _fail(bench, *_start_words(deposit, tmp_path), "--user", user)
	assert user in message or "permission" in message.lower()


def _start_words(deposit: dict, folder: Path) -> list[str]:
	file = _write_csv(folder / "invoices.csv", deposit["invoices"])
	return ["start", deposit["bank_transaction"], "--invoices", file]


def _kept_files(bench: Bench, stem: str) -> set[Path]:
	"""A folder keeps what an earlier database left in it, so a test compares it before and after."""
	return set((bench.path / "sites" / bench.site / "private/files").glob(f"{stem}*"))


def _write_csv(path: Path, rows: Sequence[dict], *, delimiter: str = ",", encoding: str = "utf-8") -> str:
	with path.open("w", encoding=encoding, newline="") as file:
		writer = csv.DictWriter(file, fieldnames=list(rows[0]), delimiter=delimiter)
		writer.writeheader()
		writer.writerows(rows)
	return str(path)


def _run(bench: Bench, *words: str, **environment: str) -> subprocess.CompletedProcess:
	return subprocess.run(
		bench.arguments("bulk-reconcile", *words),
		cwd=bench.path / "sites",
		env={**bench.environment, **environment},
		stdin=subprocess.DEVNULL,
		capture_output=True,
		text=True,
		timeout=300,
	)


def _succeed(bench: Bench, *words: str, **environment: str) -> str:
	"""Run a command that must end with 0; return what it printed."""
	process = _run(bench, *words, **environment)
	assert process.returncode == 0, process.stdout + process.stderr
	return process.stdout


def _fail(bench: Bench, *words: str) -> str:
	"""Run a command that must end with 1, and tell why in plain words; return all that it printed."""
	process = _run(bench, *words)
	output = process.stdout + process.stderr
	assert process.returncode == 1, output
	assert "Traceback" not in output and not re.search(r"<(?:br|a|b|p)\b", output)
	return output


def _run_name(output: str) -> str:
	found = re.search(r"BRR-\d+-\d+", output)
	assert found, output
	return found[0]
