"""What the sample of each format says: documents, discounts, what was kept back, and the sum to the cent."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from advanced_bank_reconciliation.remittance.advice import Advice
from advanced_bank_reconciliation.remittance.errors import AmbiguousAdvice
from advanced_bank_reconciliation.remittance.reading import read_advice
from advanced_bank_reconciliation.remittance.tables import Options

SAMPLES = Path(__file__).parent / "samples"

# Of each line: what names the document (- for nothing), gross, discount, all deductions, net.
EXPECTED = {
	"stripe_itemized.csv": (
		"Stripe payout reconciliation",
		"""
		ch_1 119.00 0 3.75 115.25
		ACC-SINV-2026-00002 1250.50 0 36.56 1213.94
		re_1 -19.00 0 0 -19.00
		- 0.00 0 2.00 -2.00
		""",
	),
	"stripe_balance.csv": (
		"Stripe balance history",
		"""
		ACC-SINV-2026-00001 100.00 0 3.20 96.80
		re_2 -10.00 0 0 -10.00
		""",
	),
	"paypal.csv": (
		"PayPal activity",
		"""
		ACC-SINV-2026-00001 1190.00 0 29.96 1160.04
		ACC-SINV-2026-00002 50.00 0 1.60 48.40
		ACC-SINV-2026-00003 -50.00 0 -1.25 -48.75
		""",
	),
	"shopify.csv": (
		"Shopify payout transactions",
		"""
		#1001 80.00 0 2.62 77.38
		#1002 20.00 0 0.88 19.12
		#1001 -10.00 0 0 -10.00
		""",
	),
	"amazon_settlement.txt": (
		"Amazon settlement",
		"""
		ACC-SINV-2026-00001 119.00 0 18.30 100.70
		ACC-SINV-2026-00002 -10.00 0 -1.00 -9.00
		- 0 0 5.00 -5.00
		""",
	),
	"amazon_date_range.csv": (
		"Amazon date range",
		"""
		303-1 120.00 0 18.30 101.70
		303-2 -10.00 0 -1.00 -9.00
		- 0 0 5.00 -5.00
		""",
	),
	"ledger.csv": (
		"Table",
		"""
		ACC-SINV-2026-00001 1190.00 23.80 0 1166.20
		4500012345 99.90 0 0 99.90
		ACC-SINV-2026-00003 -19.00 0 0 -19.00
		""",
	),
	"camt052.xml": (
		"camt",
		"""
		ACC-SINV-2026-00001 100.00 0 2.50 97.50
		ACC-SINV-2026-00003 -10.00 0 0 -10.00
		""",
	),
	"camt053.xml": (
		"camt",
		"""
		ACC-SINV-2026-00001 1190.00 23.80 7.20 1159.00
		ACC-SINV-2026-00003 -10.00 0 0 -10.00
		""",
	),
	"camt054.xml": (
		"camt",
		"""
		- 100.00 0 0 100.00
		RF18539007547034 200.00 0 0 200.00
		""",
	),
	"820.x12": (
		"X12 820",
		"""
		- 0 0 5.00 -5.00
		ACC-SINV-2026-00001 1190.00 23.80 7.20 1159.00
		ACC-SINV-2026-00003 -10.00 0 0 -10.00
		""",
	),
}


def sample(name: str) -> Advice:
	"""What one of the samples says of what came in."""
	return read_advice((SAMPLES / name).read_bytes(), Options(incoming=True))


@pytest.mark.parametrize("name", EXPECTED)
def test_every_sample_is_read_to_the_cent(name: str):
	advice = sample(name)
	known, table = EXPECTED[name]
	assert advice.format == known
	read = [
		(
			line.reference or "-",
			line.gross,
			line.discount,
			sum(one.amount for one in line.deductions),
			line.net,
		)
		for line in advice.lines
	]
	lines = [line.split() for line in table.strip().splitlines()]
	assert read == [(reference, *map(Decimal, amounts)) for reference, *amounts in lines]


def test_every_sample_is_expected():
	assert {path.name for path in SAMPLES.iterdir()} - {"README.md"} == set(EXPECTED)


def test_texts_dates_and_currencies_come_along():
	line = sample("camt054.xml").lines[0]
	assert (line.text, line.currency) == ("Rechnung ACC-SINV-2026-00001 vielen Dank", "CHF")
	assert str(line.date) == "2026-02-05"
	assert "ACC-SINV-2026-00001" in sample("stripe_itemized.csv").lines[0].text


def test_a_file_of_several_payouts_gives_the_one_that_comes_to_the_deposit():
	text = "Invoice,Gross,Fee,Net,Payout ID\nA1,10.00,1.00,9.00,p1\nA2,20.00,2.00,18.00,p2\n"
	advice = read_advice(text.encode())
	assert [line.reference for line in advice.for_payment(Decimal("18.00")).lines] == ["A2"]
	for amount in ("27.00", "9.01"):
		with pytest.raises(AmbiguousAdvice):
			advice.for_payment(Decimal(amount))


def test_of_a_statement_only_one_direction_is_wanted():
	content = (SAMPLES / "camt053.xml").read_bytes()
	assert [line.text for line in read_advice(content, Options(incoming=False)).lines] == ["Account fee"]


def test_adjustments_of_a_statement_that_do_not_explain_the_difference_are_no_deductions():
	content = (SAMPLES / "camt053.xml").read_bytes().replace(b"7.20", b"7.21")
	line = read_advice(content, Options(incoming=True)).lines[0]
	assert (line.gross, line.deductions) == (Decimal("1182.80"), ())
