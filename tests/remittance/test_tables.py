"""Tables and lists of nobody in particular: separators, encodings, number formats, titles, mistakes."""

from __future__ import annotations

import io
from decimal import Decimal

import openpyxl
import pytest

from advanced_bank_reconciliation.remittance.errors import (
	AmbiguousAdvice,
	DamagedFile,
	FaultyLines,
	MissingColumns,
	RemittanceError,
)
from advanced_bank_reconciliation.remittance.reading import read_advice
from advanced_bank_reconciliation.remittance.tables import Options


def amounts(text: str, **options: str) -> list[str]:
	"""Gross of every line, as text."""
	return [str(line.gross) for line in read_advice(text.encode(), Options(**options)).lines]


def table(*values: str, delimiter: str = ";") -> str:
	rows = [f"SINV-{number}{delimiter}{value}" for number, value in enumerate(values)]
	return "\n".join([f"Invoice{delimiter}Amount", *rows]) + "\n"


@pytest.mark.parametrize(
	("values", "expected"),
	[
		(["1.234,50", "12", "3.456"], ["1234.50", "12", "3456"]),
		(["1,234.50", "12", "3,456"], ["1234.50", "12", "3456"]),
		(["1 234,50", "-12,00", "(3,00)"], ["1234.50", "-12.00", "-3.00"]),
		(["1'234.50", "12.00-", "−3.00"], ["1234.50", "-12.00", "-3.00"]),
		(["EUR 1,00", "12,00 €", "$3,00"], ["1.00", "12.00", "3.00"]),
		(["0.500", "1.234"], ["0.500", "1.234"]),
		(["1.234.567", "89,00"], ["1234567", "89.00"]),
		(["100", "12"], ["100", "12"]),
	],
)
def test_the_decimal_sign_is_decided_for_the_file_as_a_whole(values: list[str], expected: list[str]):
	assert amounts(table(*values)) == expected


@pytest.mark.parametrize(
	"values", [["1,234"], ["1.234"], ["12,50", "1,234"], ["1.50", "1,50"], ["1.234", "5,678"]]
)
def test_an_ambiguous_decimal_sign_is_asked_for(values: list[str]):
	with pytest.raises(AmbiguousAdvice):
		amounts(table(*values))


def test_the_answer_is_taken():
	assert amounts(table("1,234"), decimal=".") == ["1234"]
	assert amounts(table("1,234"), decimal=",") == ["1.234"]


@pytest.mark.parametrize(
	"value", ["1_00", "1e2", "abc", "1,2,3", "१२", "9" * 14, "1.23456", "--1", "1.00.00"]
)
def test_what_is_no_amount_is_named_with_its_line(value: str):
	with pytest.raises(FaultyLines, match=r"Line 3: .* is not an amount"):
		amounts(table("1.50", value))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_any_separator_and_encoding(delimiter: str, encoding: str):
	text = table("1.50", delimiter=delimiter).replace("SINV-0", "Grün-0")
	line = read_advice(text.encode(encoding)).lines[0]
	assert (line.reference, line.gross) == ("Grün-0", Decimal("1.50"))


def test_an_amount_that_is_torn_by_the_separator_is_no_other_amount():
	with pytest.raises(FaultyLines, match="Quote values"):
		amounts(table("110,29", delimiter=","))


def test_a_missing_quotation_mark_is_said():
	with pytest.raises(DamagedFile, match="quotation mark"):
		amounts('Invoice,Amount\nSINV-1,"1.00\nSINV-2,2.00\n')


def test_figures_that_contradict_each_other_are_said():
	with pytest.raises(FaultyLines, match=r"Line 3: 20.00 less 1.00 is not 18.00"):
		read_advice(b"Invoice,Gross,Fee,Net\nA1,10.00,1.00,9.00\nA2,20.00,1.00,18.00\n")


def test_a_fee_may_be_positive_or_negative_but_a_whole_file_alike():
	negative = read_advice(b"Invoice,Gross,Fee\nA1,10.00,-1.00\nA2,-5.00,0.50\n").lines
	assert [str(line.net) for line in negative] == ["9.00", "-4.50"]
	with pytest.raises(AmbiguousAdvice, match="positive in some lines"):
		read_advice(b"Invoice,Gross,Fee\nA1,10.00,-1.00\nA2,5.00,0.50\n")


def test_unknown_titles_are_asked_for_and_the_answer_is_taken():
	text = b"Whose,Sum\nA1,10.00\n"
	with pytest.raises(MissingColumns, match="Whose, Sum"):
		read_advice(text)
	lines = read_advice(text, Options(columns={"reference": "Whose", "gross": "Sum"})).lines
	assert [(line.reference, str(line.gross)) for line in lines] == [("A1", "10.00")]


@pytest.mark.parametrize(
	("text", "expected"),
	[
		("01431 01432\n1433", [("01431", None), ("01432", None), ("1433", None)]),
		("SINV-1, SINV-2; SINV-3", [("SINV-1", None), ("SINV-2", None), ("SINV-3", None)]),
		("SINV-1\t100.00\nSINV-2 20.50 EUR", [("SINV-1", "100.00"), ("SINV-2", "20.50")]),
		("SINV-1;1.100,00\nSINV-2;20,50", [("SINV-1", "1100.00"), ("SINV-2", "20.50")]),
		("SINV-1,100.00\nSINV-2,-20.50", [("SINV-1", "100.00"), ("SINV-2", "-20.50")]),
	],
)
def test_a_pasted_list_needs_no_titles(text: str, expected: list[tuple[str, str | None]]):
	lines = read_advice(text.encode()).lines
	assert [(line.reference, line.gross and str(line.gross)) for line in lines] == expected


def workbook(*rows: list) -> bytes:
	book, file = openpyxl.Workbook(), io.BytesIO()
	for row in rows:
		book.active.append(row)
	book.save(file)
	return file.getvalue()


def test_a_spreadsheet_is_read_by_its_values():
	content = workbook(
		[], ["Our payment"], ["Invoice", "Amount"], [4711, 110.29], ["SINV-2", 760 - 649.71], ["Total", 1]
	)
	lines = read_advice(content).lines
	assert [(line.reference, str(line.gross)) for line in lines] == [("4711", "110.29"), ("SINV-2", "110.29")]


def test_a_formula_is_refused_only_if_it_would_be_read():
	total = workbook(["Invoice", "Amount"], ["SINV-1", 10], [None, "=SUM(B2:B2)"])
	assert len(read_advice(total).lines) == 1
	with pytest.raises(FaultyLines, match="Line 2 has a formula"):
		read_advice(workbook(["Invoice", "Amount"], ["SINV-1", "=1+1"]))


def test_every_problem_is_named():
	with pytest.raises(FaultyLines) as refused:
		amounts(table("1.50", "x", "y"))
	assert len(refused.value.problems) == 2
	assert isinstance(refused.value, RemittanceError)
