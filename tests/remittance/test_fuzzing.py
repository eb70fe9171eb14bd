"""Whatever a file holds, it is read or refused with a sentence; no reader crashes, takes long or much memory.

With REMITTANCE_EXAMPLES=10000 in the environment each reader gets that many inputs.
"""

from __future__ import annotations

import io
import os
import re
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

from advanced_bank_reconciliation.remittance.advice import Advice
from advanced_bank_reconciliation.remittance.errors import RemittanceError
from advanced_bank_reconciliation.remittance.reading import read_advice
from tests.remittance.test_formats import SAMPLES
from tests.remittance.test_tables import workbook

EXAMPLES = int(os.environ.get("REMITTANCE_EXAMPLES", "60"))
TEXTS = [path.read_bytes() for path in sorted(SAMPLES.iterdir()) if path.suffix in (".csv", ".txt")]
STATEMENTS = [path.read_bytes() for path in sorted(SAMPLES.glob("*.xml"))]
INTERCHANGE = (SAMPLES / "820.x12").read_bytes()
BOOK = workbook(["Invoice", "Date", "Gross", "Fee", "Net"], ["SINV-1", "2026-01-02", 10.5, 0.5, 10])
PARTS = {
	name: zipfile.ZipFile(io.BytesIO(BOOK)).read(name)
	for name in zipfile.ZipFile(io.BytesIO(BOOK)).namelist()
}

fuzzed = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
# What readers look at, and what people and programs get wrong.
TELLING = (
	*(b"\n", b";", b",", b'"', b"\t", b"=1+1", b"-", b"1,234", b"1.50", b"\x00", b"\xff\xfe", b"9" * 50),
	*(b"<", b">", b"&a;", b"<!DOCTYPE a>", b"<Strd>", b"</Strd>", b"<Amt>x</Amt>", b"CRDT", b"]]>"),
	*(b"~", b"*", b"SE*1", b"RMR*IV*1**x", b"ADX*1e9", b"ISA", b"\r\n", "١٢".encode(), "−".encode()),
)
LEAF = re.compile(rb"<(\w+)([^>]*)>([^<]*)</\1>")
AMOUNTS = (
	"0",
	"-1",
	"1e9",
	"0.001",
	"1,5",
	"NaN",
	"9" * 50,
	"٣",
	" 7.20 ",
	"CRDT",
	"DBIT",
	"CREN",
	"2026-13-45",
)
values = st.one_of(
	st.sampled_from(AMOUNTS),
	st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Cn"]), max_size=12),
	st.decimals().map(str),
)
snippets = st.one_of(st.binary(max_size=12), st.sampled_from(TELLING))


STATUS, RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")
RESET_PEAK = "5"
MOST_MEGABYTES, MOST_SECONDS = 200, 20


@dataclass
class Figures:
	"""What became of the inputs of a reader, and the longest that one took, in seconds of the processor."""

	read: int = 0
	refused: int = 0
	longest: float = 0


figures = Figures()


@pytest.fixture(scope="module")
def table_of_characters() -> None:
	"""The first text that is drawn on a machine costs Hypothesis 200 MB for its table of characters."""
	find(st.text(), lambda text: len(text) > 0)


@pytest.fixture(autouse=True)
def little_memory(table_of_characters: None, request: pytest.FixtureRequest) -> Iterator[None]:
	"""All inputs of a reader, and what draws them, by the kernel's high-water mark of this process."""
	global figures
	figures = Figures()
	if RESET.exists():
		RESET.write_text(RESET_PEAK)
	before = peak_megabytes()
	yield
	more = peak_megabytes() - before
	print(f"\n{request.node.name}: {figures}, {more} MB more than before")
	assert more < MOST_MEGABYTES


def peak_megabytes() -> int:
	"""Only Linux tells the memory of a process; elsewhere 0."""
	found = re.search(r"VmHWM:\s+(\d+) kB", STATUS.read_text()) if STATUS.exists() else None
	return int(found[1]) // 1024 if found else 0


@st.composite
def damaged(draw: st.DrawFn, originals: list[bytes]) -> bytes:
	"""An original in which some places were cut out, replaced or repeated."""
	content = draw(st.sampled_from(originals))
	for _time in range(draw(st.integers(1, 6))):
		start = draw(st.integers(0, len(content)))
		end = min(len(content), start + draw(st.sampled_from([0, 0, 1, 3, 20, 300])))
		content = content[:start] + draw(snippets) + content[end:]
	return content


@st.composite
def well_formed(draw: st.DrawFn, originals: list[bytes]) -> bytes:
	"""A statement in which some elements are gone, are there twice, or hold something else."""
	content = draw(st.sampled_from(originals))
	for _time in range(draw(st.integers(1, 6))):
		leaves = [*LEAF.finditer(content)]
		if not leaves:
			break
		leaf = leaves[draw(st.integers(0, len(leaves) - 1))]
		name, attributes, _value = leaf.groups()
		value = escape(draw(values)).encode("utf-8", "replace")
		other = b"<%b%b>%b</%b>" % (name, attributes, value, name)
		changed = draw(st.sampled_from([other, other, other, b"", leaf[0] * 2]))
		content = content[: leaf.start()] + changed + content[leaf.end() :]
	return content


def check(content: bytes) -> None:
	"""It is read, or refused, in passing; the limit is for the most crowded machine."""
	began = time.process_time()
	try:
		advice = read_advice(content)
	except RemittanceError as error:
		advice, refusal = None, str(error)
	took = time.process_time() - began
	figures.longest = max(figures.longest, took)
	assert took < MOST_SECONDS
	if advice is None:
		figures.refused += 1
		assert refusal
	else:
		figures.read += 1
		check_figures(advice)


def check_figures(advice: Advice) -> None:
	"""What was read adds up."""
	assert advice.lines
	for line in advice.lines:
		kept = line.discount + sum(one.amount for one in line.deductions)
		assert line.gross is None or line.net is None or line.gross == line.net + kept


@fuzzed
@given(st.one_of(damaged(TEXTS), st.text(max_size=300).map(str.encode), st.binary(max_size=200)))
def test_delimited_text(content: bytes):
	check(content)


@fuzzed
@given(damaged(STATEMENTS))
def test_statements(content: bytes):
	check(content)


@fuzzed
@given(well_formed(STATEMENTS))
def test_statements_that_stay_well_formed(content: bytes):
	check(content)


@fuzzed
@given(damaged([INTERCHANGE]))
def test_interchanges(content: bytes):
	check(content)


@fuzzed
@given(damaged([BOOK]))
def test_spreadsheets_that_are_damaged_as_a_whole(content: bytes):
	check(content)


@fuzzed
@given(st.sampled_from(sorted(PARTS)), st.data())
def test_spreadsheets_of_damaged_parts(name: str, data: st.DataObject):
	file = io.BytesIO()
	with zipfile.ZipFile(file, "w") as parts:
		for part, content in PARTS.items():
			parts.writestr(part, data.draw(damaged([content])) if part == name else content)
	check(file.getvalue())
