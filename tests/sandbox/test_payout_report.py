"""The payout report that is shipped is the one of the deposit that the demonstration makes."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from advanced_bank_reconciliation.remittance.matching import MatchState
from sandbox.database import create_database
from sandbox.payout_report import SHIPPED, SHIPPED_INVOICES, match_report, payout_report, written_report
from sandbox.seed import seed_deposit


def test_the_file_fits_the_deposit_to_the_cent(tmp_path: Path) -> None:
	"""Also as text: who changes what is seeded writes the file anew, with `written_report`."""
	with closing(create_database(tmp_path / "books.db")) as connection:
		deposit = seed_deposit(connection, SHIPPED_INVOICES)
		assert SHIPPED.read_bytes() == written_report(deposit)
		matched = match_report(connection, payout_report(deposit), deposit.amount)
	assert matched.count(MatchState.MATCHED) == len(matched.lines) == SHIPPED_INVOICES
	assert matched.net() == deposit.amount


def test_for_another_number_of_invoices_it_is_written(tmp_path: Path) -> None:
	with closing(create_database(tmp_path / "books.db")) as connection:
		deposit = seed_deposit(connection, 40)
		matched = match_report(connection, payout_report(deposit), deposit.amount)
	assert matched.count(MatchState.MATCHED) == 40
	assert matched.net() == deposit.amount
