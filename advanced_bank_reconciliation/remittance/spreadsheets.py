"""The first sheet of an Excel file. What it could do to this machine is looked at before it is opened."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree.ElementTree import ParseError

from advanced_bank_reconciliation.engine.messages import _, message
from advanced_bank_reconciliation.remittance.advice import Advice
from advanced_bank_reconciliation.remittance.errors import (
	DamagedFile,
	EncryptedFile,
	RemittanceError,
	UnknownFormat,
	UnsafeFile,
)
from advanced_bank_reconciliation.remittance.limits import MAX_UNPACKED_BYTES, at_most
from advanced_bank_reconciliation.remittance.rows import Row
from advanced_bank_reconciliation.remittance.tables import Options, read_table

ZIP_MARK = b"PK\x03\x04"
# Old Excel files, and new ones with a password, are such containers.
CONTAINER_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
MAX_COLUMNS = 120
MAX_PARTS = 500
WORKBOOK = "xl/workbook.xml"


def refuse_container(content: bytes) -> RemittanceError:
	"""What is raised for an old Excel file, or for one with a password."""
	if ENCRYPTED_STREAM in content:
		return EncryptedFile(message(_("The file has a password. Save it without one.")))
	return UnknownFormat(message(_("This is an old Excel file. Save it as .xlsx or as CSV.")))


def read_spreadsheet(content: bytes, options: Options) -> Advice:
	"""Read an .xlsx file. Raises `RemittanceError`."""
	_check_archive(content)
	return read_table(list(at_most(_rows(content))), options)


def _check_archive(content: bytes) -> None:
	try:
		parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
	except DAMAGES as error:
		raise _damaged(error) from error
	if any(part.flag_bits & 1 for part in parts):
		raise EncryptedFile(message(_("The file has a password. Save it without one.")))
	# No more than the stated size is ever unpacked: zipfile stops there.
	if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
		raise UnsafeFile(message(_("The file unpacks to far more than a remittance advice can have.")))
	if WORKBOOK not in {part.filename for part in parts}:
		raise UnknownFormat(message(_("The file is an archive, but no Excel file. Unpack it first.")))


def _rows(content: bytes) -> Iterator[Row]:
	# Slow to import, and only needed here.
	import openpyxl

	try:
		book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
		sheet = book.worksheets[0]
		# A file may say that it has a million rows while it has ten.
		sheet.reset_dimensions()
		for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), 1):
			if cells.count(None) < len(cells):
				yield Row(number, cells)
	except DAMAGES as error:
		raise _damaged(error) from error


def _damaged(error: Exception) -> DamagedFile:
	sentence = _("The Excel file is damaged and cannot be opened. Open it in Excel and save it again.")
	return DamagedFile(message(sentence))


# What openpyxl raises on files that break its format in one way or another.
DAMAGES = (
	zipfile.BadZipFile,
	zlib.error,
	ParseError,
	SyntaxError,
	ArithmeticError,
	AttributeError,
	EOFError,
	LookupError,
	NotImplementedError,
	OSError,
	RuntimeError,
	TypeError,
	ValueError,
)
