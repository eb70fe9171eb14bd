"""How much of a file is read. A remittance advice beyond that is none, and costs nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from advanced_bank_reconciliation.engine.messages import _, message
from advanced_bank_reconciliation.remittance.errors import FileTooLarge

MAX_BYTES = 10_000_000
MAX_UNPACKED_BYTES = 40_000_000
MAX_LINES = 20_000
MAX_XML_ELEMENTS = 1_000_000
MAX_XML_DEPTH = 40

Line = TypeVar("Line")


def check_length(length: int) -> None:
	"""length: of a file in bytes. Raises `FileTooLarge` for more than 10 MB."""
	if length > MAX_BYTES:
		sentence = _("The file has {0} MB. A remittance advice of more than {1} MB is not read: split it.")
		raise FileTooLarge(message(sentence, length // 1_000_000, MAX_BYTES // 1_000_000))


def at_most(lines: Iterable[Line], limit: int = MAX_LINES) -> Iterator[Line]:
	"""The lines, until there are more than `limit`. Raises `FileTooLarge` then, without reading on."""
	for number, line in enumerate(lines, 1):
		if number > limit:
			raise too_many_lines(limit)
		yield line


def too_many_lines(limit: int = MAX_LINES) -> FileTooLarge:
	"""What is raised for a file of too many lines."""
	return FileTooLarge(message(_("The file has more than {0} lines. Split it into several ones."), limit))
