"""The advices that the tests on a bench write are read as what they were written from."""

from __future__ import annotations

from decimal import Decimal

import pytest

from advanced_bank_reconciliation.remittance.reading import read_advice
from advanced_bank_reconciliation.remittance.tables import Options
from tests.remittance.written_advices import WITHOUT_FEES, WRITERS, Row


@pytest.mark.parametrize("name", WRITERS)
def test_what_is_written_is_read_to_the_cent(name: str):
	fee = Decimal(0) if name in WITHOUT_FEES else Decimal("0.35")
	amounts = [(Decimal("1119.00"), fee), (Decimal("50.10"), fee), (Decimal("-10.00"), Decimal(0))]
	rows = [
		Row(f"SINV-0000{number}", gross, kept, gross - kept) for number, (gross, kept) in enumerate(amounts)
	]
	read = read_advice(WRITERS[name](rows), Options(incoming=True))
	lines = [line for line in read.lines if line.gross]
	assert [(line.gross, line.net) for line in lines] == [(row.gross, row.net) for row in rows]
	assert all(row.name in f"{line.reference} {line.text}" for row, line in zip(rows, lines, strict=True))
