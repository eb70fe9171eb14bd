"""Files that are broken, huge, encrypted or malicious cost one clear sentence and nothing else."""

from __future__ import annotations

import io
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest

from advanced_bank_reconciliation.remittance.errors import (
	DamagedFile,
	EncryptedFile,
	FileTooLarge,
	RemittanceError,
	UnknownFormat,
	UnsafeFile,
)
from advanced_bank_reconciliation.remittance.reading import read_advice

SAMPLES = Path(__file__).parent / "samples"
ROOT = Path(__file__).parents[2]
BOMB = b"""<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><Document><BkToCstmrStmt>&c;</BkToCstmrStmt></Document>"""
OUTSIDE = (
	b"""<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><Document>&x;</Document>"""
)
CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


def archive(content: dict[str, bytes]) -> bytes:
	file = io.BytesIO()
	with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts:
		for name, part in content.items():
			parts.writestr(name, part)
	return file.getvalue()


def locked(content: bytes) -> bytes:
	"""An archive that says of its parts that they are encrypted."""
	return content.replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00")


def spreadsheet(rows: int = 2) -> bytes:
	book, file = openpyxl.Workbook(write_only=True), io.BytesIO()
	sheet = book.create_sheet()
	sheet.append(["Invoice", "Amount"])
	for number in range(rows):
		sheet.append([f"SINV-{number}", 1])
	book.save(file)
	return file.getvalue()


HOSTILE = {
	"nothing": (b"", UnknownFormat),
	"blanks": (b" \n \n", UnknownFormat),
	"a picture called csv": (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, UnknownFormat),
	"a pdf called xlsx": (b"%PDF-1.7 ...", UnknownFormat),
	"a program": (b"\x7fELF" + bytes(range(256)), UnknownFormat),
	"an old excel file": (CONTAINER, UnknownFormat),
	"an excel file with a password": (CONTAINER + "EncryptedPackage".encode("utf-16-le"), EncryptedFile),
	"an archive with a password": (locked(archive({"xl/workbook.xml": b"x"})), EncryptedFile),
	"an archive of something": (archive({"letter.txt": b"dear"}), UnknownFormat),
	"half an excel file": (spreadsheet()[:900], DamagedFile),
	"an excel file with a broken sheet": (archive({"xl/workbook.xml": b"<a"}), DamagedFile),
	"a zip bomb": (archive({"xl/workbook.xml": b"0" * 50_000_000}), UnsafeFile),
	"an archive of many parts": (archive({str(number): b"" for number in range(600)}), UnsafeFile),
	"an xml bomb": (BOMB, UnsafeFile),
	"an xml file that reads others": (OUTSIDE, UnsafeFile),
	"deep xml": (b"<Document><BkToCstmrStmt>" + b"<a>" * 1_000_000, UnsafeFile),
	"wide xml": (b"<Document><BkToCstmrStmt>" + b"<a/>" * 1_500_000, FileTooLarge),
	"some web page": (b"<html><body><p>Login</p></body></html>", UnknownFormat),
	"half a statement": ((SAMPLES / "camt053.xml").read_bytes()[:900], DamagedFile),
	"a statement in an unknown encoding": (
		b'<?xml version="1.0" encoding="klingon"?><Document/>',
		DamagedFile,
	),
	"half an interchange": ((SAMPLES / "820.x12").read_bytes()[:-60], DamagedFile),
	"an interchange without a segment": (
		(SAMPLES / "820.x12").read_bytes().replace(b"ADX*-7.20*01~", b""),
		DamagedFile,
	),
	"a million lines": (b"Invoice,Amount\n" + b"A1,1.00\n" * 1_000_000, FileTooLarge),
	"a million lines, listed": (b"A1\n" * 1_000_000, RemittanceError),
	"one line of a million numbers": (b"1431 " * 1_000_000, RemittanceError),
	"eleven megabytes": (b"x" * 11_000_000, FileTooLarge),
	"one endless cell": (b"Invoice,Amount\n" + b"A" * 5_000_000 + b",1.00\n", DamagedFile),
}


LARGE = {
	"ten thousand lines of text": lambda: (
		b"Invoice,Amount\n" + b"".join(b"SINV-%05d,%d.50\n" % (number, number) for number in range(10_000))
	),
	"a spreadsheet of ten thousand lines": lambda: spreadsheet(10_000),
	"a statement of ten thousand lines": lambda: statement(10_000),
	"an interchange of ten thousand lines": lambda: interchange(10_000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_with_one_sentence(name: str):
	content, error = HOSTILE[name]
	with pytest.raises(error) as refused:
		read_advice(content)
	assert 10 < len(str(refused.value)) < 500


def test_an_excel_file_of_too_many_lines_is_refused():
	with pytest.raises(FileTooLarge):
		read_advice(spreadsheet(21_000))


# By the kernel's high-water mark of the process itself: what `getrusage` says is also its parent's.
READING = """
import re, resource, sys
from pathlib import Path
from advanced_bank_reconciliation.remittance.errors import RemittanceError
from advanced_bank_reconciliation.remittance.reading import read_advice
def peak():
	return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
before = peak()
try:
	read_advice(Path(sys.argv[1]).read_bytes())
except RemittanceError:
	pass
print((peak() - before) // 1024, resource.getrusage(resource.RUSAGE_SELF).ru_utime)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells the memory of a process")
@pytest.mark.parametrize("name", [*HOSTILE, *LARGE])
def test_reading_needs_neither_much_memory_nor_time(tmp_path: Path, name: str):
	"""A process that does nothing else, for each file."""
	file = tmp_path / "advice"
	file.write_bytes(HOSTILE[name][0] if name in HOSTILE else LARGE[name]())
	words = [sys.executable, "-c", READING, str(file)]
	done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=200, check=True)
	megabytes, seconds = map(float, done.stdout.split())
	print(f"{name}: {megabytes:.0f} MB, {seconds:.1f} s")
	assert megabytes < 200
	assert seconds < 60


@pytest.mark.parametrize("kind", LARGE)
def test_ten_thousand_lines_are_read_in_passing(kind: str):
	"""On a quiet machine in about a second; the limit is for the most crowded one."""
	content = LARGE[kind]()
	started = time.process_time()
	assert len(read_advice(content).lines) == 10_000
	assert time.process_time() - started < 20


def statement(lines: int) -> bytes:
	detail = (
		'<TxDtls><Amt Ccy="EUR">{0}.50</Amt><RmtInf><Strd><RfrdDocInf><Nb>SINV-{0}</Nb></RfrdDocInf>'
		'<RfrdDocAmt><RmtdAmt Ccy="EUR">{0}.50</RmtdAmt></RfrdDocAmt></Strd></RmtInf></TxDtls>'
	)
	details = "".join(detail.format(number) for number in range(lines))
	head = '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Ntry>'
	entry = f'<Amt Ccy="EUR">1</Amt><CdtDbtInd>CRDT</CdtDbtInd><NtryDtls>{details}</NtryDtls></Ntry>'
	return f"{head}{entry}</Stmt></BkToCstmrStmt></Document>".encode()


def interchange(documents: int) -> bytes:
	text = (SAMPLES / "820.x12").read_text()
	head, rest = text.split("ADX*-5.00*L7~\n")
	tail = rest[rest.index("SE*") :]
	lines = "".join(f"RMR*IV*SINV-{number}**{number}.50~\n" for number in range(documents))
	return (head + lines + tail.replace("SE*13*", f"SE*{documents + 7}*")).encode()
